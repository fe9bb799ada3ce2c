/* Reads services one by one or summed up, nodes, readiness and stats, each under the read lock. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "store/private.h"

/* When a source of these kinds was first no longer known to be right; INT64_MAX if all are right. */
static int64_t as_of(const struct ks_store *store, uint32_t group, uint32_t kinds)
{
    int64_t earliest = INT64_MAX;

    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        const struct source *source = &store->sources[group][kind];

        if (kinds & (1U << kind) && source->state == KS_SOURCE_AWAY && source->as_of < earliest) {
            earliest = source->as_of;
        }
    }
    return earliest;
}

/* At least 1 ms if it is not known to be right now, since 0 means right. */
static int64_t age_since(int64_t time)
{
    int64_t now = time == INT64_MAX ? 0 : ks_clock_monotonic();

    if (time == INT64_MAX) {
        return 0;
    }
    return time < now ? now - time : 1;
}

uint32_t ks_service_kinds(const struct service *service)
{
    /* For a remote service only the peer itself counts, whatever kinds it was judged by there. */
    return service->state->remote ? (1U << KS_KIND_NODE) - 1 : service->state->kinds;
}

bool ks_service_is_forbidden(const struct ks_store *store, const struct service *service)
{
    return store->sources[service->group][KS_KIND_POD].state == KS_SOURCE_OFF;
}

static int64_t as_of_service(const struct ks_store *store, const struct service *service)
{
    int64_t sources = as_of(store, service->group, ks_service_kinds(service));

    return service->state->as_of < sources ? service->state->as_of : sources;
}

static uint32_t kinds_that_are_refused(const struct ks_store *store, uint32_t group)
{
    uint32_t kinds = 0;

    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        const struct source *source = &store->sources[group][kind];

        kinds |= source->is_refused || source->state == KS_SOURCE_OFF ? 1U << kind : 0;
    }
    return kinds;
}

void ks_service_unseal(const struct ks_store *store, const struct service *service, struct ks_service_state *state)
{
    ks_state_unseal(service->state, state);
    if (!service->state->remote) {
        state->without = state->kinds & kinds_that_are_refused(store, service->group);
    }
}

void ks_service_look(const struct ks_store *store, const struct service *service, struct ks_service_state *state,
                     struct ks_service_view *view)
{
    ks_service_unseal(store, service, state);
    *view = (struct ks_service_view){
        .name = service->name,
        .namespace_name = service->namespace_name,
        .kind = service->kind,
        .state = state,
        .age_ms = age_since(as_of_service(store, service)),
    };
}

int64_t ks_nodes_age(const struct ks_store *store)
{
    return age_since(as_of(store, 0, 1U << KS_KIND_NODE));
}

/* Whether one group is known; all groups if there is no such group (group_count). Without pods nothing is. */
static bool is_known(const struct ks_store *store, size_t group)
{
    size_t first = group < store->group_count ? group : 0;
    size_t end = group < store->group_count ? group + 1 : store->group_count;
    bool has_pods = first == end;

    for (size_t i = first; i < end; i++) {
        has_pods = has_pods || store->sources[i][KS_KIND_POD].state != KS_SOURCE_OFF;
        for (int kind = 0; kind < KS_KIND_NODE; kind++) {
            if (store->sources[i][kind].state == KS_SOURCE_STARTING) {
                return false;
            }
        }
    }
    return has_pods;
}

static enum ks_readiness readiness_of(const struct ks_store *store, size_t group)
{
    static const enum ks_readiness by_trouble[] = {
        [KS_STORE_NO_TROUBLE] = KS_STARTING,
        [KS_STORE_NO_ACCESS] = KS_FORBIDDEN,
        [KS_STORE_UNREACHABLE] = KS_UNREACHABLE,
    };

    return is_known(store, group) ? KS_READY : by_trouble[store->trouble];
}

enum ks_readiness ks_readiness(const struct ks_store *store)
{
    return readiness_of(store, store->group_count);
}

