#include "config.h"

#include "support/testing.h"

#include "settings/address.h"
#include "settings/options.h"

#define MOST_ARGUMENTS 8

struct settings {
    bool loud;
    const char *name;
    int64_t count, wait, room, mode, color;
    char **words;
    struct ks_address address;
};

static int not_bad(const char *word, struct ks_error *err)
{
    return strcmp(word, "bad") ? 0 : ks_error_set(err, KS_ERROR_INVALID, "\"%s\": must be anything else", word);
}

static const char *const colors[] = {"red", "green", "blue", NULL};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct ks_option table[] = {
    {.flag = "loud", .type = KS_OPTION_SWITCH, AT(loud), .help = "Says more"},
    {.flag = "name",
     .environment = "T_NAME",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     .check = not_bad,
     AT(name),
     .help = "A name"},
    {.flag = "count",
     .environment = "T_COUNT",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "3",
     .least = 1,
     .most = 9,
     AT(count),
     .help = "How many"},
    {.flag = "wait",
     .environment = "T_WAIT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .least = 100,
     .most = 60000,
     AT(wait),
     .help = "How long"},
    {.flag = "room",
     .environment = "T_ROOM",
     .type = KS_OPTION_SIZE,
     .value = "SIZE",
     .least = 1024,
     .most = 1 << 20,
     AT(room),
     .help = "How large"},
    {.flag = "mode", .environment = "T_MODE", .type = KS_OPTION_MODE, .value = "MODE", AT(mode), .help = "Who may"},
    {.flag = "color",
     .environment = "T_COLOR",
     .type = KS_OPTION_WORD,
     .value = "COLOR",
     .words = colors,
     .default_text = "green",
     AT(color),
     .help = "Which"},
    {.flag = "words",
     .environment = "T_WORDS",
     .type = KS_OPTION_LIST,
     .value = "WORDS",
     .default_text = "a b",
     .check = not_bad,
     AT(words),
     .help = "Several"},
    {.flag = "address",
     .environment = "T_ADDRESS",
     .type = KS_OPTION_ADDRESS,
     .value = "ADDRESS",
     AT(address),
     .help = "Where"},
};

/* The environment of a row, as "NAME=value"; NULL-terminated. */
static const char *const *variables;

static const char *environment(const char *name)
{
    size_t length = strlen(name);

    for (const char *const *variable = variables; *variable; variable++) {
        if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=') {
            return *variable + length + 1;
        }
    }
    return NULL;
}

static void put_settings(struct ks_buf *out, const struct settings *settings)
{
    ks_buf_printf(out, "%d %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRIo64 " %" PRId64, settings->loud,
                  settings->name ? settings->name : "-", settings->count, settings->wait, settings->room,
                  settings->mode, settings->color);
    for (char **word = settings->words; word && *word; word++) {
        ks_buf_printf(out, " [%s]", *word);
    }
    ks_buf_printf(out, "%s %d:%s", settings->words ? "" : " none", settings->address.type, settings->address.host);
}

struct row {
    const char *rule;
    const char *arguments[MOST_ARGUMENTS];
    const char *variables[MOST_ARGUMENTS];
    const char *outcome;
};

static int parse(struct settings *settings, const struct row *row, int *operands, struct ks_error *err)
{
    /* Like main's argv it is not const, but nothing writes to it. */
    char *argv[MOST_ARGUMENTS + 1] = {(char *)"program"};
    int argc = 1;

    while (row->arguments[argc - 1]) {
        argv[argc] = (char *)row->arguments[argc - 1];
        argc++;
    }
    variables = row->variables;
    *settings = (struct settings){.loud = false};
    return ks_options_parse(table, COUNT(table), settings, argc, argv, environment, operands, err);
}

