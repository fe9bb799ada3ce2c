/* Custom checks: put and removed by the writer, and published. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* A copy that owns its texts, in one allocation. */
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
    /* The index changes only if a check comes or goes: a new answer takes the place of the last one. */
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

/* An entry of the next index. */
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

void ks_store_custom_starting(struct ks_store *store, bool is_starting)
{
    pthread_rwlock_wrlock(&store->lock);
    store->custom_starting = is_starting;
    pthread_rwlock_unlock(&store->lock);
}

void ks_store_custom_waiting(struct ks_store *store, int64_t since)
{
    pthread_rwlock_wrlock(&store->lock);
    store->custom_waiting_since = since;
    pthread_rwlock_unlock(&store->lock);
}
