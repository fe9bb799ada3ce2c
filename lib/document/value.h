/* Members of an element, each doubted. What is missing or null leaves the variable as it was: so it has its default
 * before. Pure. Threads: any. */
#ifndef KS_PEER_DOCUMENT_VALUE_H
#define KS_PEER_DOCUMENT_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* KS_ERROR_PROTOCOL: `name value: must be …`; name NULL: the value alone. Returns -1. */
int ks_peer_refuse(const char *name, struct json_object *value, const char *accepted, struct ks_error *err);

/* NULL where it is missing or null. */
struct json_object *ks_peer_member(struct json_object *object, const char *name);

struct ks_peer_range {
    int64_t least, most;
};
int ks_peer_number(struct json_object *object, const char *name, const struct ks_peer_range *range, int64_t *number,
                   struct ks_error *err);

int ks_peer_flag(struct json_object *object, const char *name, bool *flag, struct ks_error *err);

/* One line: at most so many bytes, without control characters. Borrowed from the object. */
int ks_peer_line(struct json_object *object, const char *name, size_t most, const char **text, struct ks_error *err);

/* A line that a predicate accepts; where it is missing, "" is judged. */
struct ks_peer_rule {
    bool (*accepts)(const char *text);
    const char *accepted;
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

/* Whether it has no control characters and at most so many bytes. */
bool ks_peer_is_line(const char *text, size_t length, size_t most);

#endif
