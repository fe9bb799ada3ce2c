/* Whether the versions that a server tells are one history. Pure. Threads: any; a struct belongs to one.
 * Source: Kubernetes API concepts, "Resource versions"; KEP-5504: the versions of one resource are decimal numbers that
 * grow. */
#ifndef KS_APISERVER_CONTINUITY_H
#define KS_APISERVER_CONTINUITY_H

#include <stdbool.h>

#include "base/error.h"

/* Whether `theirs` is before `ours`. False if either is NULL or not a decimal number: then nobody can tell. */
bool ks_version_is_before(const char *theirs, const char *ours);

/* What a reflector was told. All zero: nothing yet. The texts are owned. */
struct ks_history {
    char *told;    /* the latest version; or NULL */
    char *offered; /* that of a list or an event which is not taken yet; or NULL */
    bool is_back;  /* offered is before told: the server has another past, or a cache lags */
};

/* Forgets everything. */
void ks_history_fini(struct ks_history *history);
/* Keeps a version until its list or event is taken or dropped. KS_ERROR_GONE if it is before the latest one; it is kept
 * anyway. */
int ks_history_offer(struct ks_history *history, const char *version, struct ks_error *err);
/* Makes what was offered the latest version. */
void ks_history_take(struct ks_history *history);
void ks_history_drop(struct ks_history *history);

#endif
