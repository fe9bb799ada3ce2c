/* A peer's store: states of its services, put one by one or, between begin and end, all together. */
#include "config.h"

#include <string.h>

#include "store/private.h"

/* Bytes of namespace, kind and name: more than the API server allows. */
#define KEY_MOST 600

int ks_store_remote_put(struct ks_store *store, const struct ks_remote_service *remote, struct ks_error *err)
{
    struct sealed_state *sealed;
    struct service *service;

    if (strlen(remote->namespace_name) + strlen(remote->kind) + strlen(remote->name) + 2 > KEY_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "a service's names of more than %d bytes", KEY_MOST);
    }
    sealed = ks_state_seal(remote->state, remote->as_of);
    service = sealed ? ks_service_get(store, 0, remote->namespace_name, remote->kind, remote->name) : NULL;
    if (!service) {
        free(sealed);
        return ks_error_memory(err);
    }
    sealed->remote = true;
    free(service->next_state);
    service->next_state = sealed;
    service->remote = true;
    service->generation = store->remote_generation;
    ks_service_touch(store, service);
    return 0;
}

static void forget(struct ks_store *store, struct service *service)
{
    service->remote = false;
    ks_service_touch(store, service);
}

void ks_store_remote_remove(struct ks_store *store, const char *namespace_name, const char *kind, const char *name)
{
    struct service *service = ks_service_find(store, namespace_name, kind, name);

    if (service && service->remote) {
        forget(store, service);
    }
}

void ks_store_remote_begin(struct ks_store *store)
{
    store->remote_generation++;
}

void ks_store_remote_end(struct ks_store *store)
{
    struct service *service, *next;

    HASH_ITER(hh, store->services, service, next)
    {
        if (service->remote && service->generation != store->remote_generation) {
            forget(store, service);
        }
    }
    ks_custom_sweep(store);
}

void ks_store_remote_nodes(struct ks_store *store, const struct ks_nodes_state *nodes)
{
    store->remote = true;
    store->remote_nodes = *nodes;
    store->nodes_dirty = true;
}

void ks_store_remote_report(struct ks_store *store, const struct ks_remote_report *report)
{
    pthread_rwlock_wrlock(&store->lock);
    store->report = *report;
    pthread_rwlock_unlock(&store->lock);
}

void ks_store_remote_read_report(struct ks_store *store, struct ks_remote_report *report)
{
    pthread_rwlock_rdlock(&store->lock);
    *report = store->report;
    pthread_rwlock_unlock(&store->lock);
}