static void a_value_comes_from_flag_environment_or_default(void **state)
{
    static const struct row rows[] = {
        {"defaults", {NULL}, {NULL}, "0 - 3 0 0 0 1 [a] [b] 0:"},
        {"flags", {"--loud", "--name", "n", "--count=5", "--color=red"}, {NULL}, "1 n 5 0 0 0 0 [a] [b] 0:"},
        {"more flags",
         {"--wait=1s", "--room", "4Ki", "--mode=0640", "--words=x", "--address=unix:/s"},
         {NULL},
         "0 - 3 1000 4096 640 1 [x] 1:/s"},
        {"environment",
         {NULL},
         {"T_NAME=n", "T_COUNT=5", "T_WAIT=1s", "T_ROOM=4Ki", "T_COLOR=blue"},
         "0 n 5 1000 4096 0 2 [a] [b] 0:"},
        {"more environment",
         {NULL},
         {"T_MODE=700", "T_WORDS=x  y\tz\n", "T_ADDRESS=tcp:h:1"},
         "0 - 3 0 0 700 1 [x] [y] [z] 2:h"},
        {"a flag overrides the environment",
         {"--count=5", "--words=q"},
         {"T_COUNT=6", "T_WORDS=r s"},
         "0 - 5 0 0 0 1 [q] 0:"},
        {"the last of two flags", {"--count=5", "--count", "6"}, {NULL}, "0 - 6 0 0 0 1 [a] [b] 0:"},
        {"an empty variable is not set", {NULL}, {"T_COUNT=", "T_NAME=", "T_WORDS="}, "0 - 3 0 0 0 1 [a] [b] 0:"},
        {"an empty text by flag is set", {"--name="}, {NULL}, "0  3 0 0 0 1 [a] [b] 0:"},
        {"a list without words is empty", {"--words="}, {NULL}, "0 - 3 0 0 0 1 none 0:"},
        {"a list of spaces is empty", {NULL}, {"T_WORDS= \t"}, "0 - 3 0 0 0 1 none 0:"},
        {"the least and the most", {"--count=1", "--wait=1m"}, {"T_ROOM=1Mi"}, "0 - 1 60000 1048576 0 1 [a] [b] 0:"},
        {"a value that looks like a flag", {"--name", "--loud"}, {NULL}, "0 --loud 3 0 0 0 1 [a] [b] 0:"},
        {"a value with an equals sign", {"--name=a=b"}, {NULL}, "0 a=b 3 0 0 0 1 [a] [b] 0:"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings;
        struct ks_error err = {.text = ""};
        struct ks_buf text KS_CLEANUP_BUF;
        int operands;
        int outcome = parse(&settings, &rows[i], &operands, &err);

        ks_buf_init(&text, CEILING);
        assert_row_text(rows[i].rule, err.text, "");
        assert_row_number(rows[i].rule, outcome, 0);
        put_settings(&text, &settings);
        assert_row_text(rows[i].rule, text.data, rows[i].outcome);
        ks_options_fini(table, COUNT(table), &settings);
        ks_options_fini(table, COUNT(table), &settings);
    }
}

static void an_error_names_the_wrong_value_and_what_it_must_be(void **state)
{
    static const struct row rows[] = {
        {"an unknown option", {"--nope"}, {NULL}, "--nope: unknown option; see kube-shields --help"},
        {"an unknown option with a value", {"--nope=1"}, {NULL}, "--nope=1: unknown option; see kube-shields --help"},
        {"a part of an option", {"--cou=1"}, {NULL}, "--cou=1: unknown option; see kube-shields --help"},
        {"more than an option", {"--counts=1"}, {NULL}, "--counts=1: unknown option; see kube-shields --help"},
        {"a missing value", {"--count"}, {NULL}, "--count: needs a value (NUMBER)"},
        {"a switch with a value", {"--loud=yes"}, {NULL}, "--loud: must not have a value"},
        {"a number", {"--count=x"}, {NULL}, "--count \"x\": must be a whole number from 1 to 9"},
        {"a number below", {"--count=0"}, {NULL}, "--count \"0\": must be a whole number from 1 to 9"},
        {"a number above", {NULL}, {"T_COUNT=10"}, "T_COUNT \"10\": must be a whole number from 1 to 9"},
        {"a duration",
         {"--wait", "5"},
         {NULL},
         "--wait \"5\": must be a duration from 100ms to 1m, such as 500ms or 30s"},
        {"a duration above",
         {NULL},
         {"T_WAIT=2m"},
         "T_WAIT \"2m\": must be a duration from 100ms to 1m, such as 500ms or 30s"},
        {"a size", {"--room=1K"}, {NULL}, "--room \"1K\": must be a size from 1Ki to 1Mi, such as 64Ki or 1Mi"},
        {"a mode", {"--mode=0999"}, {NULL}, "--mode \"0999\": must be octal permissions from 0600 to 0777"},
        {"a mode that locks the owner out",
         {"--mode=0066"},
         {NULL},
         "--mode \"0066\": must be octal permissions from 0600 to 0777"},
        {"a word", {"--color=pink"}, {NULL}, "--color \"pink\": must be red, green or blue"},
        {"a word by environment", {NULL}, {"T_COLOR=Red"}, "T_COLOR \"Red\": must be red, green or blue"},
        {"an address",
         {"--address=here"},
         {NULL},
         "--address \"here\": must be unix:/path, tcp:host:port or fd:number"},
        {"a text", {"--name=bad"}, {NULL}, "--name \"bad\": must be anything else"},
        {"a word of a list", {NULL}, {"T_WORDS=good bad"}, "T_WORDS \"bad\": must be anything else"},
        {"the environment is read though a flag wins",
         {"--count=5"},
         {"T_COUNT=x"},
         "T_COUNT \"x\": must be a whole number from 1 to 9"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings;
        struct ks_error err = {.text = ""};
        int operands;

        assert_row_number(rows[i].rule, parse(&settings, &rows[i], &operands, &err), -1);
        assert_row_number(rows[i].rule, err.kind, KS_ERROR_INVALID);
        assert_row_text(rows[i].rule, err.text, rows[i].outcome);
        ks_options_fini(table, COUNT(table), &settings);
    }
}

static void operands_follow_the_options(void **state)
{
    static const struct {
        struct row row;
        int operands;
    } rows[] = {
        {{"none", {"--loud"}, {NULL}, NULL}, 2},
        {{"after options", {"--loud", "a", "--count=x"}, {NULL}, NULL}, 2},
        {{"after two dashes", {"--", "--loud"}, {NULL}, NULL}, 2},
        {{"a single dash does not end the options", {"-loud"}, {NULL}, NULL}, 1},
        {{"an empty one", {""}, {NULL}, NULL}, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings;
        struct ks_error err;
        int operands;

        assert_row_number(rows[i].row.rule, parse(&settings, &rows[i].row, &operands, &err), 0);
        assert_row_number(rows[i].row.rule, operands, rows[i].operands);
        ks_options_fini(table, COUNT(table), &settings);
    }
}

static void help_has_a_paragraph_per_option(void **state)
{
    struct ks_buf help KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&help, CEILING);
    ks_options_help(table, 3, &help);
    assert_string_equal(help.data, "  --loud\n      Says more\n"
                                   "  --name NAME  (T_NAME)\n      A name\n"
                                   "  --count NUMBER  (T_COUNT)\n      How many [3]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_comes_from_flag_environment_or_default),
        cmocka_unit_test(an_error_names_the_wrong_value_and_what_it_must_be),
        cmocka_unit_test(operands_follow_the_options),
        cmocka_unit_test(help_has_a_paragraph_per_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
