/* The inside of a cluster, for cluster.c (life), cluster_read.c (questions), follow.c and dispatch.c (changes). */
#ifndef KS_FACADE_CLUSTER_H
#define KS_FACADE_CLUSTER_H

#include <kubeshields/cluster.h>

#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/string_list.h"
#include "collector/collector.h"
#include "facade/threads.h"
#include "store/store.h"

/* How far somebody has followed the changes. */
struct ks_following {
    uint64_t version; /* of the store; 0: nothing was reported yet */
    bool begun;
    enum ks_cluster_state state; /* as it was reported */
    struct ks_nodes_state nodes;
};

struct ks_cluster {
    struct ks_cluster_options options; /* its texts are those below */
    struct ks_string_list texts;       /* copies of single texts */
    struct ks_string_list namespaces, excluded;
    struct ks_log log;
    struct ks_collector_observer observer;
    struct ks_store *store;
    struct ks_collector *collector;
    const char *server, *context; /* in `texts` */
    int fd;                       /* eventfd: there is something to dispatch */

    struct ks_thread *thread;

    pthread_mutex_t lock;
    pthread_cond_t moved; /* state, nodes_settled or failure changed */
    enum ks_cluster_state state;
    bool nodes_settled; /* nodes are known, or may not be watched */
    bool has_failure;
    struct ks_error failure; /* the latest that is not over */
    struct ks_error no_pods; /* why pods cannot be watched; from the latest time that they could not */

    struct ks_following own;        /* for options.changed; the thread's */
    struct ks_following dispatched; /* by ks_cluster_dispatch; under lock */
    atomic_bool freed;              /* inside a change function: nothing more is reported */
    bool frees_itself;              /* inside the thread's own; the thread's */
    bool dispatches;                /* on thread `dispatcher`; under lock */
    pthread_t dispatcher;
};

/* Reports what changed since. Nothing while the cluster is starting. */
int ks_cluster_follow(struct ks_cluster *cluster, struct ks_following *following, ks_change_function *changed,
                      void *arg, struct ks_error *err);

/* Releases everything; its thread has ended, or is the caller. */
void ks_cluster_destroy(struct ks_cluster *cluster);

/* Makes the descriptor readable if there is something to dispatch, and otherwise not. Under the cluster's lock. */
void ks_cluster_announce(struct ks_cluster *cluster);

#endif
