/* Escapers, one for each place where text from outside may stand. Input is meant to be UTF-8: what is not becomes
 * U+FFFD, and control characters vanish unless it is said otherwise (JSON keeps them, escaped), so no output is ever
 * ill-formed.
 * Each writes into a struct ks_buf and fails as that does. What reads UTF-8 for them is here, too. Threads: any. */
#ifndef KS_ESCAPE_H
#define KS_ESCAPE_H

#include "base/buf.h"

/* Between tags, and in attribute values between double quotes; the same set (& < > " ') serves both. */
void ks_buf_xml_text(struct ks_buf *buf, const char *text);
void ks_buf_xml_attr(struct ks_buf *buf, const char *text);

/* A JSON string with its quotes (RFC 8259, section 7). */
void ks_buf_json(struct ks_buf *buf, const char *text);

/* Plain text that stays on its line, as in a log: what comes from outside may hold newlines and terminal sequences, so
 * that control characters become spaces. */
void ks_buf_line(struct ks_buf *buf, const char *text);

/* A path segment or query value: all but the unreserved characters of RFC 3986, section 2.3, as %XX. */
void ks_buf_url(struct ks_buf *buf, const char *text);

/* Reads one code point of a NUL-terminated text and advances. U+FFFD for each ill-formed part (Unicode 15,
 * section 3.9, "maximal subpart"). Not to be called at the NUL. */
unsigned ks_utf8_next(const char **text);

/* Where `length` bytes, NUL-terminated or not, stop being UTF-8 text: the index of the first NUL or ill-formed part;
 * `length` where they are. Stricter than json-c, which takes overlong forms, surrogates and what is beyond Unicode. */
size_t ks_utf8_check(const char *text, size_t length);

/* The length of a byte order mark that `length` bytes begin with: some editors put one before the text. 0 for none. */
size_t ks_utf8_mark(const char *text, size_t length);

#endif
