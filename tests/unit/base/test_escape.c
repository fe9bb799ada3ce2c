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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_has_its_escaper),
        cmocka_unit_test(ill_formed_text_is_replaced_part_by_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
