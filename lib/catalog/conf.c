/* Parses .conf files. */
#include "config.h"

#include "catalog/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/quantity.h"
#include "base/string_list.h"
#include "base/utf8.h"
#include "catalog/lines.h"
#include "health/names.h"

#define SECTIONS_MOST 1000

void ks_conf_fini(struct ks_conf *conf)
{
    for (size_t i = 0; i < conf->count; i++) {
        ks_string_list_free(conf->sections[i].arguments);
    }
    free(conf->sections);
    *conf = (struct ks_conf){.sections = NULL};
}

static struct ks_conf_section *section_of(const struct ks_conf *conf, const char *check)
{
    for (size_t i = 0; i < conf->count; i++) {
        if (strcmp(conf->sections[i].check, check) == 0) {
            return &conf->sections[i];
        }
    }
    return NULL;
}

static int add_section(struct ks_conf *conf, const char *check, int line, struct ks_error *err)
{
    struct ks_conf_section *grown;

    if (conf->count > SECTIONS_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "section [%s]: there must be at most %d sections", check,
                            SECTIONS_MOST);
    }
    grown = ks_array_grow(conf->sections, conf->count, sizeof *grown);
    if (!grown) {
        return ks_error_memory(err);
    }
    conf->sections = grown;
    grown[conf->count] = (struct ks_conf_section){.line = line};
    snprintf(grown[conf->count].check, sizeof grown->check, "%s", check);
    conf->count++;
    return 0;
}

/* "[check]" */
static int read_header(struct ks_conf *conf, char *text, int line, struct ks_error *err)
{
    size_t length = strlen(text);
    const struct ks_conf_section *first;

    if (text[length - 1] != ']') {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "section \"%.80s\": must be a check's name in brackets, such as [front]", text);
    }
    text[length - 1] = '\0';
    text = ks_lines_trim(text + 1);
    if (ks_name_check_check(text, err)) {
        return -1;
    }
    first = section_of(conf, text);
    if (first) {
        return ks_error_set(err, KS_ERROR_INVALID, "section [%s] is given twice: the first is in line %d", text,
                            first->line);
    }
    return add_section(conf, text, line, err);
}

static int read_label(struct ks_conf_section *section, const char *value, struct ks_error *err)
{
    size_t length = strlen(value);
    bool is_right = length > 0 && length < sizeof section->label;

    for (const char *rest = value; *rest;) {
        unsigned code = ks_utf8_next(&rest);

        is_right = is_right && code >= 0x20 && (code < 0x7f || code > 0x9f) && code != 0xfffd;
    }
    if (!is_right) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "label \"%.80s\": must be text of 1 to %zu bytes without control characters", value,
                            sizeof section->label - 1);
    }
    if (section->check[0] == '\0') {
        return ks_error_set(err, KS_ERROR_INVALID, "label: must be in the section of one check, such as [front]");
    }
    memcpy(section->label, value, length + 1);
    return 0;
}

static int read_duration(int64_t *duration, const char *name, const char *value, int64_t least, int64_t most,
                         struct ks_error *err)
{
    char memory[128];
    struct ks_buf range;

    ks_buf_init_fixed(&range, memory, sizeof memory);
    if (ks_quantity_duration(value, duration) == 0 && *duration >= least && *duration <= most) {
        return 0;
    }
    *duration = 0;
    ks_quantity_put_duration_range(&range, least, most);
    return ks_error_set(err, KS_ERROR_INVALID, "%s \"%.80s\": must be %s", name, value, range.data);
}

static int read_interval(struct ks_conf_section *section, const char *value, struct ks_error *err)
{
    return read_duration(&section->interval_ms, "interval", value, KS_CONF_INTERVAL_LEAST, KS_CONF_INTERVAL_MOST, err);
}

static int read_timeout(struct ks_conf_section *section, const char *value, struct ks_error *err)
{
    return read_duration(&section->timeout_ms, "timeout", value, KS_CONF_TIMEOUT_LEAST, KS_CONF_TIMEOUT_MOST, err);
}

/* Copies the first word of *rest, without its quotes and backslashes, into `word`, which has room for all of *rest, and
 * advances. */
