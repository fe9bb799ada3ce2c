/* What a comparison of the store with a list has found. */
#ifndef KS_TEST_STORE_COMPARED_H
#define KS_TEST_STORE_COMPARED_H

#include "support/store_sample.h"

static inline size_t compared_count(const struct ks_store_difference *difference)
{
    return difference->missing + difference->outdated + difference->superfluous;
}

/* wanted: "1 missing, 2 outdated, 0 gone: pod shop/web-1 was missing", or "". */
static inline void compared_settle(const char *row, struct ks_store *store, enum ks_kind kind, const char *wanted)
{
    struct ks_store_difference difference;
    char text[300] = "";

    ks_store_compare_settle(store, 0, kind, &difference);
    if (compared_count(&difference) || difference.example[0]) {
        snprintf(text, sizeof text, "%zu missing, %zu outdated, %zu gone: %s", difference.missing, difference.outdated,
                 difference.superfluous, difference.example);
    }
    assert_row_text(row, text, wanted);
}

static inline void compared_services(const char *row, struct ks_store *store, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_services(store, sample_put_service, &text);
    assert_row_text(row, text.data, wanted);
}

#endif
