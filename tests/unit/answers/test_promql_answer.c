/* Answers of Prometheus, as shields. */
#include "config.h"

#include "support/testing.h"

#include <math.h>

#include "answers/promql.h"
#include "catalog/queries.h"
#include "answers/promql_format.h"

#define SUCCESS(type, result) "{\"status\":\"success\",\"data\":{\"resultType\":\"" type "\",\"result\":" result "}}"
#define ONE(labels, value)    SUCCESS("vector", "[{\"metric\":{" labels "},\"value\":[1700000000.1,\"" value "\"]}]")
#define SCALAR(value)         SUCCESS("scalar", "[1700000000,\"" value "\"]")

/* Reads a body for `text`, a file with one check. Gives "message color", or "message: reason" for a failure. */
static void put_answer(struct ks_buf *out, const char *text, const char *body, struct ks_answer *answer)
{
    struct ks_queries file;
    struct ks_error err = {.text = ""};
    size_t length = strlen(body);
    char *copy = malloc(length + !length);

    assert_row_number(text, ks_queries_parse(&file, text, strlen(text), &err), 0);
    assert_int_equal(file.count, 1);
    assert_non_null(copy);
    memcpy(copy, body, length);
    ks_answer_init(answer);
    ks_answer_from_query(&file.checks[0], copy, length, answer);
    free(copy);
    ks_queries_fini(&file);
    if (answer->failed) {
        ks_buf_printf(out, "%s: %s", answer->message, answer->reason);
        assert_row_text(body, answer->color, "grey");
        assert_null(answer->raw);
    } else {
        ks_buf_printf(out, "%s %s", answer->message, answer->color);
        assert_row_text(body, answer->reason, "");
    }
}

struct row {
    const char *text, *body, *answer, *raw;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct ks_answer answer;
        struct ks_buf seen KS_CLEANUP_BUF;

        ks_buf_init(&seen, CEILING);
        put_answer(&seen, rows[i].text, rows[i].body, &answer);
        assert_row_text(rows[i].body, seen.data, rows[i].answer);
        if (rows[i].raw) {
            assert_row_text(rows[i].body, answer.raw ? answer.raw : "none", rows[i].raw);
        }
        ks_answer_fini(&answer);
    }
}

static void one_value_is_an_answer(void **state)
{
    static const struct row rows[] = {
        {"a: up", ONE("", "1"), "1 orange", "{\"value\":1,\"labels\":{},\"query\":\"up\"}"},
        {"a: up\n green", ONE("\"job\":\"web\",\"x\":\"a\\\"\\u00e4\"", "0.5"), "0.5 green",
         "{\"value\":0.5,\"labels\":{\"job\":\"web\",\"x\":\"a\\\"\xc3\xa4\"},\"query\":\"up\"}"},
        {"a: 2\n red", SCALAR("2"), "2 red", "{\"value\":2,\"labels\":{},\"query\":\"2\"}"},
        {"a: x{y=\"z\"}\n red", SCALAR("+Inf"), "+Inf red",
         "{\"value\":\"+Inf\",\"labels\":{},\"query\":\"x{y=\\\"z\\\"}\"}"},
        {"a: x\n red: {value:bytes}", SCALAR("-Inf"), "-Inf red", "{\"value\":\"-Inf\",\"labels\":{},\"query\":\"x\"}"},
        {"a: x\n red: {job}@{instance}{absent}, {__name__}",
         ONE("\"__name__\":\"up\",\"job\":\"web\",\"instance\":\"h:80\"", "1"), "web@h:80, up red", NULL},
        {"a: x\n red: {{value}} {{{value}} {{{{ }}", ONE("", "1"), "{value}} {1} {{ }} red", NULL},
        {"a: x\n red: {job}", ONE("\"job\":[\"web\"]", "1"), " red", NULL},
        {"a: x\n red: <{job}>", SCALAR("1"), "<> red", NULL},
    };

    (void)state;
    check_rows(rows, COUNT(rows));
}

