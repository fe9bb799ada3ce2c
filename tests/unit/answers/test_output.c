#include "config.h"

#include "support/testing.h"

#include "answers/output.h"

struct row {
    const char *rule;
    const char *output;
    int exit_code;
    const char *label;
    const char *message;
    const char *color;
    const char *raw;
    const char *mistake;
};

static struct ks_answer_output end_of(const char *output, const char *errors, int exit_code)
{
    return (struct ks_answer_output){
        .output = output, .length = strlen(output), .error_output = errors, .exit_code = exit_code};
}

static void check_row(const struct row *row, const struct ks_answer *answer)
{
    assert_row_text(row->rule, answer->reason, "");
    assert_row_number(row->rule, answer->failed, false);
    assert_row_text(row->rule, answer->label, row->label);
    assert_row_text(row->rule, answer->message, row->message);
    assert_row_text(row->rule, answer->color, row->color);
    assert_row_text(row->rule, answer->raw ? answer->raw : "(none)", row->raw);
    assert_row_text(row->rule, answer->mistake, row->mistake ? row->mistake : "");
}

#define NEITHER "it has neither \"message\" nor \"status\""
#define WORDS   KS_ANSWER_COLOR_RULE

static const struct row rows[] = {
    {"all", "{\"label\":\"l\",\"message\":\"m\",\"color\":\"red\",\"raw\":[1]}", 0, "l", "m", "red", "[1]", NULL},
    {"white space around", " \n{\"message\": \"m\"}\r\n\t ", 0, "", "m", "orange", "{\"message\":\"m\"}", NULL},
    {"status", "{\"status\":\"s\"}", 0, "", "s", "orange", "{\"status\":\"s\"}", NULL},
    {"message before status", "{\"message\":\"m\",\"status\":\"s\",\"raw\":0}", 0, "", "m", "orange", "0", NULL},
    {"neither", "{}", 0, "", "misconfigured", "orange", "{}", NEITHER},
    {"an empty message is one", "{\"message\":\"\",\"raw\":0}", 0, "", "", "orange", "0", NULL},
    {"a number", "{\"message\":42,\"raw\":0}", 0, "", "42", "orange", "0", NULL},
    {"a fraction as written", "{\"message\":1.50,\"raw\":0}", 0, "", "1.50", "orange", "0", NULL},
    {"true", "{\"message\":true,\"label\":false,\"raw\":0}", 0, "false", "true", "orange", "0", NULL},
    {"null", "{\"message\":null,\"raw\":null}", 0, "", "null", "orange", "null", NULL},
    {"an array", "{\"message\":[1, \"a/b\"],\"raw\":0}", 0, "", "[1,\"a/b\"]", "orange", "0", NULL},
    {"an object", "{\"message\":{\"a\": 1},\"raw\":0}", 0, "", "{\"a\":1}", "orange", "0", NULL},
    {"the last of two", "{\"message\":1,\"message\":2}", 0, "", "2", "orange", "{\"message\":2}", NULL},
    {"a NUL in a text", "{\"message\":\"a\\u0000b\",\"raw\":0}", 0, "", "a b", "orange", "0", NULL},
    {"control characters", "{\"message\":\"a\\nb\\u001b\",\"raw\":0}", 0, "", "a b ", "orange", "0", NULL},
    {"half a surrogate pair", "{\"message\":\"\\ud800\",\"raw\":0}", 0, "", "\xef\xbf\xbd", "orange", "0", NULL},
    {"a pair", "{\"message\":\"\\ud83d\\udc33\",\"raw\":0}", 0, "", "\xf0\x9f\x90\xb3", "orange", "0", NULL},
    {"U+FFFD itself", "{\"message\":\"\xef\xbf\xbd\",\"raw\":0}", 0, "", "\xef\xbf\xbd", "orange", "0", NULL},
    {"numbers that JSON has not", "{\"message\":NaN,\"raw\":[NaN,-Infinity,Infinity,1e400]}", 0, "", "null", "orange",
     "[null,null,null,null]", NULL},
    {"numbers as JSON has them", "{\"message\":1,\"raw\":[01.5,-.5,2.,00e5,1.50,1E5,0.1e-2]}", 0, "", "1", "orange",
     "[1.5,-0.5,2.0,0.0,1.50,1E5,0.1e-2]", NULL},
    {"an invalid color", "{\"message\":1,\"raw\":0,\"color\":\"blurple\"}", 0, "", "1", "orange", "0",
     "color \"blurple\": " WORDS},
    {"a color that is a number", "{\"message\":1,\"raw\":0,\"color\":420}", 0, "", "1", "orange", "0",
     "color 420: " WORDS},
    {"a color that is null", "{\"message\":1,\"raw\":0,\"color\":null}", 0, "", "1", "orange", "0",
     "color null: " WORDS},
};

