/* What changed after a version. */
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

/* One question to the store. */
struct asking {
    const struct ks_store *store;
    const struct ks_store_changes_reader *reader;
    uint64_t since; /* 0: everything */
};

static void tell_services(const struct asking *asking)
{
    const struct ks_store *store = asking->store;

    for (size_t i = 0; i < store->index_count; i++) {
        const struct service *service = store->index[i];
        struct ks_service_state state;
        struct ks_service_view view;

        if (version_of(store, service) > asking->since && !ks_service_is_forbidden(store, service)) {
            ks_service_look(store, service, &state, &view);
            asking->reader->service(asking->reader->arg, &view);
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

static void tell_gone(const struct asking *asking, bool custom)
{
    const struct ks_store_changes_reader *reader = asking->reader;

    for (const struct tombstone *tombstone = asking->store->tombstones.first; tombstone; tombstone = tombstone->next) {
        if (tombstone->version <= asking->since || tombstone->custom != custom || is_there(asking->store, tombstone)) {
            continue;
        }
        if (custom) {
            reader->custom_gone(reader->arg, tombstone->parts[0], tombstone->parts[1]);
        } else {
            reader->gone(reader->arg, tombstone->parts[0], tombstone->parts[1], tombstone->parts[2]);
        }
    }
}

/* Those whose pods may be watched no more are there, but nothing can be said of them. */
static void tell_forbidden(const struct asking *asking)
{
    const struct ks_store *store = asking->store;

    for (size_t i = 0; i < store->index_count; i++) {
        const struct service *service = store->index[i];

        if (ks_service_is_forbidden(store, service) && version_of(store, service) > asking->since) {
            asking->reader->gone(asking->reader->arg, service->namespace_name, service->kind, service->name);
        }
    }
}

static void tell_custom(const struct asking *asking)
{
    const struct ks_store *store = asking->store;

    for (size_t i = 0; i < store->custom_count; i++) {
        /* The index points to what is the first member of it. */
        const struct sealed_custom *sealed = (const struct sealed_custom *)store->custom_index[i];

        if (sealed->changed > asking->since) {
            asking->reader->custom(asking->reader->arg, &sealed->state);
        }
    }
}

void ks_store_read_changes(struct ks_store *store, uint64_t since, const struct ks_store_changes_reader *reader)
{
    struct asking asking = {.store = store, .reader = reader};
    struct ks_store_changes changes;

    pthread_rwlock_rdlock(&store->lock);
    changes = (struct ks_store_changes){
        .version = store->version,
        /* A version that is still to come was never told by this store. */
        .full = since == 0 || since < store->forgotten || since > store->version,
        .readiness = ks_readiness(store),
        .nodes_state = store->sources[0][KS_KIND_NODE].state,
        .nodes = store->nodes_state,
        .nodes_age_ms = ks_nodes_age(store),
    };
    asking.since = changes.full ? 0 : since;
    reader->head(reader->arg, &changes);
    tell_services(&asking);
    if (!changes.full) {
        tell_gone(&asking, false);
        tell_forbidden(&asking);
    }
    tell_custom(&asking);
    if (!changes.full) {
        tell_gone(&asking, true);
    }
    pthread_rwlock_unlock(&store->lock);
}
