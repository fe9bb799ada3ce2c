/* Reads a JSON document by members and elements of lists, so that at most one element is in memory as json-c's objects,
 * which can be many times as large as their text. Pure. Threads: one at a time. */
#ifndef KS_DOCUMENT_TEXT_H
#define KS_DOCUMENT_TEXT_H

#include <json-c/json.h>
#include <stddef.h>

#include "base/error.h"

#define KS_DOCUMENT_ELEMENT_MOST ((size_t)2 * 1024 * 1024) /* bytes of an element */
#define KS_DOCUMENT_VALUES_MOST  65536                     /* '{', '[' and ',' in an element */
#define KS_DOCUMENT_RAW_DEPTH    32                        /* levels of nesting in a member of an element */

struct ks_peer_text {
    const char *text; /* borrowed, not NUL-terminated */
    size_t length;
    size_t at;
    struct json_tokener *tokener; /* owned */
};

/* Validates length and characters. Call _close even after an error. */
int ks_peer_text_open(struct ks_peer_text *text, const char *json, size_t length, struct ks_error *err);
void ks_peer_text_close(struct ks_peer_text *text);

/* Called with the text at the member's value; moves the text behind it. */
typedef int ks_peer_member_reader(void *arg, const char *name, struct ks_error *err);
/* Reads the whole document. */
int ks_peer_text_read(struct ks_peer_text *text, ks_peer_member_reader *reader, void *arg, struct ks_error *err);

/* element: an object, borrowed. */
typedef int ks_peer_element_reader(void *arg, struct json_object *element, struct ks_error *err);
struct ks_peer_list {
    const char *name;
    size_t most; /* elements */
};
/* Reads a list of objects. */
int ks_peer_text_list(struct ks_peer_text *text, const struct ks_peer_list *list, ks_peer_element_reader *reader,
                      void *arg, struct ks_error *err);
int ks_peer_text_value(struct ks_peer_text *text, struct json_object **value, struct ks_error *err);
int ks_peer_text_skip(struct ks_peer_text *text, struct ks_error *err);

#endif
