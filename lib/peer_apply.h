/* What a peer's answers do to the store: documents in, remote services and sources out. peer.c's part without network.
 * Threads: the loop's. */
#ifndef KS_PEER_APPLY_H
#define KS_PEER_APPLY_H

#include "peer_document.h"
#include "store.h"

struct ks_peer_copy {
    struct ks_store *store; /* borrowed */
    const char *own;        /* our own instance; borrowed */
    bool known;             /* the store has what these two say: changes since then are enough */
    char instance[KS_PEER_INSTANCE_SIZE];
    uint64_t version;
    bool complete; /* it has had all of the peer once: it has something to lose */
    bool begun;    /* everything is being put, and what was not goes only once the peer itself knows all */
    bool starting; /* the peer does not know all yet */
    bool is_self;  /* the latest document was our own */
    struct {
        enum ks_source_state state;
        int64_t as_of; /* CLOCK_MONOTONIC, ms: last known to be right */
    } sources[KS_KIND_COUNT];
};

/* Applies a document that arrived then (CLOCK_MONOTONIC, ms); changed: whether it said anything new. After a failure
 * everything is to be asked for. KS_ERROR_INVALID where the peer is ourselves. */
int ks_peer_apply(struct ks_peer_copy *copy, const struct ks_buf *document, int64_t arrived, bool *changed,
                  struct ks_error *err);

/* The peer is not reached: what is live is away, since the last answer. */
void ks_peer_copy_retire(struct ks_peer_copy *copy);

#endif
