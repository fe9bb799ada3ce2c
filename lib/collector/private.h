/* The collector's inside, for collector.c (life), collector_source.c (what the reflectors say) and collector_peer.c. */
#ifndef KS_COLLECTOR_PRIVATE_H
#define KS_COLLECTOR_PRIVATE_H

#include <stdatomic.h>

#include "checks/scheduler.h"
#include "collector/collector.h"
#include "apiserver/reflector.h"
#include "loop/loop.h"
#include "peers/peer.h"
#include "peers/group.h"

/* One reflector, and what was last said about it. */
struct collected {
    struct ks_collector *collector;
    struct ks_kube_reflector *reflector;
    enum ks_kind kind;
    size_t group;
    enum ks_error_kind logged; /* of the failure that was logged; NONE while all is well */
    int64_t logged_at;
    bool settled; /* listed once, or off */
    struct ks_error failure;
};

struct ks_collector {
    struct ks_collector_options options;
    struct ks_store *store;
    struct ks_loop *loop;
    struct ks_kube_client *client;
    struct collected *collected;
    size_t count;
    size_t settled;
    /* source.c and peer.c call it when a source or a peer has settled, or when none will. */
    void (*on_settled)(struct ks_collector *collector);
    bool list_only;
    bool waiting;  /* for all to settle, in ks_collector_collect */
    bool hopeless; /* nobody answers: what did not settle will not soon */
    atomic_bool stop;
    atomic_bool reload;
    enum ks_error_kind logged; /* the latest failure that was logged, and when */
    int64_t logged_at;
    size_t unreachable_count; /* failures of that sort */
    bool unreachable;         /* said so in the log */
    int64_t unreachable_since;
    int64_t started;

    struct ks_timer heartbeat;
    struct ks_http_transfer *heartbeat_transfer;

    struct ks_scheduler *checks; /* or NULL */
    bool checks_wait;            /* for our services to be known for the first time */

    struct ks_peer **peers;
    size_t peer_count; /* made so far */
    size_t peers_settled;
    struct ks_peer_group peer_group;
    struct ks_timer keyring_timer;

    struct ks_timer flush_timer;
    int64_t flush_at; /* CLOCK_MONOTONIC, ms: not before */
};

/* Makes the reflector of a kind in a group. */
int ks_collected_init(struct collected *collected, struct ks_error *err);

/* Makes the peers and begins to ask them. */
int ks_collector_peers_start(struct ks_collector *collector, struct ks_error *err);
/* Nobody waits for them any longer. */
void ks_collector_peers_expire(struct ks_collector *collector);
/* Looks at the file of the shared secret from now on. */
void ks_collector_keyring_start(struct ks_collector *collector);
void ks_collector_peers_free(struct ks_collector *collector);

#endif
