/* A cluster's life: options, a thread that collects, and what it says of itself. */
#include "config.h"

#include "facade/cluster.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "facade/options.h"
#include "health/names.h"

#define SECOND    ((int64_t)1000)
#define HOUR      (3600 * SECOND)
#define DAY       (24 * HOUR)

#define RELIST_MS (HOUR / 2)

static const struct ks_options_kind options_kind = {
    .name = "ks_cluster_options",
    .known = sizeof(struct ks_cluster_options),
    .first_version = offsetof(struct ks_cluster_options, log_arg) + sizeof(void *),
};

/* ---- on the library's thread ---- */

static void set_state(struct ks_cluster *cluster, enum ks_cluster_state state)
{
    pthread_mutex_lock(&cluster->lock);
    cluster->state = state;
    pthread_cond_broadcast(&cluster->moved);
    ks_cluster_announce(cluster);
    pthread_mutex_unlock(&cluster->lock);
}

/* The first refusal counts: a caller that waits should learn at once that somebody has to act. */
static bool is_forbidden(const struct ks_cluster *cluster)
{
    struct ks_store_stats stats;
    const size_t *pods;

    ks_store_stats(cluster->store, &stats);
    pods = stats.sources[KS_KIND_POD];
    return pods[KS_SOURCE_OFF] > 0 && !pods[KS_SOURCE_STARTING] && !pods[KS_SOURCE_LIVE] && !pods[KS_SOURCE_AWAY];
}

static enum ks_cluster_state find_state(const struct ks_cluster *cluster)
{
    if (ks_store_readiness(cluster->store) == KS_READY) {
        return KS_CLUSTER_READY;
    }
    return is_forbidden(cluster) ? KS_CLUSTER_FORBIDDEN : KS_CLUSTER_STARTING;
}

static void note_nodes(struct ks_cluster *cluster)
{
    struct ks_nodes_state nodes;
    int64_t age_ms;
    bool settled = ks_store_nodes(cluster->store, &nodes, &age_ms) != KS_SOURCE_STARTING;

    pthread_mutex_lock(&cluster->lock);
    cluster->nodes_settled = settled;
    pthread_mutex_unlock(&cluster->lock);
}

static void on_published(void *arg)
{
    struct ks_cluster *cluster = arg;
    struct ks_error error;

    note_nodes(cluster);
    set_state(cluster, find_state(cluster));
    if (cluster->options.changed &&
        ks_cluster_follow(cluster, &cluster->own, cluster->options.changed, cluster->options.changed_arg, &error)) {
        ks_log(&cluster->log, KS_LOG_ERROR, "library", "changes: %s; they are reported with the next", error.text);
    }
}

static void on_failed(void *arg, const struct ks_error *err)
{
    struct ks_cluster *cluster = arg;

    pthread_mutex_lock(&cluster->lock);
    cluster->has_failure = true;
    cluster->failure = *err;
    pthread_cond_broadcast(&cluster->moved);
    pthread_mutex_unlock(&cluster->lock);
}

static void on_pods_off(void *arg, const struct ks_error *err)
{
    struct ks_cluster *cluster = arg;

    pthread_mutex_lock(&cluster->lock);
    cluster->no_pods = *err;
    pthread_mutex_unlock(&cluster->lock);
}

static void on_recovered(void *arg)
{
    struct ks_cluster *cluster = arg;

    pthread_mutex_lock(&cluster->lock);
    cluster->has_failure = false;
    pthread_mutex_unlock(&cluster->lock);
}

static void run(void *arg)
{
    struct ks_cluster *cluster = arg;
    struct ks_error error;

    if (ks_collector_run(cluster->collector, &error)) {
        on_failed(cluster, &error);
        set_state(cluster, KS_CLUSTER_FAILED);
    }
    if (cluster->frees_itself) {
        ks_thread_abandon(cluster->thread);
        ks_cluster_destroy(cluster);
    }
}

static void stop(void *arg)
{
    struct ks_cluster *cluster = arg;

    ks_collector_stop(cluster->collector);
}

/* ---- options ---- */

