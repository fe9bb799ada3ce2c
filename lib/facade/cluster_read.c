/* The functions that read a cluster. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "facade/cluster.h"
#include "facade/service.h"

#define WAIT_MOST_MS ((int64_t)86400000)

static int need_cluster(const void *cluster, const char *function, struct ks_error *err)
{
    return cluster ? 0 : ks_error_set(err, KS_ERROR_INVALID, "%s: cluster must not be NULL", function);
}

/* Why pods, without which nothing is known, cannot be watched; under the lock. The latest failure may be of others. */
static int explain_pods(const struct ks_cluster *cluster, struct ks_error *err)
{
    const struct ks_error *reason = &cluster->no_pods;

    return ks_error_set(err, reason->kind == KS_ERROR_NOT_FOUND ? KS_ERROR_NOT_FOUND : KS_ERROR_FORBIDDEN,
                        "%s: pods may not be watched%s%s", cluster->server, reason->text[0] ? ": " : "", reason->text);
}

/* Why it is not ready; under the lock. otherwise: the kind if nothing has failed. */
static int explain(const struct ks_cluster *cluster, enum ks_error_kind otherwise, struct ks_error *err)
{
    const struct ks_error *failure = &cluster->failure;

    switch (cluster->state) {
    case KS_CLUSTER_FAILED:
        return ks_error_set(err, failure->kind, "%s: no longer watched: %s", cluster->server, failure->text);
    case KS_CLUSTER_FORBIDDEN:
        return explain_pods(cluster, err);
    default:
        return ks_error_set(err, cluster->has_failure && otherwise == KS_ERROR_TIMEOUT ? failure->kind : otherwise,
                            "%s: not ready yet%s%s", cluster->server, cluster->has_failure ? ": " : "",
                            cluster->has_failure ? failure->text : "");
    }
}

static int need_ready(struct ks_cluster *cluster, struct ks_error *err)
{
    int outcome = 0;

    pthread_mutex_lock(&cluster->lock);
    if (cluster->state != KS_CLUSTER_READY) {
        outcome = explain(cluster, KS_ERROR_UNAVAILABLE, err);
    }
    pthread_mutex_unlock(&cluster->lock);
    return outcome;
}

/* Nodes are a source of their own: ks_cluster_nodes can answer once they have come, too. */
static bool is_settled(const struct ks_cluster *cluster)
{
    return cluster->state != KS_CLUSTER_STARTING && (cluster->state != KS_CLUSTER_READY || cluster->nodes_settled);
}

int ks_cluster_wait_ready(struct ks_cluster *cluster, int64_t timeout_ms, struct ks_error *err)
{
    struct timespec deadline;
    int64_t until;
    int outcome;

    if (need_cluster(cluster, "ks_cluster_wait_ready", err)) {
        return -1;
    }
    if (timeout_ms < 0 || timeout_ms > WAIT_MOST_MS) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "ks_cluster_wait_ready: timeout_ms %" PRId64 ": must be from 0 to %" PRId64, timeout_ms,
                            WAIT_MOST_MS);
    }
    if (ks_thread_is_current(cluster->thread)) {
        timeout_ms = 0; /* it would wait for itself */
    }
    until = ks_clock_monotonic() + timeout_ms;
    deadline = (struct timespec){.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    pthread_mutex_lock(&cluster->lock);
    while (!is_settled(cluster) && pthread_cond_timedwait(&cluster->moved, &cluster->lock, &deadline) != ETIMEDOUT) {
    }
    outcome = cluster->state == KS_CLUSTER_READY ? 0 : explain(cluster, KS_ERROR_TIMEOUT, err);
    pthread_mutex_unlock(&cluster->lock);
    return outcome;
}

enum ks_cluster_state ks_cluster_state(struct ks_cluster *cluster)
{
    enum ks_cluster_state state;

    if (!cluster) {
        return KS_CLUSTER_FAILED;
    }
    pthread_mutex_lock(&cluster->lock);
    state = cluster->state;
    pthread_mutex_unlock(&cluster->lock);
    return state;
}

int ks_cluster_last_error(struct ks_cluster *cluster, struct ks_error *err)
{
    int has_failure;

    if (!cluster) {
        return 0;
    }
    pthread_mutex_lock(&cluster->lock);
    has_failure = cluster->has_failure;
    if (has_failure && err) {
        *err = cluster->failure;
    }
    pthread_mutex_unlock(&cluster->lock);
    return has_failure;
}

