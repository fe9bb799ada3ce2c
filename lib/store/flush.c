/* Publishes: judges the services that changed, outside of the lock, then swaps in their new states. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

bool ks_store_is_dirty(const struct ks_store *store)
{
    return store->dirty || store->dirty_customs || store->index_stale || store->nodes_dirty || store->sources_dirty;
}

/* States that a flush publishes; afterwards, the ones that it replaced. */
struct publication {
    struct new_index index;
    struct custom_index customs;
    struct tombstones tombstones;
    struct ks_nodes_state nodes;
    bool states; /* some service has changed */
    uint64_t version;
};

static int add_tombstone(const struct service *service, struct tombstones *tombstones)
{
    const char *const parts[] = {service->namespace_name, service->kind, service->name};

    return ks_tombstones_add(tombstones, false, parts);
}

/* Judges the service, unless its peer did. `stays` is known afterwards. */
static int judge(struct ks_store *store, struct service *service)
{
    bool is_bare = !service->pods && !service->controllers && !service->guess;

    if (service->remote) {
        return 0;
    }
    if (is_bare) {
        service->stays = false;
        return 0;
    }
    return ks_service_judge(store, service);
}

/* Judges the services that changed. One that lost its last object, and has no reason to stay, leaves the index. */
static int prepare_service(struct ks_store *store, struct service *service, struct publication *publication)
{
    bool is_empty;

    if (judge(store, service)) {
        return -1;
    }
    is_empty = ks_service_is_empty(service);
    if (is_empty == service->listed) {
        store->index_stale = true;
    }
    if (is_empty) {
        return service->listed ? add_tombstone(service, &publication->tombstones) : 0;
    }
    service->unchanged = service->state && service->next_state && ks_state_is_same(service->state, service->next_state);
    publication->states = publication->states || !service->unchanged;
    return 0;
}

static int prepare_services(struct ks_store *store, struct publication *publication)
{
    ks_nodes_touch_suspects(store);
    for (struct service *service = store->dirty; service; service = service->dirty_next) {
        if (ks_guess_update(store, service)) {
            return -1;
        }
    }
    if (ks_budgets_match(store)) {
        return -1;
    }
    for (struct service *service = store->dirty; service; service = service->dirty_next) {
        if (prepare_service(store, service, publication)) {
            return -1;
        }
    }
    return 0;
}

/* Under the exclusive lock: only swaps pointers. The old state stays in next_state, to be freed outside of the lock. */
static void swap_states(struct ks_store *store, uint64_t version)
{
    for (struct service *service = store->dirty; service; service = service->dirty_next) {
        struct sealed_state *old = service->state;

        if (!service->next_state || ks_service_is_empty(service)) {
            continue;
        }
        service->state = service->next_state;
        service->next_state = old;
        service->listed = true;
        service->was_rolling = service->is_rolling;
        if (!service->unchanged) {
            service->changed = version;
        }
    }
}

/* Under the exclusive lock. */
static void swap_index(struct ks_store *store, struct new_index *index)
{
    const struct new_index old = {store->index, store->index_count, store->aliases, store->alias_count};

    if (!store->index_stale) {
        return;
    }
    store->index = index->services;
    store->index_count = index->count;
    store->aliases = index->aliases;
    store->alias_count = index->alias_count;
    *index = old;
}

/* Whether what the source said is right, has an age, or does not count; and whether it may say more. */
static int validity(const struct source *source)
{
    int age = source->state == KS_SOURCE_AWAY ? 1 : source->state == KS_SOURCE_OFF ? 2 : 0;

    return source->is_refused ? age + 3 : age;
}

/* Under the exclusive lock. */
static void publish_sources(struct ks_store *store, uint64_t version)
{
    for (size_t group = 0; group < store->group_count; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            struct source *source = &store->sources[group][kind];
            uint64_t changed = source->changed;

            if (validity(source) != validity(&store->written[group][kind].source)) {
                changed = version;
            }
            *source = store->written[group][kind].source;
            source->changed = changed;
        }
    }
}

