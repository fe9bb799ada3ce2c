/* The collector, for the files of this folder: collector.c (its life), source.c (reports of the reflectors) and peer.c
 * (other clusters). */
#ifndef KS_COLLECTOR_PRIVATE_H
#define KS_COLLECTOR_PRIVATE_H

#include <stdatomic.h>

#include "checks/scheduler.h"
#include "collector/collector.h"
#include "apiserver/reflector.h"
#include "loop/loop.h"
#include "peers/peer.h"
#include "peers/group.h"

/* One reflector, and the last log line about it. */
struct collected {
    struct ks_collector *collector;
    struct ks_kube_reflector *reflector;
    enum ks_kind kind;
    size_t group;
    enum ks_error_kind logged; /* the failure that was logged; NONE while all is well */
    int64_t logged_at;
    bool settled; /* listed once, or known to be off */
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
    bool waiting;  /* ks_collector_collect waits for all to settle */
    bool hopeless; /* nobody answers: whatever has not settled will not settle soon */
    atomic_bool stop;
    atomic_bool reload;
    enum ks_error_kind logged; /* the last failure that was logged, and when */
    int64_t logged_at;
    size_t unreachable_count; /* failures to reach the server */
    bool unreachable;         /* logged, and still so */
    int64_t unreachable_since;
    int64_t started;

    struct ks_timer heartbeat;
    struct ks_http_transfer *heartbeat_transfer;

    struct ks_scheduler *checks; /* or NULL */
    bool checks_wait;            /* until our services are known for the first time */

    struct ks_peer **peers;
    size_t peer_count; /* how many are made so far */
    size_t peers_settled;
    struct ks_peer_group peer_group;
    struct ks_timer keyring_timer;

    struct ks_timer clock_timer; /* the store forgets old numbers although nothing else happens */
    struct ks_timer flush_timer;
    int64_t flush_at; /* CLOCK_MONOTONIC, ms: do not flush before */
};

/* Makes the reflector of a kind in a group of namespaces. */
int ks_collected_init(struct collected *collected, struct ks_error *err);

/* Makes the peers, and begins to ask them. */
int ks_collector_peers_start(struct ks_collector *collector, struct ks_error *err);
/* Ends the wait for peers that have not answered. */
void ks_collector_peers_expire(struct ks_collector *collector);
/* Looks at the file of the shared secret every second from now on. */
void ks_collector_keyring_start(struct ks_collector *collector);
void ks_collector_peers_free(struct ks_collector *collector);

#endif
