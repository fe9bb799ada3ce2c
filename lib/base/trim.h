/* White space at the ends of a text. Pure. Threads: any. */
#ifndef KS_BASE_TRIM_H
#define KS_BASE_TRIM_H

#include <stddef.h>

/* The white space of JSON and of most text files. */
#define KS_SPACES " \t\r\n"

/* `spaces` lists the characters to cut off; a NUL is never one of them. */

/* Length of a text without the spaces at its end. */
size_t ks_trimmed_length(const char *text, size_t length, const char *spaces);

/* Cuts off the spaces at the end of a NUL-terminated text in place, and returns the text after those at its
 * beginning. */
char *ks_trim(char *text, const char *spaces);

#endif
