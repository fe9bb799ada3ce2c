/* The settings of a service's checks. */
#include "config.h"

#include "support/testing.h"

#include "catalog/conf.h"

/* "check(label interval timeout [argument]…) line" for each section. */
static void put_section(struct ks_buf *out, const struct ks_conf_section *section)
{
    ks_buf_printf(out, "%s%s(%s %" PRId64 " %" PRId64, out->length ? " " : "", section->check, section->label,
                  section->interval_ms, section->timeout_ms);
    for (char **argument = section->arguments; argument && *argument; argument++) {
        ks_buf_printf(out, " [%s]", *argument);
    }
    ks_buf_printf(out, "%s)%d", section->arguments ? "" : " -", section->line);
}

/* Parses from memory that ends with the text, so that the sanitizer sees every read beyond it. */
static int parse(struct ks_conf *conf, const char *text, size_t length, struct ks_error *err)
{
    char *copy = malloc(length + !length);
    int outcome;

    assert_non_null(copy);
    memcpy(copy, text, length);
    outcome = ks_conf_parse(conf, copy, length, err);
    free(copy);
    return outcome;
}

static void settings_are_those_of_their_section(void **state)
{
    static const struct {
        const char *text, *sections;
    } rows[] = {
        {"", "( 0 0 -)1"},
        {"\n\n  \n\t\n", "( 0 0 -)1"},
        {"# interval = 5m\n; timeout = 3s\n  # more\n", "( 0 0 -)1"},
        {"interval = 5m\n", "( 300000 0 -)1"},
        {"\xef\xbb\xbfinterval = 5m\n", "( 300000 0 -)1"},
        {"\xef\xbb\xbf", "( 0 0 -)1"},
        {"interval=5m", "( 300000 0 -)1"},
        {"  interval\t=\t500s  \r\ntimeout = 100ms\r\n", "( 500000 100 -)1"},
        {"interval = 1s\ntimeout = 10m\n", "( 1000 600000 -)1"},
        {"interval = 24h\n", "( 86400000 0 -)1"},
        {"interval = 5m\n[front]\nlabel = front page\ntimeout = 20s\n", "( 300000 0 -)1 front(front page 0 20000 -)2"},
        {"\n[ front ]\n\n[back.2]\ninterval = 2s\n", "( 0 0 -)1 front( 0 0 -)2 back.2( 2000 0 -)4"},
        {"[a]\nlabel = x = y # z ; \xc3\xa4\n", "( 0 0 -)1 a(x = y # z ; \xc3\xa4 0 0 -)1"},
        {"arguments = a\n[b]\narguments =\n", "( 0 0 [a])1 b( 0 0)2"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_conf conf;
        struct ks_error err = {.text = ""};
        struct ks_buf seen KS_CLEANUP_BUF;

        ks_buf_init(&seen, CEILING);
        assert_row_number(rows[i].text, parse(&conf, rows[i].text, strlen(rows[i].text), &err), 0);
        assert_row_text(rows[i].text, err.text, "");
        for (size_t section = 0; section < conf.count; section++) {
            put_section(&seen, &conf.sections[section]);
        }
        assert_row_text(rows[i].text, seen.data, rows[i].sections);
        ks_conf_fini(&conf);
        ks_conf_fini(&conf);
    }
}

static void arguments_are_words_with_quotes_and_backslashes(void **state)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"-H example.org --expect \"200 OK\"", "[-H][example.org][--expect][200 OK]"},
        {"  a \t b  ", "[a][b]"},
        {"'a \" b' \"c ' d\"", "[a \" b][c ' d]"},
        {"a\\ b \\\"c \\\\ \\'", "[a b][\"c][\\][']"},
        {"\"a\\\"b\\\\c\\d\"", "[a\"b\\cd]"},
        {"'a\\b' '\\'", "[a\\b][\\]"},
        {"--name='x y'z\"\"w", "[--name=x yzw]"},
        {"\"\" ''", "[][]"},
        {"# ; = [x]", "[#][;][=][[x]]"},
        {"$HOME `id` $(id) * a;b", "[$HOME][`id`][$(id)][*][a;b]"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_conf conf;
        struct ks_error err = {.text = ""};
        struct ks_buf text KS_CLEANUP_BUF;
        struct ks_buf seen KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        ks_buf_init(&seen, CEILING);
        ks_buf_printf(&text, "arguments = %s", rows[i].text);
        assert_row_number(rows[i].text, parse(&conf, text.data, text.length, &err), 0);
        assert_non_null(conf.sections[0].arguments);
        for (char **argument = conf.sections[0].arguments; *argument; argument++) {
            ks_buf_printf(&seen, "[%s]", *argument);
        }
        assert_row_text(rows[i].text, seen.data, rows[i].words);
        ks_conf_fini(&conf);
    }
}

