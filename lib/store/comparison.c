/* List and events cross: an event of an object may come before or after the list shows it. Versions say which is newer.
 * An event may also take an object away, and the list still show it, so absences are remembered until the list ends. */
#include "config.h"

#include "store/comparison.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTED_MOST 1024
#define KEY_MOST   110 /* bytes of a key in the example, so that what was wrong with it fits, too */

/* An object that an event told to be gone, or not one that we keep; or one that the list showed before any event. */
struct noted {
    struct noted *next;
    uint64_t version; /* 0: not a number */
    bool was_kept;    /* see ks_comparison_expect */
    char key[];
};

static void free_all(struct noted *noted)
{
    while (noted) {
        struct noted *next = noted->next;

        free(noted);
        noted = next;
    }
}

static struct noted *find(struct noted *noted, const char *key)
{
    while (noted && strcmp(noted->key, key) != 0) {
        noted = noted->next;
    }
    return noted;
}

/* NULL if there are too many, or out of memory. */
static struct noted *add(struct noted **list, size_t *count, const char *key)
{
    size_t key_size = strlen(key) + 1;
    struct noted *noted = *count < NOTED_MOST ? calloc(1, sizeof *noted + key_size) : NULL;

    if (noted) {
        memcpy(noted->key, key, key_size);
        LL_PREPEND(*list, noted);
        (*count)++;
    }
    return noted;
}

void ks_comparison_end(struct written_source *written)
{
    struct comparison *comparison = written->comparison;

    written->comparison = NULL;
    if (comparison) {
        free_all(comparison->absences);
        free_all(comparison->early);
    }
    free(comparison);
}

void ks_comparison_begin(struct written_source *written, const char *told)
{
    ks_comparison_end(written);
    written->comparison = calloc(1, sizeof *written->comparison);
    if (written->comparison) {
        written->comparison->told = ks_version_number(told);
    }
}

/* ---- events ---- */

bool ks_version_is_later(uint64_t one, uint64_t other)
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
    return known && known->generation == told.generation && ks_version_is_later(known->version, told.version);
}

void ks_comparison_expect(struct comparison *comparison, const struct mark *listed, const char *key, bool was_kept)
{
    struct noted *early = add(&comparison->early, &comparison->early_count, key);

    if (early) {
        early->version = listed->version;
        early->was_kept = was_kept;
    }
}

static void note_told(struct comparison *comparison, const char *key, uint64_t version)
{
    struct noted *early = find(comparison->early, key);

    if (early && !ks_version_is_later(early->version, version)) {
        LL_DELETE(comparison->early, early);
        free(early);
    }
}

void ks_comparison_note(struct ks_store *store, uint32_t group, const struct ks_kube_object *object)
{
    struct comparison *comparison = store->written[group][object->kind].comparison;
    uint64_t version = ks_version_number(object->meta.resource_version);
    char key[OBJECT_KEY_SIZE];
    struct noted *absence;

    if (!comparison || ks_object_key(object, key, NULL)) {
        return;
    }
    note_told(comparison, key, version);
    if (comparison->is_whole || ks_mark_find(store, object->kind, key)) {
        return;
    }
    absence = find(comparison->absences, key);
    absence = absence ? absence : add(&comparison->absences, &comparison->absence_count, key);
    if (absence) {
        absence->version = version;
    } else {
        comparison->forgets = true;
    }
}

bool ks_comparison_has_event(const struct comparison *comparison, const struct mark *known, const struct mark *listed,
                             const char *key)
{
    const struct noted *absence;

    if (known) {
        return known->generation == listed->generation && !ks_version_is_later(listed->version, known->version);
    }
    absence = find(comparison->absences, key);
    return absence ? !ks_version_is_later(listed->version, absence->version) : comparison->forgets;
}

/* ---- what differs ---- */

/* Keys of controllers begin with their kind. */
static const char *name_of(const char *kind, const char *key)
{
    size_t length = strlen(kind);

    return strncmp(key, kind, length) == 0 && key[length] == '/' ? key + length + 1 : key;
}

static void note(struct ks_store_difference *difference, enum ks_kind kind, const char *key, const char *what)
{
    const char *name = ks_kind_name(kind);

    if (difference->example[0]) {
        return;
    }
    snprintf(difference->example, sizeof difference->example, "%s %.*s was %s", name, KEY_MOST, name_of(name, key),
             what);
    for (size_t i = 0; name[i]; i++) {
        difference->example[i] = (char)tolower((unsigned char)name[i]);
    }
}

void ks_difference_note_missing(struct ks_store_difference *difference, enum ks_kind kind, const char *key)
{
    difference->missing++;
    note(difference, kind, key, "missing");
}

void ks_difference_note_outdated(struct ks_store_difference *difference, enum ks_kind kind, const char *key)
{
    difference->outdated++;
    note(difference, kind, key, "outdated");
}

void ks_difference_note_gone(struct ks_store_difference *difference, enum ks_kind kind, const char *key)
{
    difference->superfluous++;
    note(difference, kind, key, "gone");
}

void ks_comparison_count_untold(struct comparison *comparison, enum ks_kind kind)
{
    const struct noted *early;

    LL_FOREACH(comparison->early, early)
    {
        if (early->was_kept) {
            ks_difference_note_outdated(&comparison->difference, kind, early->key);
        } else {
            ks_difference_note_missing(&comparison->difference, kind, early->key);
        }
    }
}
