/* JSON text: members and elements, one at a time. */
#include "config.h"

#include "document/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/trim.h"
#include "base/utf8.h"
#include "document/document.h"
#include "document/value.h"

#define JSON_FLAGS (JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 | JSON_TOKENER_ALLOW_TRAILING_CHARS)

/* An element, and the nesting of its members. */
#define DEPTH_MOST (1 + KS_DOCUMENT_RAW_DEPTH)

_Static_assert(KS_DOCUMENT_ELEMENT_MOST < INT_MAX, "json-c takes lengths as int");

static int fail_at(const struct ks_peer_text *text, const char *what, struct ks_error *err)
{
    if (text->at >= text->length) {
        what = "it ends too early";
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "not JSON: %s at byte %zu", what, text->at + 1);
}

static int check_characters(struct ks_peer_text *text, struct ks_error *err)
{
    text->at = ks_utf8_check(text->text, text->length);
    if (text->at < text->length) {
        return fail_at(text, text->text[text->at] ? "invalid UTF-8" : "NUL", err);
    }
    text->at = 0;
    return 0;
}

int ks_peer_text_open(struct ks_peer_text *text, const char *json, size_t length, struct ks_error *err)
{
    *text = (struct ks_peer_text){.text = json, .length = length};
    if (length > KS_DOCUMENT_MOST) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "%zu bytes: must be at most %d", length, KS_DOCUMENT_MOST);
    }
    text->tokener = json_tokener_new_ex(DEPTH_MOST);
    if (!text->tokener) {
        return ks_error_memory(err);
    }
    json_tokener_set_flags(text->tokener, JSON_FLAGS);
    return check_characters(text, err);
}

void ks_peer_text_close(struct ks_peer_text *text)
{
    if (text->tokener) {
        json_tokener_free(text->tokener);
    }
    *text = (struct ks_peer_text){.text = NULL};
}

/* The next character that is not a space; '\0' at the end. */
static char peek(struct ks_peer_text *text)
{
    while (text->at < text->length && strchr(KS_SPACES, text->text[text->at])) {
        text->at++;
    }
    if (text->at < text->length) {
        return text->text[text->at];
    }
    return '\0';
}

static bool take(struct ks_peer_text *text, char character)
{
    if (peek(text) != character) {
        return false;
    }
    text->at++;
    return true;
}

/* The string's length with its quotes; SIZE_MAX if it does not end. */
static size_t string_extent(const char *text, size_t length)
{
    for (size_t i = 1; i < length; i++) {
        if (text[i] == '"') {
            return i + 1;
        }
        i += text[i] == '\\';
    }
    return SIZE_MAX;
}

/* A value's length by its quotes and brackets, and the number of values that it may contain. */
struct extent {
    size_t length;
    size_t values;
};

static int find_extent(struct ks_peer_text *text, struct extent *extent, struct ks_error *err)
{
    size_t depth = 0;
    size_t at;

    *extent = (struct extent){.values = 1};
    if (strchr(",:]}", peek(text))) {
        return fail_at(text, "a value is expected", err);
    }
    for (at = text->at; at < text->length; at++) {
        char character = text->text[at];

        if (depth == 0 && at > text->at && strchr(KS_SPACES ",:]}", character)) {
            break;
        }
        if (character == '"') {
            size_t length = string_extent(text->text + at, text->length - at);

            if (length == SIZE_MAX) {
                at = text->length;
                break;
            }
            at += length - 1;
        } else if (character == '{' || character == '[') {
            depth++;
            extent->values++;
        } else if (character == ',') {
            extent->values++;
        } else if ((character == '}' || character == ']') && --depth == 0) {
            at++;
            break;
        }
    }
    /* A value cannot end the text: the document's closing brace follows. */
    if (at >= text->length) {
        text->at = text->length;
        return fail_at(text, "", err);
    }
    extent->length = at - text->at;
    return 0;
}