/* A sign of life changes only as_of, which readers need not know. */
static bool have_sources_changed(const struct ks_store *store)
{
    for (size_t group = 0; group < store->group_count; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            const struct source *source = &store->sources[group][kind];
            const struct source *written = &store->written[group][kind].source;

            if (source->state != written->state || source->is_refused != written->is_refused) {
                return true;
            }
        }
    }
    return false;
}

static void count_nodes(const struct ks_store *store, struct ks_nodes_state *state)
{
    struct node *node, *next;

    *state = (struct ks_nodes_state){.total = 0};
    HASH_ITER(hh, store->nodes, node, next)
    {
        state->total++;
        state->ready += node->content.ready;
        state->cordoned += node->content.unschedulable;
        for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
            state->pressures[i] += node->content.pressures[i];
        }
    }
}

static void prepare_nodes(const struct ks_store *store, struct ks_nodes_state *state)
{
    if (!store->nodes_dirty) {
        *state = store->nodes_state;
    } else if (store->remote) {
        *state = store->remote_nodes;
    } else {
        count_nodes(store, state);
    }
}

static bool have_nodes_changed(const struct ks_nodes_state *one, const struct ks_nodes_state *other)
{
    return one->total != other->total || one->ready != other->ready || one->cordoned != other->cordoned ||
           memcmp(one->pressures, other->pressures, sizeof one->pressures) != 0;
}

static void free_publication(struct publication *publication)
{
    free(publication->index.services);
    free(publication->index.aliases);
    free(publication->customs.states);
    ks_tombstones_free(&publication->tombstones);
}

/* Does everything that may fail or takes long. After a failure the next flush prepares it again. */
static int prepare(struct ks_store *store, struct publication *publication)
{
    bool visible;

    if (prepare_services(store, publication) ||
        ks_custom_prepare(store, &publication->customs, &publication->tombstones) ||
        (store->index_stale && ks_index_build(store, &publication->index))) {
        free_publication(publication);
        return -1;
    }
    prepare_nodes(store, &publication->nodes);
    visible = publication->states || store->index_stale || store->dirty_customs || have_sources_changed(store) ||
              have_nodes_changed(&publication->nodes, &store->nodes_state);
    publication->version = store->version + visible;
    return 0;
}

static void publish(struct ks_store *store, struct publication *publication)
{
    pthread_rwlock_wrlock(&store->lock);
    swap_states(store, publication->version);
    ks_custom_swap(store, &publication->customs, publication->version);
    swap_index(store, &publication->index);
    ks_tombstones_publish(store, &publication->tombstones, publication->version);
    publish_sources(store, publication->version);
    store->nodes_state = publication->nodes;
    store->pod_count = HASH_COUNT(store->pods);
    store->controller_count = HASH_COUNT(store->controllers);
    store->budget_count = HASH_COUNT(store->budgets);
    store->node_count = HASH_COUNT(store->nodes);
    store->version = publication->version;
    pthread_rwlock_unlock(&store->lock);
}

/* Frees replaced states and services that are gone. */
static void clean_up(struct ks_store *store)
{
    struct service *service = store->dirty;

    while (service) {
        struct service *next = service->dirty_next;

        service->dirty = false;
        service->dirty_next = NULL;
        free(service->next_state);
        service->next_state = NULL;
        if (ks_service_is_empty(service)) {
            ks_guess_free(store, service);
            HASH_DEL(store->services, service); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
            ks_service_free(service);
        }
        service = next;
    }
    store->dirty = NULL;
}

int ks_store_flush(struct ks_store *store, struct ks_error *err)
{
    struct publication publication = {.version = 0};
    uint64_t version = store->version;

    if (prepare(store, &publication)) {
        return ks_error_memory(err);
    }
    publish(store, &publication);
    if (publication.version != version) {
        ks_waiting_wake(store, publication.version);
    }
    store->index_stale = false;
    store->nodes_dirty = false;
    store->sources_dirty = false;
    clean_up(store);
    ks_custom_clean_up(store, &publication.customs);
    free_publication(&publication);
    return 0;
}
