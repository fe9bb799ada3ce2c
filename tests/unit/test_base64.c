#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base64.h"

static void standard_base64_is_decoded(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
        size_t length;
    } rows[] = {
        {"", "", 0},
        {"Zg==", "f", 1},
        {"Zm8=", "fo", 2},
        {"Zm9v", "foo", 3},
        {"Zm9vYmFy", "foobar", 6},
        {"+/+/", "\xfb\xff\xbf", 3},
        {"AAAA", "\0\0\0", 3},
        {"Zm9v\nYm\r\n Fy\t\n", "foobar", 6},
        {"Zg=\n=\n", "f", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *data = NULL;
        size_t length = 99;

        assert_int_equal(ks_base64_decode(rows[i].text, strlen(rows[i].text), &data, &length, NULL), 0);
        assert_int_equal(length, rows[i].length);
        assert_memory_equal(data, rows[i].expected, length + 1);
        free(data);
    }
}

static void anything_else_is_refused_without_being_quoted(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } rows[] = {{"Zg", 2},   {"Zg=", 3},   {"Z", 1},    {"Zm9v!", 5},  {"Zm9-", 4},   {"Zm9_", 4},
                {"====", 4}, {"Zg==x", 5}, {"Zh==", 4}, {"secret", 6}, {"Zm9v\0", 5}, {"Zm9v\xc3\xa4", 6}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ks_error err = {0};
        char *data = NULL;
        size_t length = 99;

        assert_int_equal(ks_base64_decode(rows[i].text, rows[i].length, &data, &length, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_string_equal(err.text, "must be base64 with its padding");
        assert_null(data);
        assert_int_equal(length, 99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_base64_is_decoded),
        cmocka_unit_test(anything_else_is_refused_without_being_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
