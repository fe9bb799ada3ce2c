/* Keeps a copy of a peer's services in a store: one long poll after another, each answer published as a whole.
 * Threads: the loop's. */
#ifndef KS_PEERS_PEER_H
#define KS_PEERS_PEER_H

#include "loop/loop.h"
#include "peers/options.h"
#include "store/store.h"

struct ks_peer;

/* The store is borrowed, and this peer alone writes to it and flushes it. */
int ks_peer_new(struct ks_peer **peer, struct ks_loop *loop, const struct ks_peer_options *options,
                struct ks_store *store, struct ks_error *err);
void ks_peer_free(struct ks_peer *peer);
/* settled: called once, later, when the first poll ended, well or not; or NULL. */
void ks_peer_start(struct ks_peer *peer, void (*settled)(void *arg), void *arg);
/* Ends the wait for the first poll: if it has not ended, it fails, and settled is called. */
void ks_peer_expire(struct ks_peer *peer);

#endif
