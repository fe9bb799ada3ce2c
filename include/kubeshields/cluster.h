/* Watches a Kubernetes cluster: lists it once, follows changes, and reconnects by itself. One thread of the library
 * does the work for each cluster, with all signals blocked. Open as many clusters as you like. */
#ifndef KS_KUBESHIELDS_CLUSTER_H
#define KS_KUBESHIELDS_CLUSTER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kubeshields/change.h>
#include <kubeshields/error.h>
#include <kubeshields/log.h>
#include <kubeshields/services.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ks_cluster;

/* Everything but `size` may stay zero. Everything is copied, except what changed_arg and log_arg point to: that must
 * live as long as the cluster. Durations are in milliseconds. */
struct ks_cluster_options {
    size_t size; /* set by ks_cluster_options_init */

    /* Which cluster. Without `kubeconfig`: the files that $KUBECONFIG names; otherwise the Pod's service
     * account; otherwise ~/.kube/config. */
    const char *kubeconfig; /* paths, separated by ':' */
    const char *context;    /* of the kubeconfig; NULL: its current one */

    /* Which services. Lists end with NULL. */
    const char *const *namespaces;          /* watch these only; NULL: all */
    const char *const *excluded_namespaces; /* leave these out; NULL: none. At least one must be left */

    int64_t heartbeat_ms;     /* how often the API server is asked for a sign of life, 100 to 3,600,000; 0: 10,000 */
    int64_t watch_timeout_ms; /* a watch is renewed after one to two times this, 1,000 to 3,600,000; 0: 300,000 */
    int64_t unknown_after_ms; /* a service not confirmed for longer is grey; 1 to 86,400,000; 0: 300,000 */
    size_t object_bytes_max;  /* the largest object that is read, 4,096 to 1,073,741,824; 0: 8,388,608 */

    /* Called for every change, on the library's thread: it must not block for long, since the cluster waits for
     * it. NULL: nothing is called. Independent of ks_cluster_dispatch. */
    ks_change_function *changed;
    void *changed_arg;

    ks_log_function *log; /* NULL: nothing is logged */
    void *log_arg;

    /* 1: any discrepancy is red, even while a controller rolls out within its own budget; 0: that is yellow. */
    int is_strict;
};

/* Call this before you set anything: all defaults. It is inline because `size` is that of your header. */
static inline void ks_cluster_options_init(struct ks_cluster_options *options)
{
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
}

enum ks_cluster_state {
    KS_CLUSTER_STARTING,  /* the first lists are not complete */
    KS_CLUSTER_READY,     /* services are known; ks_service_age_ms says how recently each was confirmed */
    KS_CLUSTER_FORBIDDEN, /* pods may not be watched, so nothing is known */
    KS_CLUSTER_FAILED     /* the thread ended; see ks_cluster_last_error */
};

/* Opens a cluster and starts to watch it, without waiting for it. options: NULL for all defaults. KS_ERROR_INVALID
 * for invalid options or an invalid kubeconfig, KS_ERROR_NOT_FOUND if no cluster is found.
 * Reads the environment (KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT). Threads: any. */
int ks_cluster_new(struct ks_cluster **cluster, const struct ks_cluster_options *options, struct ks_error *err);

/* Stops watching, waits for the thread and releases everything. Inside a change function it only marks the cluster: no
 * further change is reported, and the rest happens once the function has returned. Threads: any, once no other thread
 * uses the cluster. */
void ks_cluster_free(struct ks_cluster *cluster);

/* Waits until the cluster is ready, for at most `timeout_ms` (0 to 86,400,000; 0 checks once). -1 with the reason: the
 * kind of the latest failure, for example KS_ERROR_NETWORK if nobody answers; KS_ERROR_TIMEOUT if nothing has failed
 * yet. It does not wait if somebody has to act first: KS_ERROR_FORBIDDEN comes at once, and so does
 * KS_ERROR_NOT_FOUND if the server answers 404 for pods. If nodes may be watched, it also waits for them, but returns 0
 * when the time is up and only they are missing. Threads: any but the library's own. */
int ks_cluster_wait_ready(struct ks_cluster *cluster, int64_t timeout_ms, struct ks_error *err);

/* Threads of all the following: any, and at the same time, unless they say otherwise. None of them waits. */

enum ks_cluster_state ks_cluster_state(struct ks_cluster *cluster);
/* "starting", "ready", "forbidden", "failed"; "unknown" for a number that is not a state. A static string. */
const char *ks_cluster_state_name(enum ks_cluster_state state);

/* The latest failure that still lasts: why the cluster is not ready, or why its services are no longer confirmed.
 * Returns 1 and fills *err, or returns 0 if nothing is wrong. */
int ks_cluster_last_error(struct ks_cluster *cluster, struct ks_error *err);

/* The API server's URL, and the kubeconfig's context ("in-cluster" in a Pod), as they were when the cluster was opened.
 * Borrowed: they live as long as the cluster. */
const char *ks_cluster_server(const struct ks_cluster *cluster);
const char *ks_cluster_context(const struct ks_cluster *cluster);

/* Reads the kubeconfig again soon, and reconnects; what is known stays known. If it is wrong now, the old one stays in
 * use and the log says why. Token files and certificates need no call: they are read again when they change. */
void ks_cluster_reload(struct ks_cluster *cluster);

/* A snapshot of all services. Release it with ks_services_free. KS_ERROR_UNAVAILABLE while the cluster is starting,
 * KS_ERROR_FORBIDDEN if pods may not be watched, KS_ERROR_NOT_FOUND if the server answers 404 for them: the answer is
 * never empty or partial instead. */
int ks_cluster_services(struct ks_cluster *cluster, struct ks_services **services, struct ks_error *err);

/* The services with one name, in one namespace or, with NULL, in all. Usually there is one, but several namespaces or
 * kinds can have a service with the same name. If there is none, the snapshot is empty, which is not an error. */
int ks_cluster_find(struct ks_cluster *cluster, const char *namespace_name, const char *name,
                    struct ks_services **services, struct ks_error *err);

/* How many nodes there are, and how many of these are ready and cordoned. Each pointer may be NULL.
 * KS_ERROR_UNAVAILABLE while they are not known, which may be after the cluster is ready: they are listed on their own.
 * KS_ERROR_FORBIDDEN if nodes may not be watched. */
int ks_cluster_nodes(struct ks_cluster *cluster, int32_t *total, int32_t *ready, int32_t *cordoned,
                     struct ks_error *err);

/* How many nodes have this condition: "DiskPressure", "MemoryPressure", "PIDPressure" or "NetworkUnavailable". Fails as
 * ks_cluster_nodes does, and with KS_ERROR_INVALID for any other condition. */
int ks_cluster_node_pressure(struct ks_cluster *cluster, const char *condition, int32_t *nodes, struct ks_error *err);

/* A file descriptor for your event loop, readable when there is something to dispatch. Poll it for POLLIN, but do not
 * read or close it: it belongs to the cluster. */
int ks_cluster_fd(const struct ks_cluster *cluster);

/* Reports what has changed since the last dispatch, on your thread. Never waits. Until the cluster is ready there is
 * nothing to report. With NULL for the function, the changes are dropped. -1 with KS_ERROR_MEMORY: nothing is lost, and
 * the descriptor stays readable. -1 with the reason if the cluster failed. KS_ERROR_INVALID if it is called while it
 * runs for the same cluster, on another thread or by its change function. Threads: any, one at a time. */
int ks_cluster_dispatch(struct ks_cluster *cluster, ks_change_function *changed, void *arg, struct ks_error *err);

#ifdef __cplusplus
}
#endif

#endif
