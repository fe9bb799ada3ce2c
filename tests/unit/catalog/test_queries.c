/* Files of checks that query Prometheus. */
#include "config.h"

#include "support/testing.h"

#include "answers/promql.h"
#include "catalog/queries.h"

/* "name@line query | color operator number, … | format" for each check. */
static void put_check(struct ks_buf *out, const struct ks_promql_check *check)
{
    static const char *const operators[] = {
        [KS_PROMQL_ALWAYS] = "",       [KS_PROMQL_GREATER_EQUAL] = ">=", [KS_PROMQL_GREATER] = ">",
        [KS_PROMQL_LESS_EQUAL] = "<=", [KS_PROMQL_LESS] = "<",           [KS_PROMQL_EQUAL] = "==",
        [KS_PROMQL_NOT_EQUAL] = "!=",
    };

    ks_buf_printf(out, "%s%s@%d %s |", out->length ? "\n" : "", check->name, check->line, check->query);
    for (size_t i = 0; i < check->threshold_count; i++) {
        const struct ks_promql_threshold *threshold = &check->thresholds[i];

        ks_buf_printf(out, " %s%s", threshold->color, operators[threshold->operator]);
        if (threshold->operator!= KS_PROMQL_ALWAYS) {
            ks_buf_printf(out, "%g", threshold->number);
        }
    }
    ks_buf_printf(out, " | %s", check->format);
}

/* Parses from memory that ends with the text, so that the sanitizer sees every read beyond it. */
static int parse(struct ks_queries *file, const char *text, size_t length, struct ks_error *err)
{
    char *copy = malloc(length + !length);
    int outcome;

    assert_non_null(copy);
    memcpy(copy, text, length);
    outcome = ks_queries_parse(file, copy, length, err);
    free(copy);
    return outcome;
}

