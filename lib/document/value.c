/* Members of an element: read and validated. */
#include "config.h"

#include "document/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/utf8.h"

#define VALUE_SHOWN 80
#define WANTED_SIZE 96

int ks_peer_refuse(const char *name, struct json_object *value, const char *wanted, struct ks_error *err)
{
    const char *json = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    struct ks_buf shown KS_CLEANUP_BUF;

    ks_buf_init(&shown, VALUE_SHOWN); /* truncates */
    ks_buf_line(&shown, json ? json : "");
    return ks_error_set(err, KS_ERROR_PROTOCOL, "%s%s%s: must be %s", name ? name : "", name ? " " : "", shown.data,
                        wanted);
}

struct json_object *ks_peer_member(struct json_object *object, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(object, name, &value) ? value : NULL;
}

int ks_peer_number(struct json_object *object, const char *name, const struct ks_peer_range *range, int64_t *number,
                   struct ks_error *err)
{
    struct json_object *value = ks_peer_member(object, name);
    int64_t found = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : INT64_MIN;

    if (!value) {
        return 0;
    }
    /* json-c reads larger numbers as INT64_MAX. */
    if (found < range->least || found > range->most) {
        char wanted[WANTED_SIZE];

        snprintf(wanted, sizeof wanted, "a whole number from %" PRId64 " to %" PRId64, range->least, range->most);
        return ks_peer_refuse(name, value, wanted, err);
    }
    *number = found;
    return 0;
}

int ks_peer_flag(struct json_object *object, const char *name, bool *flag, struct ks_error *err)
{
    struct json_object *value = ks_peer_member(object, name);

    if (!value) {
        return 0;
    }
    if (!json_object_is_type(value, json_type_boolean)) {
        return ks_peer_refuse(name, value, "true or false", err);
    }
    *flag = json_object_get_boolean(value);
    return 0;
}

bool ks_peer_is_line(const char *text, size_t length, size_t most)
{
    if (length > most || strlen(text) != length) {
        return false;
    }
    while (*text) {
        unsigned code = ks_utf8_next(&text);

        if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
            return false;
        }
    }
    return true;
}

int ks_peer_line(struct json_object *object, const char *name, size_t most, const char **text, struct ks_error *err)
{
    struct json_object *value = ks_peer_member(object, name);

    if (!value) {
        return 0;
    }
    if (!json_object_is_type(value, json_type_string) ||
        !ks_peer_is_line(json_object_get_string(value), (size_t)json_object_get_string_len(value), most)) {
        char wanted[WANTED_SIZE];

        snprintf(wanted, sizeof wanted, "text of at most %zu bytes without control characters", most);
        return ks_peer_refuse(name, value, wanted, err);
    }
    *text = json_object_get_string(value);
    return 0;
}

int ks_peer_ruled(struct json_object *object, const char *name, const struct ks_peer_rule *rule, const char **text,
                  struct ks_error *err)
{
    struct json_object *value = ks_peer_member(object, name);

    *text = "";
    if (value) {
        *text = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
    }
    if (!*text || (value && strlen(*text) != (size_t)json_object_get_string_len(value)) || !rule->accepts(*text)) {
        return ks_peer_refuse(name, value, rule->wanted, err);
    }
    return 0;
}

static int refuse_word(const char *name, struct json_object *value, const struct ks_peer_words *words,
                       struct ks_error *err)
{
    struct ks_buf wanted KS_CLEANUP_BUF;

    ks_buf_init(&wanted, KS_ERROR_TEXT_SIZE);
    for (int i = 0; i < words->count; i++) {
        ks_buf_printf(&wanted, "%s\"%s\"", i ? " or " : "", words->words[i]);
    }
    return ks_peer_refuse(name, value, wanted.data, err);
}

int ks_peer_word(struct json_object *object, const char *name, const struct ks_peer_words *words, int *word,
                 struct ks_error *err)
{
    struct json_object *value = ks_peer_member(object, name);
    const char *text = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";

    if (!value) {
        return 0;
    }
    for (int i = 0; i < words->count; i++) {
        /* Compares lengths, too: the text may contain a NUL. */
        if (strlen(words->words[i]) == (size_t)json_object_get_string_len(value) &&
            strcmp(words->words[i], text) == 0) {
            *word = i;
            return 0;
        }
    }
    return refuse_word(name, value, words, err);
}
