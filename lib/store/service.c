/* A service in the writer's picture: found or made, marked for the next flush, freed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

#define SERVICE_KEY_SIZE (2 * (KS_NAME_SIZE + KS_NAMESPACE_SIZE + 32)) /* more than Kubernetes allows */

struct service *ks_service_find(const struct ks_store *store, const char *namespace_name, const char *kind,
                                const char *name)
{
    char key[SERVICE_KEY_SIZE];
    struct service *service;
    int length = snprintf(key, sizeof key, "%s%c%s%c%s", namespace_name, '\0', kind, '\0', name);

    if (length >= (int)sizeof key) {
        return NULL;
    }
    HASH_FIND(hh, store->services, key, (size_t)length, service);
    return service;
}

void ks_service_touch(struct ks_store *store, struct service *service)
{
    if (!service->dirty) {
        service->dirty = true;
        service->dirty_next = store->dirty;
        store->dirty = service;
    }
}

struct service *ks_service_get(struct ks_store *store, uint32_t group, const char *namespace_name, const char *kind,
                               const char *name)
{
    struct service *service = ks_service_find(store, namespace_name, kind, name);
    size_t namespace_size = strlen(namespace_name) + 1;
    size_t kind_size = strlen(kind) + 1;
    size_t name_size = strlen(name) + 1;
    size_t key_size = namespace_size + kind_size + name_size;

    if (service) {
        return service;
    }
    service = calloc(1, sizeof *service + key_size);
    if (!service) {
        return NULL;
    }
    service->namespace_name = memcpy(service->key, namespace_name, namespace_size);
    service->kind = memcpy(service->key + namespace_size, kind, kind_size);
    service->name = memcpy(service->key + namespace_size + kind_size, name, name_size);
    service->group = group;
    HASH_ADD(hh, store->services, key[0], key_size - 1, service);
    if (!service->hh.tbl) {
        free(service);
        return NULL;
    }
    /* If it stays empty, since memory ran out, the next flush removes it. */
    ks_service_touch(store, service);
    return service;
}

bool ks_service_is_empty(const struct service *service)
{
    return !service->pods && !service->controllers && !service->remote && !service->stays;
}

void ks_service_free(struct service *service)
{
    free(service->state);
    free(service->next_state);
    free(service->alias);
    free(service);
}

/* ---- what it has ---- */

static void note_labels(struct service *service, const struct pod *pod)
{
    service->relabelled = service->relabelled || (pod->remark && pod->remark->labels[0]);
}

void ks_service_attach_pod(struct ks_store *store, struct service *service, struct pod *pod)
{
    pod->service = service;
    DL_APPEND(service->pods, pod);
    note_labels(service, pod);
    ks_service_touch(store, service);
}

void ks_service_detach_pod(struct ks_store *store, struct pod *pod)
{
    DL_DELETE(pod->service->pods, pod);
    note_labels(pod->service, pod);
    ks_service_touch(store, pod->service);
    pod->service = NULL;
}

bool ks_kind_is_counted(enum ks_kind kind)
{
    switch (kind) {
    case KS_KIND_DEPLOYMENT:
    case KS_KIND_REPLICASET:
    case KS_KIND_REPLICATIONCONTROLLER:
    case KS_KIND_STATEFULSET:
    case KS_KIND_DAEMONSET:
        return true;
    default:
        return false;
    }
}

bool ks_service_has_counted_controller(const struct service *service)
{
    const struct controller *controller;

    DL_FOREACH(service->controllers, controller)
    {
        if (ks_kind_is_counted(controller->content.kind)) {
            return true;
        }
    }
    return false;
}

void ks_service_attach_controller(struct ks_store *store, struct service *service, struct controller *controller)
{
    controller->service = service;
    DL_APPEND(service->controllers, controller);
    service->is_controlled = service->is_controlled || ks_kind_is_counted(controller->content.kind);
    ks_service_touch(store, service);
}

void ks_service_detach_controller(struct ks_store *store, struct controller *controller)
{
    DL_DELETE(controller->service->controllers, controller);
    ks_service_touch(store, controller->service);
    controller->service = NULL;
}

bool ks_service_was_called(const struct service *service, const struct ks_old_name *old)
{
    if (old->kind) {
        return strcmp(old->kind, service->kind) == 0;
    }
    /* A peer does not tell which of its services have runs. */
    return service->state->remote ? ks_name_is_run_kind(service->kind) : service->state->has_runs;
}
