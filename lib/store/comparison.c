/* List and events cross: an event of an object may come before or after the list shows it. Versions say which is newer.
 * An event may also take an object away, and the list still show it, so absences are remembered until the list ends. */
#include "config.h"

#include "store/comparison.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABSENCES_MOST 1024
#define KEY_MOST      110 /* bytes of a key in the example, so that what was wrong with it fits, too */

/* An event told that this object is gone, or is not one that we keep. */
struct absence {
    struct absence *next;
    uint64_t version; /* of the event; 0: not a number */
    char key[];
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

bool ks_comparison_has_event(const struct comparison *comparison, const struct mark *known, const struct mark *listed,
                             const char *key)
{
    const struct absence *absence;

    if (known) {
        return known->generation == listed->generation && !ks_version_is_later(listed->version, known->version);
    }
    absence = find_absence(comparison, key);
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
