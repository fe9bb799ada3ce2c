/* Quantities as people write them: whole numbers, durations, sizes, permissions. Pure. Threads: any. */
#ifndef KS_BASE_QUANTITY_H
#define KS_BASE_QUANTITY_H

#include <stdint.h>

#include "base/buf.h"

/* Each returns 0, or -1 if the text is not such a quantity. The caller words the error, since it knows the range.
 * Signs, spaces and fractions are not allowed. */
int ks_quantity_integer(const char *text, int64_t *value);
/* In milliseconds: 500ms, 30s, 5m, 1h, and 0 in any unit or none. */
int ks_quantity_duration(const char *text, int64_t *value);
/* In bytes: 4096, 64Ki, 8Mi, 1Gi. */
int ks_quantity_size(const char *text, int64_t *value);
/* Permission bits in octal: 0660. */
int ks_quantity_mode(const char *text, int64_t *value);

/* Write a quantity in the largest unit that divides it: "5m", "8Mi". */
void ks_quantity_put_duration(struct ks_buf *out, int64_t value);
void ks_quantity_put_size(struct ks_buf *out, int64_t value);

/* Write what a quantity must be, with those examples that are in the range: "a duration from 1s to 1h, such as 30s, 5m
 * or 1h". */
void ks_quantity_put_duration_range(struct ks_buf *out, int64_t least, int64_t most);
void ks_quantity_put_size_range(struct ks_buf *out, int64_t least, int64_t most);

#endif
