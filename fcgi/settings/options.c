#include "config.h"

#include "settings/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quantity.h"
#include "base/string_list.h"
#include "base/trim.h"
#include "settings/address.h"

#define RANGE_SIZE 1024

static void put_range(struct ks_buf *out, const struct ks_option *option)
{
    switch (option->type) {
    case KS_OPTION_INTEGER:
        ks_buf_printf(out, "a whole number from %" PRId64 " to %" PRId64, option->least, option->most);
        break;
    case KS_OPTION_DURATION:
        ks_quantity_put_duration_range(out, option->least, option->most);
        break;
    case KS_OPTION_SIZE:
        ks_quantity_put_size_range(out, option->least, option->most);
        break;
    case KS_OPTION_WORD:
        for (size_t i = 0; option->words[i]; i++) {
            const char *separator = i == 0 ? "" : option->words[i + 1] ? ", " : " or ";

            ks_buf_printf(out, "%s%s", separator, option->words[i]);
        }
        break;
    case KS_OPTION_MODE:
        ks_buf_literal(out, "octal permissions from 0600 to 0777");
        break;
    case KS_OPTION_ADDRESS:
        ks_buf_literal(out, "unix:/path, tcp:host:port or fd:number");
        break;
    default:
        ks_buf_literal(out, "a value");
    }
}

/* `source` is "--threads" or "SHIELD_THREADS". */
static int refuse(const struct ks_option *option, const char *source, const char *text, struct ks_error *err)
{
    char memory[RANGE_SIZE];
    struct ks_buf range;

    ks_buf_init_fixed(&range, memory, sizeof memory);
    put_range(&range, option);
    return ks_error_set(err, KS_ERROR_INVALID, "%s \"%.80s\": must be %s", source, text, range.data);
}

int ks_options_blame(struct ks_error *err, const char *source)
{
    return ks_error_set(err, err->kind, "%s%s%s", source, err->text[0] == '"' ? " " : ": ", err->text);
}

static void *place(const struct ks_option *option, void *settings)
{
    return (char *)settings + option->offset;
}

static int set_list(const struct ks_option *option, void *settings, const char *source, const char *text,
                    struct ks_error *err)
{
    struct ks_string_list words KS_CLEANUP_STRING_LIST = {.strings = NULL};
    char ***list = place(option, settings);

    ks_string_list_free(*list);
    *list = NULL;
    for (text += strspn(text, KS_SPACES); *text; text += strspn(text, KS_SPACES)) {
        size_t length = strcspn(text, KS_SPACES);

        if (ks_string_list_add_bytes(&words, text, length, err)) {
            return -1;
        }
        if (option->check && option->check(words.strings[words.count - 1], err)) {
            return ks_options_blame(err, source);
        }
        text += length;
    }
    *list = ks_string_list_take(&words);
    return 0;
}

static int set_word(const struct ks_option *option, const char *text, int64_t *value)
{
    for (size_t i = 0; option->words[i]; i++) {
        if (strcmp(option->words[i], text) == 0) {
            *value = (int64_t)i;
            return 0;
        }
    }
    return -1;
}

static int set_number(const struct ks_option *option, const char *text, int64_t *value)
{
    int outcome = -1;

    switch (option->type) {
    case KS_OPTION_INTEGER:
        outcome = ks_quantity_integer(text, value);
        break;
    case KS_OPTION_DURATION:
        outcome = ks_quantity_duration(text, value);
        break;
    case KS_OPTION_SIZE:
        outcome = ks_quantity_size(text, value);
        break;
    case KS_OPTION_MODE:
        return ks_quantity_mode(text, value) || *value < 0600 || *value > 0777 ? -1 : 0;
    default:
        return set_word(option, text, value);
    }
    return outcome || *value < option->least || *value > option->most ? -1 : 0;
}

