#include "config.h"

#include "support/testing.h"

#include <errno.h>

#include "base/error.h"

static void setting_fills_the_error_and_returns_failure(void **state)
{
    struct ks_error err = {.errnum = 99};

    (void)state;
    assert_int_equal(ks_error_set(&err, KS_ERROR_INVALID, "%s: %d", "number", 7), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    assert_int_equal(err.errnum, 0);
    assert_string_equal(err.text, "number: 7");
    assert_int_equal(ks_error_system(&err, ENOENT, "open %s", "file"), -1);
    assert_int_equal(err.kind, KS_ERROR_SYSTEM);
    assert_int_equal(err.errnum, ENOENT);
    assert_string_equal(err.text, "open file: No such file or directory");
    assert_int_equal(ks_error_memory(&err), -1);
    assert_int_equal(err.kind, KS_ERROR_MEMORY);
    assert_int_equal(err.errnum, ENOMEM);
    assert_string_equal(err.text, "out of memory");
}

static void wrapping_reads_from_the_outside_in(void **state)
{
    struct ks_error err;

    (void)state;
    ks_error_set(&err, KS_ERROR_TIMEOUT, "timed out");
    assert_int_equal(ks_error_wrap(&err, "GET %s", "/api"), -1);
    assert_int_equal(ks_error_wrap(&err, "watch pods"), -1);
    assert_string_equal(err.text, "watch pods: GET /api: timed out");
    assert_int_equal(err.kind, KS_ERROR_TIMEOUT);
}

static void the_error_is_optional(void **state)
{
    (void)state;
    assert_int_equal(ks_error_set(NULL, KS_ERROR_INVALID, "x"), -1);
    assert_int_equal(ks_error_system(NULL, ENOENT, "x"), -1);
    assert_int_equal(ks_error_memory(NULL), -1);
    assert_int_equal(ks_error_wrap(NULL, "x"), -1);
}

static void the_errors_own_text_may_be_an_argument(void **state)
{
    struct ks_error err;

    (void)state;
    ks_error_set(&err, KS_ERROR_INVALID, "inner");
    ks_error_set(&err, KS_ERROR_PROTOCOL, "outer (%s)", err.text);
    assert_string_equal(err.text, "outer (inner)");
    ks_error_wrap(&err, "again %s", err.text);
    assert_string_equal(err.text, "again outer (inner): outer (inner)");
}

static void text_is_bounded(void **state)
{
    char text[2 * KS_ERROR_TEXT_SIZE];
    struct ks_error err;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ks_error_set(&err, KS_ERROR_INVALID, "%s", text);
    assert_int_equal(strlen(err.text), KS_ERROR_TEXT_SIZE - 1);
    ks_error_system(&err, ENOENT, "%s", text);
    assert_int_equal(strlen(err.text), KS_ERROR_TEXT_SIZE - 1);
    ks_error_set(&err, KS_ERROR_INVALID, "end");
    ks_error_wrap(&err, "%s", text);
    assert_int_equal(strlen(err.text), KS_ERROR_TEXT_SIZE - 1);
    ks_error_set(&err, KS_ERROR_INVALID, "%s", text);
    ks_error_wrap(&err, "begin");
    assert_int_equal(strlen(err.text), KS_ERROR_TEXT_SIZE - 1);
    assert_memory_equal(err.text, "begin: xxx", 10);
}

static void text_is_one_line_of_utf8(void **state)
{
    static const char raw[] = "one\ntwo\r\x1b[31m \xc2\x9b \xff \xc3\xa9";
    static const char clean[] = "one two  [31m   \xef\xbf\xbd \xc3\xa9";
    char expected[2 * sizeof clean + 64];
    struct ks_error err;

    (void)state;
    ks_error_set(&err, KS_ERROR_INVALID, "%s", raw);
    assert_string_equal(err.text, clean);
    ks_error_wrap(&err, "%s", raw);
    snprintf(expected, sizeof expected, "%s: %s", clean, clean);
    assert_string_equal(err.text, expected);
    ks_error_system(&err, ENOENT, "%s", raw);
    snprintf(expected, sizeof expected, "%s: No such file or directory", clean);
    assert_string_equal(err.text, expected);
}

/* Whatever the text is made of, and wherever the cut falls. */
static void text_is_cut_after_a_whole_character(void **state)
{
    static const struct {
        const char *raw, *clean;
    } rows[] = {{"\xc3\xa9", "\xc3\xa9"},
                {"\xe2\x82\xac", "\xe2\x82\xac"},
                {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
                {"\xc2\x9b", " "},
                {"\xef\xbf\xbe", " "},
                {"\xff", "\xef\xbf\xbd"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t shift = 0; shift < 4; shift++) {
            const size_t step = strlen(rows[i].raw);
            const size_t clean = strlen(rows[i].clean);
            char text[4 * KS_ERROR_TEXT_SIZE] = "xxx";
            struct ks_error err;

            for (size_t at = shift; at + step < sizeof text; at += step) {
                memcpy(text + at, rows[i].raw, step + 1);
            }
            ks_error_set(&err, KS_ERROR_INVALID, "%s", text);
            assert_int_equal(strlen(err.text), shift + (KS_ERROR_TEXT_SIZE - 1 - shift) / clean * clean);
            for (size_t at = shift; err.text[at]; at += clean) {
                assert_memory_equal(err.text + at, rows[i].clean, clean);
            }
            ks_error_set(&err, KS_ERROR_INVALID, "end");
            ks_error_wrap(&err, "%s", text);
            assert_memory_equal(err.text + shift, rows[i].clean, clean);
            ks_error_set(&err, KS_ERROR_INVALID, "%s", text);
            ks_error_wrap(&err, "begin");
            assert_int_equal(strlen(err.text), 7 + shift + (KS_ERROR_TEXT_SIZE - 8 - shift) / clean * clean);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_fills_the_error_and_returns_failure),
        cmocka_unit_test(wrapping_reads_from_the_outside_in),
        cmocka_unit_test(the_error_is_optional),
        cmocka_unit_test(the_errors_own_text_may_be_an_argument),
        cmocka_unit_test(text_is_bounded),
        cmocka_unit_test(text_is_one_line_of_utf8),
        cmocka_unit_test(text_is_cut_after_a_whole_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
