/* A byte buffer that grows up to a ceiling, which is set where the buffer is made. A write that would pass the
 * ceiling, or that runs out of memory, marks the buffer as failed and changes nothing; later writes do nothing. So a
 * page is written without a check per line and checked once, with ks_buf_check. The data is always NUL-terminated.
 *
 * Text from outside goes through an escaper (escape.h). Append raw only literals and text that this program made.
 * Threads: a buffer belongs to one at a time. */
#ifndef KS_BASE_BUF_H
#define KS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ks_buf {
    char *data;      /* owned, except after _init_fixed; "" until something is written */
    size_t length;   /* bytes, without the NUL */
    size_t capacity; /* bytes of memory; 0: none yet */
    size_t ceiling;  /* most bytes that it may hold, without the NUL */
    bool failed;
    bool out_of_memory; /* why it failed */
};

void ks_buf_init(struct ks_buf *buf, size_t ceiling);
void ks_buf_fini(struct ks_buf *buf);
#define KS_CLEANUP_BUF __attribute__((cleanup(ks_buf_fini)))

/* Writes into the caller's memory, up to size - 1 bytes and the NUL. It never allocates, so it works even when memory
 * has run out, and must not be released. */
void ks_buf_init_fixed(struct ks_buf *buf, char *memory, size_t size);

/* Forgets content and failure, but keeps the memory. */
void ks_buf_reset(struct ks_buf *buf);

/* Appends a string literal; does not compile for anything else. */
#define ks_buf_literal(buf, text) ks_buf_bytes((buf), "" text, sizeof(text) - 1)

/* Appends bytes that need no escaping where they stand. */
void ks_buf_bytes(struct ks_buf *buf, const void *data, size_t length);

/* Appends numbers and other text that needs no escaping. */
void ks_buf_printf(struct ks_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Marks `buf` as failed if `other` ran out of memory: call it when part of `other` goes into `buf`, which would be
 * incomplete. Text that did not fit below the ceiling of `other` is simply left out. */
void ks_buf_fail_with(struct ks_buf *buf, const struct ks_buf *other);

/* 0, or -1 with KS_ERROR_LIMIT or KS_ERROR_MEMORY if a write failed. */
int ks_buf_check(const struct ks_buf *buf, struct ks_error *err);

#endif
