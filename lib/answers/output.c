/* Reads the JSON that a check printed. */
#include "config.h"

#include "answers/output.h"

#include <json-c/json.h>
#include <json-c/json_visit.h>
#include <json-c/printbuf.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/nagios.h"
#include "answers/stderr.h"
#include "base/json.h"
#include "base/trim.h"
#include "base/utf8.h"

#define JSON_FLAGS (JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 | JSON_TOKENER_ALLOW_TRAILING_CHARS)
#define PRINT      (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
#define TEXT_SIZE  (KS_ANSWER_TEXT_MOST + 1)

static int check_characters(const char *text, size_t length, struct ks_error *err)
{
    size_t at = ks_utf8_check(text, length);

    if (at < length) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "%s at byte %zu", text[at] ? "invalid UTF-8" : "NUL", at + 1);
    }
    return 0;
}

/* Parses a text without NULs. The caller owns the value; null is NULL too. */
static struct json_object *parse_text(const char *text, struct ks_error *err)
{
    size_t length = strlen(text);
    struct json_tokener *tokener = json_tokener_new_ex(KS_ANSWER_DEPTH);
    struct json_object *root;
    enum json_tokener_error error;
    size_t end;

    if (!tokener) {
        ks_error_memory(err);
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_FLAGS);
    root = json_tokener_parse_ex(tokener, text, length < INT_MAX ? (int)length : INT_MAX);
    error = json_tokener_get_error(tokener);
    end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (error != json_tokener_success) {
        ks_error_set(err, KS_ERROR_PROTOCOL, "%s at byte %zu", ks_json_error_text(error), end + (end < length));
        return NULL;
    }
    end += strspn(text + end, KS_SPACES);
    if (end < length) {
        ks_error_set(err, KS_ERROR_PROTOCOL, "more text after the value at byte %zu", end + 1);
        json_object_put(root);
        return NULL;
    }
    return root;
}

/* The caller owns the object. NULL with an error. */
static struct json_object *parse_object(const struct ks_answer_output *end, struct ks_error *err)
{
    if (check_characters(end->output, end->length, err)) {
        return NULL;
    }
    switch (end->output[strspn(end->output, KS_SPACES)]) {
    case '\0':
        ks_error_set(err, KS_ERROR_PROTOCOL, "it is empty");
        return NULL;
    case '{':
        return parse_text(end->output, err);
    default:
        ks_error_set(err, KS_ERROR_PROTOCOL, "must be an object, which begins with '{'");
        return NULL;
    }
}

static int put_null(struct json_object *value, struct printbuf *out, int level, int flags)
{
    (void)value;
    (void)level;
    (void)flags;
    return printbuf_memappend(out, "null", 4);
}

/* json-c prints a fraction as it was written, NaN and Infinity too: replace what is not JSON. */
static int fix_number(struct json_object *value, int flags, struct json_object *parent, const char *key, size_t *index,
                      void *arg)
{
    (void)flags;
    (void)parent;
    (void)key;
    (void)index;
    (void)arg;
    if (json_object_is_type(value, json_type_double)) {
        const char *text = json_object_to_json_string_ext(value, PRINT);

        if (!isfinite(json_object_get_double(value))) {
            json_object_set_serializer(value, put_null, NULL, NULL);
        } else if (!text || !ks_json_is_number(text)) {
            json_object_set_serializer(value, NULL, NULL, NULL);
        }
    }
    return JSON_C_VISIT_RETURN_CONTINUE;
}

/* Copies the beginning of a string, with NULs as spaces, or of any other value's JSON. */
static void copy_text(char copy[static TEXT_SIZE], struct json_object *value)
{
    bool is_string = json_object_is_type(value, json_type_string);
    const char *text = is_string ? json_object_get_string(value) : json_object_to_json_string_ext(value, PRINT);
    size_t length = is_string ? (size_t)json_object_get_string_len(value) : strlen(text ? text : "");

    length = length < TEXT_SIZE ? length : TEXT_SIZE - 1;
    for (size_t i = 0; text && i < length; i++) {
        copy[i] = text[i];
        if (copy[i] == '\0') {
            copy[i] = ' ';
        }
    }
    copy[text ? length : 0] = '\0';
}

typedef void set_text(struct ks_answer *answer, const char *text);

/* False if there is no such member. */
static bool take(struct ks_answer *answer, struct json_object *root, const char *name, set_text *set)
{
    struct json_object *value;
    char text[TEXT_SIZE];

    if (!json_object_object_get_ex(root, name, &value)) {
        return false;
    }
    copy_text(text, value);
    set(answer, text);
    return true;
}

static void mistake_color(struct ks_answer *answer, const char *text)
{
    ks_answer_mistake(answer, "color %.64s: " KS_ANSWER_COLOR_RULE, text);
}

