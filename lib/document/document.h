/* The document in which one kube-shields describes its cluster to another: everything, or the changes since a version.
 * docs/protocol.md, "Services", has the format. */
#ifndef KS_DOCUMENT_DOCUMENT_H
#define KS_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "health/automatic.h"
#include "store/view.h"

struct ks_store;

#define KS_DOCUMENT_INSTANCE_SIZE 33                 /* up to 32 characters, new at each start, and a NUL */
#define KS_DOCUMENT_MOST          (64 * 1024 * 1024) /* bytes */
#define KS_DOCUMENT_SERVICES_MOST 100000             /* services, and as many checks */

/* The newest format, which this reader asks for. It reads all from 1. */
#define KS_DOCUMENT_FORMAT 2

/* Writes the changes since a version; `since` 0: everything. It also writes everything if the store no longer has all
 * tombstones since then. format: the newest that the reader knows, at least 1. Holds the store's read lock meanwhile.
 * Threads: any. */
void ks_peer_document_write(struct ks_buf *out, struct ks_store *store, const char *instance, uint64_t since,
                            int64_t format);

/* The head of a document. It is read before services, services that are gone, checks and checks that are gone, in that
 * order. Ages are as in the document: the reader converts them to its own clock. Views are valid during the call. */
struct ks_peer_document {
    char instance[KS_DOCUMENT_INSTANCE_SIZE];
    uint64_t version;
    int format; /* 1 or 2 */
    bool full;  /* everything: what is not in it is gone */
    enum ks_readiness readiness;
    enum ks_source_state nodes_state;
    struct ks_nodes_state nodes;
    int64_t nodes_age_ms; /* -1: right now */
};

struct ks_peer_reader {
    /* Each of these may return -1 to stop with err. */
    int (*head)(void *arg, const struct ks_peer_document *document, struct ks_error *err);
    /* age_ms: for how long it has not been known to be right; -1: it is right. */
    int (*service)(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err);
    int (*gone)(void *arg, const char *namespace_name, const char *kind, const char *name, struct ks_error *err);
    /* state->answered_at and late_at are not times, but ms before and after now. */
    int (*custom)(void *arg, const struct ks_custom_state *state, struct ks_error *err);
    int (*custom_gone)(void *arg, const char *service, const char *check, struct ks_error *err);
    void *arg;
};

/* Validates the whole document before it calls the reader. KS_ERROR_PROTOCOL names the member, the value and what it
 * must be. Unknown members are skipped, since a newer peer may send more. Pure. */
int ks_peer_document_read(const char *json, size_t length, const struct ks_peer_reader *reader, struct ks_error *err);

#endif
