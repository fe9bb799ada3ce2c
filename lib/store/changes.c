/* Reads the changes after a version. */
#include "config.h"

#include <string.h>

#include "store/private.h"

static uint64_t version_of(const struct ks_store *store, const struct service *service)
{
    uint32_t kinds = ks_service_kinds(service);
    uint64_t version = service->changed;

    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        uint64_t changed = store->sources[service->group][kind].changed;

        if (kinds & (1U << kind) && changed > version) {
            version = changed;
        }
    }
    return version;
}

/* One query to the store. */
struct query {
    const struct ks_store *store;
    const struct ks_store_changes_reader *reader;
    uint64_t since; /* 0: everything */
};

static void read_services(const struct query *query)
{
    const struct ks_store *store = query->store;

    for (size_t i = 0; i < store->index_count; i++) {
        const struct service *service = store->index[i];
        struct ks_service_state state;
        struct ks_service_view view;

        if (version_of(store, service) > query->since && !ks_service_is_forbidden(store, service)) {
            ks_service_look(store, service, &state, &view);
            query->reader->service(query->reader->arg, &view);
        }
    }
}

static bool is_there(const struct ks_store *store, const struct tombstone *tombstone)
{
    const char *name = tombstone->parts[2];

    if (tombstone->custom) {
        return ks_custom_find_one(store, tombstone->parts[0], tombstone->parts[1]) != NULL;
    }
    for (size_t i = ks_index_lower_bound(store, name);
         i < store->index_count && strcmp(store->index[i]->name, name) == 0; i++) {
        if (strcmp(store->index[i]->namespace_name, tombstone->parts[0]) == 0 &&
            strcmp(store->index[i]->kind, tombstone->parts[1]) == 0) {
            return true;
        }
    }
    return false;
}

static void read_gone(const struct query *query, bool custom)
{
    const struct ks_store_changes_reader *reader = query->reader;

    for (const struct tombstone *tombstone = query->store->tombstones.first; tombstone; tombstone = tombstone->next) {
        if (tombstone->version <= query->since || tombstone->custom != custom || is_there(query->store, tombstone)) {
            continue;
        }
        if (custom) {
            reader->custom_gone(reader->arg, tombstone->parts[0], tombstone->parts[1]);
        } else {
            reader->gone(reader->arg, tombstone->parts[0], tombstone->parts[1], tombstone->parts[2]);
        }
    }
}

/* Services whose pods may no longer be watched are still there, but readers cannot see them. */
static void read_forbidden(const struct query *query)
{
    const struct ks_store *store = query->store;

    for (size_t i = 0; i < store->index_count; i++) {
        const struct service *service = store->index[i];

        if (ks_service_is_forbidden(store, service) && version_of(store, service) > query->since) {
            query->reader->gone(query->reader->arg, service->namespace_name, service->kind, service->name);
        }
    }
}

static void read_custom(const struct query *query)
{
    const struct ks_store *store = query->store;

    for (size_t i = 0; i < store->custom_count; i++) {
        /* The state that the index points to is the first member. */
        const struct sealed_custom *sealed = (const struct sealed_custom *)store->custom_index[i];

        if (sealed->changed > query->since) {
            query->reader->custom(query->reader->arg, &sealed->state);
        }
    }
}

void ks_store_read_changes(struct ks_store *store, uint64_t since, const struct ks_store_changes_reader *reader)
{
    struct query query = {.store = store, .reader = reader};
    struct ks_store_changes changes;

    pthread_rwlock_rdlock(&store->lock);
    changes = (struct ks_store_changes){
        .version = store->version,
        /* A version from the future does not come from this store. */
        .full = since == 0 || since < store->forgotten || since > store->version,
        .readiness = ks_readiness(store),
        .nodes_state = store->sources[0][KS_KIND_NODE].state,
        .nodes = store->nodes_state,
        .nodes_age_ms = ks_nodes_age(store),
    };
    query.since = changes.full ? 0 : since;
    reader->head(reader->arg, &changes);
    read_services(&query);
    if (!changes.full) {
        read_gone(&query, false);
        read_forbidden(&query);
    }
    read_custom(&query);
    if (!changes.full) {
        read_gone(&query, true);
    }
    pthread_rwlock_unlock(&store->lock);
}
