#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

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

static void anything_else_is_refused_and_not_quoted(void **state)
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

static void pieces_are_encoded_as_if_they_were_one(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff\xbf", "+/+/"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ks_base64_writer writer;
        KS_CLEANUP_BUF struct ks_buf out;

        ks_buf_init(&out, 100);
        ks_base64_write_start(&writer, &out);
        for (const char *at = rows[i].text; *at; at++) {
            ks_base64_write(&writer, at, 1);
        }
        ks_base64_write_end(&writer);
        assert_int_equal(strlen(rows[i].expected), out.length);
        assert_true(out.length == 0 || strcmp(out.data, rows[i].expected) == 0);
    }
}

static void padding_is_only_at_the_end(void **state)
{
    static char text[3 * KS_BASE64_PIECE];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t length = KS_BASE64_PIECE - 4; length <= sizeof text; length++) {
        struct ks_base64_writer writer;
        KS_CLEANUP_BUF struct ks_buf out;
        char *decoded;
        size_t decoded_length;

        ks_buf_init(&out, 2 * sizeof text);
        ks_base64_write_start(&writer, &out);
        ks_base64_write(&writer, text, length / 3);
        ks_base64_write(&writer, text, length - length / 3);
        ks_base64_write_end(&writer);
        assert_int_equal(ks_base64_decode(out.data, out.length, &decoded, &decoded_length, NULL), 0);
        assert_int_equal(decoded_length, length);
        assert_memory_equal(decoded, text, length);
        free(decoded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_base64_is_decoded),
        cmocka_unit_test(anything_else_is_refused_and_not_quoted),
        cmocka_unit_test(pieces_are_encoded_as_if_they_were_one),
        cmocka_unit_test(padding_is_only_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