static int cut_word(const char **rest, char *word, struct ks_error *err)
{
    const char *at = *rest;
    char quote = '\0';

    for (; *at && (quote || (*at != ' ' && *at != '\t')); at++) {
        if (quote && *at == quote) {
            quote = '\0';
        } else if (!quote && (*at == '"' || *at == '\'')) {
            quote = *at;
        } else if (*at == '\\' && quote != '\'') {
            if (*++at == '\0') {
                return ks_error_set(err, KS_ERROR_INVALID, "a backslash at the end: must be followed by a character");
            }
            *word++ = *at;
        } else {
            *word++ = *at;
        }
    }
    if (quote) {
        return ks_error_set(err, KS_ERROR_INVALID, "quote %c is not closed", quote);
    }
    *word = '\0';
    *rest = at + strspn(at, " \t");
    return 0;
}

static int cut_words(char **arguments, const char *rest, char *word, struct ks_error *err)
{
    for (size_t count = 0; *rest; count++) {
        if (count == KS_CONF_ARGUMENTS_MOST) {
            return ks_error_set(err, KS_ERROR_INVALID, "must be at most %d", KS_CONF_ARGUMENTS_MOST);
        }
        if (cut_word(&rest, word, err)) {
            return -1;
        }
        arguments[count] = strdup(word);
        if (!arguments[count]) {
            return ks_error_memory(err);
        }
    }
    return 0;
}

static int read_arguments(struct ks_conf_section *section, const char *value, struct ks_error *err)
{
    char *word = malloc(strlen(value) + 1);
    int outcome;

    section->arguments = calloc(KS_CONF_ARGUMENTS_MOST + 1, sizeof *section->arguments);
    if (!word || !section->arguments) {
        outcome = ks_error_memory(err);
    } else {
        outcome = cut_words(section->arguments, value, word, err);
    }
    free(word);
    return outcome ? ks_error_wrap(err, "arguments") : 0;
}

struct setting {
    const char *name;
    int (*read)(struct ks_conf_section *section, const char *value, struct ks_error *err);
};

static const struct setting settings[] = {
    {"label", read_label},
    {"interval", read_interval},
    {"timeout", read_timeout},
    {"arguments", read_arguments},
};

#define SETTING_COUNT (sizeof settings / sizeof settings[0])

/* "name = value"; `seen` has a bit for each setting of the section. */
static int read_setting(struct ks_conf_section *section, char *text, unsigned *seen, struct ks_error *err)
{
    char *equals = strchr(text, '=');

    if (!equals) {
        return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be [check], setting = value or # comment", text);
    }
    *equals = '\0';
    text = ks_lines_trim(text);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(text, settings[i].name) != 0) {
            continue;
        }
        if (*seen & 1U << i) {
            return ks_error_set(err, KS_ERROR_INVALID, "%s is set twice: must be set once in a section", text);
        }
        *seen |= 1U << i;
        return settings[i].read(section, ks_lines_trim(equals + 1), err);
    }
    return ks_error_set(err, KS_ERROR_INVALID, "setting \"%.80s\": must be label, interval, timeout or arguments",
                        text);
}

static int read_line(struct ks_conf *conf, char *text, int line, unsigned *seen, struct ks_error *err)
{
    text = ks_lines_trim(text);
    switch (text[0]) {
    case '\0':
    case '#':
    case ';':
        return 0;
    case '[':
        *seen = 0;
        return read_header(conf, text, line, err);
    default:
        return read_setting(&conf->sections[conf->count - 1], text, seen, err);
    }
}

int ks_conf_parse(struct ks_conf *conf, const char *text, size_t length, struct ks_error *err)
{
    struct ks_lines lines KS_CLEANUP_LINES;
    unsigned seen = 0;
    char *line;

    *conf = (struct ks_conf){.sections = NULL};
    if (ks_lines_init(&lines, text, length, err) || add_section(conf, "", 1, err)) {
        return -1;
    }
    while ((line = ks_lines_next(&lines))) {
        if (read_line(conf, line, lines.number, &seen, err)) {
            return ks_error_wrap(err, "line %d", lines.number);
        }
    }
    return 0;
}

void ks_conf_find(const struct ks_conf *conf, const char *check, struct ks_conf_section *found)
{
    const struct ks_conf_section *all = conf && conf->count ? &conf->sections[0] : NULL;
    const struct ks_conf_section *own = all && check[0] ? section_of(conf, check) : NULL;

    *found = all ? *all : (struct ks_conf_section){.line = 0};
    snprintf(found->check, sizeof found->check, "%s", check);
    if (!own) {
        return;
    }
    memcpy(found->label, own->label, sizeof found->label);
    found->interval_ms = own->interval_ms ? own->interval_ms : found->interval_ms;
    found->timeout_ms = own->timeout_ms ? own->timeout_ms : found->timeout_ms;
    found->arguments = own->arguments ? own->arguments : found->arguments;
    found->line = own->line;
}
