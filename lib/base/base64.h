/* Base64 as kubeconfig files carry it: the standard alphabet with padding (RFC 4648, section 4). It decodes keys, so it
 * is libsodium's, which takes the same time for every input. Threads: any. */
#ifndef KS_BASE64_H
#define KS_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Blanks and line ends are skipped, anything else outside of the alphabet is KS_ERROR_INVALID; the error never quotes
 * the input. *data is the caller's, with a NUL after *length bytes. */
int ks_base64_decode(const char *text, size_t text_length, char **data, size_t *length, struct ks_error *err);

/* "one:other" in base64, as HTTP's Basic authentication has it; the caller's, to be wiped. NULL without memory. */
char *ks_base64_encode_pair(const char *one, const char *other);

#define KS_BASE64_PIECE 768 /* a multiple of three, so that only the last piece has padding */

/* Writes base64 into a buffer from pieces of any size; fails as the buffer does. */
struct ks_base64_writer {
    struct ks_buf *out; /* borrowed */
    size_t length;
    unsigned char piece[KS_BASE64_PIECE];
};

void ks_base64_write_start(struct ks_base64_writer *writer, struct ks_buf *out);
void ks_base64_write(struct ks_base64_writer *writer, const void *data, size_t length);

/* What is pending, with the padding. */
void ks_base64_write_end(struct ks_base64_writer *writer);

#endif
