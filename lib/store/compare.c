/* Compares a list that is taken beside a watch with what the watch told.
 *
 * List and events cross: an event of an object may come before or after the list shows it. Versions say which is newer.
 * An event may also take an object away, and the list still show it, so absences are remembered until the list ends. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

#define ABSENCES_MOST 1024
#define KEY_MOST      110 /* bytes of a key in the example, so that what was wrong with it fits, too */

/* An event told that this object is gone, or is none that we keep. */
struct absence {
    struct absence *next;
    uint64_t version; /* of the event; 0: not a number */
    char key[];
};

struct comparison {
    uint64_t told; /* 0: not a number */
    bool is_whole; /* the list is complete */
    bool forgets;  /* there were more absences than it remembers */
    size_t absence_count;
    struct absence *absences;
    struct ks_store_difference difference;
};

void ks_comparison_end(struct written_source *written)
{
    struct comparison *comparison = written->comparison;

    written->comparison = NULL;
    while (comparison && comparison->absences) {
        struct absence *next = comparison->absences->next;

        free(comparison->absences);
        comparison->absences = next;
    }
    free(comparison);
}

/* Whether one version is after the other. If they are no numbers nobody knows: the watch will tell. */
static bool is_later(uint64_t one, uint64_t other)
{
    return one > other && other > 0;
}

bool ks_comparison_is_ahead(const struct ks_store *store, uint32_t group, const struct ks_kube_object *object)
{
    const struct mark *known;
    char key[OBJECT_KEY_SIZE];
    struct mark told;

    if (!store->written[group][object->kind].comparison || ks_object_key(object, key, NULL)) {
        return false;
    }
    told = ks_mark(store, group, object);
    known = ks_mark_find(store, object->kind, key);
    return known && known->generation == told.generation && is_later(known->version, told.version);
}

/* ---- absences ---- */

static struct absence *find_absence(const struct comparison *comparison, const char *key)
{
    struct absence *absence = comparison->absences;

    while (absence && strcmp(absence->key, key) != 0) {
        absence = absence->next;
    }
    return absence;
}

/* NULL if there are too many, or out of memory. */
static struct absence *add_absence(struct comparison *comparison, const char *key)
{
    size_t key_size = strlen(key) + 1;
    struct absence *absence = comparison->absence_count < ABSENCES_MOST ? malloc(sizeof *absence + key_size) : NULL;

    if (absence) {
        memcpy(absence->key, key, key_size);
        LL_PREPEND(comparison->absences, absence);
        comparison->absence_count++;
    }
    return absence;
}

void ks_comparison_note(struct ks_store *store, uint32_t group, const struct ks_kube_object *object)
{
    struct comparison *comparison = store->written[group][object->kind].comparison;
    char key[OBJECT_KEY_SIZE];
    struct absence *absence;

    if (!comparison || comparison->is_whole || ks_object_key(object, key, NULL) ||
        ks_mark_find(store, object->kind, key)) {
        return;
    }
    absence = find_absence(comparison, key);
    absence = absence ? absence : add_absence(comparison, key);
    if (absence) {
        absence->version = ks_version_number(object->meta.resource_version);
    } else {
        comparison->forgets = true;
    }
}

/* ---- what differs ---- */

static void note(struct ks_store_difference *difference, size_t *count, const char *kind, const char *key,
                 const char *what)
{
    int used;

    (*count)++;
    if (difference->example[0]) {
        return;
    }
    used = snprintf(difference->example, sizeof difference->example, "%s %.*s was %s", kind, KEY_MOST, key, what);
    for (int i = 0; i < used && difference->example[i] != ' '; i++) {
        difference->example[i] = (char)tolower((unsigned char)difference->example[i]);
    }
}

/* Keys of controllers begin with their kind. */
static const char *name_of(enum ks_kind kind, const char *key)
{
    size_t length = strlen(ks_kind_name(kind));

    return strncmp(key, ks_kind_name(kind), length) == 0 && key[length] == '/' ? key + length + 1 : key;
}

void ks_difference_note_gone(struct ks_store_difference *difference, enum ks_kind kind, const char *key)
{
    note(difference, &difference->superfluous, ks_kind_name(kind), name_of(kind, key), "gone");
}

static void note_listed(struct ks_store_difference *difference, enum ks_kind kind, const char *key, bool was_there)
{
    if (was_there) {
        note(difference, &difference->outdated, ks_kind_name(kind), name_of(kind, key), "outdated");
    } else {
        note(difference, &difference->missing, ks_kind_name(kind), name_of(kind, key), "missing");
    }
}

/* ---- comparing ---- */

void ks_store_compare_begin(struct ks_store *store, size_t group, enum ks_kind kind, const char *told)
{
    struct written_source *written = &store->written[group][kind];

    ks_store_list_begin(store, group, kind);
    written->comparison = calloc(1, sizeof *written->comparison);
    if (written->comparison) {
        written->comparison->told = ks_version_number(told);
    }
}

/* Whether the watch knows better than the list. known: the object's mark, or NULL. */
static bool has_event(const struct comparison *comparison, const struct mark *known, const struct mark *listed,
                      const char *key)
{
    const struct absence *absence;

    if (known) {
        return known->generation == listed->generation && !is_later(listed->version, known->version);
    }
    absence = find_absence(comparison, key);
    return absence ? !is_later(listed->version, absence->version) : comparison->forgets;
}

int ks_store_compare(struct ks_store *store, size_t group, const struct ks_kube_object *object, struct ks_error *err)
{
    struct comparison *comparison = store->written[group][object->kind].comparison;
    const struct mark listed = ks_mark(store, (uint32_t)group, object);
    uint64_t edits = store->edits;
    const struct mark *known;
    char key[OBJECT_KEY_SIZE];

    if (!comparison) {
        return ks_error_memory(err);
    }
    if (ks_object_is_excluded(store, object)) {
        return 0;
    }
    if (ks_object_key(object, key, err)) {
        return -1;
    }
    known = ks_mark_find(store, object->kind, key);
    if (has_event(comparison, known, &listed, key)) {
        return 0;
    }
    if (ks_object_apply(store, (uint32_t)group, KS_KUBE_ADDED, object, err)) {
        return -1;
    }
    /* What is newer than the watch had told may be on its way. */
    if (store->edits != edits && !is_later(listed.version, comparison->told)) {
        note_listed(&comparison->difference, object->kind, key, known != NULL);
    }
    return 0;
}

void ks_store_compare_end(struct ks_store *store, size_t group, enum ks_kind kind)
{
    struct comparison *comparison = store->written[group][kind].comparison;

    if (comparison) {
        comparison->is_whole = true;
    }
}

void ks_store_compare_settle(struct ks_store *store, size_t group, enum ks_kind kind,
                             struct ks_store_difference *difference)
{
    struct written_source *written = &store->written[group][kind];

    *difference = (struct ks_store_difference){.missing = 0};
    if (!written->comparison || !written->comparison->is_whole) {
        return;
    }
    *difference = written->comparison->difference;
    ks_comparison_end(written);
    ks_objects_sweep(store, group, kind, difference);
}
