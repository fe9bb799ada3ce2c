#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "badge/badge.h"
#include "badge/font_widths.h"
#include "base/escape.h"
#include "base/utf8.h"

#define LOGO         "data:image/png;base64,iVBORw0KGgo="
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CEILING      ((size_t)1 << 20)

#include "support/badge_rows.h"

static void badges_are_identical_to_badge_makers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        KS_CLEANUP_BUF struct ks_buf out;
        struct ks_error err;

        ks_buf_init(&out, CEILING);
        assert_int_equal(ks_badge_svg(&rows[i].badge, &out, &err), 0);
        assert_string_equal(out.data, rows[i].svg);
    }
}

static void assert_same(const struct ks_badge *one, const struct ks_badge *other)
{
    KS_CLEANUP_BUF struct ks_buf first;
    KS_CLEANUP_BUF struct ks_buf second;

    ks_buf_init(&first, CEILING);
    ks_buf_init(&second, CEILING);
    assert_int_equal(ks_badge_svg(one, &first, NULL), 0);
    assert_int_equal(ks_badge_svg(other, &second, NULL), 0);
    assert_string_equal(first.data, second.data);
}

static void cleans_text(void **state)
{
    static const struct {
        const char *given;
        const char *drawn;
    } texts[] = {
        {" \t padded \n", "padded"},
        {"a\x01\x1f\x7f"
         "b",
         "ab"},
        {"c1\xc2\x85\xc2\x9f!", "c1!"},
        {"\xef\xbf\xbe\xef\xbf\xbf", ""},
        {"\xe2\x80\x83wide\xe3\x80\x80\xef\xbb\xbf", "wide"},
        {"\x1b \x1b", ""},
        {"bad \xff utf-8 \xe2\x82", "bad \xef\xbf\xbd utf-8 \xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };

    (void)state;
    for (int style = 0; style < KS_BADGE_STYLE_COUNT; style++) {
        for (size_t i = 0; i < COUNT(texts); i++) {
            struct ks_badge given = {
                .label = texts[i].given, .message = texts[i].given, .style = (enum ks_badge_style)style};
            struct ks_badge drawn = {
                .label = texts[i].drawn, .message = texts[i].drawn, .style = (enum ks_badge_style)style};

            assert_same(&given, &drawn);
        }
    }
}

/* A badge counts a character as visible exactly if the escaper lets it through. */
static void the_measured_length_is_the_written_one(void **state)
{
    static const char plain[] = "ab";

    (void)state;
    for (unsigned code = 1; code < 0x10000; code++) {
        char text[8] = {0};
        struct ks_badge badge = {.label = plain, .message = text, .style = KS_BADGE_FOR_THE_BADGE};
        struct ks_badge without = {.label = plain, .message = plain, .style = KS_BADGE_FOR_THE_BADGE};
        KS_CLEANUP_BUF struct ks_buf escaped;

        if (code >= 0x800) {
            snprintf(text, sizeof text, "a%c%c%cb", 0xe0 | (int)(code >> 12), 0x80 | (int)(code >> 6 & 0x3f),
                     0x80 | (int)(code & 0x3f));
        } else if (code >= 0x80) {
            snprintf(text, sizeof text, "a%c%cb", 0xc0 | (int)(code >> 6), 0x80 | (int)(code & 0x3f));
        } else {
            snprintf(text, sizeof text, "a%cb", (int)code);
        }
        ks_buf_init(&escaped, 100);
        ks_buf_xml_text(&escaped, text);
        if (strcmp(escaped.data, plain) == 0) {
            assert_same(&badge, &without);
        } else {
            KS_CLEANUP_BUF struct ks_buf one;
            KS_CLEANUP_BUF struct ks_buf other;

            ks_buf_init(&one, CEILING);
            ks_buf_init(&other, CEILING);
            assert_int_equal(ks_badge_svg(&badge, &one, NULL), 0);
            assert_int_equal(ks_badge_svg(&without, &other, NULL), 0);
            assert_string_not_equal(one.data, other.data);
        }
    }
}

static void null_means_empty(void **state)
{
    (void)state;
    for (int style = 0; style < KS_BADGE_STYLE_COUNT; style++) {
        struct ks_badge nothing = {.message = "m", .style = (enum ks_badge_style)style};
        struct ks_badge empty = {.message = "m",
                                 .label = "",
                                 .color = "",
                                 .label_color = "",
                                 .logo = "",
                                 .link_left = "",
                                 .link_right = "",
                                 .id_suffix = "",
                                 .style = (enum ks_badge_style)style};
        struct ks_badge controls = {.message = "m",
                                    .label = "\n",
                                    .color = "red\n",
                                    .label_color = "\tred",
                                    .logo = "\n",
                                    .link_left = "\x01",
                                    .link_right = "\x7f",
                                    .style = (enum ks_badge_style)style};

        assert_same(&nothing, &empty);
        assert_same(&nothing, &controls);
    }
}

static void the_default_logo_width_is_14(void **state)
{
    struct ks_badge badge = {.label = "l", .message = "m", .logo = LOGO};
    struct ks_badge wide = badge;

    (void)state;
    wide.logo_width = 14;
    assert_same(&badge, &wide);
}

static void refuses_what_badge_maker_refuses(void **state)
{
    static const struct ks_badge bad[] = {
        {.label = "l"},
        {.message = "m", .id_suffix = "a b"},
        {.message = "m", .id_suffix = "\"><script>"},
        {.message = "m", .id_suffix = "a\n"},
        {.message = "m", .logo_width = -1},
        {.message = "m", .style = KS_BADGE_STYLE_COUNT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        KS_CLEANUP_BUF struct ks_buf out;
        struct ks_error err = {0};

        ks_buf_init(&out, CEILING);
        assert_int_equal(ks_badge_svg(&bad[i], &out, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_int_equal(out.length, 0);
    }
}

static void appends_and_fails_as_its_buffer_does(void **state)
{
    struct ks_badge badge = {.label = "l", .message = "m"};
    KS_CLEANUP_BUF struct ks_buf out;
    KS_CLEANUP_BUF struct ks_buf small;
    struct ks_error err = {0};

    (void)state;
    ks_buf_init(&out, CEILING);
    ks_buf_literal(&out, "before");
    assert_int_equal(ks_badge_svg(&badge, &out, &err), 0);
    assert_int_equal(err.kind, KS_ERROR_NONE);
    assert_memory_equal(out.data, "before<svg ", 11);
    ks_buf_init(&small, 100);
    assert_int_equal(ks_badge_svg(&badge, &small, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
}

static void knows_five_styles(void **state)
{
    static const char *const names[] = {"flat", "flat-square", "plastic", "for-the-badge", "social"};
    static const char *const none[] = {"", "Flat", "flat ", "popout"};
    enum ks_badge_style style = KS_BADGE_STYLE_COUNT;

    (void)state;
    assert_int_equal(COUNT(names), KS_BADGE_STYLE_COUNT);
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_int_equal(ks_badge_style_parse(none[i], &style), -1);
        assert_int_equal(style, KS_BADGE_STYLE_COUNT);
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(ks_badge_style_parse(names[i], &style), 0);
        assert_int_equal(style, i);
    }
}

/* Sums of anafanafo 2.0.0; the last digits depend on its order of additions. */
static void text_has_the_width_of_anafanafo(void **state)
{
    static const struct {
        enum ks_font font;
        const char *text;
        double width;
    } widths[] = {
        {KS_FONT_VERDANA_11, "", 0},
        {KS_FONT_VERDANA_11, "m", 10.7},
        {KS_FONT_VERDANA_11, "health", 34.43},
        {KS_FONT_VERDANA_11, "2/2 (0 restarts)", 86.36999999999999},
        {KS_FONT_VERDANA_11, "iiiiiiiiii", 30.2},
        {KS_FONT_VERDANA_11, "日本", 22},
        {KS_FONT_VERDANA_11, "\xf4\x8f\xbf\xbd", 10.7},
        {KS_FONT_VERDANA_11, "😀", 10.7},
        {KS_FONT_VERDANA_11, "a\tb\x7f", 13.46},
        {KS_FONT_VERDANA_10, "", 0},
        {KS_FONT_VERDANA_10, "m", 9.73},
        {KS_FONT_VERDANA_10, "health", 31.310000000000002},
        {KS_FONT_VERDANA_10, "2/2 (0 restarts)", 78.55},
        {KS_FONT_VERDANA_10, "iiiiiiiiii", 27.400000000000006},
        {KS_FONT_VERDANA_10, "日本", 20},
        {KS_FONT_VERDANA_10, "\xf4\x8f\xbf\xbd", 9.73},
        {KS_FONT_VERDANA_10, "😀", 9.73},
        {KS_FONT_VERDANA_10, "a\tb\x7f", 12.24},
        {KS_FONT_VERDANA_BOLD_10, "", 0},
        {KS_FONT_VERDANA_BOLD_10, "m", 10.58},
        {KS_FONT_VERDANA_BOLD_10, "health", 35.54},
        {KS_FONT_VERDANA_BOLD_10, "2/2 (0 restarts)", 90.16000000000003},
        {KS_FONT_VERDANA_BOLD_10, "iiiiiiiiii", 34.20000000000001},
        {KS_FONT_VERDANA_BOLD_10, "日本", 20},
        {KS_FONT_VERDANA_BOLD_10, "\xf4\x8f\xbf\xbd", 10.58},
        {KS_FONT_VERDANA_BOLD_10, "😀", 10.58},
        {KS_FONT_VERDANA_BOLD_10, "a\tb\x7f", 13.67},
        {KS_FONT_HELVETICA_BOLD_11, "", 0},
        {KS_FONT_HELVETICA_BOLD_11, "m", 9.97},
        {KS_FONT_HELVETICA_BOLD_11, "health", 32.37},
        {KS_FONT_HELVETICA_BOLD_11, "2/2 (0 restarts)", 75.82000000000001},
        {KS_FONT_HELVETICA_BOLD_11, "iiiiiiiiii", 28.4},
        {KS_FONT_HELVETICA_BOLD_11, "日本", 22},
        {KS_FONT_HELVETICA_BOLD_11, "\xf4\x8f\xbf\xbd", 9.97},
        {KS_FONT_HELVETICA_BOLD_11, "😀", 9.97},
        {KS_FONT_HELVETICA_BOLD_11, "a\tb\x7f", 13.03},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(widths); i++) {
        const char *text = widths[i].text;
        double width = 0;

        while (*text) {
            width += ks_font_width(widths[i].font, ks_utf8_next(&text));
        }
        assert_memory_equal(&width, &widths[i].width, sizeof width);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(badges_are_identical_to_badge_makers),   cmocka_unit_test(cleans_text),
        cmocka_unit_test(the_measured_length_is_the_written_one), cmocka_unit_test(null_means_empty),
        cmocka_unit_test(the_default_logo_width_is_14),           cmocka_unit_test(refuses_what_badge_maker_refuses),
        cmocka_unit_test(appends_and_fails_as_its_buffer_does),   cmocka_unit_test(knows_five_styles),
        cmocka_unit_test(text_has_the_width_of_anafanafo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