/* Replaces raw. */
static void set_raw(struct ks_answer *answer, struct json_object *raw)
{
    const char *text = json_object_to_json_string_ext(raw, PRINT);

    free(answer->raw);
    answer->raw = text ? strdup(text) : NULL;
    if (!answer->raw) {
        ks_answer_memory(answer);
    }
}

/* The failure for a text that is not JSON. */
static void fail_json(struct ks_answer *answer, const char *what, const struct ks_error *error)
{
    if (error->kind == KS_ERROR_MEMORY) {
        ks_answer_memory(answer);
        return;
    }
    ks_answer_fail(answer, "no JSON", "%s is not JSON: %s", what, error->text);
}

static void read_object(struct ks_answer *answer, struct json_object *root)
{
    struct json_object *raw;
    struct json_object *color;

    json_c_visit(root, 0, fix_number, NULL);
    take(answer, root, "label", ks_answer_label);
    if (!take(answer, root, "message", ks_answer_message) && !take(answer, root, "status", ks_answer_message)) {
        ks_answer_message(answer, KS_ANSWER_DEFAULT_MESSAGE);
        ks_answer_mistake(answer, "it has neither \"message\" nor \"status\"");
    }
    json_object_object_get_ex(root, "color", &color);
    take(answer, root, "color", json_object_is_type(color, json_type_string) ? ks_answer_color : mistake_color);
    if (!json_object_object_get_ex(root, "raw", &raw)) {
        raw = root;
    }
    set_raw(answer, raw);
}

static void read_json(struct ks_answer *answer, const struct ks_answer_output *end)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};
    struct json_object *root = parse_object(end, &error);

    if (!root) {
        fail_json(answer, "output", &error);
        return;
    }
    read_object(answer, root);
    json_object_put(root);
}

void ks_answer_from_program(struct ks_answer *answer, const struct ks_answer_output *end)
{
    ks_answer_fini(answer);
    if (end->output[strspn(end->output, KS_SPACES)] != '{') {
        ks_answer_from_plugin(answer, end);
    } else if (end->exit_code < 0 || end->exit_code > 3) {
        ks_answer_fail_exit(answer, end);
    } else {
        if (end->exit_code > 0) {
            ks_answer_color(answer, ks_nagios_color(end->exit_code));
        }
        read_json(answer, end);
    }
}

static void read_raw(struct ks_answer *answer, const char *text, size_t length)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};
    struct json_object *raw = check_characters(text, length, &error) ? NULL : parse_text(text, &error);

    if (error.kind != KS_ERROR_NONE) {
        fail_json(answer, "raw", &error);
        return;
    }
    json_c_visit(raw, 0, fix_number, NULL);
    set_raw(answer, raw);
    json_object_put(raw);
}

/* The object is on the first line; raw follows it if a module set it. */
static void read_lines(struct ks_answer *answer, const struct ks_answer_output *end)
{
    const char *object = end->output + strspn(end->output, KS_SPACES);
    const char *raw = object + strcspn(object, "\n");
    struct ks_answer_output line = *end;
    char *copy;

    if (raw[strspn(raw, KS_SPACES)] == '\0') {
        read_json(answer, end);
        return;
    }
    copy = strndup(object, (size_t)(raw - object));
    if (!copy) {
        ks_answer_memory(answer);
        return;
    }
    line.output = copy;
    line.length = (size_t)(raw - object);
    read_json(answer, &line);
    if (!answer->failed) {
        read_raw(answer, raw + 1, end->length - (size_t)(raw + 1 - end->output));
    }
    free(copy);
}

/* The runner writes its line last, after everything that the check itself printed. */
static const char *last_line(const char *text, int *length)
{
    const char *end;
    const char *begin;

    text += strspn(text, KS_SPACES);
    end = text + ks_trimmed_length(text, strlen(text), KS_SPACES);
    begin = end;
    while (begin > text && begin[-1] != '\n' && begin[-1] != '\r') {
        begin--;
    }
    begin += strspn(begin, KS_SPACES);
    *length = end - begin > KS_ERROR_TEXT_SIZE ? KS_ERROR_TEXT_SIZE : (int)(end - begin);
    return begin;
}

void ks_answer_from_runner(struct ks_answer *answer, const struct ks_answer_output *end)
{
    int length;
    const char *line = last_line(end->error_output, &length);

    ks_answer_fini(answer);
    if (end->exit_code == 0) {
        read_lines(answer, end);
    } else if (length == 0) {
        ks_answer_fail_exit(answer, end);
    } else {
        char message[KS_ERROR_TEXT_SIZE + 1];

        snprintf(message, sizeof message, "%.*s", length, line);
        ks_answer_fail(answer, message, "%s", message);
    }
}