int ks_peer_text_value(struct ks_peer_text *text, struct json_object **value, struct ks_error *err)
{
    enum json_tokener_error error;
    struct extent extent;
    size_t end;

    *value = NULL;
    if (find_extent(text, &extent, err)) {
        return -1;
    }
    if (extent.length >= KS_DOCUMENT_ELEMENT_MOST || extent.values > KS_DOCUMENT_VALUES_MOST) {
        return ks_error_set(
            err, KS_ERROR_PROTOCOL, "%zu bytes with %zu values at byte %zu: must be less than %zu with at most %d",
            extent.length, extent.values, text->at + 1, KS_DOCUMENT_ELEMENT_MOST, KS_DOCUMENT_VALUES_MOST);
    }
    json_tokener_reset(text->tokener);
    /* json-c needs the character behind a number to end it. */
    *value = json_tokener_parse_ex(text->tokener, text->text + text->at, (int)extent.length + 1);
    error = json_tokener_get_error(text->tokener);
    end = json_tokener_get_parse_end(text->tokener);
    if (error != json_tokener_success || end < extent.length) {
        json_object_put(*value);
        *value = NULL;
        text->at += end < extent.length ? end : extent.length - 1;
        return fail_at(text, ks_json_error_text(error), err);
    }
    text->at += extent.length;
    return 0;
}

int ks_peer_text_skip(struct ks_peer_text *text, struct ks_error *err)
{
    struct extent extent;

    if (find_extent(text, &extent, err)) {
        return -1;
    }
    text->at += extent.length;
    return 0;
}

/* Releases the value. */
static int refuse(const char *name, struct json_object *value, const char *wanted, struct ks_error *err)
{
    ks_peer_refuse(name, value, wanted, err);
    json_object_put(value);
    return -1;
}

static int read_element(struct ks_peer_text *text, ks_peer_element_reader *reader, void *arg, struct ks_error *err)
{
    struct json_object *element;
    int result;

    if (ks_peer_text_value(text, &element, err)) {
        return -1;
    }
    if (!json_object_is_type(element, json_type_object)) {
        return refuse(NULL, element, "an object", err);
    }
    result = reader(arg, element, err);
    json_object_put(element);
    return result;
}

int ks_peer_text_list(struct ks_peer_text *text, const struct ks_peer_list *list, ks_peer_element_reader *reader,
                      void *arg, struct ks_error *err)
{
    struct json_object *other;
    size_t index = 0;

    if (!take(text, '[')) {
        if (ks_peer_text_value(text, &other, err)) {
            return -1;
        }
        /* null counts as missing. */
        return other ? refuse(list->name, other, "a list", err) : 0;
    }
    if (take(text, ']')) {
        return 0;
    }
    do {
        if (index == list->most) {
            return ks_error_set(err, KS_ERROR_PROTOCOL, "%s: too many elements: must be at most %zu", list->name,
                                list->most);
        }
        if (read_element(text, reader, arg, err)) {
            return ks_error_wrap(err, "%s[%zu]", list->name, index);
        }
        index++;
    } while (take(text, ','));
    return take(text, ']') ? 0 : fail_at(text, "',' or ']' expected", err);
}

static int read_member(struct ks_peer_text *text, ks_peer_member_reader *reader, void *arg, struct ks_error *err)
{
    struct json_object *name;
    int result;

    if (peek(text) != '"') {
        return fail_at(text, "name in double quotes expected", err);
    }
    if (ks_peer_text_value(text, &name, err)) {
        return -1;
    }
    if (take(text, ':')) {
        result = reader(arg, json_object_get_string(name), err);
    } else {
        result = fail_at(text, "':' expected", err);
    }
    json_object_put(name);
    return result;
}

int ks_peer_text_read(struct ks_peer_text *text, ks_peer_member_reader *reader, void *arg, struct ks_error *err)
{
    if (!take(text, '{')) {
        return fail_at(text, "an object is expected, which begins with '{'", err);
    }
    if (!take(text, '}')) {
        do {
            if (read_member(text, reader, arg, err)) {
                return -1;
            }
        } while (take(text, ','));
        if (!take(text, '}')) {
            return fail_at(text, "',' or '}' expected", err);
        }
    }
    peek(text);
    return text->at == text->length ? 0 : fail_at(text, "more after the document", err);
}
