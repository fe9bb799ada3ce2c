/* The generated table of ks_js_upper. */
#ifndef KS_BADGE_UPPERCASE_TABLE_H
#define KS_BADGE_UPPERCASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "badge/javascript.h"

/* From first to last, every `step`-th code point becomes itself plus distance. */
struct ks_uppercase_range {
    uint32_t first;
    uint32_t last;
    uint32_t step;
    int32_t distance;
};

/* Code points that become several; unused places are 0. */
struct ks_uppercase_expansion {
    uint32_t code;
    uint32_t upper[KS_JS_UPPER_MOST];
};

/* Both are sorted by code point. */
extern const struct ks_uppercase_range ks_uppercase_ranges[];
extern const size_t ks_uppercase_range_count;
extern const struct ks_uppercase_expansion ks_uppercase_expansions[];
extern const size_t ks_uppercase_expansion_count;

#endif