#define DURATION "must be a duration from 1s to 24h, such as 30s, 5m or 1h"
#define LABEL    "must be text of 1 to 63 bytes without control characters"
#define LONG     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 64 bytes */

static void an_error_names_the_line_the_value_and_what_would_be_right(void **state)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"interval = x", "line 1: interval \"x\": " DURATION},
        {"\n\ninterval = 5 m", "line 3: interval \"5 m\": " DURATION},
        {"interval =", "line 1: interval \"\": " DURATION},
        {"interval = 999ms", "line 1: interval \"999ms\": " DURATION},
        {"interval = 25h", "line 1: interval \"25h\": " DURATION},
        {"interval = -5s", "line 1: interval \"-5s\": " DURATION},
        {"interval = 9223372036854775807h", "line 1: interval \"9223372036854775807h\": " DURATION},
        {"timeout = 99ms", "line 1: timeout \"99ms\": must be a duration from 100ms to 10m, such as"},
        {"[a]\r\ntimeout = 11m\r\n", "line 2: timeout \"11m\": must be a duration from 100ms to 10m"},
        {"label = x", "line 1: label: must be in the section of one check, such as [front]"},
        {"[a]\nlabel =", "line 2: label \"\": " LABEL},
        {"[a]\nlabel = " LONG, "line 2: label \"" LONG "\": " LABEL},
        {"[a]\nlabel = a\tb", "line 2: label \"a b\": " LABEL},
        {"[a]\nlabel = a\xff", "line 2: label \"a\xef\xbf\xbd\": " LABEL},
        {"[a]\nlabel = a\xc2\x9b", ": " LABEL},
        {"colour = red", "line 1: setting \"colour\": must be label, interval, timeout or arguments"},
        {"= red", "line 1: setting \"\": must be"},
        {"interval 5m", "line 1: \"interval 5m\": must be [check], setting = value or # comment"},
        {"interval = 5m\ninterval = 6m", "line 2: interval is set twice: must be set once in a section"},
        {"[front", "line 1: section \"[front\": must be a check's name in brackets, such as [front]"},
        {"[", "line 1: section \"[\": must be"},
        {"[a] # b", "line 1: section \"[a] # b\": must be"},
        {"[]", "line 1: check \"\": must be letters, digits"},
        {"[a/b]", "line 1: check \"a/b\": must be letters, digits"},
        {"[a]]", "line 1: check \"a]\": must be letters, digits"},
        {"[" LONG "]", "line 1: check \"" LONG "\": must be letters, digits"},
        {"[a]\n[b]\n[a]", "line 3: section [a] is given twice: the first is in line 1"},
        {"arguments = \"a", "line 1: arguments: quote \" is not closed"},
        {"arguments = a 'b\\'c'", "line 1: arguments: quote ' is not closed"},
        {"arguments = \"a\\", "line 1: arguments: a backslash at the end"},
        {"arguments = a \\", "line 1: arguments: a backslash at the end"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_conf conf;
        struct ks_error err = {.text = ""};

        assert_row_number(rows[i].text, parse(&conf, rows[i].text, strlen(rows[i].text), &err), -1);
        assert_row_number(rows[i].text, err.kind, KS_ERROR_INVALID);
        assert_row_part(rows[i].text, err.text, rows[i].error);
        assert_row_number(rows[i].text, strncmp(err.text, "line ", 5), 0);
        ks_conf_fini(&conf);
    }
}

