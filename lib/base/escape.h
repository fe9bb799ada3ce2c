/* Escapers, one for each place where text from outside may stand. They read UTF-8: anything ill-formed becomes
 * U+FFFD, and control characters disappear (in JSON they are escaped, on a line they become spaces), so the output is
 * always well-formed. Each writes into a struct ks_buf and fails as the buffer does. Threads: any. */
#ifndef KS_BASE_ESCAPE_H
#define KS_BASE_ESCAPE_H

#include "base/buf.h"

/* Text between tags, and attribute values in double quotes. The same set (& < > " ') is escaped for both. */
void ks_buf_xml_text(struct ks_buf *buf, const char *text);
void ks_buf_xml_attr(struct ks_buf *buf, const char *text);

/* A JSON string with its quotes (RFC 8259, section 7). */
void ks_buf_json(struct ks_buf *buf, const char *text);

/* Plain text that stays on its line, as in a log. Text from outside may hold newlines and terminal sequences, so
 * control characters become spaces. */
void ks_buf_line(struct ks_buf *buf, const char *text);

/* A path segment or query value: everything but the unreserved characters of RFC 3986, section 2.3, becomes %XX. */
void ks_buf_url(struct ks_buf *buf, const char *text);

#endif
