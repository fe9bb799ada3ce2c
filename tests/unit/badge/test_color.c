#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "badge/color.h"
#include "badge/javascript.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void writes_colors_as_badge_maker_does(void **state)
{
    static const struct {
        const char *text;
        const char *written;
        bool light;
    } colors[] = {
        {"brightgreen", "#4b0", false},
        {"green", "#67ac09", false},
        {"yellow", "#d8b800", false},
        {"yellowgreen", "#95991a", false},
        {"orange", "#ea7233", false},
        {"red", "#dd4343", false},
        {"blue", "#007ec6", false},
        {"grey", "#555", false},
        {"gray", "#555", false},
        {"lightgrey", "#939393", false},
        {"lightgray", "#939393", false},
        {"critical", "#dd4343", false},
        {"important", "#ea7233", false},
        {"success", "#4b0", false},
        {"informational", "#007ec6", false},
        {"inactive", "#939393", false},
        {"abc", "#abc", true},
        {"ABCDEF", "#abcdef", true},
        {"#AbC", "#abc", true},
        {"#102030", "#102030", false},
        {"#fff8", "#fff8", true},
        {"#FFFFFF80", "#ffffff80", true},
        {"navy", "navy", false},
        {"white", "white", true},
        {" white ", " white ", false},
        {"\xc2\xa0#FFF", "\xc2\xa0#fff", false},
        {"rgb(255,255,255)", "rgb(255,255,255)", true},
        {"rgba(255 255 255 / 50%)", "rgba(255 255 255 / 50%)", true},
        {"rgb(100%, 100%, 100%)", "rgb(100%, 100%, 100%)", true},
        {"rgb(999,999,999)", "rgb(999,999,999)", true},
        {"hsl(60deg,100%,50%)", "hsl(60deg,100%,50%)", true},
        {"hsla(240,100%,50%,.5)", "hsla(240,100%,50%,.5)", false},
        /* 299 r + 587 g + 114 b is 177225, which rounds to 0.69, and 177226, which rounds to 0.70. */
        {"rgb(255,126,237)", "rgb(255,126,237)", false},
        {"rgb(252,152,111)", "rgb(252,152,111)", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(colors); i++) {
        KS_CLEANUP_BUF struct ks_buf out;
        struct ks_color color;

        ks_buf_init(&out, 100);
        assert_true(ks_color_parse(colors[i].text, &color));
        ks_buf_color(&out, &color);
        assert_string_equal(out.data, colors[i].written);
        assert_int_equal(color.light, colors[i].light);
    }
}

static void invalid_colors_are_refused(void **state)
{
    static const char *const texts[] = {
        NULL,
        "",
        " ",
        "Red",
        "RED",
        " brightgreen ",
        "nocolor",
        "ab",
        "abcd",
        "abcde",
        "1234567",
        " abc",
        "#ab",
        "#abcde",
        "#abcdefa",
        "#ggg",
        "rgb(1,2)",
        "rgb(1,2,3",
        "rgb(1,2 3)",
        "rgb(1 2,3)",
        "rgb(1%,2,3)",
        "rgb(-1,2,3)",
        "rgb(1.,2,3)",
        "rgba(1,2,3,2)",
        "rgb(1,2,3)x",
        "rgb(1e1,2,3)",
        "RGB(1,2,3)",
        "hsl(1,2,3)",
        "hsl(1 2% 3%)",
        "hsl(1 deg,2%,3%)",
        "red\n",
        "\tred",
        "re\x01"
        "d",
        "rgb(1,\t2,3)",
        "#fff\xc2\x85",
        "constructor",
        "__proto__",
        "toString",
        "red\xff",
        "transparent",
        "none",
        "url(#s)",
        "#fff\"/>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ks_color color = {.text = "untouched"};

        assert_false(ks_color_parse(texts[i], &color));
        assert_string_equal(color.text, "untouched");
    }
}

static void numbers_beyond_all_bounds_are_read_as_javascript_reads_them(void **state)
{
    static const struct {
        double number;
        double read;
    } numbers[] = {
        {0, 0},       {12.75, 12}, {-3.5, -3},  {1e20, 1e20}, {1e21, 1},
        {2.55e23, 2}, {1e23, 1},   {9.5e-7, 9}, {1e-6, 0},    {-5e-324, -5},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        double read = ks_js_parse_int(numbers[i].number);

        assert_true(read >= numbers[i].read && read <= numbers[i].read);
    }
    assert_true(__builtin_isnan(ks_js_parse_int(__builtin_inf())));
}

static void upper_case_may_be_longer(void **state)
{
    static const struct {
        unsigned code;
        unsigned upper[KS_JS_UPPER_MOST];
    } letters[] = {
        {'a', {'A'}},
        {'1', {'1'}},
        {'[', {'['}},
        {0xdf, {'S', 'S'}},
        {0xe9, {0xc9}},
        {0xff, {0x178}},
        {0x101, {0x100}},
        {0x100, {0x100}},
        {0x131, {'I'}},
        {0x390, {0x399, 0x308, 0x301}},
        {0x3c2, {0x3a3}},
        {0x44f, {0x42f}},
        {0xfb03, {'F', 'F', 'I'}},
        {0x10428, {0x10400}},
        {0x1f600, {0x1f600}},
        {0x10ffff, {0x10ffff}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(letters); i++) {
        unsigned upper[KS_JS_UPPER_MOST] = {0};
        size_t count = ks_js_upper(letters[i].code, upper);

        assert_memory_equal(upper, letters[i].upper, sizeof upper);
        assert_true(count == KS_JS_UPPER_MOST || upper[count] == 0);
        assert_int_not_equal(upper[count - 1], 0);
    }
}

static void the_worst_color_is_red(void **state)
{
    /* From best to worst; colors in one row are equally bad. */
    static const char *const order[][6] = {
        {"lightgrey", "lightgray", "inactive", "#939393"},
        {"green", "brightgreen", "success", "#4b0", "97ca00"},
        {"blue", "yellowgreen", "#123456", "no color", ""},
        {"orange", "important", "#fe7d37"},
        {"grey", "gray", "#555", "#555555"},
        {"yellow", "#DFB317", "ff0"},
        {"red", "critical", "#ff0000", "f00", "#E05D44", "dd4343"},
    };

    (void)state;
    for (size_t row = 0; row < COUNT(order); row++) {
        for (size_t i = 0; i < COUNT(order[row]) && order[row][i]; i++) {
            assert_int_equal(ks_color_severity(order[row][i]), ks_color_severity(order[row][0]));
        }
        if (row > 0) {
            assert_true(ks_color_severity(order[row][0]) > ks_color_severity(order[row - 1][0]));
        }
    }
    assert_int_equal(ks_color_severity(NULL), ks_color_severity("blue"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_colors_as_badge_maker_does),
        cmocka_unit_test(invalid_colors_are_refused),
        cmocka_unit_test(numbers_beyond_all_bounds_are_read_as_javascript_reads_them),
        cmocka_unit_test(upper_case_may_be_longer),
        cmocka_unit_test(the_worst_color_is_red),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