static int set_value(const struct ks_option *option, void *settings, const char *source, const char *text,
                     struct ks_error *err)
{
    switch (option->type) {
    case KS_OPTION_SWITCH:
        *(bool *)place(option, settings) = true;
        return 0;
    case KS_OPTION_TEXT:
        if (option->check && option->check(text, err)) {
            return ks_options_blame(err, source);
        }
        *(const char **)place(option, settings) = text;
        return 0;
    case KS_OPTION_LIST:
        return set_list(option, settings, source, text, err);
    case KS_OPTION_ADDRESS:
        return ks_address_parse(text, place(option, settings)) ? refuse(option, source, text, err) : 0;
    default:
        return set_number(option, text, place(option, settings)) ? refuse(option, source, text, err) : 0;
    }
}

static int apply_environment(const struct ks_option *table, size_t count, void *settings,
                             const char *(*environment)(const char *name), struct ks_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = table[i].environment ? environment(table[i].environment) : NULL;

        if (table[i].default_text && set_value(&table[i], settings, table[i].flag, table[i].default_text, err)) {
            return -1;
        }
        if (text && text[0] && set_value(&table[i], settings, table[i].environment, text, err)) {
            return -1;
        }
    }
    return 0;
}

static const struct ks_option *find(const struct ks_option *table, size_t count, const char *flag, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(table[i].flag, flag, length) == 0 && !table[i].flag[length]) {
            return &table[i];
        }
    }
    return NULL;
}

/* One flag and its value. Leaves *index at the last argument that it used. */
static int apply_argument(const struct ks_option *table, size_t count, void *settings, int argc, char *const *argv,
                          int *index, struct ks_error *err)
{
    const char *argument = argv[*index];
    const char *flag = argument + 2;
    size_t length = strcspn(flag, "=");
    const struct ks_option *option = find(table, count, flag, length);
    const char *value = flag[length] ? flag + length + 1 : NULL;
    char source[64];

    if (!option) {
        return ks_error_set(err, KS_ERROR_INVALID, "%.80s: unknown option; see kube-shields --help", argument);
    }
    if (option->type == KS_OPTION_SWITCH) {
        if (value) {
            return ks_error_set(err, KS_ERROR_INVALID, "--%s: must not have a value", option->flag);
        }
        value = "";
    } else if (!value) {
        if (*index + 1 >= argc) {
            return ks_error_set(err, KS_ERROR_INVALID, "--%s: needs a value (%s)", option->flag, option->value);
        }
        value = argv[++*index];
    }
    if (option->by_flag) {
        *(bool *)((char *)settings + option->by_flag) = true;
    }
    snprintf(source, sizeof source, "--%s", option->flag);
    return set_value(option, settings, source, value, err);
}

int ks_options_parse(const struct ks_option *table, size_t count, void *settings, int argc, char *const *argv,
                     const char *(*environment)(const char *name), int *operands, struct ks_error *err)
{
    int i;

    if (apply_environment(table, count, settings, environment, err)) {
        return -1;
    }
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strncmp(argv[i], "--", 2) != 0) {
            break;
        }
        if (apply_argument(table, count, settings, argc, argv, &i, err)) {
            return -1;
        }
    }
    *operands = i;
    return 0;
}

void ks_options_fini(const struct ks_option *table, size_t count, void *settings)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].type == KS_OPTION_LIST) {
            char ***list = place(&table[i], settings);

            ks_string_list_free(*list);
            *list = NULL;
        }
    }
}

void ks_options_help(const struct ks_option *table, size_t count, struct ks_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct ks_option *option = &table[i];

        ks_buf_printf(out, "  --%s%s%s", option->flag, option->value ? " " : "", option->value ? option->value : "");
        if (option->environment) {
            ks_buf_printf(out, "  (%s)", option->environment);
        }
        ks_buf_printf(out, "\n      %s", option->help);
        if (option->default_text) {
            ks_buf_printf(out, " [%s]", option->default_text);
        }
        ks_buf_literal(out, "\n");
    }
}