static void json_is_read_the_same_of_programs_and_runners(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_answer_output end = end_of(rows[i].output, "ignored", rows[i].exit_code);
        struct ks_answer answer;

        ks_answer_init(&answer);
        ks_answer_from_program(&answer, &end);
        check_row(&rows[i], &answer);
        /* An existing answer is overwritten. */
        ks_answer_from_runner(&answer, &end);
        check_row(&rows[i], &answer);
        ks_answer_fini(&answer);
    }
}

static void the_exit_code_is_the_color_of_a_program_that_names_none(void **state)
{
    static const struct row programs[] = {
        {"1", "{\"message\":1,\"raw\":0}", 1, "", "1", "yellow", "0", NULL},
        {"2", "{\"message\":1,\"raw\":0}", 2, "", "1", "red", "0", NULL},
        {"3", "{\"message\":1,\"raw\":0}", 3, "", "1", "grey", "0", NULL},
        {"named", "{\"message\":1,\"raw\":0,\"color\":\"blue\"}", 2, "", "1", "blue", "0", NULL},
        {"none", "{\"message\":1,\"raw\":0,\"color\":\"x\"}", 2, "", "1", "red", "0", "color \"x\": " WORDS},
        {"a plugin", "OK | a=1", 2, "", "OK", "red",
         "{\"exit\":2,\"message\":\"OK\",\"long\":\"\",\"perfdata\":{\"a\":{\"value\":1,\"unit\":\"\"}}}", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(programs); i++) {
        const struct ks_answer_output end = end_of(programs[i].output, "", programs[i].exit_code);
        struct ks_answer answer;

        ks_answer_init(&answer);
        ks_answer_from_program(&answer, &end);
        check_row(&programs[i], &answer);
        ks_answer_fini(&answer);
    }
}

static void invalid_json_names_the_byte(void **state)
{
    static const struct {
        const char *output;
        const char *reason;
    } failures[] = {
        {"{", "it ends too early at byte 1"},
        {"{\"a\":\"b", "it ends too early at byte 7"},
        {"{\"a\":1} x", "more text after the value at byte 9"},
        {"{\"a\":1,}", "unexpected character at byte 8"},
        {"{\"a\":'b'", "unexpected character at byte 6"},
        {"{\"a\":nul}", "null expected at byte 9"},
        {"{\"a\":True}", "true or false expected at byte 6"},
        {"{\"a\":1.2.3}", "number expected at byte 9"},
        {"{\"a\":[1 2]}", "',' or ']' expected at byte 9"},
        {"{a:1}", "name in double quotes expected at byte 2"},
        {"{/**/}", "name in double quotes expected at byte 2"},
        {"{\"a\" 1}", "':' expected at byte 6"},
        {"{\"a\":1 \"b\":2}", "',' or '}' expected at byte 8"},
        {"{\"a\":\"\\x\"}", "invalid escape at byte 8"},
        {"{\"a\":\"\xff\"}", "invalid UTF-8 at byte 7"},
        {"{\"a\":\"\xc0\x80\"}", "invalid UTF-8 at byte 7"},
        {"{\"a\":\"\xed\xa0\x80\"}", "invalid UTF-8 at byte 7"},
        {"{\"a\":\"\xf7\xbf\xbf\xbf\"}", "invalid UTF-8 at byte 7"},
        {"{\"a\":\"\xe2\x80", "invalid UTF-8 at byte 7"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(failures); i++) {
        const struct ks_answer_output end = end_of(failures[i].output, "ignored", 0);
        struct ks_answer answer;
        char reason[KS_ERROR_TEXT_SIZE];

        snprintf(reason, sizeof reason, "output is not JSON: %s", failures[i].reason);
        ks_answer_init(&answer);
        for (int round = 0; round < 2; round++) {
            (round ? ks_answer_from_runner : ks_answer_from_program)(&answer, &end);
            assert_row_number(failures[i].output, answer.failed, true);
            assert_row_text(failures[i].output, answer.message, "no JSON");
            assert_row_text(failures[i].output, answer.reason, reason);
            assert_row_text(failures[i].output, answer.color, "grey");
            assert_null(answer.raw);
        }
    }
}

/* The raw of a module is one JSON value, or a failure. */
static void a_runners_raw_follows_its_line(void **state)
{
    static const struct {
        const char *output;
        const char *raw;    /* or */
        const char *reason; /* of a failure */
    } outputs[] = {
        {"{\"message\":\"m\"}\n{\"a\": [1]}\n", "{\"a\":[1]}", ""},
        {"{\"message\":\"m\"}\n42\n", "42", ""},
        {"{\"message\":\"m\"}\n-.5\n", "-0.5", ""},
        {"{\"message\":\"m\"}\n NaN\n", "null", ""},
        {"{\"message\":\"m\"}\nnull\n", "null", ""},
        {"{\"message\":\"m\"}\n\"a\"\n", "\"a\"", ""},
        {"{\"message\":\"m\",\"raw\":1}\n2\n", "2", ""},
        {"{\"message\":\"m\"}\n \n", "{\"message\":\"m\"}", ""},
        {"{\"message\":\"m\"}\n1,\"message\":\"y\"\n", NULL, "raw is not JSON: more text after the value at byte 2"},
        {"{\"message\":\"m\"}\n{nope\n", NULL, "raw is not JSON: name in double quotes expected at byte 2"},
        {"{\"message\":\"m\"}\n\"\xff\"\n", NULL, "raw is not JSON: invalid UTF-8 at byte 2"},
        {"{\"message\":\"m\"\n1\n", NULL, "output is not JSON: it ends too early at byte 14"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(outputs); i++) {
        const struct ks_answer_output end = end_of(outputs[i].output, "", 0);
        struct ks_answer answer;

        ks_answer_init(&answer);
        ks_answer_from_runner(&answer, &end);
        assert_row_text(outputs[i].output, answer.reason, outputs[i].reason);
        assert_row_text(outputs[i].output, answer.message, outputs[i].raw ? "m" : "no JSON");
        assert_row_text(outputs[i].output, answer.raw ? answer.raw : "(none)",
                        outputs[i].raw ? outputs[i].raw : "(none)");
        ks_answer_fini(&answer);
    }
}

static void json_with_a_nul_is_invalid(void **state)
{
    static const char output[] = "{\"a\":1}\0";
    const struct ks_answer_output end = {.output = output, .length = sizeof output - 1, .error_output = ""};
    struct ks_answer answer;

    (void)state;
    ks_answer_init(&answer);
    ks_answer_from_program(&answer, &end);
    assert_string_equal(answer.reason, "output is not JSON: NUL at byte 8");
    ks_answer_from_runner(&answer, &end);
    assert_string_equal(answer.reason, "output is not JSON: NUL at byte 8");
}

static void the_depth_of_json_has_a_limit(void **state)
{
    static const char beginning[] = "{\"message\":1,\"raw\":";

    (void)state;
    for (size_t depth = 30; depth <= 10000; depth = depth < 33 ? depth + 1 : depth * 10) {
        struct ks_buf text KS_CLEANUP_BUF;
        struct ks_answer answer;
        struct ks_answer_output end;

        ks_buf_init(&text, CEILING);
        ks_buf_literal(&text, "{\"message\":1,\"raw\":");
        for (size_t i = 1; i < depth; i++) {
            ks_buf_literal(&text, "[");
        }
        for (size_t i = 1; i < depth; i++) {
            ks_buf_literal(&text, "]");
        }
        ks_buf_literal(&text, "}");
        end = end_of(text.data, "", 0);
        ks_answer_init(&answer);
        ks_answer_from_program(&answer, &end);
        assert_row_number(beginning, answer.failed, depth > KS_ANSWER_DEPTH);
        assert_row_text(beginning, answer.reason,
                        depth > KS_ANSWER_DEPTH ? "output is not JSON: nesting too deep at byte 51" : "");
        ks_answer_fini(&answer);
    }
}

static void a_failure_says_how_it_ended(void **state)
{
    static const struct {
        const char *rule;
        bool of_runner;
        const char *output;
        const char *errors;
        int exit_code;
        const char *message;
        const char *reason;
    } failures[] = {
        {"a program's", false, "{\"message\":1}", "web: boom\nmore", 4, "exit 4", "exit 4: web: boom"},
        {"without a word", false, "{}", "", 127, "exit 127", "exit 127"},
        {"no exit code", false, "{}", "", -1, "exit -1", "exit -1"},
        {"a plugin's", false, "", "not found\r\n", 127, "exit 127", "exit 127: not found"},
        {"a runner's", true, "{\"message\":1}", "warning\r\nweb.py line 12: no\n \n", 1, "web.py line 12: no",
         "web.py line 12: no"},
        {"blank lines before", true, "", " \n\n boom\n", 1, "boom", "boom"},
        {"a runner's without a word", true, "{}", " \n", 1, "exit 1", "exit 1"},
        {"control characters", true, "", "a\x1b[1m\xff", 2, "a [1m\xef\xbf\xbd", "a [1m\xef\xbf\xbd"},
        {"a runner without output", true, " ", "", 0, "no JSON", "output is not JSON: it is empty"},
        {"a runner with another value", true, "[1]", "", 0, "no JSON",
         "output is not JSON: must be an object, which begins with '{'"},
        {"a runner is not a plugin", true, "OK | a=1", "", 0, "no JSON",
         "output is not JSON: must be an object, which begins with '{'"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(failures); i++) {
        const struct ks_answer_output end = end_of(failures[i].output, failures[i].errors, failures[i].exit_code);
        struct ks_answer answer;

        ks_answer_init(&answer);
        (failures[i].of_runner ? ks_answer_from_runner : ks_answer_from_program)(&answer, &end);
        assert_row_number(failures[i].rule, answer.failed, true);
        assert_row_text(failures[i].rule, answer.message, failures[i].message);
        assert_row_text(failures[i].rule, answer.reason, failures[i].reason);
    }
}

static void a_long_error_is_cut(void **state)
{
    char errors[4097];
    const struct ks_answer_output end = {.output = "", .error_output = errors, .exit_code = 1};
    struct ks_answer answer;

    (void)state;
    memset(errors, 'x', sizeof errors - 1);
    errors[sizeof errors - 1] = '\0';
    ks_answer_init(&answer);
    ks_answer_from_runner(&answer, &end);
    assert_int_equal(strlen(answer.message), KS_RESULT_MESSAGE_SIZE - 1);
    assert_row_text("message", answer.message + KS_RESULT_MESSAGE_SIZE - 5, "x\xe2\x80\xa6");
    assert_row_text("reason", answer.reason + KS_ERROR_TEXT_SIZE - 5, "x\xe2\x80\xa6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_read_the_same_of_programs_and_runners),
        cmocka_unit_test(the_exit_code_is_the_color_of_a_program_that_names_none),
        cmocka_unit_test(invalid_json_names_the_byte),
        cmocka_unit_test(a_runners_raw_follows_its_line),
        cmocka_unit_test(json_with_a_nul_is_invalid),
        cmocka_unit_test(the_depth_of_json_has_a_limit),
        cmocka_unit_test(a_failure_says_how_it_ended),
        cmocka_unit_test(a_long_error_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
