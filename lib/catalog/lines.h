/* The lines of a .conf or .promql file. Pure. Threads: any. */
#ifndef KS_CATALOG_LINES_H
#define KS_CATALOG_LINES_H

#include <stddef.h>

#include "base/error.h"

#define KS_LINES_BYTES_MOST ((size_t)1 << 20)

struct ks_lines {
    char *text; /* a copy, cut into lines; owned */
    char *next;
    int number; /* of the last line that was read, from 1 */
};

/* Skips a byte order mark. KS_ERROR_INVALID: a NUL byte, with its line, or too many bytes. Release it with _fini in any
 * case. */
int ks_lines_init(struct ks_lines *lines, const char *text, size_t length, struct ks_error *err);
void ks_lines_fini(struct ks_lines *lines);
#define KS_CLEANUP_LINES __attribute__((cleanup(ks_lines_fini)))

/* The next line without its LF or CRLF; NULL after the last. Borrowed from lines; the caller may write into it. */
char *ks_lines_next(struct ks_lines *lines);

/* Cuts off spaces and tabs at the end in place, and returns the text after those at the beginning. */
char *ks_lines_trim(char *text);

#endif
