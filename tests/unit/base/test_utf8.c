#include "config.h"

#include "support/testing.h"

#include "base/utf8.h"

#define R "\xef\xbf\xbd" /* U+FFFD */

static void every_code_point_is_read(void **state)
{
    static const struct {
        const char *text;
        unsigned code;
    } rows[] = {
        {"a", 'a'},
        {"\x7f", 0x7f},
        {"\xc2\x80", 0x80},
        {"\xdf\xbf", 0x7ff},
        {"\xe0\xa0\x80", 0x800},
        {"\xef\xbf\xbf", 0xffff},
        {"\xf0\x90\x80\x80", 0x10000},
        {"\xf4\x8f\xbf\xbf", 0x10ffff},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = rows[i].text;

        assert_row_number(rows[i].text, ks_utf8_next(&at), rows[i].code);
        assert_row_text(rows[i].text, at, "");
    }
}

static void bytes_are_text_up_to_a_nul_or_an_ill_formed_part(void **state)
{
    static const struct {
        const char *bytes;
        size_t length, wanted;
    } rows[] = {
        {"", 0, 0},
        {"plain", 5, 5},
        {"plain", 3, 3},
        {"a\n\x7f", 3, 3},
        {"a\0b", 3, 1},
        {"\0", 1, 0},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 14, 14},
        {R, 3, 3}, /* U+FFFD itself */
        {"a" R "\xff", 5, 4},
        {"a\xff", 2, 1},
        {"ab\x80", 3, 2},
        {"a\xc0\xaf", 3, 1},        /* overlong */
        {"a\xed\xa0\x80", 4, 1},    /* a surrogate */
        {"\xf4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
        {"a\xc3(", 3, 1},
        {"a\xc3\xa9", 2, 1}, /* cut by the length */
        {"a\xe2\x82\xac", 3, 1},
        {"a\xf0\x9f\x98\x80", 4, 1},
        {"a\xe2\x82\0", 4, 1}, /* cut by a NUL */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        /* In an allocation of their own size, so that the sanitizer sees a byte too many. */
        char *bytes = malloc(rows[i].length + !rows[i].length);

        assert_non_null(bytes);
        memcpy(bytes, rows[i].bytes, rows[i].length);
        assert_row_number(rows[i].bytes, (int64_t)ks_utf8_check(bytes, rows[i].length), (int64_t)rows[i].wanted);
        free(bytes);
    }
}

static void a_byte_order_mark_is_three_bytes_or_none(void **state)
{
    (void)state;
    assert_int_equal(ks_utf8_mark("\xef\xbb\xbftext", 7), 3);
    assert_int_equal(ks_utf8_mark("\xef\xbb\xbf", 3), 3);
    assert_int_equal(ks_utf8_mark("\xef\xbb\xbf", 2), 0);
    assert_int_equal(ks_utf8_mark("text\xef\xbb\xbf", 7), 0);
    assert_int_equal(ks_utf8_mark("", 0), 0);
}

static void ill_formed_parts_are_overwritten(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"caf\xc3\xa9 \xf0\x9f\x98\x80" R, "caf\xc3\xa9 \xf0\x9f\x98\x80" R},
        {"a\xff"
         "b",
         "a?b"},
        {"\xe2\x82", "??"},
        {"\xe2\x82[", "??["},
        {"\xef\xbf", "??"},
        {"\xed\xa0\x80", "???"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[32];

        snprintf(text, sizeof text, "%s", rows[i].text);
        ks_utf8_overwrite(text);
        assert_row_text(rows[i].text, text, rows[i].wanted);
    }
}

static void a_text_is_shortened_between_code_points(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        const char *wanted;
    } rows[] = {
        {"abcdef", 6, "ab" KS_UTF8_ELLIPSIS},
        {"abcdef", 4, KS_UTF8_ELLIPSIS},
        {"abc", 6, "ab" KS_UTF8_ELLIPSIS},
        {"a\xc3\xa9xxx", 7, "a\xc3\xa9" KS_UTF8_ELLIPSIS},
        {"a\xc3\xa9xxx", 6, "a" KS_UTF8_ELLIPSIS},
        {"a\xf0\x9f\x98\x80xxx", 8, "a" KS_UTF8_ELLIPSIS},
        {"a\xf0\x9f\x98\x80xxx", 9, "a\xf0\x9f\x98\x80" KS_UTF8_ELLIPSIS},
        {"\x80\x80\x80\x80\x80\x80\x80\x80", 9, "\x80\x80" KS_UTF8_ELLIPSIS}, /* ill-formed */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[16];

        snprintf(text, sizeof text, "%s", rows[i].text);
        ks_utf8_shorten(text, rows[i].size);
        assert_row_text(rows[i].text, text, rows[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_read),
        cmocka_unit_test(bytes_are_text_up_to_a_nul_or_an_ill_formed_part),
        cmocka_unit_test(a_byte_order_mark_is_three_bytes_or_none),
        cmocka_unit_test(ill_formed_parts_are_overwritten),
        cmocka_unit_test(a_text_is_shortened_between_code_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
