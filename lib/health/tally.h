/* A few distinct texts and how often each was seen: reasons, versions. Texts are borrowed. Beyond its size a tally
 * counts the rest without naming it. Threads: any. */
#ifndef KS_TALLY_H
#define KS_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define KS_TALLY_SIZE 8

struct ks_tally {
    struct {
        const char *text;
        int32_t count;
    } entries[KS_TALLY_SIZE];
    uint32_t used;
    int32_t others; /* seen beyond the entries */
};

/* A count more: what there would be too many of stays at INT32_MAX. */
static inline int32_t ks_tally_plus(int32_t one, int32_t other)
{
    int32_t sum;

    return __builtin_add_overflow(one, other, &sum) ? INT32_MAX : sum;
}

/* Nothing is counted for "". */
void ks_tally_add(struct ks_tally *tally, const char *text, int32_t count);
void ks_tally_merge(struct ks_tally *into, const struct ks_tally *from);

/* Bytes of all texts with their NULs, and a copy of them to `storage`, to which the entries then point.
 * Returns the byte behind the last. */
size_t ks_tally_text_size(const struct ks_tally *tally);
char *ks_tally_move_text(struct ks_tally *tally, char *storage);

#endif
