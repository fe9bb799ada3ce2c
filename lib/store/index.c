/* The index by which readers find services: sorted by name, and by the names that kube-shields 0.0.6 gave them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/private.h"

static int compare(const struct service *one, const struct service *other)
{
    int order = strcmp(one->name, other->name);

    if (order == 0) {
        order = strcmp(one->namespace_name, other->namespace_name);
    }
    return order ? order : strcmp(one->kind, other->kind);
}

static int compare_services(const void *one, const void *other)
{
    return compare(*(struct service *const *)one, *(struct service *const *)other);
}

static int compare_aliases(const void *left, const void *right)
{
    const struct alias *one = left, *other = right;
    int order = strcmp(one->alias, other->alias);

    if (order == 0) {
        order = strcmp(one->service->namespace_name, other->service->namespace_name);
    }
    return order ? order : compare(one->service, other->service);
}

static size_t count_aliases(const struct ks_store *store)
{
    struct service *service, *next;
    size_t count = 0;

    HASH_ITER(hh, store->services, service, next)
    {
        count += service->alias != NULL;
    }
    return count;
}

int ks_index_build(const struct ks_store *store, struct new_index *index)
{
    struct service *service, *next;

    index->services = calloc(HASH_COUNT(store->services) + 1, sizeof(struct service *));
    index->aliases = calloc(count_aliases(store) + 1, sizeof *index->aliases);
    if (!index->services || !index->aliases) {
        return -1;
    }
    HASH_ITER(hh, store->services, service, next)
    {
        if (ks_service_is_empty(service)) {
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

static int compare_name(const void *key, const void *element)
{
    return strcmp(key, (*(struct service *const *)element)->name);
}

size_t ks_index_lower_bound(const struct ks_store *store, const char *name)
{
    return ks_array_lower_bound(name, store->index, store->index_count, sizeof store->index[0], compare_name);
}

static int compare_alias(const void *key, const void *element)
{
    return strcmp(key, ((const struct alias *)element)->alias);
}

const struct alias *ks_alias_find(const struct ks_store *store, const char *name)
{
    size_t first =
        ks_array_lower_bound(name, store->aliases, store->alias_count, sizeof store->aliases[0], compare_alias);

    return first < store->alias_count && strcmp(store->aliases[first].alias, name) == 0 ? &store->aliases[first] : NULL;
}
