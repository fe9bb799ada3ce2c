/* Base64 with the standard alphabet and padding (RFC 4648, section 4), as kubeconfig files use it. It decodes keys,
 * so it is libsodium's, which takes the same time whatever the input. Threads: any. */
#ifndef KS_BASE_BASE64_H
#define KS_BASE_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Spaces and line ends are skipped; any other character outside the alphabet is KS_ERROR_INVALID. The error never
 * quotes the input. *data has a NUL after *length bytes; the caller frees it. */
int ks_base64_decode(const char *text, size_t text_length, char **data, size_t *length, struct ks_error *err);

/* "one:other" in base64, as HTTP Basic authentication sends it. The caller wipes and frees it. NULL if out of
 * memory. */
char *ks_base64_encode_pair(const char *one, const char *other);

#define KS_BASE64_PIECE 768 /* a multiple of three, so that only the last piece has padding */

/* Writes base64 into a buffer from pieces of any size. Errors show in the buffer. */
struct ks_base64_writer {
    struct ks_buf *out; /* borrowed */
    size_t length;
    unsigned char piece[KS_BASE64_PIECE];
};

void ks_base64_write_start(struct ks_base64_writer *writer, struct ks_buf *out);
void ks_base64_write(struct ks_base64_writer *writer, const void *data, size_t length);

/* Writes the rest, with its padding. */
void ks_base64_write_end(struct ks_base64_writer *writer);

#endif
