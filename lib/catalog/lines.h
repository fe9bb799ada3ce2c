/* The lines of a file of settings or queries that a person wrote. Pure. Threads: any. */
#ifndef KS_CATALOG_LINES_H
#define KS_CATALOG_LINES_H

#include <stddef.h>

#include "base/error.h"

#define KS_LINES_BYTES_MOST ((size_t)1 << 20)

struct ks_lines {
    char *text; /* a copy that is cut into lines; owned */
    char *next;
    int number; /* of the line that was read last, from 1 */
};

/* A byte order mark is passed over. KS_ERROR_INVALID: a NUL byte, named by its line, or more bytes than are accepted.
 * To be released with _fini in any case. */
int ks_lines_init(struct ks_lines *lines, const char *text, size_t length, struct ks_error *err);
void ks_lines_fini(struct ks_lines *lines);
#define KS_CLEANUP_LINES __attribute__((cleanup(ks_lines_fini)))

/* The next line without its end, LF or CRLF; NULL behind the last. Borrowed from lines, and free to be cut up. */
char *ks_lines_next(struct ks_lines *lines);

/* Without blanks and tabs at both ends: what follows is cut off in place. */
char *ks_lines_trim(char *text);

#endif
