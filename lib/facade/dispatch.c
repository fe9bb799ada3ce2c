/* Changes on the caller's thread, once its event loop sees the descriptor readable. */
#include "config.h"

#include "facade/cluster.h"

static int dispatch(struct ks_cluster *cluster, ks_change_function *changed, void *arg, struct ks_error *err)
{
    struct ks_following following = cluster->dispatched; /* only this thread writes it */
    struct ks_error failure;
    int outcome = ks_cluster_follow(cluster, &following, changed, arg, err);

    pthread_mutex_lock(&cluster->lock);
    cluster->dispatched = following;
    ks_cluster_announce(cluster);
    pthread_mutex_unlock(&cluster->lock);
    if (outcome) {
        return -1;
    }
    if (!atomic_load(&cluster->freed) && ks_cluster_state(cluster) == KS_CLUSTER_FAILED &&
        ks_cluster_last_error(cluster, &failure)) {
        return ks_error_set(err, failure.kind, "%s: no longer watched: %s", cluster->server, failure.text);
    }
    return 0;
}

/* One dispatch at a time. Freed inside an inner one, the cluster would be gone while the outer one still reports. */
static int begin(struct ks_cluster *cluster, struct ks_error *err)
{
    const char *problem = NULL;

    pthread_mutex_lock(&cluster->lock);
    if (atomic_load(&cluster->freed)) {
        problem = "the cluster has been freed";
    } else if (cluster->dispatches) {
        problem = "must not be called while it runs for the same cluster, so not by its change function";
    } else {
        cluster->dispatches = true;
        cluster->dispatcher = pthread_self();
    }
    pthread_mutex_unlock(&cluster->lock);
    return problem ? ks_error_set(err, KS_ERROR_INVALID, "ks_cluster_dispatch: %s", problem) : 0;
}

static void end(struct ks_cluster *cluster)
{
    pthread_mutex_lock(&cluster->lock);
    cluster->dispatches = false;
    pthread_mutex_unlock(&cluster->lock);
}

int ks_cluster_dispatch(struct ks_cluster *cluster, ks_change_function *changed, void *arg, struct ks_error *err)
{
    int outcome;

    if (!cluster) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_cluster_dispatch: cluster must not be NULL");
    }
    if (begin(cluster, err)) {
        return -1;
    }
    outcome = dispatch(cluster, changed, arg, err);
    end(cluster);
    if (atomic_load(&cluster->freed)) {
        ks_cluster_free(cluster);
    }
    return outcome;
}