static int copy_text(struct ks_cluster *cluster, const char **copy, const char *text, struct ks_error *err)
{
    *copy = NULL;
    if (!text) {
        return 0;
    }
    if (ks_string_list_add(&cluster->texts, text, err)) {
        return -1;
    }
    *copy = cluster->texts.strings[cluster->texts.count - 1];
    return 0;
}

static int copy_namespaces(struct ks_string_list *copy, const char *option, const char *const *names,
                           struct ks_error *err)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (ks_name_check_namespace(names[i], err)) {
            return ks_error_wrap(err, "ks_cluster_options.%s", option);
        }
    }
    return ks_string_list_add_all(copy, names, err);
}

static int check_numbers(struct ks_cluster_options *options, struct ks_error *err)
{
    static const struct ks_options_range heartbeat = {"ks_cluster_options.heartbeat_ms", 100, HOUR, 10 * SECOND};
    static const struct ks_options_range watch = {"ks_cluster_options.watch_timeout_ms", SECOND, HOUR, 300 * SECOND};
    static const struct ks_options_range unknown = {"ks_cluster_options.unknown_after_ms", 1, DAY, 300 * SECOND};
    static const struct ks_options_range bytes = {"ks_cluster_options.object_bytes_max", 4096, 1 << 30, 8 << 20};

    return ks_options_number(&options->heartbeat_ms, &heartbeat, err) ||
                   ks_options_number(&options->watch_timeout_ms, &watch, err) ||
                   ks_options_number(&options->unknown_after_ms, &unknown, err) ||
                   ks_options_size(&options->object_bytes_max, &bytes, err)
               ? -1
               : 0;
}

static int take_options(struct ks_cluster *cluster, const struct ks_cluster_options *given, struct ks_error *err)
{
    struct ks_cluster_options *options = &cluster->options;

    ks_cluster_options_init(options);
    if (given && ks_options_take(options, given, &options_kind, err)) {
        return -1;
    }
    if (options->kubeconfig && !options->kubeconfig[0]) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "ks_cluster_options.kubeconfig \"\": must be NULL for the default, or paths of files");
    }
    if (options->context && !options->context[0]) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "ks_cluster_options.context \"\": must be NULL for the current one, or a context");
    }
    if (options->namespaces && !options->namespaces[0]) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "ks_cluster_options.namespaces: an empty list: must be NULL for all, or name some");
    }
    if (options->is_strict != 0 && options->is_strict != 1) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_cluster_options.is_strict %d: must be 0 or 1",
                            options->is_strict);
    }
    if (check_numbers(options, err) || copy_namespaces(&cluster->namespaces, "namespaces", options->namespaces, err) ||
        copy_namespaces(&cluster->excluded, "excluded_namespaces", options->excluded_namespaces, err) ||
        ks_options_check_namespaces(&cluster->namespaces, &cluster->excluded, err)) {
        return -1;
    }
    return 0;
}

/* Copies values from the environment, which others may change while the thread reads. */
static int set_source(struct ks_cluster *cluster, struct ks_access_source *source, struct ks_error *err)
{
    struct ks_access_source from = {.kubeconfig = NULL};

    ks_access_source_read_environment(&from);
    if (cluster->options.kubeconfig) {
        from.kubeconfig = cluster->options.kubeconfig;
    }
    return copy_text(cluster, &source->kubeconfig, from.kubeconfig, err) ||
                   copy_text(cluster, &source->context, cluster->options.context, err) ||
                   copy_text(cluster, &source->home, from.home, err) ||
                   copy_text(cluster, &source->service_host, from.service_host, err) ||
                   copy_text(cluster, &source->service_port, from.service_port, err) ||
                   copy_text(cluster, &source->https_proxy, from.https_proxy, err) ||
                   copy_text(cluster, &source->http_proxy, from.http_proxy, err) ||
                   copy_text(cluster, &source->no_proxy, from.no_proxy, err)
               ? -1
               : 0;
}

/* ---- life ---- */