const char *ks_cluster_server(const struct ks_cluster *cluster)
{
    return cluster ? cluster->server : "";
}

const char *ks_cluster_context(const struct ks_cluster *cluster)
{
    return cluster ? cluster->context : "";
}

void ks_cluster_reload(struct ks_cluster *cluster)
{
    if (cluster) {
        ks_collector_reload(cluster->collector);
    }
}

static int read_services(struct ks_cluster *cluster, const struct ks_store_selector *selector,
                         struct ks_services **services, const char *function, struct ks_error *err)
{
    if (need_cluster(cluster, function, err)) {
        return -1;
    }
    if (!services) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s: services must not be NULL", function);
    }
    *services = NULL;
    return need_ready(cluster, err) ||
                   ks_services_read(services, cluster->store, selector, cluster->options.unknown_after_ms, err)
               ? -1
               : 0;
}

int ks_cluster_services(struct ks_cluster *cluster, struct ks_services **services, struct ks_error *err)
{
    const struct ks_store_selector all = {.name = NULL};

    return read_services(cluster, &all, services, "ks_cluster_services", err);
}

int ks_cluster_find(struct ks_cluster *cluster, const char *namespace_name, const char *name,
                    struct ks_services **services, struct ks_error *err)
{
    const struct ks_store_selector selector = {.name = name, .namespace_name = namespace_name};

    if (!name) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_cluster_find: name must not be NULL");
    }
    return read_services(cluster, &selector, services, "ks_cluster_find", err);
}

static void put(int32_t *out, int32_t value)
{
    if (out) {
        *out = value;
    }
}

static int read_nodes(struct ks_cluster *cluster, struct ks_nodes_state *nodes, struct ks_error *err)
{
    enum ks_source_state state;
    int64_t age_ms;

    if (need_ready(cluster, err)) {
        return -1;
    }
    state = ks_store_nodes(cluster->store, nodes, &age_ms);
    if (state == KS_SOURCE_OFF) {
        return ks_error_set(err, KS_ERROR_FORBIDDEN, "%s: nodes may not be watched", cluster->server);
    }
    if (state == KS_SOURCE_STARTING) {
        return ks_error_set(err, KS_ERROR_UNAVAILABLE, "%s: nodes are not known yet", cluster->server);
    }
    if (age_ms > cluster->options.unknown_after_ms) {
        return ks_error_set(err, KS_ERROR_UNAVAILABLE, "%s: nodes have not been confirmed for %" PRId64 " ms",
                            cluster->server, age_ms);
    }
    return 0;
}

int ks_cluster_nodes(struct ks_cluster *cluster, int32_t *total, int32_t *ready, int32_t *cordoned,
                     struct ks_error *err)
{
    struct ks_nodes_state nodes;

    if (need_cluster(cluster, "ks_cluster_nodes", err) || read_nodes(cluster, &nodes, err)) {
        return -1;
    }
    put(total, nodes.total);
    put(ready, nodes.ready);
    put(cordoned, nodes.cordoned);
    return 0;
}

/* KS_PRESSURE_COUNT if there is no such condition. */
static int pressure_named(const char *condition)
{
    int pressure = 0;

    while (pressure < KS_PRESSURE_COUNT && strcmp(ks_pressure_name((enum ks_pressure)pressure), condition) != 0) {
        pressure++;
    }
    return pressure;
}

int ks_cluster_node_pressure(struct ks_cluster *cluster, const char *condition, int32_t *count, struct ks_error *err)
{
    const int pressure = condition ? pressure_named(condition) : KS_PRESSURE_COUNT;
    struct ks_nodes_state nodes;

    if (need_cluster(cluster, "ks_cluster_node_pressure", err)) {
        return -1;
    }
    if (pressure == KS_PRESSURE_COUNT) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "ks_cluster_node_pressure: condition \"%.64s\": must be DiskPressure, MemoryPressure, "
                            "PIDPressure or NetworkUnavailable",
                            condition ? condition : "");
    }
    if (read_nodes(cluster, &nodes, err)) {
        return -1;
    }
    put(count, nodes.pressures[pressure]);
    return 0;
}

int ks_cluster_fd(const struct ks_cluster *cluster)
{
    return cluster ? cluster->fd : -1;
}