static size_t group_of(const struct ks_store *store, const char *namespace_name)
{
    size_t group = namespace_name ? ks_string_list_find(&store->namespaces, namespace_name) : store->group_count;

    return group < store->namespaces.count ? group : store->group_count;
}

/* A sum in progress. */
struct summing {
    const struct ks_store *store;
    const struct ks_store_selector *selector;
    struct ks_store_sum *sum;
    int64_t as_of;
    const char *namespace_name; /* of the latest service, if the name is whole; or NULL */
};

static bool counts(const struct summing *summing, const struct service *service)
{
    const struct ks_store_selector *selector = summing->selector;

    return !ks_service_is_forbidden(summing->store, service) &&
           (selector->namespace_name || selector->with_hidden || !service->state->hidden);
}

/* Services of one name come sorted by namespace. */
static void note_namespace(struct summing *summing, const char *namespace_name)
{
    struct ks_store_sum *sum = summing->sum;

    if (summing->selector->prefix ||
        (summing->namespace_name && strcmp(summing->namespace_name, namespace_name) == 0)) {
        return;
    }
    summing->namespace_name = namespace_name;
    if (sum->namespace_count < KS_STORE_NAMESPACES_MOST) {
        sum->namespaces[sum->namespace_count] = namespace_name;
    }
    sum->namespace_count++;
}

static void add_service(struct summing *summing, const struct service *service)
{
    struct ks_service_state state;
    int64_t since;

    if (!counts(summing, service)) {
        return;
    }
    note_namespace(summing, service->namespace_name);
    since = as_of_service(summing->store, service);
    ks_service_unseal(summing->store, service, &state);
    ks_service_state_add(&summing->sum->state, &state);
    summing->sum->services++;
    if (since < summing->as_of) {
        summing->as_of = since;
    }
}

/* Adds the services with this name (or prefix) in the selected namespace. old: only those that it may have meant. */
static void add_named(struct summing *summing, const char *name, const struct ks_old_name *old)
{
    const struct ks_store *store = summing->store;
    const char *namespace_name = summing->selector->namespace_name;
    size_t length = strlen(name);

    for (size_t i = ks_index_lower_bound(store, name); i < store->index_count; i++) {
        const struct service *service = store->index[i];

        if (strncmp(service->name, name, length) != 0 || (!summing->selector->prefix && service->name[length])) {
            return;
        }
        if ((!namespace_name || strcmp(namespace_name, service->namespace_name) == 0) &&
            (!old || ks_service_was_called(service, old))) {
            add_service(summing, service);
        }
    }
}

static void add_alias(struct summing *summing, const char *name)
{
    const struct ks_store *store = summing->store;
    const struct alias *found = ks_alias_find(store, name);

    for (; found && found < store->aliases + store->alias_count && strcmp(found->alias, name) == 0; found++) {
        const char *namespace_name = summing->selector->namespace_name;

        if (!namespace_name || strcmp(namespace_name, found->service->namespace_name) == 0) {
            add_service(summing, found->service);
        }
    }
}

static void sum_up(struct summing *summing)
{
    const struct ks_store_selector *selector = summing->selector;
    struct ks_old_name old[KS_OLD_NAMES_MOST];
    size_t count;

    add_named(summing, selector->name ? selector->name : "", NULL);
    if (summing->sum->services || !selector->name || selector->prefix) {
        return;
    }
    add_alias(summing, selector->name);
    count = ks_name_resolve_old(selector->name, old);
    for (size_t i = 0; !summing->sum->services && i < count; i++) {
        add_named(summing, old[i].name, &old[i]);
    }
}

void ks_store_read_sum(struct ks_store *store, const struct ks_store_selector *selector, ks_store_sum_reader *reader,
                       void *arg)
{
    struct ks_store_selector any = *selector;
    struct ks_store_sum sum = {.readiness = KS_READY, .state = {.annotations = KS_NO_ANNOTATIONS}};
    struct summing summing = {.store = store, .selector = &any, .sum = &sum, .as_of = INT64_MAX};

    any.prefix = selector->prefix || !selector->name;
    pthread_rwlock_rdlock(&store->lock);
    sum.readiness = readiness_of(store, group_of(store, selector->namespace_name));
    sum_up(&summing);
    sum.age_ms = age_since(summing.as_of);
    reader(arg, &sum);
    pthread_rwlock_unlock(&store->lock);
}

