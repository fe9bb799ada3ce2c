/* Lists and sources: removes objects that a list no longer has, or whose source was turned off. */
#include "config.h"

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
    struct budget *budget, *next_budget;
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
                ks_remove_node(store, node);
            }
        }
    } else if (kind == KS_KIND_BUDGET) {
        HASH_ITER(hh, store->budgets, budget, next_budget)
        {
            if (budget->group == group && budget->generation != generation) {
                ks_remove_budget(store, budget);
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

/* What the controllers of a source wanted is remembered, as if that many pods had been there. */
static void remember_desired(struct ks_store *store, size_t group, enum ks_kind kind)
{
    struct controller *controller, *next;

    if (!ks_kind_is_counted(kind)) {
        return;
    }
    HASH_ITER(hh, store->controllers, controller, next)
    {
        struct service *service = controller->service;
        int32_t desired = controller->content.workload.desired;

        if (controller->group == group && controller->content.kind == kind && desired > 0 && desired <= KS_COUNT_MOST) {
            service->desired_before = ks_tally_plus(service->desired_before, desired);
        }
    }
}

/* Services of a kind that nobody may watch any more have no controller that could say they are gone. */
static void forget_control(struct ks_store *store, size_t group)
{
    struct service *service, *next;

    HASH_ITER(hh, store->services, service, next)
    {
        if (service->group == group && service->is_controlled && !ks_service_has_counted_controller(service)) {
            service->is_controlled = false;
            ks_service_touch(store, service);
        }
    }
}

/* Removes all objects of a source that was turned off. */
static void forget(struct ks_store *store, size_t group, enum ks_kind kind)
{
    remember_desired(store, group, kind);
    ks_store_list_begin(store, group, kind);
    ks_store_list_end(store, group, kind);
    if (ks_kind_is_counted(kind)) {
        forget_control(store, group);
    }
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
            ks_guess_cronjobs(store, group);
        }
    }
}
