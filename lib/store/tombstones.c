/* Tombstones: what is gone, so that readers who ask for changes learn of it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

#define TOMBSTONES_MOST 4096

int ks_tombstones_add(struct tombstones *tombstones, bool custom, const char *const parts[static 3])
{
    const size_t sizes[3] = {strlen(parts[0]) + 1, strlen(parts[1]) + 1, strlen(parts[2]) + 1};
    struct tombstone *tombstone = malloc(sizeof *tombstone + sizes[0] + sizes[1] + sizes[2]);
    char *text;

    if (!tombstone) {
        return -1;
    }
    *tombstone = (struct tombstone){.custom = custom};
    text = tombstone->text;
    for (size_t i = 0; i < 3; i++) {
        tombstone->parts[i] = memcpy(text, parts[i], sizes[i]);
        text += sizes[i];
    }
    if (tombstones->last) {
        tombstones->last->next = tombstone;
    } else {
        tombstones->first = tombstone;
    }
    tombstones->last = tombstone;
    tombstones->count++;
    return 0;
}

void ks_tombstones_free(struct tombstones *tombstones)
{
    while (tombstones->first) {
        struct tombstone *next = tombstones->first->next;

        free(tombstones->first);
        tombstones->first = next;
    }
    *tombstones = (struct tombstones){.count = 0};
}

void ks_tombstones_publish(struct ks_store *store, struct tombstones *tombstones, uint64_t version)
{
    struct tombstones *all = &store->tombstones;
    struct tombstones old = {.count = 0};

    if (!tombstones->first) {
        return;
    }
    for (struct tombstone *tombstone = tombstones->first; tombstone; tombstone = tombstone->next) {
        tombstone->version = version;
    }
    if (all->last) {
        all->last->next = tombstones->first;
    } else {
        all->first = tombstones->first;
    }
    all->last = tombstones->last;
    all->count += tombstones->count;
    for (; all->first && all->count > TOMBSTONES_MOST; all->count--) {
        struct tombstone *oldest = all->first;

        store->forgotten = oldest->version;
        all->first = oldest->next;
        oldest->next = old.first;
        old.first = oldest;
    }
    *tombstones = old;
}