static int open_collector(struct ks_cluster *cluster, struct ks_error *err)
{
    const struct ks_store_options store = {.namespaces = (const char *const *)cluster->namespaces.strings,
                                           .excluded = (const char *const *)cluster->excluded.strings,
                                           .is_strict = cluster->options.is_strict};
    struct ks_collector_options collector = {.namespaces = store.namespaces,
                                             .excluded = store.excluded,
                                             .watch_timeout_ms = cluster->options.watch_timeout_ms,
                                             .heartbeat_ms = cluster->options.heartbeat_ms,
                                             .relist_ms = RELIST_MS,
                                             .object_limit = cluster->options.object_bytes_max,
                                             .kinds = (1U << KS_KIND_COUNT) - 1,
                                             .observer = &cluster->observer,
                                             .log = &cluster->log};
    const struct ks_access *config;

    if (set_source(cluster, &collector.source, err) || ks_store_new(&cluster->store, &store, err) ||
        ks_collector_new(&cluster->collector, &collector, cluster->store, err)) {
        return -1;
    }
    config = ks_collector_config(cluster->collector);
    return copy_text(cluster, &cluster->server, config->server, err) ||
                   copy_text(cluster, &cluster->context, config->context ? config->context : "", err)
               ? -1
               : 0;
}

static void init(struct ks_cluster *cluster)
{
    pthread_condattr_t attributes;

    pthread_mutex_init(&cluster->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&cluster->moved, &attributes);
    pthread_condattr_destroy(&attributes);
    cluster->observer = (struct ks_collector_observer){.published = on_published,
                                                       .failed = on_failed,
                                                       .pods_off = on_pods_off,
                                                       .recovered = on_recovered,
                                                       .arg = cluster};
}

static int open_cluster(struct ks_cluster *cluster, const struct ks_cluster_options *options, struct ks_error *err)
{
    if (take_options(cluster, options, err)) {
        return -1;
    }
    cluster->log = (struct ks_log){
        .fd = -1, .level = KS_LOG_DEBUG, .function = cluster->options.log, .arg = cluster->options.log_arg};
    cluster->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (cluster->fd < 0) {
        return ks_error_system(err, errno, "eventfd");
    }
    return open_collector(cluster, err);
}

int ks_cluster_new(struct ks_cluster **out, const struct ks_cluster_options *options, struct ks_error *err)
{
    struct ks_thread_work work = {.run = run, .stop = stop};
    struct ks_cluster *cluster;

    if (!out) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_cluster_new: cluster must not be NULL");
    }
    *out = NULL;
    cluster = calloc(1, sizeof *cluster);
    if (!cluster) {
        return ks_error_memory(err);
    }
    cluster->fd = -1;
    init(cluster);
    if (open_cluster(cluster, options, err)) {
        ks_cluster_destroy(cluster);
        return -1;
    }
    /* Before the thread starts, since a change function may free it at once. */
    *out = cluster;
    work.arg = cluster;
    if (ks_thread_start(&cluster->thread, &work, err)) {
        *out = NULL;
        ks_cluster_destroy(cluster);
        return -1;
    }
    return 0;
}

void ks_cluster_destroy(struct ks_cluster *cluster)
{
    ks_collector_free(cluster->collector);
    ks_store_free(cluster->store);
    if (cluster->fd >= 0) {
        close(cluster->fd);
    }
    pthread_cond_destroy(&cluster->moved);
    pthread_mutex_destroy(&cluster->lock);
    ks_string_list_fini(&cluster->texts);
    ks_string_list_fini(&cluster->namespaces);
    ks_string_list_fini(&cluster->excluded);
    free(cluster);
}

/* Does this thread run one of the cluster's change functions from ks_cluster_dispatch? */
static bool is_dispatching(struct ks_cluster *cluster)
{
    bool dispatches;

    pthread_mutex_lock(&cluster->lock);
    dispatches = cluster->dispatches && pthread_equal(cluster->dispatcher, pthread_self());
    pthread_mutex_unlock(&cluster->lock);
    return dispatches;
}

void ks_cluster_free(struct ks_cluster *cluster)
{
    if (!cluster) {
        return;
    }
    if (ks_thread_is_current(cluster->thread)) {
        cluster->frees_itself = true; /* run() destroys it */
        atomic_store(&cluster->freed, true);
        ks_collector_stop(cluster->collector);
        return;
    }
    if (is_dispatching(cluster)) {
        atomic_store(&cluster->freed, true); /* ks_cluster_dispatch comes back here */
        return;
    }
    ks_collector_stop(cluster->collector);
    ks_thread_join(cluster->thread);
    ks_cluster_destroy(cluster);
}
