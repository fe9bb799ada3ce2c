/* Publishing: judges the services that changed, outside the lock, then swaps the new states in. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store_private.h"

bool ks_store_is_dirty(const struct ks_store *store)
{
    return store->dirty || store->dirty_customs || store->index_stale || store->nodes_dirty || store->sources_dirty;
}

void ks_service_touch(struct ks_store *store, struct service *service)
{
    if (!service->dirty) {
        service->dirty = true;
        service->dirty_next = store->dirty;
        store->dirty = service;
    }
}

void ks_service_free(struct service *service)
{
    free(service->state);
    free(service->next_state);
    free(service->alias);
    free(service);
}

void ks_store_free_controller(struct controller *controller)
{
    free(controller->annotation_text);
    free(controller);
}

size_t ks_annotations_text_size(const struct ks_annotations *annotations)
{
    const char *const texts[] = {annotations->label, annotations->color, annotations->link};
    size_t size = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size += texts[i][0] ? strlen(texts[i]) + 1 : 0;
    }
    return size;
}

char *ks_annotations_move_text(struct ks_annotations *annotations, char *storage)
{
    const char **const texts[] = {&annotations->label, &annotations->color, &annotations->link};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t size = strlen(*texts[i]) + 1;

        if (size == 1) {
            *texts[i] = "";
            continue;
        }
        *texts[i] = memcpy(storage, *texts[i], size);
        storage += size;
    }
    return storage;
}

/* A copy that owns its texts, which stand behind it. */
static struct ks_service_state *seal(const struct ks_service_state *state)
{
    size_t size = ks_tally_text_size(&state->reasons) + ks_tally_text_size(&state->versions) +
                  ks_annotations_text_size(&state->annotations);
    struct ks_service_state *sealed = malloc(sizeof *sealed + size);
    char *text;

    if (sealed) {
        *sealed = *state;
        text = ks_tally_move_text(&sealed->reasons, (char *)(sealed + 1));
        text = ks_tally_move_text(&sealed->versions, text);
        ks_annotations_move_text(&sealed->annotations, text);
    }
    return sealed;
}

static struct ks_service_state *judge(const struct service *service)
{
    struct ks_judgement judgement;
    const struct pod *pod;
    const struct controller *controller;

    ks_judgement_begin(&judgement, service->kind);
    DL_FOREACH(service->pods, pod)
    {
        struct ks_pod_digest digest = {
            .created = pod->created,
            .yellow_until = pod->yellow_until,
            .ready = pod->ready,
            .total = pod->total,
            .restarts = pod->restarts,
            .deleting = pod->deleting,
            .finished = pod->finished,
            .failed = pod->failed,
            .reason = pod->reason,
        };

        ks_judgement_pod(&judgement, &digest, pod->version);
    }
    DL_FOREACH(service->controllers, controller)
    {
        ks_judgement_controller(&judgement, &controller->content);
    }
    ks_judgement_end(&judgement);
    return seal(&judgement.state);
}

static int compare_services(const void *one, const void *other)
{
    return ks_service_compare(*(struct service *const *)one, *(struct service *const *)other);
}

static int compare_aliases(const void *one, const void *other)
{
    return strcmp(((const struct alias *)one)->alias, ((const struct alias *)other)->alias);
}

struct new_index {
    struct service **services;
    size_t count;
    struct alias *aliases;
    size_t alias_count;
};

static int build_index(const struct ks_store *store, struct new_index *index)
{
    size_t most = HASH_COUNT(store->services);
    struct service *service, *next;

    index->services = calloc(most + 1, sizeof(struct service *));
    index->aliases = calloc(most + 1, sizeof *index->aliases);
    if (!index->services || !index->aliases) {
        free(index->services);
        free(index->aliases);
        return -1;
    }
    HASH_ITER(hh, store->services, service, next)
    {
        if (!service->pods && !service->controllers) {
            continue;
        }
        index->services[index->count++] = service;
        if (service->alias) {
            index->aliases[index->alias_count++] = (struct alias){service->alias, service};
        }
    }
    qsort(index->services, index->count, sizeof index->services[0], compare_services);
    qsort(index->aliases, index->alias_count, sizeof index->aliases[0], compare_aliases);
    return 0;
}

/* Judges all that changed; a service that lost its last object leaves the index. */
static int prepare(struct ks_store *store)
{
    for (struct service *service = store->dirty; service; service = service->dirty_next) {
        bool empty = !service->pods && !service->controllers;

        if (empty == service->listed) {
            store->index_stale = true;
        }
        if (empty) {
            continue;
        }
        free(service->next_state);
        service->next_state = judge(service);
        if (!service->next_state) {
            return -1;
        }
    }
    return 0;
}

/* Under the exclusive lock: pointers only. What is replaced is left in next_state, to be freed outside. */
static void swap_states(struct ks_store *store)
{
    for (struct service *service = store->dirty; service; service = service->dirty_next) {
        struct ks_service_state *old = service->state;

        if (service->next_state) {
            service->state = service->next_state;
            service->next_state = old;
            service->listed = true;
        }
    }
}

/* Under the exclusive lock. */
static void publish_sources(struct ks_store *store)
{
    for (size_t group = 0; group < store->group_count; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            store->sources[group][kind] = store->written[group][kind].source;
        }
    }
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
    }
}

/* Frees what was replaced, and services that are gone. */
static void clean_up(struct ks_store *store)
{
    struct service *service = store->dirty;

    while (service) {
        struct service *next = service->dirty_next;

        service->dirty = false;
        service->dirty_next = NULL;
        free(service->next_state);
        service->next_state = NULL;
        if (!service->pods && !service->controllers) {
            HASH_DEL(store->services, service); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
            ks_service_free(service);
        }
        service = next;
    }
    store->dirty = NULL;
}

int ks_store_flush(struct ks_store *store, struct ks_error *err)
{
    struct new_index index = {.count = 0};
    struct custom_index custom_index = {.count = 0};
    struct service **old_services = NULL;
    struct alias *old_aliases = NULL;
    struct ks_nodes_state nodes;

    if (prepare(store) || ks_custom_prepare(store, &custom_index)) {
        return ks_error_memory(err);
    }
    if (store->index_stale && build_index(store, &index)) {
        free(custom_index.states);
        return ks_error_memory(err);
    }
    if (store->nodes_dirty) {
        count_nodes(store, &nodes);
    } else {
        nodes = store->nodes_state;
    }
    pthread_rwlock_wrlock(&store->lock);
    swap_states(store);
    ks_custom_swap(store, &custom_index);
    if (store->index_stale) {
        old_services = store->index;
        old_aliases = store->aliases;
        store->index = index.services;
        store->index_count = index.count;
        store->aliases = index.aliases;
        store->alias_count = index.alias_count;
    }
    if (store->sources_dirty) {
        publish_sources(store);
    }
    store->nodes_state = nodes;
    store->pod_count = HASH_COUNT(store->pods);
    store->controller_count = HASH_COUNT(store->controllers);
    store->node_count = HASH_COUNT(store->nodes);
    store->version++;
    pthread_rwlock_unlock(&store->lock);
    free(old_services);
    free(old_aliases);
    store->index_stale = false;
    store->nodes_dirty = false;
    store->sources_dirty = false;
    clean_up(store);
    ks_custom_clean_up(store, &custom_index);
    return 0;
}
