#include "config.h"

#include "kube/container.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 8

enum ks_container_role ks_kube_init_container_role(const char *restart_policy)
{
    return strcmp(restart_policy, "Always") == 0 ? KS_CONTAINER_SIDECAR : KS_CONTAINER_INIT;
}

void ks_kube_containers_fini(struct ks_kube_containers *containers)
{
    free(containers->items);
    *containers = (struct ks_kube_containers){0};
}

int ks_kube_containers_add(struct ks_kube_containers *containers, enum ks_container_role role, const char *name,
                           const char *image, struct ks_error *err)
{
    /* The next pod reuses the memory, so it keeps its capacity; ks_array_grow would shrink it for every pod. */
    if (containers->count == containers->capacity) {
        size_t capacity = containers->capacity ? 2 * containers->capacity : FIRST_CAPACITY;
        struct ks_container *items = reallocarray(containers->items, capacity, sizeof *items);

        if (!items) {
            return ks_error_memory(err);
        }
        containers->items = items;
        containers->capacity = capacity;
    }
    containers->items[containers->count++] = (struct ks_container){
        .name = name, .image = image, .role = role, .waiting_reason = "", .terminated_reason = "", .last_reason = ""};
    return 0;
}

void ks_kube_containers_reset(struct ks_kube_containers *containers)
{
    containers->count = 0;
    containers->next = 0;
}

int32_t ks_kube_containers_per_pod(const struct ks_kube_containers *containers)
{
    int32_t count = 0;

    for (size_t i = 0; i < containers->count; i++) {
        count += containers->items[i].role != KS_CONTAINER_INIT;
    }
    return count;
}

struct ks_container *ks_kube_containers_find(struct ks_kube_containers *containers, bool init, const char *name)
{
    /* Statuses mostly come in the order of the containers, so the search starts where the last one ended. */
    for (size_t i = 0; i < containers->count; i++) {
        size_t index = (containers->next + i) % containers->count;
        struct ks_container *container = &containers->items[index];

        if ((container->role != KS_CONTAINER_REGULAR) == init && strcmp(container->name, name) == 0) {
            containers->next = index + 1;
            return container;
        }
    }
    return NULL;
}
