/* A Kubernetes cluster that is watched: lists once, follows changes, and reconnects by itself. A thread of the
 * library's own does the work, with all signals blocked; open as many clusters as you like. */
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

/* Everything but `size` may stay zero. Everything is copied; only the args of functions must live as long as the
 * cluster. Durations are in milliseconds. */
struct ks_cluster_options {
    size_t size; /* set by ks_cluster_options_init */

    /* Which cluster. Without `kubeconfig`: the files that $KUBECONFIG names; else the Pod's service account; else
     * ~/.kube/config. */
    const char *kubeconfig; /* paths, separated by ':' */
    const char *context;    /* of the kubeconfig; NULL: its current one */

    /* Which services. Lists end with NULL. */
    const char *const *namespaces;          /* watch these only; NULL: all */
    const char *const *excluded_namespaces; /* leave these out; NULL: none */

    int64_t heartbeat_ms;     /* between signs of life, 100 to 3,600,000; 0: 10,000 */
    int64_t watch_timeout_ms; /* a watch is renewed after one to two times this, 1,000 to 3,600,000; 0: 300,000 */
    int64_t unknown_after_ms; /* not confirmed for longer, a service is grey; 1 to 86,400,000; 0: 300,000 */
    size_t object_bytes_max;  /* of one object from the API server, 4,096 to 1,073,741,824; 0: 8,388,608 */

    /* Called for every change, on the library's thread: it must not block for long, since the cluster waits. NULL: do
     * not. Independent of ks_cluster_dispatch. */
    ks_change_function *changed;
    void *changed_arg;

    ks_log_function *log; /* NULL: nothing is logged */
    void *log_arg;
};

/* Call this before you set anything: all defaults. It is inline because `size` is that of your header. */
static inline void ks_cluster_options_init(struct ks_cluster_options *options)
{
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
}

enum ks_cluster_state {
    KS_CLUSTER_STARTING,  /* the first lists are not complete */
    KS_CLUSTER_READY,     /* services are known; how recently each was confirmed is its age */
    KS_CLUSTER_FORBIDDEN, /* pods may not be watched: nothing can be said */
    KS_CLUSTER_FAILED     /* the thread ended; see ks_cluster_last_error */
};

/* Opens a cluster and begins to watch it; does not wait for it. options: NULL for all defaults. KS_ERROR_INVALID for
 * nonsense in the options or a kubeconfig, KS_ERROR_NOT_FOUND if there is no cluster to be found.
 * Reads the environment (KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT). Threads: any. */
int ks_cluster_new(struct ks_cluster **cluster, const struct ks_cluster_options *options, struct ks_error *err);

/* Stops watching, waits for the thread and releases everything. Inside a change function it only marks the cluster: no
 * further change is reported, and the rest happens once the function has returned. Threads: any, but nobody may use the
 * cluster any more. */
void ks_cluster_free(struct ks_cluster *cluster);

/* Waits until the cluster is ready, at most `timeout_ms` (0 to 86,400,000; 0 looks once). -1 with the reason: the
 * latest failure's kind, for example KS_ERROR_NETWORK if nobody answers; KS_ERROR_TIMEOUT if nothing failed yet. It
 * does not wait for what needs a person: KS_ERROR_FORBIDDEN comes at once. If nodes may be watched, it also waits for
 * them, but returns 0 when the time is up and only they are missing. Threads: any but the library's own. */
int ks_cluster_wait_ready(struct ks_cluster *cluster, int64_t timeout_ms, struct ks_error *err);

/* Threads of all the following: any, and at the same time, unless they say otherwise. None of them waits. */

enum ks_cluster_state ks_cluster_state(struct ks_cluster *cluster);
/* "starting", "ready", "forbidden", "failed"; "unknown" for a number that is not a state. A static text. */
const char *ks_cluster_state_name(enum ks_cluster_state state);

/* The latest failure that is not over: why it is not ready, or why services grow old. Returns 1 and fills *err, or 0
 * if nothing is wrong. */
int ks_cluster_last_error(struct ks_cluster *cluster, struct ks_error *err);

/* The API server's URL, and the kubeconfig's context ("in-cluster" in a Pod), as they were when the cluster was opened.
 * Borrowed: they live as long as the cluster. */
const char *ks_cluster_server(const struct ks_cluster *cluster);
const char *ks_cluster_context(const struct ks_cluster *cluster);

/* Reads the kubeconfig again soon, and reconnects; what is known stays known. If it is wrong now, the old one stays in
 * use and the log says why. Token files and certificates need no call: they are read again when they change. */
void ks_cluster_reload(struct ks_cluster *cluster);

/* A snapshot of all services. Release it with ks_services_free. KS_ERROR_UNAVAILABLE while the cluster is starting,
 * KS_ERROR_FORBIDDEN if pods may not be watched: never an empty or half answer. */
int ks_cluster_services(struct ks_cluster *cluster, struct ks_services **services, struct ks_error *err);

/* Services of one name: those in one namespace, or in all with NULL. Usually one, but a name may stand in several
 * namespaces, or for several kinds. None is an empty snapshot, not an error. */
int ks_cluster_find(struct ks_cluster *cluster, const char *namespace_name, const char *name,
                    struct ks_services **services, struct ks_error *err);

/* How many nodes there are, and how many of these are ready and cordoned. Each pointer may be NULL.
 * KS_ERROR_UNAVAILABLE while they are not known, which may be after the cluster is ready: they are listed on their own.
 * KS_ERROR_FORBIDDEN if nodes may not be watched. */
int ks_cluster_nodes(struct ks_cluster *cluster, int32_t *total, int32_t *ready, int32_t *cordoned,
                     struct ks_error *err);

/* A descriptor for your event loop: readable when there is something to dispatch. Poll it for POLLIN, but do not read
 * or close it; it belongs to the cluster. */
int ks_cluster_fd(const struct ks_cluster *cluster);

/* Reports what changed since the last dispatch, on your thread. Never waits. Until the cluster is ready there is
 * nothing to report. NULL instead of a function forgets the changes. -1 with KS_ERROR_MEMORY: nothing is lost, and the
 * descriptor stays readable; or why the cluster failed. KS_ERROR_INVALID if it is called while it runs for the same
 * cluster, on another thread or by its change function. Threads: any, one at a time. */
int ks_cluster_dispatch(struct ks_cluster *cluster, ks_change_function *changed, void *arg, struct ks_error *err);

#ifdef __cplusplus
}
#endif

#endif
