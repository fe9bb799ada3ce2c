/* Parses .promql files. */
#include "config.h"

#include "catalog/queries.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/promql_format.h"
#include "badge/color.h"
#include "base/array.h"
#include "base/buf.h"
#include "catalog/lines.h"
#include "health/names.h"

#define CHECKS_MOST     1000
#define DEFAULT_MESSAGE "{value}"

static const struct {
    const char *text;
    enum ks_promql_operator operator;
} operators[] = {
    /* Longer ones first: the first match wins. */
    {">=", KS_PROMQL_GREATER_EQUAL}, {"<=", KS_PROMQL_LESS_EQUAL}, {"==", KS_PROMQL_EQUAL},
    {"!=", KS_PROMQL_NOT_EQUAL},     {">", KS_PROMQL_GREATER},     {"<", KS_PROMQL_LESS},
};

void ks_queries_fini(struct ks_queries *file)
{
    for (size_t i = 0; i < file->count; i++) {
        ks_promql_check_fini(&file->checks[i]);
    }
    free(file->checks);
    *file = (struct ks_queries){.checks = NULL};
}

static int read_operator(struct ks_promql_threshold *threshold, char **rest, struct ks_error *err)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t length = strlen(operators[i].text);

        if (strncmp(*rest, operators[i].text, length) == 0) {
            threshold->operator= operators[i].operator;
            *rest += length;
            return 0;
        }
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "operator \"%.*s\": must be one of >= > <= < == !=", (int)strspn(*rest, "<>=!"), *rest);
}

/* Reads "color" or "color operator number". */
static int read_threshold(struct ks_promql_threshold *threshold, char *text, struct ks_error *err)
{
    char *rest = text + strcspn(text, "<>=!");
    char *number = rest;
    struct ks_color color;
    char *end;

    *threshold = (struct ks_promql_threshold){.operator= KS_PROMQL_ALWAYS };
    if (*rest) {
        if (read_operator(threshold, &number, err)) {
            return -1;
        }
        threshold->number = strtod(number, &end);
        if (end == number || end[strspn(end, " \t")] || !isfinite(threshold->number)) {
            return ks_error_set(err, KS_ERROR_INVALID, "threshold \"%.80s\": must be a number, such as 99.9 or 1e6",
                                ks_lines_trim(number));
        }
        *rest = '\0';
    }
    text = ks_lines_trim(text);
    if (strlen(text) >= sizeof threshold->color || !ks_color_parse(text, &color)) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "color \"%.80s\": " KS_ANSWER_COLOR_RULE "; the message follows a colon", text);
    }
    memcpy(threshold->color, text, strlen(text) + 1);
    return 0;
}

/* Cuts off the first item at a comma, but not within the parentheses of "rgb(1, 2, 3)". */
static char *cut_item(char **rest)
{
    char *item = *rest;
    char *at = item;
    int depth = 0;

    for (; *at && (*at != ',' || depth > 0); at++) {
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
    }
    *rest = *at ? at + 1 : NULL;
    *at = '\0';
    return ks_lines_trim(item);
}

static int read_thresholds(struct ks_promql_check *check, char *rest, struct ks_error *err)
{
    while (rest) {
        char *item = cut_item(&rest);
        struct ks_promql_threshold *threshold = &check->thresholds[check->threshold_count];

        if (check->threshold_count == KS_PROMQL_THRESHOLDS_MOST) {
            return ks_error_set(err, KS_ERROR_INVALID, "color \"%.80s\": there must be at most %d colors", item,
                                KS_PROMQL_THRESHOLDS_MOST);
        }
        if (read_threshold(threshold, item, err)) {
            return -1;
        }
        if (threshold->operator== KS_PROMQL_ALWAYS && rest) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "color \"%s\" without a threshold: must be the last one, since it always applies",
                                threshold->color);
        }
        check->threshold_count++;
    }
    return 0;
}

/* Reads "green >= 99.9, red: {value} %". */
static int read_shown(struct ks_promql_check *check, char *text, struct ks_error *err)
{
    char *colon = strchr(text, ':');
    const char *message = "";
    char *format;

    if (colon) {
        *colon = '\0';
        message = ks_lines_trim(colon + 1);
    }
    text = ks_lines_trim(text);
    if ((text[0] && read_thresholds(check, text, err)) || ks_promql_format_check(message, err)) {
        return -1;
    }
    if (message[0]) {
        format = strdup(message);
        if (!format) {
            return ks_error_memory(err);
        }
        free(check->format);
        check->format = format;
    }
    return 0;
}