static void a_check_is_a_query_and_its_presentation(void **state)
{
    static const struct {
        const char *text, *checks;
    } rows[] = {
        {"", ""},
        {"# nothing\n\n   \n\t\n", ""},
        {"up: up", "up@1 up | | {value}"},
        {"\xef\xbb\xbf\x61: up\r\n", "a@1 up | | {value}"},
        {"a: up{job=\"x\"}\r\n  green: {value} \xe2\x82\xac\r\n", "a@1 up{job=\"x\"} | green | {value} \xe2\x82\xac"},
        {"# the share of the last week that web was up\n"
         "uptime: 100 * avg_over_time(up{job=\"web\"}[7d])\n"
         "    green >= 99.9, yellow >= 99, red: {value:.2f} %\n",
         "uptime@2 100 * avg_over_time(up{job=\"web\"}[7d]) | green>=99.9 yellow>=99 red | {value:.2f} %"},
        {"a: x\n\n# b\n\n\tred\nb: y\n", "a@1 x | red | {value}\nb@6 y | | {value}"},
        {"a: x\n : {value:bytes} of {{{instance}}\n", "a@1 x | | {value:bytes} of {{{instance}}"},
        {"a: x\n red > 1 :\n", "a@1 x | red>1 | {value}"},
        {"a:job:requests:rate5m\n", "a@1 job:requests:rate5m | | {value}"},
        {"a : x", "a@1 x | | {value}"},
        {"a: b \\\n   + c \\ \t\r\n\td\nb: y", "a@1 b + c d | | {value}\nb@4 y | | {value}"},
        {"a: \\\n\\\n x", "a@1 x | | {value}"},
        {"a: x\\\n# y", "a@1 x # y | | {value}"},
        {"a: x\n red >= 1, orange > 2, yellow <= 3, green < 4, blue == 5, grey != 6, pink\n",
         "a@1 x | red>=1 orange>2 yellow<=3 green<4 blue==5 grey!=6 pink | {value}"},
        {"a: x\n red>=-.5,green<+1e3 , blue == 0x10,grey > 1.5E-3:a:b, c", //
         "a@1 x | red>=-0.5 green<1000 blue==16 grey>0.0015 | a:b, c"},
        {"a: x\n #4b0 >= 1, rgb(1, 2, 3) < 2, e05d44", "a@1 x | #4b0>=1 rgb(1, 2, 3)<2 e05d44 | {value}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_queries file;
        struct ks_error err = {.text = ""};
        struct ks_buf seen KS_CLEANUP_BUF;

        ks_buf_init(&seen, CEILING);
        assert_row_number(rows[i].text, parse(&file, rows[i].text, strlen(rows[i].text), &err), 0);
        assert_row_text(rows[i].text, err.text, "");
        for (size_t check = 0; check < file.count; check++) {
            put_check(&seen, &file.checks[check]);
        }
        assert_row_text(rows[i].text, seen.data, rows[i].checks);
        ks_queries_fini(&file);
        ks_queries_fini(&file);
    }
}

#define COLOR   ": " KS_ANSWER_COLOR_RULE
#define NUMBER  ": must be a number, such as 99.9 or 1e6"
#define MESSAGE ": may contain {value}, {value:.2f}, {value:bytes}, {value:duration}, {label}"

static void an_error_names_the_line_the_value_and_what_would_be_right(void **state)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"up", "line 1: \"up\": must be `check: query`"},
        {"\n# x\na b: up", "line 3: check \"a b\": must be letters, digits"},
        {": up", "line 1: check \"\": must be"},
        {"../x: up", "line 1: check \"../x\": must be"},
        {"a:", "line 1: check \"a\": no query"},
        {"a:  \nb: x", "line 1: check \"a\": no query"},
        {"a: x\nb: y\na: z", "line 3: check \"a\" is given twice: the first is in line 1"},
        {"a: \\\n x \\", "line 1: check \"a\": a backslash at the end of the file"},
        {"a: \\\n\n", "line 1: check \"a\": no query"},
        {"  red", "line 1: \"red\" is indented: must follow a check"},
        {"a: x\n red\n green", "line 3: \"green\" is indented: must be the only such line below a check"},
        {"a: x\n# y\n # y", "line 3: color \"# y\"" COLOR},
        {"a: x\n blurple", "line 2: color \"blurple\"" COLOR},
        {"a: x\n {value} %", "line 2: color \"{value} %\"" COLOR},
        {"a: x\n blurple > 1", "line 2: color \"blurple\"" COLOR},
        {"a: x\n > 1", "line 2: color \"\"" COLOR},
        {"a: x\n red > 1,", "line 2: color \"\"" COLOR},
        {"a: x\n red > 1,,green", "line 2: color \"\"" COLOR},
        {"a: x\n rgba(100, 100, 100, 0.1234567890123456)", COLOR},
        {"a: x\n red, green", "line 2: color \"red\" without a threshold: must be the last one"},
        {"a: x\n red > 1, green, blue > 2", "line 2: color \"green\" without a threshold"},
        {"a: x\n red > ", "line 2: threshold \"\"" NUMBER},
        {"a: x\n red > x", "line 2: threshold \"x\"" NUMBER},
        {"a: x\n red > 1 %", "line 2: threshold \"1 %\"" NUMBER},
        {"a: x\n red > 1 > 2", "line 2: threshold \"1 > 2\"" NUMBER},
        {"a: x\n red > nan", "line 2: threshold \"nan\"" NUMBER},
        {"a: x\n red > -inf", "line 2: threshold \"-inf\"" NUMBER},
        {"a: x\n red > 1e999", "line 2: threshold \"1e999\"" NUMBER},
        {"a: x\n red >> 1", "line 2: threshold \"> 1\"" NUMBER},
        {"a: x\n red = 1", "line 2: operator \"=\": must be one of >= > <= < == !="},
        {"a: x\n red ! 1", "line 2: operator \"!\": must be one of >= > <= < == !="},
        {"a: x\n red => 1", "line 2: operator \"=>\": must be one of"},
        {"a: x\n r > 1, r > 1, r > 1", "line 2: color \"r\"" COLOR},
        {"a: x\n red>1,red>2,red>3,red>4,red>5,red>6,red>7,red>8,red",
         "line 2: color \"red\": there must be at most 8"},
        {"a: x\n red: {", "line 2: message \"{\"" MESSAGE},
        {"a: x\n red: a {} b", "line 2: message \"{}\"" MESSAGE},
        {"a: x\n red: {value", "line 2: message \"{value\"" MESSAGE},
        {"a: x\n red: {value:}", "line 2: message \"{value:}\"" MESSAGE},
        {"a: x\n red: {value:.10f}", "line 2: message \"{value:.10f}\"" MESSAGE},
        {"a: x\n red: {value:.f}", "line 2: message \"{value:.f}\"" MESSAGE},
        {"a: x\n red: {value:2f}", "line 2: message \"{value:2f}\"" MESSAGE},
        {"a: x\n red: {value:%s}", "line 2: message \"{value:%s}\"" MESSAGE},
        {"a: x\n red: {job:bytes}", "line 2: message \"{job:bytes}\"" MESSAGE},
        {"a: x\n red: {2x}", "line 2: message \"{2x}\"" MESSAGE},
        {"a: x\n red: { job }", "line 2: message \"{ job }\"" MESSAGE},
        {"a: x\n red: {{{", "line 2: message \"{\"" MESSAGE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_queries file;
        struct ks_error err = {.text = ""};

        assert_row_number(rows[i].text, parse(&file, rows[i].text, strlen(rows[i].text), &err), -1);
        assert_row_number(rows[i].text, err.kind, KS_ERROR_INVALID);
        assert_row_part(rows[i].text, err.text, rows[i].error);
        assert_row_number(rows[i].text, strncmp(err.text, "line ", 5), 0);
        ks_queries_fini(&file);
    }
}

