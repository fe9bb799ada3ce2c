/* Applies the same events in every order: readers must see the same. */
#ifndef KS_TEST_STORE_ORDERS_H
#define KS_TEST_STORE_ORDERS_H

#include "support/store_sample.h"

#define EVENTS_MOST 5

struct story {
    const char *name;
    struct sample events[EVENTS_MOST];
    size_t count;
    const char *services; /* afterwards */
};

static inline void orders_tell(const struct story *story, const size_t order[static EVENTS_MOST], bool flushes)
{
    struct ks_store *store = sample_store(NULL, NULL);
    struct ks_buf text KS_CLEANUP_BUF;
    char row[200];
    int length = snprintf(row, sizeof row, "%s, in the order", story->name);

    ks_buf_init(&text, CEILING);
    sample_live(store, 0);
    for (size_t i = 0; i < story->count; i++) {
        length += snprintf(row + length, sizeof row - (size_t)length, " %zu", order[i]);
        sample_apply(store, &story->events[order[i]]);
        if (flushes) {
            sample_flush(store);
        }
    }
    sample_flush(store);
    ks_store_read_services(store, sample_put_service, &text);
    assert_row_text(row, text.data, story->services);
    ks_store_free(store);
}

/* Chooses each of the rest as the next one. */
static inline void orders_permute(const struct story *story, size_t order[static EVENTS_MOST], size_t first)
{
    if (first == story->count) {
        orders_tell(story, order, false);
        orders_tell(story, order, true);
        return;
    }
    for (size_t i = first; i < story->count; i++) {
        size_t chosen = order[i];

        order[i] = order[first];
        order[first] = chosen;
        orders_permute(story, order, first + 1);
        order[first] = order[i];
        order[i] = chosen;
    }
}

static inline void orders_tell_all(const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t order[EVENTS_MOST] = {0, 1, 2, 3, 4};

        orders_permute(&stories[i], order, 0);
    }
}

#endif
