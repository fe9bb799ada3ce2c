/* Escapers, one for each place where text from outside may stand. Input is meant to be UTF-8: what is not becomes
 * U+FFFD, and control characters vanish unless it is said otherwise (JSON keeps them, escaped), so no output is ever
 * ill-formed.
 * Each writes into a struct ks_buf and fails as that does. Threads: any. */
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

#endif
