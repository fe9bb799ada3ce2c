#include "config.h"

#include "support/testing.h"

#include "base/escape.h"

#define R "\xef\xbf\xbd" /* U+FFFD */

static void every_place_has_its_escaper(void **state)
{
    static const struct {
        const char *text, *xml, *json, *line, *url;
    } rows[] = {
        {"", "", "\"\"", "", ""},
        {"plain", "plain", "\"plain\"", "plain", "plain"},
        {"a b", "a b", "\"a b\"", "a b", "a%20b"},
        {"<a href=\"x\">'&'</a>", "&lt;a href=&quot;x&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;",
         "\"<a href=\\\"x\\\">'&'</a>\"", "<a href=\"x\">'&'</a>", "%3Ca%20href%3D%22x%22%3E%27%26%27%3C%2Fa%3E"},
        {"back\\slash", "back\\slash", "\"back\\\\slash\"", "back\\slash", "back%5Cslash"},
        {"-._~", "-._~", "\"-._~\"", "-._~", "-._~"},
        {"%41+/?#", "%41+/?#", "\"%41+/?#\"", "%41+/?#", "%2541%2B%2F%3F%23"},
        {"a\nb\tc\x1b[m", "abc[m", "\"a\\u000ab\\u0009c\\u001b[m\"", "a b c [m", "a%0Ab%09c%1B%5Bm"},
        {"\x7f\xc2\x85", "", "\"\\u007f\\u0085\"", "  ", "%7F%C2%85"},
        {"\xef\xbf\xbe\xef\xbf\xbf", "", "\"\\ufffe\\uffff\"", "  ", "%EF%BF%BE%EF%BF%BF"},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "caf%C3%A9%20%E2%82%AC%20%F0%9F%98%80"},
        {"bad\xff!", "bad" R "!", "\"bad" R "!\"", "bad" R "!", "bad%FF%21"},
        {R, R, "\"" R "\"", R, "%EF%BF%BD"},
    };
    static void (*const escapers[])(struct ks_buf * buf, const char *text) = {ks_buf_xml_text, ks_buf_xml_attr,
                                                                              ks_buf_json, ks_buf_line, ks_buf_url};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const wanted[] = {rows[i].xml, rows[i].xml, rows[i].json, rows[i].line, rows[i].url};

        for (size_t escaper = 0; escaper < COUNT(escapers); escaper++) {
            struct ks_buf out KS_CLEANUP_BUF;

            ks_buf_init(&out, CEILING);
            escapers[escaper](&out, rows[i].text);
            assert_row_text(rows[i].text, out.data, wanted[escaper]);
        }
    }
}

/* Unicode 15, section 3.9: one U+FFFD for each maximal part of what might have become a code point. */
static void ill_formed_text_is_replaced_part_by_part(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"\x80", R},
        {"\xbf\x80", R R},
        {"\xc0\xaf", R R}, /* overlong "/" */
        {"\xc1\xbf", R R},
        {"\xe0\x80\xaf", R R R}, /* overlong */
        {"\xe0\x9f\xbf", R R R},
        {"\xed\xa0\x80", R R R},          /* a surrogate */
        {"\xed\x9f\xbf", "\xed\x9f\xbf"}, /* the last before them */
        {"\xee\x80\x80", "\xee\x80\x80"},
        {"\xf0\x8f\xbf\xbf", R R R R}, /* overlong */
        {"\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},
        {"\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd"},
        {"\xf4\x90\x80\x80", R R R R}, /* beyond U+10FFFF */
        {"\xf5\x80\x80\x80", R R R R},
        {"\xfe\xff", R R},
        {"\xc3", R}, /* cut */
        {"\xc3(", R "("},
        {"\xe2\x82", R},
        {"\xe2\x82(", R "("},
        {"\xe2(\xa1", R "(" R},
        {"\xf0\x9f\x98", R},
        {"\xf0\x9f\x98\xf0\x9f\x98\x80", R "\xf0\x9f\x98\x80"},
        {"\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64", "a" R R R "b" R "c" R R "d"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf out KS_CLEANUP_BUF;

        ks_buf_init(&out, CEILING);
        ks_buf_xml_text(&out, rows[i].text);
        assert_row_text(rows[i].text, out.data, rows[i].wanted);
    }
}

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

static void bytes_are_text_up_to_a_nul_or_what_is_ill_formed(void **state)
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
        {"a\xe2\x82\0", 4, 1}, /* by a NUL */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        /* Of their own size, so that a byte too many is seen. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_has_its_escaper),
        cmocka_unit_test(ill_formed_text_is_replaced_part_by_part),
        cmocka_unit_test(every_code_point_is_read),
        cmocka_unit_test(bytes_are_text_up_to_a_nul_or_what_is_ill_formed),
        cmocka_unit_test(a_byte_order_mark_is_three_bytes_or_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