static void limits_are_enforced(void **state)
{
    static const char nul[] = "interval = 5m\n\ntime\0out = 3s";
    struct ks_conf conf;
    struct ks_error err;
    struct ks_buf text KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&text, 4 * CEILING);
    assert_int_equal(parse(&conf, nul, sizeof nul - 1, &err), -1);
    assert_string_equal(err.text, "line 3: a NUL byte: must be text");
    ks_conf_fini(&conf);

    ks_buf_printf(&text, "arguments =");
    for (int i = 0; i < KS_CONF_ARGUMENTS_MOST; i++) {
        ks_buf_printf(&text, " %d", i);
    }
    assert_int_equal(parse(&conf, text.data, text.length, &err), 0);
    assert_string_equal(conf.sections[0].arguments[63], "63");
    assert_null(conf.sections[0].arguments[64]);
    ks_conf_fini(&conf);
    ks_buf_printf(&text, " x");
    assert_int_equal(parse(&conf, text.data, text.length, &err), -1);
    assert_string_equal(err.text, "line 1: arguments: must be at most 64");
    ks_conf_fini(&conf);

    ks_buf_reset(&text);
    for (int i = 0; i < 1000; i++) {
        ks_buf_printf(&text, "[c%d]\n", i);
    }
    assert_int_equal(parse(&conf, text.data, text.length, &err), 0);
    assert_int_equal(conf.count, 1001);
    ks_conf_fini(&conf);
    ks_buf_printf(&text, "[more]");
    assert_int_equal(parse(&conf, text.data, text.length, &err), -1);
    assert_string_equal(err.text, "line 1001: section [more]: there must be at most 1000 sections");
    ks_conf_fini(&conf);

    ks_buf_reset(&text);
    ks_buf_printf(&text, "#%*s", (1 << 20) - 1, "");
    assert_int_equal(parse(&conf, text.data, text.length, &err), 0);
    ks_conf_fini(&conf);
    ks_buf_printf(&text, " ");
    assert_int_equal(parse(&conf, text.data, text.length, &err), -1);
    assert_string_equal(err.text, "1048577 bytes: must be at most 1048576");
    ks_conf_fini(&conf);
}

static void a_checks_own_setting_overrides_the_general_one(void **state)
{
    static const char text[] = "interval = 5m\ntimeout = 5s\narguments = x y\n"
                               "[front]\nlabel = front page\ntimeout = 20s\n[back]\narguments =\ninterval = 1m\n";
    static const struct {
        const char *check, *found;
    } rows[] = {
        {"front", "front(front page 300000 20000 [x] [y])4"},
        {"back", "back( 60000 5000)7"},
        {"other", "other( 300000 5000 [x] [y])1"},
    };
    struct ks_conf conf;
    struct ks_conf_section found;
    struct ks_error err;
    struct ks_buf seen KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&seen, CEILING);
    assert_int_equal(parse(&conf, text, sizeof text - 1, &err), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ks_buf_reset(&seen);
        ks_conf_find(&conf, rows[i].check, &found);
        put_section(&seen, &found);
        assert_row_text(rows[i].check, seen.data, rows[i].found);
    }
    ks_conf_fini(&conf);

    ks_buf_reset(&seen);
    ks_conf_find(NULL, "front", &found);
    put_section(&seen, &found);
    assert_string_equal(seen.data, "front( 0 0 -)0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_those_of_their_section),
        cmocka_unit_test(arguments_are_words_with_quotes_and_backslashes),
        cmocka_unit_test(an_error_names_the_line_the_value_and_what_would_be_right),
        cmocka_unit_test(limits_are_enforced),
        cmocka_unit_test(a_checks_own_setting_overrides_the_general_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
