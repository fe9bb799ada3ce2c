/* The collector's inside, for collector.c (life) and collector_source.c (what the reflectors say). */
#ifndef KS_COLLECTOR_PRIVATE_H
#define KS_COLLECTOR_PRIVATE_H

#include <stdatomic.h>

#include "check_scheduler.h"
#include "collector.h"
#include "kube_reflector.h"
#include "loop.h"

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
    bool list_only;
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

    struct ks_check_scheduler *checks; /* or NULL */

    struct ks_timer flush_timer;
    int64_t flush_at; /* CLOCK_MONOTONIC, ms: not before */
};

/* Makes the reflector of a kind in a group. */
int ks_collected_init(struct collected *collected, struct ks_error *err);

#endif
