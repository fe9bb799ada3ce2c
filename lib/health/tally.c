#include "config.h"

#include "health/tally.h"

#include <string.h>

void ks_tally_add(struct ks_tally *tally, const char *text, int32_t count)
{
    if (!text[0] || count == 0) {
        return;
    }
    for (uint32_t i = 0; i < tally->used; i++) {
        if (strcmp(tally->entries[i].text, text) == 0) {
            tally->entries[i].count = ks_tally_plus(tally->entries[i].count, count);
            return;
        }
    }
    if (tally->used == KS_TALLY_SIZE) {
        tally->others = ks_tally_plus(tally->others, count);
        return;
    }
    tally->entries[tally->used].text = text;
    tally->entries[tally->used].count = count;
    tally->used++;
}

void ks_tally_merge(struct ks_tally *into, const struct ks_tally *from)
{
    for (uint32_t i = 0; i < from->used; i++) {
        ks_tally_add(into, from->entries[i].text, from->entries[i].count);
    }
    into->others = ks_tally_plus(into->others, from->others);
}

size_t ks_tally_text_size(const struct ks_tally *tally)
{
    size_t size = 0;

    for (uint32_t i = 0; i < tally->used; i++) {
        size += strlen(tally->entries[i].text) + 1;
    }
    return size;
}

char *ks_tally_move_text(struct ks_tally *tally, char *storage)
{
    for (uint32_t i = 0; i < tally->used; i++) {
        size_t size = strlen(tally->entries[i].text) + 1;

        memcpy(storage, tally->entries[i].text, size);
        tally->entries[i].text = storage;
        storage += size;
    }
    return storage;
}
