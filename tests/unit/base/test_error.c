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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_fills_the_error_and_returns_failure),
        cmocka_unit_test(wrapping_reads_from_the_outside_in),
        cmocka_unit_test(the_error_is_optional),
        cmocka_unit_test(the_errors_own_text_may_be_an_argument),
        cmocka_unit_test(text_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