static void no_value_is_no_failure(void **state)
{
    static const struct row rows[] = {
        {"a: x\n red", SUCCESS("vector", "[]"), "no data grey", "{\"value\":null,\"labels\":{},\"query\":\"x\"}"},
        {"a: x\n red: {value} %", ONE("\"job\":\"web\"", "NaN"), "no data grey",
         "{\"value\":\"NaN\",\"labels\":{\"job\":\"web\"},\"query\":\"x\"}"},
        {"a: x", SCALAR("NaN"), "no data grey", NULL},
    };

    (void)state;
    check_rows(rows, COUNT(rows));
}

static void the_first_threshold_that_holds_chooses_the_color(void **state)
{
#define SLA "a: x\n green >= 99.9, yellow >= 99, red: {value:.2f} %"
    static const struct row rows[] = {
        {SLA, SCALAR("100"), "100.00 % green", NULL},
        {SLA, SCALAR("99.9"), "99.90 % green", NULL},
        {SLA, SCALAR("99.899"), "99.90 % yellow", NULL},
        {SLA, SCALAR("0"), "0.00 % red", NULL},
        {SLA, SCALAR("+Inf"), "+Inf % green", NULL},
        {"a: x\n red > 1, green < 1", SCALAR("1"), "1 orange", NULL},
        {"a: x\n red > 1, green < 1", SCALAR("1.1"), "1.1 red", NULL},
        {"a: x\n red > 1, green < 1", SCALAR("-3"), "-3 green", NULL},
        {"a: x\n red <= 1, green", SCALAR("1"), "1 red", NULL},
        {"a: x\n red == 0, blue != 3, green", SCALAR("-0"), "0 red", NULL},
        {"a: x\n red == 0, blue != 3, green", SCALAR("2"), "2 blue", NULL},
        {"a: x\n red == 0, blue != 3, green", SCALAR("3"), "3 green", NULL},
    };

    (void)state;
    check_rows(rows, COUNT(rows));
}

#define SERIES "{\"metric\":{},\"value\":[1,\"1\"]}"

static void several_values_fail_and_say_how_to_aggregate(void **state)
{
    static const struct row rows[] = {
        {"a: x", SUCCESS("vector", "[" SERIES "," SERIES "," SERIES "]"),
         "query error: the query returns 3 series: must return one; aggregate them with sum(\xe2\x80\xa6), "
         "max(\xe2\x80\xa6) or avg(\xe2\x80\xa6)",
         NULL},
        {"a: x", SUCCESS("matrix", "[]"),
         "query error: the query returns a range of values: must return one value; use a function, such as "
         "avg_over_time(\xe2\x80\xa6)",
         NULL},
        {"a: x", SUCCESS("string", "[1,\"x\"]"), "query error: the query returns a string: must return a number", NULL},
        {"a: x", SUCCESS("vector", "[{\"metric\":{},\"histogram\":[1,{}]}]"),
         "query error: the query returns a histogram: must return a number, such as histogram_quantile(0.9, "
         "\xe2\x80\xa6)",
         NULL},
        {"a: x", "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:5: parse error: \\n unexpected\"}",
         "query error: bad_data: 1:5: parse error:   unexpected", NULL},
        {"a: x", "{\"status\":\"error\"}", "query error: error: without a text", NULL},
    };

    (void)state;
    check_rows(rows, COUNT(rows));
}

