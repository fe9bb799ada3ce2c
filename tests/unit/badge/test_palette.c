/* The promises of palette.h, checked on the colors that it returns. Formulas: WCAG 2.1, "relative luminance" and
 * "contrast ratio"; IEC 61966-2-1 (sRGB); CIE L*a*b* under D65; CIEDE2000 after Sharma, Wu and Dalal (2005), with
 * some of their test data; Machado and others (2009), matrices of severity 1, for linear RGB. */
#include "config.h"

#include "support/testing.h"

#include <math.h>

#include "badge/color.h"
#include "badge/palette.h"

#define CONTRAST_LEAST   4.5
#define DIFFERENCE_LEAST 12.0
#define LABEL            "#555555"
#define WHITE            "#ffffff"
#define DARK             "#333333" /* badge-maker's text on light colors */

static const char *const names[] = {
    "brightgreen", "green",     "yellow",    "yellowgreen", "orange",    "red",     "blue",          "grey",
    "gray",        "lightgrey", "lightgray", "critical",    "important", "success", "informational", "inactive",
};

static const char *const statuses[] = {"green", "yellow", "orange", "red", "blue", "lightgrey", "grey"};

static const struct {
    const char *name;
    double matrix[3][3];
} sights[] = {
    {"normal", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {"protanopia", {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
    {"deuteranopia",
     {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
    {"tritanopia", {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
};

struct triple {
    double v[3];
};

static struct triple channels(const char *hex)
{
    unsigned long number = strtoul(hex + 1, NULL, 16);

    assert_int_equal(strlen(hex), 7);
    return (struct triple){{(double)(number >> 16 & 255), (double)(number >> 8 & 255), (double)(number & 255)}};
}

static struct triple linear(struct triple rgb)
{
    for (int i = 0; i < 3; i++) {
        double c = rgb.v[i] / 255;

        rgb.v[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
    return rgb;
}

static double luminance(struct triple rgb)
{
    struct triple c = linear(rgb);

    return 0.2126 * c.v[0] + 0.7152 * c.v[1] + 0.0722 * c.v[2];
}

static double contrast(struct triple one, struct triple other)
{
    double a = luminance(one) + 0.05;
    double b = luminance(other) + 0.05;

    return a > b ? a / b : b / a;
}

/* One tenth of the grey at which the gradient of the flat style ends. */
static struct triple under(struct triple rgb, double grey)
{
    for (int i = 0; i < 3; i++) {
        rgb.v[i] = 0.9 * rgb.v[i] + 0.1 * grey;
    }
    return rgb;
}

static double contrast_in_flat(const char *hex, const char *text_hex)
{
    struct triple color = channels(hex);
    struct triple text = channels(text_hex);
    double plain = contrast(color, text);
    double top = contrast(under(color, 0xbb), text);
    double bottom = contrast(under(color, 0), text);

    return fmin(plain, fmin(top, bottom));
}

static struct triple seen(const char *hex, const double matrix[3][3])
{
    struct triple rgb = linear(channels(hex));
    struct triple result;

    for (int i = 0; i < 3; i++) {
        double sum = matrix[i][0] * rgb.v[0] + matrix[i][1] * rgb.v[1] + matrix[i][2] * rgb.v[2];

        result.v[i] = fmin(1, fmax(0, sum));
    }
    return result;
}

static double lab_f(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static struct triple lab(struct triple rgb)
{
    double x = lab_f((0.4124564 * rgb.v[0] + 0.3575761 * rgb.v[1] + 0.1804375 * rgb.v[2]) / 0.95047);
    double y = lab_f(0.2126729 * rgb.v[0] + 0.7151522 * rgb.v[1] + 0.0721750 * rgb.v[2]);
    double z = lab_f((0.0193339 * rgb.v[0] + 0.1191920 * rgb.v[1] + 0.9503041 * rgb.v[2]) / 1.08883);

    return (struct triple){{116 * y - 16, 500 * (x - y), 200 * (y - z)}};
}

static double radians(double degrees)
{
    return degrees * (acos(-1) / 180);
}

static double hue(double a, double b)
{
    double degrees = atan2(b, a) / radians(1);

    return degrees < 0 ? degrees + 360 : degrees;
}

/* The term of the seventh power of the chroma, which CIEDE2000 uses twice. */
static double saturation(double chroma)
{
    return sqrt(pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7)));
}

static double mean_hue(double one, double other, bool has_hues)
{
    double sum = one + other;

    if (!has_hues) {
        return sum;
    }
    if (fabs(one - other) <= 180) {
        return sum / 2;
    }
    return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}

static double hue_step(double one, double other)
{
    double step = other - one;

    return step > 180 ? step - 360 : step < -180 ? step + 360 : step;
}

static double hue_weight(double mean)
{
    return 1 - 0.17 * cos(radians(mean - 30)) + 0.24 * cos(radians(2 * mean)) + 0.32 * cos(radians(3 * mean + 6)) -
           0.20 * cos(radians(4 * mean - 63));
}

static double ciede2000(struct triple p, struct triple q)
{
    double stretch = 1.5 - 0.5 * saturation((hypot(p.v[1], p.v[2]) + hypot(q.v[1], q.v[2])) / 2);
    double chroma_p = hypot(p.v[1] * stretch, p.v[2]);
    double chroma_q = hypot(q.v[1] * stretch, q.v[2]);
    double hue_p = hue(p.v[1] * stretch, p.v[2]);
    double hue_q = hue(q.v[1] * stretch, q.v[2]);
    bool has_hues = chroma_p * chroma_q > 0;
    double chroma = (chroma_p + chroma_q) / 2;
    double from_middle = pow((p.v[0] + q.v[0]) / 2 - 50, 2);
    double mean = mean_hue(hue_p, hue_q, has_hues);
    double d_light = (q.v[0] - p.v[0]) / (1 + 0.015 * from_middle / sqrt(20 + from_middle));
    double d_chroma = (chroma_q - chroma_p) / (1 + 0.045 * chroma);
    double turn = has_hues ? sin(radians(hue_step(hue_p, hue_q) / 2)) : 0;
    double d_hue = 2 * sqrt(chroma_p * chroma_q) * turn / (1 + 0.015 * chroma * hue_weight(mean));
    double rotation = -2 * saturation(chroma) * sin(radians(60 * exp(-pow((mean - 275) / 25, 2))));

    return sqrt(d_light * d_light + d_chroma * d_chroma + d_hue * d_hue + rotation * d_chroma * d_hue);
}

static void the_difference_is_that_of_its_authors(void **state)
{
    static const struct {
        struct triple one;
        struct triple other;
        double difference;
    } rows[] = {
        {{{50, 2.6772, -79.7751}}, {{50, 0, -82.7485}}, 2.0425},
        {{{50, 0, 0}}, {{50, -1, 2}}, 2.3669},
        {{{50, 2.49, -0.001}}, {{50, -2.49, 0.0011}}, 7.2195},
        {{{50, 2.5, 0}}, {{73, 25, -18}}, 27.1492},
        {{{60.2574, -34.0099, 36.2677}}, {{60.4626, -34.1751, 39.4387}}, 1.2644},
        {{{2.0776, 0.0795, -1.135}}, {{0.9033, -0.0636, -0.5514}}, 0.9082},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(fabs(ciede2000(rows[i].one, rows[i].other) - rows[i].difference) < 0.0001);
        assert_true(fabs(ciede2000(rows[i].other, rows[i].one) - rows[i].difference) < 0.0001);
    }
}

static void the_contrast_is_that_of_wcag(void **state)
{
    (void)state;
    assert_true(fabs(contrast(channels("#000000"), channels(WHITE)) - 21) < 0.001);
    assert_true(fabs(contrast(channels("#767676"), channels(WHITE)) - 4.54) < 0.01);
    assert_true(fabs(contrast(channels("#777777"), channels(WHITE)) - 4.48) < 0.01);
}

static void text_can_be_read_on_every_color(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *hex = ks_palette_accessible(names[i]);
        struct ks_color color;
        double ratio;

        assert_non_null(hex);
        assert_true(ks_color_parse(hex, &color));
        ratio = contrast_in_flat(hex, color.light ? DARK : WHITE);
        if (ratio < CONTRAST_LEAST) {
            fail_msg("%s %s: contrast %.2f", names[i], hex, ratio);
        }
    }
    assert_true(contrast_in_flat(LABEL, WHITE) >= CONTRAST_LEAST);
}

static void statuses_differ_for_every_kind_of_color_vision(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(sights); s++) {
        for (size_t i = 0; i < COUNT(statuses); i++) {
            for (size_t j = 0; j < i; j++) {
                struct triple one = lab(seen(ks_palette_accessible(statuses[i]), sights[s].matrix));
                struct triple other = lab(seen(ks_palette_accessible(statuses[j]), sights[s].matrix));
                double difference = ciede2000(one, other);

                if (difference < DIFFERENCE_LEAST) {
                    fail_msg("%s: %s and %s differ by %.1f", sights[s].name, statuses[i], statuses[j], difference);
                }
            }
        }
    }
}

/* Why the palette exists; also shows that the tests above can fail. */
static void the_default_palette_keeps_neither_promise(void **state)
{
    struct triple green = lab(seen("#67ac09", sights[2].matrix));
    struct triple orange = lab(seen("#ea7233", sights[2].matrix));

    (void)state;
    assert_true(contrast_in_flat("#67ac09", WHITE) < CONTRAST_LEAST);
    assert_true(ciede2000(green, orange) < 3);
}

static void aliases_have_the_color_that_they_stand_for(void **state)
{
    static const char *const pairs[][2] = {
        {"success", "brightgreen"}, {"important", "orange"}, {"critical", "red"},        {"informational", "blue"},
        {"inactive", "lightgrey"},  {"gray", "grey"},        {"lightgray", "lightgrey"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        assert_row_text(pairs[i][0], ks_palette_accessible(pairs[i][0]), ks_palette_accessible(pairs[i][1]));
    }
}

static void other_colors_are_not_mapped(void **state)
{
    static const char *const texts[] = {"", "Red", "red ", "navy", "#c11301", "c11301", "rgb(1,2,3)", "constructor"};

    (void)state;
    assert_null(ks_palette_accessible(NULL));
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_null(ks_palette_accessible(texts[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_is_that_of_its_authors),
        cmocka_unit_test(the_contrast_is_that_of_wcag),
        cmocka_unit_test(text_can_be_read_on_every_color),
        cmocka_unit_test(statuses_differ_for_every_kind_of_color_vision),
        cmocka_unit_test(the_default_palette_keeps_neither_promise),
        cmocka_unit_test(aliases_have_the_color_that_they_stand_for),
        cmocka_unit_test(other_colors_are_not_mapped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
