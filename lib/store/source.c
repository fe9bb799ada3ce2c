/* Lists and sources: removes objects that a list no longer has, or whose source was turned off. */
#include "config.h"

#include "health/judges.h"
#include "store/comparison.h"

void ks_store_list_begin(struct ks_store *store, size_t group, enum ks_kind kind)
{
    ks_comparison_end(&store->written[group][kind]);
    store->written[group][kind].generation++;
}

/* A list in progress ends: what it did not name is gone. */
struct sweep {
    struct ks_store *store;
    size_t group;
    enum ks_kind kind;
    uint32_t generation;
    struct ks_store_difference *difference; /* or NULL */
};

static bool is_gone(const struct sweep *sweep, size_t group, const struct mark *mark, const char *key)
{
    if (group != sweep->group || mark->generation == sweep->generation) {
        return false;
    }
    if (sweep->difference) {
        ks_difference_note_gone(sweep->difference, sweep->kind, key);
    }
    return true;
}

static void sweep_pods(const struct sweep *sweep)
{
    struct pod *pod, *next;

    HASH_ITER(hh, sweep->store->pods, pod, next)
    {
        if (is_gone(sweep, pod->service->group, &pod->mark, pod->key)) {
            ks_remove_pod(sweep->store, pod);
        }
    }
}

static void sweep_nodes(const struct sweep *sweep)
{
    struct node *node, *next;

    HASH_ITER(hh, sweep->store->nodes, node, next)
    {
        if (is_gone(sweep, 0, &node->mark, node->key)) {
            ks_remove_node(sweep->store, node);
        }
    }
}

static void sweep_budgets(const struct sweep *sweep)
{
    struct budget *budget, *next;

    HASH_ITER(hh, sweep->store->budgets, budget, next)
    {
        if (is_gone(sweep, budget->group, &budget->mark, budget->key)) {
            ks_remove_budget(sweep->store, budget);
        }
    }
}

static void sweep_controllers(const struct sweep *sweep)
{
    struct controller *controller, *next;

    HASH_ITER(hh, sweep->store->controllers, controller, next)
    {
        if (controller->content.kind == sweep->kind &&
            is_gone(sweep, controller->group, &controller->mark, controller->key)) {
            ks_remove_controller(sweep->store, controller);
        }
    }
}

void ks_objects_sweep(struct ks_store *store, size_t group, enum ks_kind kind, struct ks_store_difference *difference)
{
    const struct sweep sweep = {store, group, kind, store->written[group][kind].generation, difference};

    switch (kind) {
    case KS_KIND_POD:
        sweep_pods(&sweep);
        break;
    case KS_KIND_NODE:
        sweep_nodes(&sweep);
        break;
    case KS_KIND_BUDGET:
        sweep_budgets(&sweep);
        break;
    default:
        sweep_controllers(&sweep);
    }
}

void ks_store_list_end(struct ks_store *store, size_t group, enum ks_kind kind)
{
    ks_objects_sweep(store, group, kind, NULL);
}

/* What has no controller object any more, and none can come, is judged as if it never had one. */
static void lose_controllers(struct ks_store *store, size_t group, enum ks_kind kind)
{
    struct service *service, *next;

    HASH_ITER(hh, store->services, service, next)
    {
        bool is_bereft = service->is_controlled && !ks_service_has_counted_controller(service);

        if (service->group == group && !service->remote && (is_bereft || ks_judges_of(service->kind) & (1U << kind))) {
            service->is_controlled = service->is_controlled && !is_bereft;
            ks_service_touch(store, service);
        }
    }
}

/* A source is turned off if it may not be watched, and has told nothing but part of a first list, or what is of another
 * cluster: that goes. */
static void turn_off(struct ks_store *store, size_t group, enum ks_kind kind)
{
    ks_store_list_begin(store, group, kind);
    ks_store_list_end(store, group, kind);
    lose_controllers(store, group, kind);
    if (kind == KS_KIND_JOB) {
        ks_guess_cronjobs(store, group);
    }
}

void ks_store_source(struct ks_store *store, size_t group, enum ks_kind kind, enum ks_source_state state, int64_t as_of)
{
    struct source *source = &store->written[group][kind].source;
    bool turned_off = state == KS_SOURCE_OFF && source->state != KS_SOURCE_OFF;

    *source = (struct source){.state = state, .as_of = as_of};
    store->sources_dirty = true;
    if (turned_off) {
        turn_off(store, group, kind);
    }
}

void ks_store_source_refused(struct ks_store *store, size_t group, enum ks_kind kind)
{
    store->written[group][kind].source.is_refused = true;
    store->sources_dirty = true;
}
