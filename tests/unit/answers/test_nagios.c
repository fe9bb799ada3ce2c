#include "config.h"

#include "support/testing.h"

#include "answers/nagios.h"

#define RULES "must be label=value[unit];[warn];[crit];[min];[max], with single quotes around a label with spaces"

static struct ks_answer answer_to(const char *output, int exit_code)
{
    const struct ks_answer_output end = {
        .output = output, .length = strlen(output), .error_output = "", .exit_code = exit_code};
    struct ks_answer answer;

    ks_answer_init(&answer);
    ks_answer_from_plugin(&answer, &end);
    return answer;
}

static void the_exit_code_is_the_color(void **state)
{
    static const struct {
        int exit_code;
        const char *color;
        const char *word;
    } rows[] = {
        {0, "green", "ok"}, {1, "yellow", "warning"}, {2, "red", "critical"}, {3, "grey", "unknown"},
        {4, "grey", NULL},  {127, "grey", NULL},      {255, "grey", NULL},    {-1, "grey", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer answer = answer_to("said", rows[i].exit_code);

        assert_row_text(rows[i].color, answer.color, rows[i].color);
        assert_row_text(rows[i].color, answer.message, "said");
        assert_row_text(rows[i].color, ks_nagios_color(rows[i].exit_code), rows[i].color);
        assert_false(answer.failed);
        ks_answer_fini(&answer);
        answer = answer_to("\n", rows[i].exit_code);
        assert_row_text(rows[i].color, answer.color, rows[i].color);
        assert_true(answer.failed == !rows[i].word);
        if (rows[i].word) {
            assert_row_text(rows[i].color, answer.message, rows[i].word);
        }
        ks_answer_fini(&answer);
    }
}

static void output_is_a_message_long_text_and_performance_data(void **state)
{
    static const struct {
        const char *rule;
        const char *output;
        const char *message;
        const char *raw;
    } rows[] = {
        {"a line", "OK - fine\n", "OK - fine", "{\"exit\":0,\"message\":\"OK - fine\",\"long\":\"\",\"perfdata\":{}}"},
        {"nothing", "", "ok", "{\"exit\":0,\"message\":\"ok\",\"long\":\"\",\"perfdata\":{}}"},
        {"without a message", " | a=1", "ok",
         "{\"exit\":0,\"message\":\"ok\",\"long\":\"\",\"perfdata\":{\"a\":{\"value\":1,\"unit\":\"\"}}}"},
        {"further lines", "OK\none\n\ntwo\n", "OK",
         "{\"exit\":0,\"message\":\"OK\",\"long\":\"one\\u000a\\u000atwo\",\"perfdata\":{}}"},
        {"performance data in both places", "OK | a=1\none | b=2\nc=3 d=4", "OK",
         "{\"exit\":0,\"message\":\"OK\",\"long\":\"one\",\"perfdata\":{\"a\":{\"value\":1,\"unit\":\"\"},"
         "\"b\":{\"value\":2,\"unit\":\"\"},\"c\":{\"value\":3,\"unit\":\"\"},\"d\":{\"value\":4,\"unit\":\"\"}}}"},
        {"performance data only in further lines", "OK\n|a=1", "OK",
         "{\"exit\":0,\"message\":\"OK\",\"long\":\"\",\"perfdata\":{\"a\":{\"value\":1,\"unit\":\"\"}}}"},
        {"CRLF", "OK | a=1\r\none\r\ntwo\r\n", "OK",
         "{\"exit\":0,\"message\":\"OK\",\"long\":\"one\\u000atwo\",\"perfdata\":{\"a\":{\"value\":1,\"unit\":\"\"}}}"},
        {"control characters", "a\x01\xff\"\n\x02", "a\x20\xef\xbf\xbd\"",
         "{\"exit\":0,\"message\":\"a\\u0001\xef\xbf\xbd\\\"\",\"long\":\"\\u0002\",\"perfdata\":{}}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer answer = answer_to(rows[i].output, 0);

        assert_row_text(rows[i].rule, answer.message, rows[i].message);
        assert_row_text(rows[i].rule, answer.mistake, "");
        assert_non_null(answer.raw);
        assert_row_text(rows[i].rule, answer.raw, rows[i].raw);
        ks_answer_fini(&answer);
    }
}

static void a_nul_becomes_a_space(void **state)
{
    static const char output[] = "a\0b\r\0|c=1\0d=2\0";
    const struct ks_answer_output end = {.output = output, .length = sizeof output - 1, .error_output = ""};
    struct ks_answer answer;

    (void)state;
    ks_answer_init(&answer);
    ks_answer_from_plugin(&answer, &end);
    assert_string_equal(answer.message, "a b");
    assert_row_part("both", answer.raw, "{\"c\":{\"value\":1,\"unit\":\"\"},\"d\":{\"value\":2,\"unit\":\"\"}}");
    ks_answer_fini(&answer);
}

/* Compares the text between the outer braces of `perfdata`. */
static void check_perfdata(const char *rule, const char *text, const char *wanted, const char *mistake)
{
    char output[1024];
    char raw[2048];
    struct ks_answer answer;

    snprintf(output, sizeof output, "OK|%s", text);
    snprintf(raw, sizeof raw, "{\"exit\":0,\"message\":\"OK\",\"long\":\"\",\"perfdata\":{%s}}", wanted);
    answer = answer_to(output, 0);
    assert_non_null(answer.raw);
    assert_row_text(rule, answer.raw, raw);
    assert_row_text(rule, answer.mistake, mistake);
    ks_answer_fini(&answer);
}

static void performance_data_is_an_object_by_label(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"", ""},
        {"a=5ms;1:10;@~:20;0;99", "\"a\":{\"value\":5,\"unit\":\"ms\",\"warn\":\"1:10\",\"crit\":\"@~:20\",\"min\":0,"
                                  "\"max\":99}"},
        {"/=4066MB;;;0;19838", "\"/\":{\"value\":4066,\"unit\":\"MB\",\"min\":0,\"max\":19838}"},
        {"time=0.005s;;;0.000;10.000 size=615B;;;0", "\"time\":{\"value\":0.005,\"unit\":\"s\",\"min\":0.000,"
                                                     "\"max\":10.000},\"size\":{\"value\":615,\"unit\":\"B\","
                                                     "\"min\":0}"},
        {"load1=0.10;15.000;30.000;0;", "\"load1\":{\"value\":0.10,\"unit\":\"\",\"warn\":\"15.000\",\"crit\":"
                                        "\"30.000\",\"min\":0}"},
        {"a=1;;;;;;", "\"a\":{\"value\":1,\"unit\":\"\"}"},
        {"a=5%;1;2;0%;100%", "\"a\":{\"value\":5,\"unit\":\"%\",\"warn\":\"1\",\"crit\":\"2\",\"min\":0,\"max\":100}"},
        {"a=1;;;U;U", "\"a\":{\"value\":1,\"unit\":\"\"}"},
        {"a=U;1;2", "\"a\":{\"value\":null,\"unit\":\"\",\"warn\":\"1\",\"crit\":\"2\"}"},
        {"a=1e400", "\"a\":{\"value\":null,\"unit\":\"\"}"},
        {"a=1\xc2\xb5s", "\"a\":{\"value\":1,\"unit\":\"\xc2\xb5s\"}"},
        {"'it''s on C:\\'=1 b=2", "\"it's on C:\\\\\":{\"value\":1,\"unit\":\"\"},\"b\":{\"value\":2,\"unit\":\"\"}"},
        {"'a=b'=1", "\"a=b\":{\"value\":1,\"unit\":\"\"}"},
        {"'a'''=1", "\"a'\":{\"value\":1,\"unit\":\"\"}"},
        {"a::b=1", "\"a::b\":{\"value\":1,\"unit\":\"\"}"},
        {"\xff=1", "\"\xef\xbf\xbd\":{\"value\":1,\"unit\":\"\"}"},
        {"\ta=1\v", "\"a\":{\"value\":1,\"unit\":\"\"}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_perfdata(rows[i].text, rows[i].text, rows[i].wanted, "");
    }
}

static void a_number_becomes_a_json_number(void **state)
{
    static const struct {
        const char *number;
        const char *wanted;
        const char *unit;
    } rows[] = {
        {".5", "0.5", ""},        {"-.5", "-0.5", ""},
        {"+3", "3", ""},          {"5.", "5", ""},
        {"007", "7", ""},         {"-00.50", "-0.50", ""},
        {"0", "0", ""},           {"000", "0", ""},
        {"-0", "-0", ""},         {"1,5", "1.5", ""},
        {"1,5ms", "1.5", "ms"},   {"1e3", "1e3", ""},
        {"1E+3s", "1E+3", "s"},   {"2.5e-3", "2.5e-3", ""},
        {"1e", "1", "e"},         {"1e+", "1", "e+"},
        {"1EB", "1", "EB"},       {"-1e400", "null", ""},
        {"1e-400", "1e-400", ""}, {"18446744073709551616", "18446744073709551616", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[128];
        char wanted[128];

        snprintf(text, sizeof text, "a=%s", rows[i].number);
        snprintf(wanted, sizeof wanted, "\"a\":{\"value\":%s,\"unit\":\"%s\"}", rows[i].wanted, rows[i].unit);
        check_perfdata(text, text, wanted, "");
    }
}

static void invalid_performance_data_is_omitted_and_reported(void **state)
{
    static const struct {
        const char *text;
        const char *label;
    } rows[] = {
        {"free", "free"},  {"=5", ""},         {"x=", "x"},        {"x=;1;2", "x"},       {"x=nan", "x"},
        {"x=inf", "x"},    {"x=0x10", "x"},    {"x=1.2.3", "x"},   {"x=1,234,567", "x"},  {"x=-", "x"},
        {"x=.", "x"},      {"x=1m3", "x"},     {"x=1'", "x"},      {"x=1\"", "x"},        {"x=1;;;a", "x"},
        {"x=1;;;;b", "x"}, {"x=1;;;;;6", "x"}, {"x=UU", "x"},      {"x=1;;;;1;;;7", "x"}, {"''=1", ""},
        {"'x'y=1", "x"},   {"'x' =1", "x"},    {"x=1;;;1m3", "x"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[128];
        char mistake[256];

        snprintf(mistake, sizeof mistake, "performance data \"%s\": " RULES, rows[i].label);
        snprintf(text, sizeof text, "%s ok=1", rows[i].text);
        check_perfdata(text, text, "\"ok\":{\"value\":1,\"unit\":\"\"}", mistake);
    }
    check_perfdata("spaces", "free space=5", "\"space\":{\"value\":5,\"unit\":\"\"}",
                   "performance data \"free\": " RULES);
    check_perfdata("no end", "a=1 'it''s b=2", "\"a\":{\"value\":1,\"unit\":\"\"}",
                   "performance data \"it's b=2\": " RULES);
    check_perfdata("twice", "a=1 a=2", "\"a\":{\"value\":1,\"unit\":\"\"}", "performance data \"a\": given twice");
    check_perfdata("the first", "x y", "", "performance data \"x\": " RULES);
}

static void all_that_fits_the_output_fits_the_answer(void **state)
{
    static const char *const pieces[] = {"a=1 ", "\x01", "\xff", "'", "|", "=", ";", "\r", "a=U;5 ", "9", "\"="};

    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        for (int before = 0; before < 2; before++) {
            struct ks_buf output KS_CLEANUP_BUF;
            struct ks_answer answer;

            ks_buf_init(&output, 65536 + 16);
            ks_buf_bytes(&output, before ? "|a=" : "", before ? 3 : 0);
            while (output.length < 65536) {
                ks_buf_bytes(&output, pieces[i], strlen(pieces[i]));
            }
            answer = answer_to(output.data, 0);
            assert_false(answer.failed);
            assert_non_null(answer.raw);
            assert_row_text(pieces[i], answer.raw + strlen(answer.raw) - 2, "}}");
            ks_answer_fini(&answer);
        }
    }
}

static void distinct_labels_all_stay(void **state)
{
    struct ks_buf output KS_CLEANUP_BUF;
    struct ks_answer answer;

    (void)state;
    ks_buf_init(&output, 65536);
    ks_buf_literal(&output, "OK|");
    for (int i = 0; output.length < 65000; i++) {
        ks_buf_printf(&output, "%x=U;1 ", i);
    }
    answer = answer_to(output.data, 0);
    assert_string_equal(answer.mistake, "");
    assert_row_part("the last", answer.raw, "\"1b00\":{\"value\":null,\"unit\":\"\",\"warn\":\"1\"}");
    ks_answer_fini(&answer);
}

static void a_script_that_stopped_early_says_so(void **state)
{
    static const struct {
        const char *output;
        const char *errors;
        int exit_code;
        const char *message;
        const char *reason; /* of a failure */
        const char *mistake;
    } rows[] = {
        {"", "Traceback (most recent call last):\n  File\nKeyError: 'a'\n", 1, "exit 1", "exit 1: KeyError: 'a'", ""},
        {"", "hits: 3: Syntax error: Unterminated quoted string\n", 2, "exit 2",
         "exit 2: hits: 3: Syntax error: Unterminated quoted string", ""},
        {" \r\n", "hits: 0: Cannot fork\n", 3, "exit 3", "exit 3: hits: 0: Cannot fork", ""},
        {"", "deprecated\n", 0, "ok", "", "it printed nothing; its standard error says: deprecated"},
        {"", " \n", 2, "critical", "", ""},
        {"late\n", "noise\n", 1, "late", "", ""},
        {"|a=1", "noise\n", 1, "warning", "", ""},
        {"\nlong\n", "noise\n", 2, "critical", "", ""},
        {"WARN: docker said no\n", "noise\n", 125, "WARN: docker said no", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_answer_output end = {.output = rows[i].output,
                                             .length = strlen(rows[i].output),
                                             .error_output = rows[i].errors,
                                             .exit_code = rows[i].exit_code};
        struct ks_answer answer;

        ks_answer_init(&answer);
        ks_answer_from_plugin(&answer, &end);
        assert_row_text(rows[i].errors, answer.message, rows[i].message);
        assert_row_text(rows[i].errors, answer.reason, rows[i].reason);
        assert_row_text(rows[i].errors, answer.mistake, rows[i].mistake);
        assert_true(answer.failed == (rows[i].reason[0] != '\0'));
        assert_row_text(rows[i].errors, answer.color, answer.failed ? "grey" : ks_nagios_color(rows[i].exit_code));
        ks_answer_fini(&answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exit_code_is_the_color),
        cmocka_unit_test(output_is_a_message_long_text_and_performance_data),
        cmocka_unit_test(a_nul_becomes_a_space),
        cmocka_unit_test(performance_data_is_an_object_by_label),
        cmocka_unit_test(a_number_becomes_a_json_number),
        cmocka_unit_test(invalid_performance_data_is_omitted_and_reported),
        cmocka_unit_test(all_that_fits_the_output_fits_the_answer),
        cmocka_unit_test(distinct_labels_all_stay),
        cmocka_unit_test(a_script_that_stopped_early_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
