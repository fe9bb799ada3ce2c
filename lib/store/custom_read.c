/* Reads custom checks, each under the read lock. */
#include "config.h"

#include <string.h>

#include "base/array.h"
#include "store/private.h"

static int compare_service(const void *key, const void *element)
{
    return strcmp(key, (*(struct ks_custom_state *const *)element)->service);
}

static size_t lower_bound(const struct ks_store *store, const char *service)
{
    return ks_array_lower_bound(service, store->custom_index, store->custom_count, sizeof store->custom_index[0],
                                compare_service);
}

static bool is_of(const struct ks_store *store, size_t index, const char *service)
{
    return index < store->custom_count && strcmp(store->custom_index[index]->service, service) == 0;
}

size_t ks_custom_find(const struct ks_store *store, const char *service, size_t *count)
{
    size_t first = lower_bound(store, service);

    *count = 0;
    if (is_of(store, first, service) && !store->custom_index[first]->check[0]) {
        first++;
    }
    while (is_of(store, first + *count, service)) {
        (*count)++;
    }
    return first;
}

const struct ks_custom_state *ks_custom_find_one(const struct ks_store *store, const char *service, const char *check)
{
    for (size_t i = lower_bound(store, service); is_of(store, i, service); i++) {
        if (strcmp(store->custom_index[i]->check, check) == 0) {
            return store->custom_index[i];
        }
    }
    return NULL;
}

static bool is_in_namespace(const struct ks_store *store, const char *service, const char *namespace_name)
{
    for (size_t i = ks_index_lower_bound(store, service);
         i < store->index_count && strcmp(store->index[i]->name, service) == 0; i++) {
        if (strcmp(store->index[i]->namespace_name, namespace_name) == 0) {
            return true;
        }
    }
    return false;
}

/* One query to the store. */
struct custom_reading {
    const struct ks_store *store;
    const struct ks_store_selector *selector;
    const char *check;
    ks_store_custom_reader *reader;
    void *arg;
};

static size_t read_matching(const struct custom_reading *reading, const char *name, bool prefix)
{
    const struct ks_store *store = reading->store;
    const char *namespace_name = reading->selector->namespace_name;
    size_t length = strlen(name);
    size_t count = 0;

    for (size_t i = lower_bound(store, name); i < store->custom_count; i++) {
        const struct ks_custom_state *state = store->custom_index[i];

        if (strncmp(state->service, name, length) != 0 || (!prefix && state->service[length])) {
            break;
        }
        if (!state->check[0] || (reading->check && strcmp(reading->check, state->check) != 0) ||
            (namespace_name && !is_in_namespace(store, state->service, namespace_name))) {
            continue;
        }
        reading->reader(reading->arg, state);
        count++;
    }
    return count;
}

/* The checks of a refused file are not known: the refusal stands in for any of them. */
static size_t read_refusal(const struct custom_reading *reading, const char *service)
{
    const struct ks_store *store = reading->store;
    const char *namespace_name = reading->selector->namespace_name;
    size_t first = lower_bound(store, service);

    if (!reading->check || !is_of(store, first, service) || store->custom_index[first]->check[0] ||
        (namespace_name && !is_in_namespace(store, service, namespace_name))) {
        return 0;
    }
    reading->reader(reading->arg, store->custom_index[first]);
    return 1;
}

/* The service that had this name in kube-shields 0.0.6; without a namespace, one that is not hidden. */
static const struct alias *find_alias(const struct custom_reading *reading, const char *name)
{
    const struct ks_store *store = reading->store;
    const struct alias *alias = ks_alias_find(store, name);

    while (alias && !reading->selector->namespace_name && alias->service->state->hidden) {
        alias++;
        if (alias == store->aliases + store->alias_count || strcmp(alias->alias, name) != 0) {
            alias = NULL;
        }
    }
    return alias;
}

/* Only a template hash or a CronJob's time is a sure sign of an old name: "web-3" may also be a service that has gone.
 */
static bool is_meant(const struct ks_store *store, const struct ks_old_name *old)
{
    if (old->kind && (strcmp(old->kind, "Deployment") == 0 || strcmp(old->kind, "CronJob") == 0)) {
        return true;
    }
    for (size_t i = ks_index_lower_bound(store, old->name);
         i < store->index_count && strcmp(store->index[i]->name, old->name) == 0; i++) {
        if (ks_service_was_called(store->index[i], old)) {
            return true;
        }
    }
    return false;
}

static size_t read_one(const struct custom_reading *reading, const char *name)
{
    const struct alias *alias = find_alias(reading, name);
    struct ks_old_name old[KS_OLD_NAMES_MOST];
    size_t old_count = ks_name_resolve_old(name, old);
    size_t count = read_matching(reading, name, false);

    if (count == 0 && alias) {
        count = read_matching(reading, alias->service->name, false);
    }
    for (size_t i = 0; count == 0 && i < old_count; i++) {
        count = is_meant(reading->store, &old[i]) ? read_matching(reading, old[i].name, false) : 0;
    }
    return count ? count : read_refusal(reading, name);
}

size_t ks_store_read_custom(struct ks_store *store, const struct ks_store_selector *selector, const char *check,
                            ks_store_custom_reader *reader, void *arg)
{
    const struct custom_reading reading = {store, selector, check, reader, arg};
    size_t count;

    pthread_rwlock_rdlock(&store->lock);
    if (selector->name && !selector->prefix) {
        count = read_one(&reading, selector->name);
    } else {
        count = read_matching(&reading, selector->name ? selector->name : "", true);
    }
    pthread_rwlock_unlock(&store->lock);
    return count;
}

bool ks_store_custom_is_starting(struct ks_store *store)
{
    bool is_starting;

    pthread_rwlock_rdlock(&store->lock);
    is_starting = store->custom_starting;
    pthread_rwlock_unlock(&store->lock);
    return is_starting;
}

void ks_store_namespaces_of(struct ks_store *store, const char *service, struct ks_buf *out)
{
    const char *last = "";

    pthread_rwlock_rdlock(&store->lock);
    for (size_t i = ks_index_lower_bound(store, service);
         i < store->index_count && strcmp(store->index[i]->name, service) == 0; i++) {
        const char *namespace_name = store->index[i]->namespace_name;

        if (strcmp(last, namespace_name) != 0) {
            ks_buf_printf(out, "%s%s", out->length ? " " : "", namespace_name);
        }
        last = namespace_name;
    }
    pthread_rwlock_unlock(&store->lock);
}
