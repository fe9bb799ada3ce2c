/* A few distinct texts, such as reasons or versions, and how often each was seen. Texts are borrowed. When a tally is
 * full, it counts further texts without their names. Pure. Threads: any. */
#ifndef KS_HEALTH_TALLY_H
#define KS_HEALTH_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define KS_TALLY_SIZE 8

struct ks_tally {
    struct {
        const char *text;
        int32_t count;
    } entries[KS_TALLY_SIZE];
    uint32_t used;
    int32_t others; /* how many texts had no entry */
};

/* The sum of two counts, INT32_MAX if it is too large. */
static inline int32_t ks_tally_plus(int32_t one, int32_t other)
{
    int32_t sum;

    return __builtin_add_overflow(one, other, &sum) ? INT32_MAX : sum;
}

/* Adds to a text's count. "" is not counted, nor is a text that was seen 0 times. */
void ks_tally_add(struct ks_tally *tally, const char *text, int32_t count);
void ks_tally_merge(struct ks_tally *into, const struct ks_tally *from);

/* For a copy that owns its texts: the bytes that all texts need with their NULs, and the copy itself. The copy goes
 * to `storage`, the entries then point there, and the return value is the byte behind the last text. */
size_t ks_tally_text_size(const struct ks_tally *tally);
char *ks_tally_move_text(struct ks_tally *tally, char *storage);

#endif