/* Cuts off a backslash at the end; returns whether there was one. */
static bool cut_backslash(char *text)
{
    size_t length = strlen(text);

    if (length == 0 || text[length - 1] != '\\') {
        return false;
    }
    text[length - 1] = '\0';
    ks_lines_trim(text);
    return true;
}

/* Reads a query up to a line that does not end in a backslash, joining lines with a space. */
static int read_query(char **query, struct ks_lines *lines, char *part, struct ks_error *err)
{
    struct ks_buf text KS_CLEANUP_BUF;
    bool more = true;

    ks_buf_init(&text, KS_PROMQL_QUERY_MOST);
    while (more) {
        if (!part) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "a backslash at the end of the file: must be followed by the query's next line");
        }
        part = ks_lines_trim(part);
        more = cut_backslash(part);
        if (text.length && part[0]) {
            ks_buf_literal(&text, " ");
        }
        ks_buf_bytes(&text, part, strlen(part));
        if (more) {
            part = ks_lines_next(lines);
        }
    }
    if (text.out_of_memory) {
        return ks_error_memory(err);
    }
    if (text.failed) {
        return ks_error_set(err, KS_ERROR_INVALID, "query is too long: must be at most %d bytes", KS_PROMQL_QUERY_MOST);
    }
    if (text.length == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "no query: must be `check: query`");
    }
    *query = strdup(text.data);
    return *query ? 0 : ks_error_memory(err);
}

static int check_name(const struct ks_queries *file, const char *name, struct ks_error *err)
{
    if (ks_name_check_check(name, err)) {
        return -1;
    }
    for (size_t i = 0; i < file->count; i++) {
        if (strcmp(file->checks[i].name, name) == 0) {
            return ks_error_set(err, KS_ERROR_INVALID, "check \"%s\" is given twice: the first is in line %d", name,
                                file->checks[i].line);
        }
    }
    if (file->count == CHECKS_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "check \"%s\": there must be at most %d checks", name, CHECKS_MOST);
    }
    return 0;
}

/* Reads "name: query" and the lines that continue the query. */
static int read_check(struct ks_queries *file, struct ks_lines *lines, char *text, struct ks_error *err)
{
    struct ks_promql_check check = {.line = lines->number};
    struct ks_promql_check *grown;
    char *colon = strchr(text, ':');

    if (!colon) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "\"%.80s\": must be `check: query`, an indented line that says what to show, or # comment",
                            text);
    }
    *colon = '\0';
    text = ks_lines_trim(text);
    if (check_name(file, text, err)) {
        return -1;
    }
    snprintf(check.name, sizeof check.name, "%s", text);
    if (read_query(&check.query, lines, colon + 1, err)) {
        return ks_error_wrap(err, "check \"%s\"", check.name);
    }
    check.format = strdup(DEFAULT_MESSAGE);
    grown = ks_array_grow(file->checks, file->count, sizeof *grown);
    if (grown) {
        file->checks = grown;
    }
    if (!check.format || !grown) {
        ks_promql_check_fini(&check);
        return ks_error_memory(err);
    }
    grown[file->count++] = check;
    return 0;
}

struct parser {
    struct ks_queries *file;
    struct ks_lines *lines;
    bool has_shown; /* the last check has its indented line already */
};

static int read_indented(struct parser *parser, char *text, struct ks_error *err)
{
    struct ks_queries *file = parser->file;

    if (file->count == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\" is indented: must follow a check", text);
    }
    if (parser->has_shown) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "\"%.80s\" is indented: must be the only such line below a check; a query goes on after a "
                            "backslash",
                            text);
    }
    parser->has_shown = true;
    return read_shown(&file->checks[file->count - 1], text, err);
}

static int read_line(struct parser *parser, char *line, struct ks_error *err)
{
    bool indented = line[0] == ' ' || line[0] == '\t';

    /* On an indented line, '#' begins a color. */
    if (line[0] == '#') {
        return 0;
    }
    line = ks_lines_trim(line);
    if (line[0] == '\0') {
        return 0;
    }
    if (indented) {
        return read_indented(parser, line, err);
    }
    parser->has_shown = false;
    return read_check(parser->file, parser->lines, line, err);
}

int ks_queries_parse(struct ks_queries *file, const char *text, size_t length, struct ks_error *err)
{
    struct ks_lines lines KS_CLEANUP_LINES;
    struct parser parser = {.file = file, .lines = &lines};
    char *line;

    *file = (struct ks_queries){.checks = NULL};
    if (ks_lines_init(&lines, text, length, err)) {
        return -1;
    }
    while ((line = ks_lines_next(&lines))) {
        int number = lines.number;

        if (read_line(&parser, line, err)) {
            return ks_error_wrap(err, "line %d", number);
        }
    }
    return 0;
}
