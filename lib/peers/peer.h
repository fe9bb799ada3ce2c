/* Keeps a copy of a peer's services in a store, by one long poll after another, and publishes each answer as a whole.
 * Threads: the loop's. */
#ifndef KS_PEER_H
#define KS_PEER_H

#include "loop/loop.h"
#include "peers/options.h"
#include "store/store.h"

struct ks_peer;

/* The store is this peer's alone: nobody else writes to it or flushes it. */
int ks_peer_new(struct ks_peer **peer, struct ks_loop *loop, const struct ks_peer_options *options,
                struct ks_store *store, struct ks_error *err);
void ks_peer_free(struct ks_peer *peer);
/* settled: once, when the peer has answered or failed for the first time, never from in here; or NULL. */
void ks_peer_start(struct ks_peer *peer, void (*settled)(void *arg), void *arg);
/* Nobody waits any longer: what has not settled fails, and settled is called. */
void ks_peer_expire(struct ks_peer *peer);

#endif