static void an_invalid_answer_of_prometheus_is_a_failure(void **state)
{
    static const struct row rows[] = {
        {"a: x", "", "bad answer: not JSON: it ends too early", NULL},
        {"a: x", "{\"status\":\"success\"", "bad answer: not JSON: it ends too early", NULL},
        {"a: x", "<html>", "bad answer: not JSON: unexpected character", NULL},
        {"a: x", "null\n", "bad answer: not a JSON object", NULL},
        {"a: x", "[1]", "bad answer: not a JSON object", NULL},
        {"a: x", SCALAR("1") "x", "bad answer: not JSON: unexpected character", NULL},
        {"a: x", ONE("\"job\":\"\xff\"", "1"), "bad answer: not JSON: invalid UTF-8", NULL},
        {"a: x", "[[[[[[[[[[[[[[[[[[[[[[[[", "bad answer: not JSON: nesting too deep", NULL},
        {"a: x", "{}", "bad answer: the answer's status is neither success nor error", NULL},
        {"a: x", "{\"status\":1}", "bad answer: the answer's status is neither success nor error", NULL},
        {"a: x", "{\"status\":\"success\"}", "bad answer: the answer's resultType is neither vector nor scalar", NULL},
        {"a: x", SUCCESS("streams", "[]"), "bad answer: the answer's resultType is neither vector nor scalar", NULL},
        {"a: x", SUCCESS("vector", "{}"), "bad answer: the answer's vector is not a list", NULL},
        {"a: x", SUCCESS("vector", "[1]"), "bad answer: the answer's series has no value", NULL},
        {"a: x", SUCCESS("vector", "[{\"value\":[1]}]"), "bad answer: the answer's series has no value", NULL},
        {"a: x", SUCCESS("vector", "[{\"value\":[1,2]}]"), "bad answer: the answer's series has no value", NULL},
        {"a: x", SUCCESS("scalar", "null"), "bad answer: the answer's scalar has no value", NULL},
        {"a: x", SCALAR(""), "bad answer: the answer's scalar has no value", NULL},
        {"a: x", SCALAR(" 1"), "bad answer: the answer's scalar has no value", NULL},
        {"a: x", SCALAR("1 "), "bad answer: the answer's scalar has no value", NULL},
        {"a: x", SCALAR("1\\u0000"), "bad answer: the answer's scalar has no value", NULL},
    };

    (void)state;
    check_rows(rows, COUNT(rows));
}

static void a_warning_is_a_mistake_of_an_answer(void **state)
{
    static const char body[] = "{\"status\":\"success\",\"warnings\":[\"a store\\ndid not answer\",\"x\"],"
                               "\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"7\"]}}";
    struct ks_answer answer;
    struct ks_buf seen KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&seen, CEILING);
    put_answer(&seen, "a: x", body, &answer);
    assert_string_equal(seen.data, "7 orange");
    assert_string_equal(answer.mistake, "Prometheus warns: a store did not answer");
    ks_answer_fini(&answer);
}

/* A vector of one series whose label `job` has `length` bytes. */
static void answer_of_label(struct ks_buf *seen, size_t size, struct ks_answer *answer)
{
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, 4 * CEILING);
    ks_buf_printf(&body, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{"
                         "\"job\":\"");
    for (size_t i = 0; i < size; i++) {
        ks_buf_literal(&body, "x");
    }
    ks_buf_printf(&body, "\"},\"value\":[1,\"1\"]}]}}");
    put_answer(seen, "a: x\n red: {job}{job}", body.data, answer);
}

static void labels_have_a_bound(void **state)
{
    struct ks_answer answer;
    struct ks_buf seen KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&seen, CEILING);
    answer_of_label(&seen, 60000, &answer);
    assert_false(answer.failed);
    assert_int_equal(strlen(answer.message), KS_RESULT_MESSAGE_SIZE - 1);
    assert_string_equal(answer.message + KS_RESULT_MESSAGE_SIZE - 4, "\xe2\x80\xa6");
    ks_answer_fini(&answer);

    ks_buf_reset(&seen);
    answer_of_label(&seen, 70000, &answer);
    assert_string_equal(seen.data, "bad answer: labels and query: more than 65536 bytes");
    ks_answer_fini(&answer);
}

static void the_error_of_a_body_can_be_read_alone(void **state)
{
    static const char error[] = "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"too slow\"}";
    static const char *const none[] = {"", "503", "{}", "{\"status\":\"success\"}", "[\"error\"]"};
    char text[KS_ERROR_TEXT_SIZE] = "untouched";

    (void)state;
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_false(ks_promql_error(none[i], strlen(none[i]), text));
        assert_row_text(none[i], text, "untouched");
    }
    assert_true(ks_promql_error(error, sizeof error - 1, text));
    assert_string_equal(text, "timeout: too slow");
}

