/* Why a request to the API server failed, as far as it matters to what we do next and to what people read of it. Pure.
 * Threads: any. */
#ifndef KS_COLLECTOR_CAUSE_H
#define KS_COLLECTOR_CAUSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

struct ks_cause {
    enum ks_error_kind kind; /* KS_ERROR_NONE: it did not fail */
    int status;              /* HTTP; 0: there was no answer */
    bool is_distrust;        /* we do not trust its certificate */
};

/* err: of lib/loop; NULL: none. status: of the answer, whether it was complete or not; 0: none. */
struct ks_cause ks_cause_of(const struct ks_error *err, int status);
bool ks_cause_is_same(struct ks_cause one, struct ks_cause other);
/* Whether nobody answered. */
bool ks_cause_is_silence(struct ks_cause cause);
/* What readers may be told: our credentials or our rights are to blame, or the server or the way there. */
enum ks_store_trouble ks_cause_trouble(struct ks_cause cause);

/* What a cause is about. All of it is shown to everybody. */
struct ks_cause_place {
    const char *server;         /* URL */
    const char *context;        /* of the kubeconfig; "in-cluster"; or NULL */
    const char *kind;           /* "pods" */
    const char *namespace_name; /* or NULL: all */
    const char *proxy;          /* URL of the proxy on the way, or NULL. Its user and password are not shown */
};

/* Appends one line for a person: the server's host, the cause, and what to do next. Nothing of it comes from an answer.
 */
void ks_cause_put(struct ks_cause cause, const struct ks_cause_place *place, struct ks_buf *out);

#endif
