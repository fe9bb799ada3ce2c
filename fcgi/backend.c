#include "config.h"

#include "backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "peers/options.h"
#include "settings/checks.h"

#define INSTANCE_BYTES 8

static int make_instance(char instance[static KS_DOCUMENT_INSTANCE_SIZE], struct ks_error *err)
{
    unsigned char bytes[INSTANCE_BYTES];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return ks_error_system(err, errno, "random bytes");
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(instance + 2 * i, 3, "%02x", bytes[i]);
    }
    return 0;
}

/* Without a secret, nobody could ask a private kube-shields anything, and no peer would answer us. */
static int open_keyring(struct backend *backend, const struct settings *settings, const struct ks_log *log, bool once,
                        struct ks_error *err)
{
    if (settings->intra_secret) {
        if (ks_keyring_new(&backend->keyring, settings->intra_secret, !once, log, err)) {
            return -1;
        }
        if (!settings->hosts && !once) {
            ks_log(log, KS_LOG_INFO, "secret", "SHIELD_HOSTS is not set: requests signed for any host are answered");
        }
        return 0;
    }
    if (!settings->other_shields) {
        return ks_error_set(
            err, KS_ERROR_INVALID,
            "OTHER_SHIELDS and INTRA_SECRET are not set, so nobody could ask anything: set OTHER_SHIELDS=None for a "
            "public kube-shields, or INTRA_SECRET to a file with a secret (--new-secret FILE makes one)");
    }
    if (settings->peers.count) {
        return ks_error_set(
            err, KS_ERROR_INVALID,
            "OTHER_SHIELDS names other kube-shields: INTRA_SECRET must be the file with the secret that "
            "all share (--new-secret FILE makes one)");
    }
    return 0;
}

/* A wrong file would cut us off from all peers, so we do not start with it. */
static int check_file(const char *setting, const char *path, struct ks_error *err)
{
    if (path && access(path, R_OK)) {
        return ks_error_system(err, errno, "%s \"%s\": must be a readable file", setting, path);
    }
    return 0;
}

static int make_peers(struct backend *backend, const struct settings *settings, const struct backend_wants *wants,
                      const struct ks_log *log, struct ks_error *err)
{
    const struct ks_store_options options = {.namespaces = NULL};
    size_t count = wants->alone ? 0 : settings->peers.count;

    if (check_file(settings->by_flag.peer_ca ? "--peer-ca" : "SHIELD_PEER_CA", settings->peer_ca, err) ||
        check_file(settings->by_flag.peer_certificate ? "--peer-certificate" : "SHIELD_PEER_CERTIFICATE",
                   settings->peer_certificate, err) ||
        check_file(settings->by_flag.peer_key ? "--peer-key" : "SHIELD_PEER_KEY", settings->peer_key, err)) {
        return -1;
    }
    backend->peers = calloc(count + 1, sizeof *backend->peers);
    backend->peer_stores = calloc(count + 1, sizeof(struct ks_store *));
    backend->peer_options = calloc(count + 1, sizeof *backend->peer_options);
    if (!backend->peers || !backend->peer_stores || !backend->peer_options) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (ks_store_new(&backend->peer_stores[i], &options, err)) {
            return -1;
        }
        backend->peer_count++;
        backend->peers[i] = (struct app_peer){.address = &settings->peers.peers[i], .store = backend->peer_stores[i]};
        backend->peer_options[i] = (struct ks_peer_options){.address = &settings->peers.peers[i],
                                                            .ca = settings->peer_ca,
                                                            .certificate = settings->peer_certificate,
                                                            .key = settings->peer_key,
                                                            .instance = backend->instance,
                                                            .keyring = backend->keyring,
                                                            .log = log,
                                                            .once = wants->once};
    }
    return 0;
}

static int make_stores(struct backend *backend, const struct settings *settings, const struct backend_wants *wants,
                       const struct ks_log *log, struct ks_error *err)
{
    const char *const *namespaces = (const char *const *)settings->namespaces;
    struct ks_store_options store = {.excluded = (const char *const *)settings->excluded_namespaces,
                                     .is_strict = settings->health == HEALTH_STRICT};
    struct ks_collector_options collector = {
        .excluded = (const char *const *)settings->excluded_namespaces,
        .watch_timeout_ms = settings->watch_timeout,
        .heartbeat_ms = settings->heartbeat,
        .relist_ms = settings->relist,
        .object_limit = (size_t)settings->object_limit,
        .kinds = wants->kinds,
        .checks = &backend->checks,
        .keyring = backend->keyring,
        .log = log,
    };

    ks_access_source_read_environment(&collector.source);
    collector.source.kubeconfig = settings->kubeconfig; /* or that of the environment, if there is no flag */
    collector.source.context = settings->context;
    collector.source.is_plain_allowed = settings->plain_http == PLAIN_HTTP_SEND;
    backend->one_namespace[0] = wants->namespace_name;
    if (wants->namespace_name) {
        namespaces = backend->one_namespace;
    }
    store.namespaces = namespaces;
    collector.namespaces = namespaces;
    if (ks_store_new(&backend->store, &store, err) || make_peers(backend, settings, wants, log, err)) {
        return -1;
    }
    collector.peers = backend->peer_options;
    collector.peer_count = backend->peer_count;
    collector.peer_stores = backend->peer_stores;
    return ks_collector_new(&backend->collector, &collector, backend->store, err);
}

int backend_open(struct backend *backend, const struct settings *settings, const struct ks_log *log, bool once,
                 struct ks_error *err)
{
    *backend = (struct backend){.store = NULL};
    if (checks_options(&backend->checks, settings, log, err) || make_instance(backend->instance, err) ||
        open_keyring(backend, settings, log, once, err)) {
        backend_fini(backend);
        return -1;
    }
    return 0;
}

int backend_add_stores(struct backend *backend, const struct settings *settings, const struct ks_log *log,
                       const struct backend_wants *wants, struct ks_error *err)
{
    if (make_stores(backend, settings, wants, log, err)) {
        backend_fini(backend);
        return -1;
    }
    return 0;
}

void backend_fill_app(struct backend *backend, struct app *app)
{
    app->store = backend->store;
    app->peers = backend->peers;
    app->peer_count = backend->peer_count;
    app->keyring = backend->keyring;
    app->instance = backend->instance;
    app->polls = &backend->polls;
    app->refusals = &backend->refusals;
}

void backend_fini(struct backend *backend)
{
    ks_collector_free(backend->collector);
    ks_store_free(backend->store);
    for (size_t i = 0; i < backend->peer_count; i++) {
        ks_store_free(backend->peer_stores[i]);
    }
    free(backend->peers);
    free(backend->peer_stores);
    free(backend->peer_options);
    ks_keyring_free(backend->keyring);
    *backend = (struct backend){.store = NULL};
}