static const char *no_label(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return "";
}

static void a_number_is_written_for_people(void **state)
{
    static const struct {
        double value;
        const char *format, *text;
    } rows[] = {
        {0, "{value}", "0"},
        {-0.0, "{value}", "0"},
        {99.9, "{value}", "99.9"},
        {0.1 + 0.2, "{value}", "0.30000000000000004"},
        {1.0 / 3, "{value}", "0.3333333333333333"},
        {1234567, "{value}", "1234567"},
        {1700000000.123, "{value}", "1700000000.123"},
        {9007199254740991, "{value}", "9007199254740991"},
        {-5e15, "{value}", "-5000000000000000"},
        {1e16, "{value}", "1e+16"},
        {1.5e300, "{value}", "1.5e+300"},
        {0.0001, "{value}", "0.0001"},
        {0.00012345678901234567, "{value}", "0.00012345678901234567"},
        {0.00001, "{value}", "1e-05"},
        {5e-324, "{value}", "5e-324"},
        {INFINITY, "{value}", "+Inf"},
        {-INFINITY, "{value:duration}", "-Inf"},
        {INFINITY, "{value:.1f}", "+Inf"},

        {1.005, "{value:.2f}", "1.00"},
        {2.5, "{value:.0f}", "2"},
        {-0.001, "{value:.2f}", "0.00"},
        {-0.001, "{value:.3f}", "-0.001"},
        {1e21, "{value:.1f}", "1000000000000000000000.0"},

        {0, "{value:bytes}", "0 B"},
        {512, "{value:bytes}", "512 B"},
        {1023, "{value:bytes}", "1023 B"},
        {1023.6, "{value:bytes}", "1 KiB"},
        {1024, "{value:bytes}", "1 KiB"},
        {1536, "{value:bytes}", "1.5 KiB"},
        {1048575, "{value:bytes}", "1 MiB"},
        {1610612736, "{value:bytes}", "1.5 GiB"},
        {-1536, "{value:bytes}", "-1.5 KiB"},
        {1152921504606846976.0 * 5000, "{value:bytes}", "5000 EiB"},

        {0, "{value:duration}", "0s"},
        {-0.0, "{value:duration}", "0s"},
        {0.0004, "{value:duration}", "0ms"},
        {0.25, "{value:duration}", "250ms"},
        {0.9996, "{value:duration}", "1s"},
        {1.5, "{value:duration}", "1.5s"},
        {9.96, "{value:duration}", "10s"},
        {59.4, "{value:duration}", "59s"},
        {59.6, "{value:duration}", "1m"},
        {90, "{value:duration}", "1m 30s"},
        {273600, "{value:duration}", "3d 4h"},
        {-273600, "{value:duration}", "-3d 4h"},
        {86400 * 365.0, "{value:duration}", "365d"},
        {1e15, "{value:duration}", "11574074074d"},
        {1e300, "{value:duration}", "1e+300s"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf seen KS_CLEANUP_BUF;
        char row[64];

        snprintf(row, sizeof row, "%.17g as %s", rows[i].value, rows[i].format);
        ks_buf_init(&seen, CEILING);
        ks_promql_format_put(&seen, rows[i].format, rows[i].value, no_label, NULL);
        assert_row_text(row, seen.data, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_is_an_answer),
        cmocka_unit_test(no_value_is_no_failure),
        cmocka_unit_test(the_first_threshold_that_holds_chooses_the_color),
        cmocka_unit_test(several_values_fail_and_say_how_to_aggregate),
        cmocka_unit_test(an_invalid_answer_of_prometheus_is_a_failure),
        cmocka_unit_test(a_warning_is_a_mistake_of_an_answer),
        cmocka_unit_test(labels_have_a_bound),
        cmocka_unit_test(the_error_of_a_body_can_be_read_alone),
        cmocka_unit_test(a_number_is_written_for_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
