/* A growing byte buffer with a ceiling that is named where it is made. A write that would pass the ceiling, or that
 * finds no memory, marks the buffer as failed and changes nothing; later writes do nothing, so a page is written
 * without a test per line and checked once, with ks_buf_check. The data is always NUL-terminated.
 *
 * Text from outside goes through an escaper of escape.h; what is appended raw is a literal or was made here.
 * Threads: one at a time. */
#ifndef KS_BUF_H
#define KS_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ks_buf {
    char *data;      /* owned, but for _init_fixed; "" until something is written */
    size_t length;   /* bytes, without the NUL */
    size_t capacity; /* bytes of memory, 0 for none */
    size_t ceiling;  /* most bytes that it may hold */
    bool failed;
    bool out_of_memory; /* that is why it failed */
};

void ks_buf_init(struct ks_buf *buf, size_t ceiling);
void ks_buf_fini(struct ks_buf *buf);
#define KS_CLEANUP_BUF __attribute__((cleanup(ks_buf_fini)))

/* Into the caller's memory, of which it may fill all but the NUL's byte: for what is to be told even where memory has
 * run out. It allocates nothing, and must not be released. */
void ks_buf_init_fixed(struct ks_buf *buf, char *memory, size_t size);

/* Forgets content and failure, keeps the memory. */
void ks_buf_reset(struct ks_buf *buf);

/* A string literal, nothing else. */
#define ks_buf_literal(buf, text) ks_buf_bytes((buf), "" text, sizeof(text) - 1)

/* Bytes that need no escaping where they stand. */
void ks_buf_bytes(struct ks_buf *buf, const void *data, size_t length);

/* Numbers and other text that needs no escaping. */
void ks_buf_printf(struct ks_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fails where the other, of which something is put here, found no memory: it would be half of it. What did not fit
 * below the other's ceiling is left out. */
void ks_buf_fail_with(struct ks_buf *buf, const struct ks_buf *other);

/* -1 with KS_ERROR_LIMIT or KS_ERROR_MEMORY where a write failed. */
int ks_buf_check(const struct ks_buf *buf, struct ks_error *err);

#endif
