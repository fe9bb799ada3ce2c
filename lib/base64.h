/* Base64 as kubeconfig files carry it: the standard alphabet with padding (RFC 4648, section 4). It decodes keys, so it
 * is libsodium's, which takes the same time for every input. Threads: any. */
#ifndef KS_BASE64_H
#define KS_BASE64_H

#include <stddef.h>

#include "error.h"

/* Blanks and line ends are skipped, anything else outside of the alphabet is KS_ERROR_INVALID; the error never quotes
 * the input. *data is the caller's, with a NUL after *length bytes. */
int ks_base64_decode(const char *text, size_t text_length, char **data, size_t *length, struct ks_error *err);

/* "one:other" in base64, as HTTP's Basic authentication has it; the caller's, to be wiped. NULL without memory. */
char *ks_base64_encode_pair(const char *one, const char *other);

#endif
