/* What one kube-shields tells another of its own cluster: everything, or what changed since a version.
 * The format is written down in docs/protocol.md, "Services". */
#ifndef KS_PEER_DOCUMENT_H
#define KS_PEER_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "health/automatic.h"
#include "store/view.h"

struct ks_store;

#define KS_PEER_INSTANCE_SIZE 33                 /* up to 32 characters that change with each start, and a NUL */
#define KS_PEER_DOCUMENT_MOST (64 * 1024 * 1024) /* bytes */
#define KS_PEER_SERVICES_MOST 100000             /* services, and as many checks */

/* Writes the document; `since` 0: everything. Everything also where the store has forgotten what was removed since.
 * Reads the store under its lock: threads as for readers. */
void ks_peer_document_write(struct ks_buf *out, struct ks_store *store, const char *instance, uint64_t since);

/* What a document says, in this order: head, then its services, what is gone, its checks, checks that are gone. Times
 * are as the document has them; the reader turns ages into times of its own clock. Views are valid during the call. */
struct ks_peer_document {
    char instance[KS_PEER_INSTANCE_SIZE];
    uint64_t version;
    bool full; /* all there is: what is not in it is gone */
    enum ks_readiness readiness;
    enum ks_source_state nodes_state;
    struct ks_nodes_state nodes;
    int64_t nodes_age_ms; /* -1: right now */
};

struct ks_peer_reader {
    /* -1 stops with err. */
    int (*head)(void *arg, const struct ks_peer_document *document, struct ks_error *err);
    /* age_ms: since when it is not known to be right; -1: it is. */
    int (*service)(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err);
    int (*gone)(void *arg, const char *namespace_name, const char *kind, const char *name, struct ks_error *err);
    /* state->answered_at and late_at are ms before and after now, not times. */
    int (*custom)(void *arg, const struct ks_custom_state *state, struct ks_error *err);
    int (*custom_gone)(void *arg, const char *service, const char *check, struct ks_error *err);
    void *arg;
};

/* Pure. The document is doubted as all input is: KS_ERROR_PROTOCOL names the member, the value and what is accepted;
 * nothing of the reader is called before the whole of it was found right. Unknown members are skipped: a newer peer may
 * say more. */
int ks_peer_document_read(const char *json, size_t length, const struct ks_peer_reader *reader, struct ks_error *err);

#endif
