/* Custom checks: what they answered, by service and check. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/private.h"

#define KEY_SIZE (2 * KS_NAME_SIZE)

static struct custom *find_custom(const struct ks_store *store, const char *service, const char *check)
{
    char key[KEY_SIZE];
    struct custom *custom;

    snprintf(key, sizeof key, "%s/%s", service, check);
    HASH_FIND_STR(store->customs, key, custom);
    return custom;
}

static struct custom *get_custom(struct ks_store *store, const char *service, const char *check)
{
    struct custom *custom = find_custom(store, service, check);
    size_t service_length = strlen(service);
    size_t check_length = strlen(check);

    if (custom || service_length + check_length + 2 > KEY_SIZE) {
        return custom;
    }
    custom = calloc(1, sizeof *custom + service_length + check_length + 2);
    if (!custom) {
        return NULL;
    }
    memcpy(custom->key, service, service_length);
    custom->key[service_length] = '/';
    memcpy(custom->key + service_length + 1, check, check_length);
    HASH_ADD_STR(store->customs, key, custom);
    if (!custom->hh.tbl) {
        free(custom);
        return NULL;
    }
    return custom;
}

/* A copy that owns its texts, which stand behind it. */
static struct sealed_custom *seal(const struct ks_custom_state *state)
{
    const char *const texts[] = {state->service, state->check,  state->label,   state->message,
                                 state->color,   state->reason, state->mistake, state->raw};
    const char *copies[sizeof texts / sizeof texts[0]];
    size_t size = sizeof(struct sealed_custom);
    struct sealed_custom *sealed;
    char *storage;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size += strlen(texts[i]) + 1;
    }
    sealed = malloc(size);
    if (!sealed) {
        return NULL;
    }
    storage = (char *)(sealed + 1);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t length = strlen(texts[i]) + 1;

        copies[i] = memcpy(storage, texts[i], length);
        storage += length;
    }
    *sealed = (struct sealed_custom){.state = *state};
    sealed->state.service = copies[0];
    sealed->state.check = copies[1];
    sealed->state.label = copies[2];
    sealed->state.message = copies[3];
    sealed->state.color = copies[4];
    sealed->state.reason = copies[5];
    sealed->state.mistake = copies[6];
    sealed->state.raw = copies[7];
    return sealed;
}

static void touch(struct ks_store *store, struct custom *custom)
{
    /* A check comes or goes. An answer of one that stays takes the place of its last. */
    store->custom_index_stale = store->custom_index_stale || custom->removed || !custom->state;
    if (!custom->dirty) {
        custom->dirty = true;
        custom->dirty_next = store->dirty_customs;
        store->dirty_customs = custom;
    }
}

int ks_store_custom_put(struct ks_store *store, const struct ks_custom_state *state, struct ks_error *err)
{
    struct custom *custom = get_custom(store, state->service, state->check);
    struct sealed_custom *sealed = custom ? seal(state) : NULL;

    if (!custom) {
        return ks_error_memory(err);
    }
    if (!sealed) {
        custom->removed = !custom->state && !custom->next_state;
        touch(store, custom);
        return ks_error_memory(err);
    }
    free(custom->next_state);
    custom->next_state = sealed;
    custom->removed = false;
    custom->generation = store->remote_generation;
    touch(store, custom);
    return 0;
}

void ks_store_custom_remove(struct ks_store *store, const char *service, const char *check)
{
    struct custom *custom = find_custom(store, service, check);

    if (custom) {
        custom->removed = true;
        touch(store, custom);
    }
}

void ks_custom_sweep(struct ks_store *store)
{
    struct custom *custom, *next;

    HASH_ITER(hh, store->customs, custom, next)
    {
        if (custom->generation != store->remote_generation) {
            custom->removed = true;
            touch(store, custom);
        }
    }
}

/* ---- publishing ---- */

/* The state that will be published. */
static const struct ks_custom_state *coming(const struct custom *custom)
{
    const struct sealed_custom *sealed = custom->next_state ? custom->next_state : custom->state;

    return sealed ? &sealed->state : NULL;
}

/* While the next index is sorted. */
struct coming {
    const struct ks_custom_state *state;
    struct custom *custom;
};

static int compare_coming(const void *one, const void *other)
{
    const struct ks_custom_state *state = ((const struct coming *)one)->state;
    const struct ks_custom_state *second = ((const struct coming *)other)->state;
    int order = strcmp(state->service, second->service);

    return order ? order : strcmp(state->check, second->check);
}

