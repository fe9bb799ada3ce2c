/* Makes and frees a store. */
#include "config.h"

#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/comparison.h"

int ks_store_new(struct ks_store **out, const struct ks_store_options *options, struct ks_error *err)
{
    struct ks_store *store = calloc(1, sizeof *store);

    if (!store) {
        return ks_error_memory(err);
    }
    /* Readers may always overlap, and must not keep the writer out. */
    store->lock = (pthread_rwlock_t)PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    ks_waiting_init(store);
    if (ks_string_list_add_all(&store->namespaces, options->namespaces, err) ||
        ks_string_list_add_all(&store->excluded, options->excluded, err)) {
        ks_store_free(store);
        return -1;
    }
    store->is_strict = options->is_strict;
    store->fades_at = INT64_MAX;
    store->group_count = options->namespaces ? store->namespaces.count : 1;
    store->sources = calloc(store->group_count + 1, sizeof *store->sources);
    store->written = calloc(store->group_count + 1, sizeof *store->written);
    if (!store->sources || !store->written) {
        ks_store_free(store);
        return ks_error_memory(err);
    }
    *out = store;
    return 0;
}

/* Budgets and guesses refer to each other, so they go one by one. */
static void free_budgets(struct ks_store *store)
{
    struct service *service, *next_service;
    struct budget *budget, *next_budget;

    HASH_ITER(hh, store->services, service, next_service)
    {
        ks_guess_free(store, service);
    }
    HASH_ITER(hh, store->budgets, budget, next_budget)
    {
        ks_remove_budget(store, budget);
    }
}

static void free_objects(struct ks_store *store)
{
    struct pod *pods = store->pods;
    struct controller *controllers = store->controllers;
    struct node *nodes = store->nodes;
    struct service *services = store->services;

    /* HASH_CLEAR frees the tables, but leaves the entries linked. */
    HASH_CLEAR(hh, store->pods);
    HASH_CLEAR(hh, store->controllers);
    HASH_CLEAR(hh, store->nodes);
    HASH_CLEAR(hh, store->services);
    while (pods) {
        struct pod *next = pods->hh.next;

        ks_pod_free(pods);
        pods = next;
    }
    while (controllers) {
        struct controller *next = controllers->hh.next;

        ks_controller_free(controllers);
        controllers = next;
    }
    while (nodes) {
        struct node *next = nodes->hh.next;

        free(nodes);
        nodes = next;
    }
    while (services) {
        struct service *next = services->hh.next;

        ks_service_free(services);
        services = next;
    }
}

static void free_written(struct ks_store *store)
{
    for (size_t group = 0; store->written && group < store->group_count; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            ks_comparison_end(&store->written[group][kind]);
        }
    }
    free(store->written);
}

void ks_store_free(struct ks_store *store)
{
    if (!store) {
        return;
    }
    free_budgets(store);
    free_objects(store);
    ks_custom_free_all(store);
    ks_string_list_fini(&store->namespaces);
    ks_string_list_fini(&store->excluded);
    free(store->sources);
    free_written(store);
    free(store->index);
    free(store->aliases);
    ks_tombstones_free(&store->tombstones);
    ks_waiting_fini(store);
    pthread_rwlock_destroy(&store->lock);
    free(store);
}
