#include "config.h"

#include "cluster.h"

#include <stdlib.h>

#include "checks.h"

int cluster_init(struct cluster *cluster, const struct settings *settings, const struct ks_log *log, uint32_t kinds,
                 const char *namespace_name, struct ks_error *err)
{
    const char *const *namespaces = (const char *const *)settings->namespaces;
    struct ks_store_options store = {.excluded = (const char *const *)settings->excluded_namespaces};
    struct ks_collector_options collector = {
        .source = {.service_host = getenv("KUBERNETES_SERVICE_HOST"),
                   .service_port = getenv("KUBERNETES_SERVICE_PORT"),
                   .kubeconfig = settings->kubeconfig,
                   .home = getenv("HOME"),
                   .context = settings->context},
        .excluded = (const char *const *)settings->excluded_namespaces,
        .watch_timeout_ms = settings->watch_timeout,
        .heartbeat_ms = settings->heartbeat,
        .object_limit = (size_t)settings->object_limit,
        .kinds = kinds,
        .checks = &cluster->checks,
        .log = log,
    };

    *cluster = (struct cluster){.one_namespace = {namespace_name, NULL}};
    if (namespace_name) {
        namespaces = cluster->one_namespace;
    }
    if (checks_options(&cluster->checks, settings, log, err)) {
        return -1;
    }
    store.namespaces = namespaces;
    collector.namespaces = namespaces;
    if (ks_store_new(&cluster->store, &store, err)) {
        return -1;
    }
    if (ks_collector_new(&cluster->collector, &collector, cluster->store, err)) {
        cluster_fini(cluster);
        return -1;
    }
    return 0;
}

void cluster_fini(struct cluster *cluster)
{
    ks_collector_free(cluster->collector);
    ks_store_free(cluster->store);
    cluster->collector = NULL;
    cluster->store = NULL;
}