/* `head`, `count` times 'x', and `tail`. */
static int parse_long(const char *head, int count, const char *tail, struct ks_error *err)
{
    struct ks_queries file;
    struct ks_buf text KS_CLEANUP_BUF;
    int outcome;

    ks_buf_init(&text, 4 * CEILING);
    ks_buf_printf(&text, "%s", head);
    for (int i = 0; i < count; i++) {
        ks_buf_literal(&text, "x");
    }
    ks_buf_printf(&text, "%s", tail);
    assert_false(text.failed);
    err->text[0] = '\0';
    outcome = parse(&file, text.data, text.length, err);
    ks_queries_fini(&file);
    return outcome;
}

static void limits_are_enforced(void **state)
{
    struct ks_error err;

    (void)state;
    assert_int_equal(parse_long("a: ", KS_PROMQL_QUERY_MOST, "", &err), 0);
    assert_int_equal(parse_long("\na: ", KS_PROMQL_QUERY_MOST + 1, "", &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    assert_string_equal(err.text, "line 2: check \"a\": query is too long: must be at most 4096 bytes");
    assert_int_equal(parse_long("a: ", KS_PROMQL_QUERY_MOST, "\\\n y", &err), -1);
    assert_int_equal(parse_long("a: x\n red: ", KS_RESULT_MESSAGE_SIZE - 1, "", &err), 0);
    assert_int_equal(parse_long("a: x\n red: ", KS_RESULT_MESSAGE_SIZE, "", &err), -1);
    assert_string_equal(err.text, "line 2: message of 512 bytes: must be at most 511");
    assert_int_equal(parse_long("#", (1 << 20) - 1, "", &err), 0);
    assert_int_equal(parse_long("#", (1 << 20) - 1, "\n", &err), -1);
    assert_string_equal(err.text, "1048577 bytes: must be at most 1048576");
}

static void a_file_has_a_thousand_checks_at_most(void **state)
{
    struct ks_queries file;
    struct ks_error err;
    struct ks_buf text KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&text, CEILING);
    for (int i = 0; i < 1000; i++) {
        ks_buf_printf(&text, "c%d: %d\n red\n", i, i);
    }
    assert_int_equal(parse(&file, text.data, text.length, &err), 0);
    assert_int_equal(file.count, 1000);
    assert_string_equal(file.checks[999].query, "999");
    ks_queries_fini(&file);
    ks_buf_printf(&text, "more: x");
    assert_int_equal(parse(&file, text.data, text.length, &err), -1);
    assert_string_equal(err.text, "line 2001: check \"more\": there must be at most 1000 checks");
    ks_queries_fini(&file);
}

static void a_nul_byte_is_refused(void **state)
{
    static const char text[] = "a: x\n\nb: up\0{}";
    struct ks_queries file;
    struct ks_error err;

    (void)state;
    assert_int_equal(parse(&file, text, sizeof text - 1, &err), -1);
    assert_string_equal(err.text, "line 3: a NUL byte: must be text");
    ks_queries_fini(&file);
}

static void a_copy_outlives_its_file(void **state)
{
    static const char text[] = "a: x\n red > 1, green: {value} y\n";
    struct ks_queries file;
    struct ks_promql_check copy;
    struct ks_error err;
    struct ks_buf seen KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&seen, CEILING);
    assert_int_equal(parse(&file, text, sizeof text - 1, &err), 0);
    assert_int_equal(ks_promql_check_copy(&copy, &file.checks[0], &err), 0);
    ks_queries_fini(&file);
    put_check(&seen, &copy);
    assert_string_equal(seen.data, "a@1 x | red>1 green | {value} y");
    ks_promql_check_fini(&copy);
    ks_promql_check_fini(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_is_a_query_and_its_presentation),
        cmocka_unit_test(an_error_names_the_line_the_value_and_what_would_be_right),
        cmocka_unit_test(limits_are_enforced),
        cmocka_unit_test(a_file_has_a_thousand_checks_at_most),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_copy_outlives_its_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
