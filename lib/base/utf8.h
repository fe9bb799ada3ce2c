/* Reading UTF-8 (Unicode 15, section 3.9). Pure. Threads: any. */
#ifndef KS_BASE_UTF8_H
#define KS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#define KS_UTF8_REPLACEMENT 0xfffdU

/* Reads one code point of a NUL-terminated text and advances. U+FFFD for each ill-formed part ("maximal subpart").
 * Must not be called at the NUL. */
unsigned ks_utf8_next(const char **text);

/* Index of the first NUL or ill-formed part in `length` bytes; `length` if all of it is text. Stricter than json-c,
 * which accepts overlong forms, surrogates and code points beyond Unicode. */
size_t ks_utf8_check(const char *text, size_t length);

/* Length of the byte order mark that `length` bytes begin with; 0 if there is none. Some editors write one. */
size_t ks_utf8_mark(const char *text, size_t length);

/* Overwrites every byte of an ill-formed part with '?'. The text keeps its length. */
void ks_utf8_overwrite(char *text);

/* C0, DEL, C1, and the code points that XML 1.0 forbids. */
bool ks_utf8_is_control(unsigned code);

/* Copies a NUL-terminated text as one line of UTF-8: control characters become spaces, ill-formed parts U+FFFD. False
 * if not all of it fits into `size` bytes with the NUL; then the line ends after the last code point that does. `line`
 * and `text` must not overlap; size is 1 or more. */
bool ks_utf8_line(char *line, size_t size, const char *text);

#define KS_UTF8_ELLIPSIS "\xe2\x80\xa6" /* "…" */

/* Shortens a NUL-terminated text to at most size - 1 bytes, the last of them "…", without cutting a code point. The
 * text has size - 4 bytes or more; size is 4 or more. */
void ks_utf8_shorten(char *text, size_t size);

#endif
