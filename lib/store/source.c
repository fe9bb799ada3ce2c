/* Lists and sources: removes objects that a list no longer has, or whose source was turned off. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

void ks_store_list_begin(struct ks_store *store, size_t group, enum ks_kind kind)
{
    store->written[group][kind].generation++;
}

void ks_store_list_end(struct ks_store *store, size_t group, enum ks_kind kind)
{
    uint32_t generation = store->written[group][kind].generation;
    struct pod *pod, *next_pod;
    struct controller *controller, *next_controller;
    struct node *node, *next_node;

    if (kind == KS_KIND_POD) {
        HASH_ITER(hh, store->pods, pod, next_pod)
        {
            if (pod->group == group && pod->generation != generation) {
                ks_remove_pod(store, pod);
            }
        }
    } else if (kind == KS_KIND_NODE) {
        HASH_ITER(hh, store->nodes, node, next_node)
        {
            if (node->generation != generation) {
                HASH_DEL(store->nodes, node); /* NOLINT(clang-analyzer-unix.Malloc): uthash */
                free(node);
                store->nodes_dirty = true;
            }
        }
    } else {
        HASH_ITER(hh, store->controllers, controller, next_controller)
        {
            if (controller->group == group && controller->content.kind == kind &&
                controller->generation != generation) {
                ks_remove_controller(store, controller);
            }
        }
    }
}

/* If Jobs cannot be read, their names must do to find the CronJobs that made them. */
static void guess_cronjobs(struct ks_store *store, size_t group)
{
    struct service *service, *next;
    char cronjob[KS_NAME_SIZE];

    HASH_ITER(hh, store->services, service, next)
    {
        struct service *target;

        if (service->group != group || service->controllers || service->remote || strcmp(service->kind, "Job") != 0 ||
            !ks_name_cronjob_of(service->name, cronjob)) {
            continue;
        }
        target = ks_service_get(store, service->group, service->namespace_name, "CronJob", cronjob);
        if (target) {
            ks_move_pods(store, service, target);
        }
    }
}

/* Removes all objects of a source. */
static void forget(struct ks_store *store, size_t group, enum ks_kind kind)
{
    ks_store_list_begin(store, group, kind);
    ks_store_list_end(store, group, kind);
}

void ks_store_source(struct ks_store *store, size_t group, enum ks_kind kind, enum ks_source_state state, int64_t as_of)
{
    struct source *source = &store->written[group][kind].source;
    bool turned_off = state == KS_SOURCE_OFF && source->state != KS_SOURCE_OFF;

    *source = (struct source){.state = state, .as_of = as_of};
    store->sources_dirty = true;
    if (turned_off) {
        forget(store, group, kind);
        if (kind == KS_KIND_JOB) {
            guess_cronjobs(store, group);
        }
    }
}
