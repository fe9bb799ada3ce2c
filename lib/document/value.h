/* Reads and validates the members of an element. A missing member, or null, leaves the variable alone: set it to its
 * default first. Pure. Threads: any. */
#ifndef KS_DOCUMENT_VALUE_H
#define KS_DOCUMENT_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* KS_ERROR_PROTOCOL: `name value: must be …`; name NULL: without it. Returns -1. */
int ks_peer_refuse(const char *name, struct json_object *value, const char *wanted, struct ks_error *err);

/* NULL if the member is missing or null. */
struct json_object *ks_peer_member(struct json_object *object, const char *name);

struct ks_peer_range {
    int64_t least, most;
};
int ks_peer_number(struct json_object *object, const char *name, const struct ks_peer_range *range, int64_t *number,
                   struct ks_error *err);

int ks_peer_flag(struct json_object *object, const char *name, bool *flag, struct ks_error *err);

/* A line of at most `most` bytes, without control characters. Borrowed from the object. */
int ks_peer_line(struct json_object *object, const char *name, size_t most, const char **text, struct ks_error *err);

/* A text for which a predicate holds; a missing one counts as "". */
struct ks_peer_rule {
    bool (*accepts)(const char *text);
    const char *wanted;
};
int ks_peer_ruled(struct json_object *object, const char *name, const struct ks_peer_rule *rule, const char **text,
                  struct ks_error *err);

/* One of several words. */
struct ks_peer_words {
    const char *const *words;
    int count;
};
int ks_peer_word(struct json_object *object, const char *name, const struct ks_peer_words *words, int *word,
                 struct ks_error *err);

/* Whether a text has no control characters and at most `most` bytes. */
bool ks_peer_is_line(const char *text, size_t length, size_t most);

#endif
