/* What a peer's answers do to the store: documents in, remote services and sources out. peer.c's part without network.
 * Threads: the loop's. */
#ifndef KS_PEER_APPLY_H
#define KS_PEER_APPLY_H

#include "document/document.h"
#include "store/store.h"

#define KS_PEER_EARLIER 4 /* instances that are remembered */

struct ks_peer_copy {
    struct ks_store *store; /* borrowed */
    const char *own;        /* our own instance; borrowed */
    /* The name of another peer that is of that instance now; or NULL. */
    const char *(*find)(void *arg, const char *instance);
    void *find_arg;
    bool known; /* the store has what these two say: changes since then are enough */
    char instance[KS_PEER_INSTANCE_SIZE];
    uint64_t version;
    bool complete; /* it has had all of the peer once: it has something to lose */
    bool begun;    /* everything is being put, and what was not goes only once the peer itself knows all */
    bool starting; /* the peer does not know all yet */
    bool is_self;  /* the latest document was our own */
    bool is_anew;  /* the latest document was everything, where changes were asked for */
    bool stands;   /* the latest answer was believed */
    /* An instance is another one at each start: one that returns was never gone. */
    char earlier[KS_PEER_EARLIER][KS_PEER_INSTANCE_SIZE];
    size_t replaced; /* instances so far */
    bool has_returned;
    struct {
        enum ks_source_state state;
        int64_t as_of; /* CLOCK_MONOTONIC, ms: last known to be right */
    } sources[KS_KIND_COUNT];
};

/* Applies a document that arrived then (CLOCK_MONOTONIC, ms); changed: whether it said anything new. After a failure
 * everything is to be asked for. KS_ERROR_INVALID where the peer is ourselves, or is another peer,
 * too. */
int ks_peer_apply(struct ks_peer_copy *copy, const struct ks_buf *document, int64_t arrived, bool *changed,
                  struct ks_error *err);

/* The peer is not reached: what is live is away, since the last answer. */
void ks_peer_copy_retire(struct ks_peer_copy *copy);

#endif