/* Whether Kubernetes has a service of this name that is not hidden. */
static bool has_visible(const struct ks_store *store, const char *name)
{
    for (size_t i = ks_index_lower_bound(store, name);
         i < store->index_count && strcmp(store->index[i]->name, name) == 0; i++) {
        if (!store->index[i]->state->hidden) {
            return true;
        }
    }
    return false;
}

/* Reads services that only have custom checks, from *next on, up to `name`, which is one of them if all services of
 * that name are hidden: anybody may make one. NULL: up to the end. */
static void read_custom_only(const struct ks_store *store, const char *name, size_t *next,
                             ks_store_service_reader *reader, void *arg)
{
    while (*next < store->custom_count) {
        struct ks_service_view view = {.name = store->custom_index[*next]->service, .namespace_name = "", .kind = ""};
        int order = name ? strcmp(view.name, name) : -1;
        size_t first;

        if (order > 0 || (order == 0 && has_visible(store, name))) {
            return;
        }
        first = ks_custom_find(store, view.name, &view.custom_count);
        *next = first + view.custom_count;
        view.custom = store->custom_index + first;
        if (view.custom_count) {
            reader(arg, &view);
        }
    }
}

void ks_store_read_services(struct ks_store *store, ks_store_service_reader *reader, void *arg)
{
    size_t next_custom = 0;

    pthread_rwlock_rdlock(&store->lock);
    for (size_t i = 0; i < store->index_count; i++) {
        const struct service *service = store->index[i];
        struct ks_service_state state;
        struct ks_service_view view;
        size_t first;

        ks_service_look(store, service, &state, &view);
        read_custom_only(store, service->name, &next_custom, reader, arg);
        first = ks_custom_find(store, service->name, &view.custom_count);
        view.custom = view.custom_count ? store->custom_index + first : NULL;
        next_custom = first + view.custom_count;
        reader(arg, &view);
    }
    read_custom_only(store, NULL, &next_custom, reader, arg);
    pthread_rwlock_unlock(&store->lock);
}

enum ks_source_state ks_store_nodes(struct ks_store *store, struct ks_nodes_state *nodes, int64_t *age_ms)
{
    enum ks_source_state state;

    pthread_rwlock_rdlock(&store->lock);
    state = store->sources[0][KS_KIND_NODE].state;
    *nodes = store->nodes_state;
    *age_ms = ks_nodes_age(store);
    pthread_rwlock_unlock(&store->lock);
    return state;
}

enum ks_readiness ks_store_readiness(struct ks_store *store)
{
    enum ks_readiness readiness;

    pthread_rwlock_rdlock(&store->lock);
    readiness = ks_readiness(store);
    pthread_rwlock_unlock(&store->lock);
    return readiness;
}

void ks_store_stats(struct ks_store *store, struct ks_store_stats *stats)
{
    *stats = (struct ks_store_stats){.pods = 0};
    pthread_rwlock_rdlock(&store->lock);
    for (size_t group = 0; group < store->group_count; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            if (kind != KS_KIND_NODE || group == 0) {
                stats->sources[kind][store->sources[group][kind].state]++;
            }
        }
    }
    stats->pods = store->pod_count;
    stats->controllers = store->controller_count;
    stats->budgets = store->budget_count;
    stats->nodes = store->node_count;
    stats->services = store->index_count;
    for (size_t i = 0; i < store->custom_count; i++) {
        stats->custom[store->custom_index[i]->phase]++;
        stats->custom_failed += store->custom_index[i]->failed;
    }
    stats->custom_runs = store->custom_runs;
    stats->custom_failures = store->custom_failures;
    stats->custom_waiting_since = store->custom_waiting_since;
    stats->version = store->version;
    pthread_rwlock_unlock(&store->lock);
}