static int add_tombstone(const struct custom *custom, struct tombstones *tombstones)
{
    const char *const parts[] = {custom->state->state.service, custom->state->state.check, ""};

    return ks_tombstones_add(tombstones, true, parts);
}

static int sort_coming(const struct ks_store *store, struct coming *entries, struct tombstones *tombstones,
                       size_t *count)
{
    struct custom *custom, *next;

    HASH_ITER(hh, store->customs, custom, next)
    {
        const struct ks_custom_state *state = coming(custom);

        if (!custom->removed && state) {
            entries[(*count)++] = (struct coming){state, custom};
        }
        if (custom->removed && custom->state && add_tombstone(custom, tombstones)) {
            return -1;
        }
    }
    qsort(entries, *count, sizeof *entries, compare_coming);
    return 0;
}

int ks_custom_prepare(const struct ks_store *store, struct custom_index *index, struct tombstones *tombstones)
{
    size_t most = HASH_COUNT(store->customs) + 1;
    struct coming *entries;
    int outcome;

    if (!store->custom_index_stale) {
        return 0;
    }
    entries = calloc(most, sizeof *entries);
    index->states = calloc(most, sizeof(struct ks_custom_state *));
    outcome = entries && index->states ? sort_coming(store, entries, tombstones, &index->count) : -1;
    for (size_t i = 0; outcome == 0 && i < index->count; i++) {
        index->states[i] = entries[i].state;
        entries[i].custom->position = i;
    }
    free(entries);
    return outcome;
}

void ks_custom_swap(struct ks_store *store, struct custom_index *index, uint64_t version)
{
    if (index->states) {
        const struct ks_custom_state **old = store->custom_index;

        store->custom_index = index->states;
        store->custom_count = index->count;
        index->states = old;
    }
    for (struct custom *custom = store->dirty_customs; custom; custom = custom->dirty_next) {
        struct sealed_custom *replaced = custom->state;

        if (!custom->next_state || custom->removed) {
            continue;
        }
        store->custom_runs += custom->next_state->state.phase == KS_CUSTOM_ANSWERED;
        store->custom_failures += custom->next_state->state.failed;
        custom->next_state->changed = version;
        custom->state = custom->next_state;
        custom->next_state = replaced;
        store->custom_index[custom->position] = &custom->state->state;
    }
}

static void free_custom(struct custom *custom)
{
    free(custom->state);
    free(custom->next_state);
    free(custom);
}

void ks_custom_clean_up(struct ks_store *store, struct custom_index *index)
{
    struct custom *custom = store->dirty_customs;

    while (custom) {
        struct custom *next = custom->dirty_next;

        custom->dirty = false;
        custom->dirty_next = NULL;
        free(custom->next_state);
        custom->next_state = NULL;
        if (custom->removed) {
            HASH_DEL(store->customs, custom); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
            free_custom(custom);
        }
        custom = next;
    }
    store->dirty_customs = NULL;
    store->custom_index_stale = false;
    free(index->states);
    index->states = NULL;
}

void ks_custom_free_all(struct ks_store *store)
{
    struct custom *custom = store->customs;

    HASH_CLEAR(hh, store->customs);
    while (custom) {
        struct custom *next = custom->hh.next;

        free_custom(custom);
        custom = next;
    }
    free(store->custom_index);
}

/* ---- reading, under the lock ---- */

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

/* One question to the store: what is asked, and who is told. */
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

/* Of a file that was refused nobody knows which checks it has. */
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

static size_t read_one(const struct custom_reading *reading, const char *name)
{
    const struct alias *alias = ks_alias_find(reading->store, name);
    char stable[KS_NAME_SIZE];
    const char *kind;
    size_t count = read_matching(reading, name, false);

    if (count == 0 && alias) {
        count = read_matching(reading, alias->service->name, false);
    }
    if (count == 0 && ks_name_of_ancestor(name, stable, &kind)) {
        count = read_matching(reading, stable, false);
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

void ks_store_custom_starting(struct ks_store *store, bool is_starting)
{
    pthread_rwlock_wrlock(&store->lock);
    store->custom_starting = is_starting;
    pthread_rwlock_unlock(&store->lock);
}

bool ks_store_custom_is_starting(struct ks_store *store)
{
    bool is_starting;

    pthread_rwlock_rdlock(&store->lock);
    is_starting = store->custom_starting;
    pthread_rwlock_unlock(&store->lock);
    return is_starting;
}

void ks_store_custom_waiting(struct ks_store *store, int64_t since)
{
    pthread_rwlock_wrlock(&store->lock);
    store->custom_waiting_since = since;
    pthread_rwlock_unlock(&store->lock);
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
