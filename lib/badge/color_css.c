#include "config.h"

#include "badge/color_css.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "badge/javascript.h"
#include "base/utf8.h"

#define MOST_DIGITS        309 /* a longer number is infinite as a double */

#define DEGREES_PER_RADIAN (180 / 3.141592653589793)

struct named {
    const char *name;
    unsigned rgb;
};

/* CSS Color Module Level 4, section 6.1, sorted. */
/* clang-format off */
static const struct named names[] = {
    {"aliceblue", 0xf0f8ff}, {"antiquewhite", 0xfaebd7}, {"aqua", 0x00ffff}, {"aquamarine", 0x7fffd4},
    {"azure", 0xf0ffff}, {"beige", 0xf5f5dc}, {"bisque", 0xffe4c4}, {"black", 0x000000}, {"blanchedalmond", 0xffebcd},
    {"blue", 0x0000ff}, {"blueviolet", 0x8a2be2}, {"brown", 0xa52a2a}, {"burlywood", 0xdeb887}, {"cadetblue", 0x5f9ea0},
    {"chartreuse", 0x7fff00}, {"chocolate", 0xd2691e}, {"coral", 0xff7f50}, {"cornflowerblue", 0x6495ed},
    {"cornsilk", 0xfff8dc}, {"crimson", 0xdc143c}, {"cyan", 0x00ffff}, {"darkblue", 0x00008b}, {"darkcyan", 0x008b8b},
    {"darkgoldenrod", 0xb8860b}, {"darkgray", 0xa9a9a9}, {"darkgreen", 0x006400}, {"darkgrey", 0xa9a9a9},
    {"darkkhaki", 0xbdb76b}, {"darkmagenta", 0x8b008b}, {"darkolivegreen", 0x556b2f}, {"darkorange", 0xff8c00},
    {"darkorchid", 0x9932cc}, {"darkred", 0x8b0000}, {"darksalmon", 0xe9967a}, {"darkseagreen", 0x8fbc8f},
    {"darkslateblue", 0x483d8b}, {"darkslategray", 0x2f4f4f}, {"darkslategrey", 0x2f4f4f}, {"darkturquoise", 0x00ced1},
    {"darkviolet", 0x9400d3}, {"deeppink", 0xff1493}, {"deepskyblue", 0x00bfff}, {"dimgray", 0x696969},
    {"dimgrey", 0x696969}, {"dodgerblue", 0x1e90ff}, {"firebrick", 0xb22222}, {"floralwhite", 0xfffaf0},
    {"forestgreen", 0x228b22}, {"fuchsia", 0xff00ff}, {"gainsboro", 0xdcdcdc}, {"ghostwhite", 0xf8f8ff},
    {"gold", 0xffd700}, {"goldenrod", 0xdaa520}, {"gray", 0x808080}, {"green", 0x008000}, {"greenyellow", 0xadff2f},
    {"grey", 0x808080}, {"honeydew", 0xf0fff0}, {"hotpink", 0xff69b4}, {"indianred", 0xcd5c5c}, {"indigo", 0x4b0082},
    {"ivory", 0xfffff0}, {"khaki", 0xf0e68c}, {"lavender", 0xe6e6fa}, {"lavenderblush", 0xfff0f5},
    {"lawngreen", 0x7cfc00}, {"lemonchiffon", 0xfffacd}, {"lightblue", 0xadd8e6}, {"lightcoral", 0xf08080},
    {"lightcyan", 0xe0ffff}, {"lightgoldenrodyellow", 0xfafad2}, {"lightgray", 0xd3d3d3}, {"lightgreen", 0x90ee90},
    {"lightgrey", 0xd3d3d3}, {"lightpink", 0xffb6c1}, {"lightsalmon", 0xffa07a}, {"lightseagreen", 0x20b2aa},
    {"lightskyblue", 0x87cefa}, {"lightslategray", 0x778899}, {"lightslategrey", 0x778899},
    {"lightsteelblue", 0xb0c4de}, {"lightyellow", 0xffffe0}, {"lime", 0x00ff00}, {"limegreen", 0x32cd32},
    {"linen", 0xfaf0e6}, {"magenta", 0xff00ff}, {"maroon", 0x800000}, {"mediumaquamarine", 0x66cdaa},
    {"mediumblue", 0x0000cd}, {"mediumorchid", 0xba55d3}, {"mediumpurple", 0x9370db}, {"mediumseagreen", 0x3cb371},
    {"mediumslateblue", 0x7b68ee}, {"mediumspringgreen", 0x00fa9a}, {"mediumturquoise", 0x48d1cc},
    {"mediumvioletred", 0xc71585}, {"midnightblue", 0x191970}, {"mintcream", 0xf5fffa}, {"mistyrose", 0xffe4e1},
    {"moccasin", 0xffe4b5}, {"navajowhite", 0xffdead}, {"navy", 0x000080}, {"oldlace", 0xfdf5e6}, {"olive", 0x808000},
    {"olivedrab", 0x6b8e23}, {"orange", 0xffa500}, {"orangered", 0xff4500}, {"orchid", 0xda70d6},
    {"palegoldenrod", 0xeee8aa}, {"palegreen", 0x98fb98}, {"paleturquoise", 0xafeeee}, {"palevioletred", 0xdb7093},
    {"papayawhip", 0xffefd5}, {"peachpuff", 0xffdab9}, {"peru", 0xcd853f}, {"pink", 0xffc0cb}, {"plum", 0xdda0dd},
    {"powderblue", 0xb0e0e6}, {"purple", 0x800080}, {"rebeccapurple", 0x663399}, {"red", 0xff0000},
    {"rosybrown", 0xbc8f8f}, {"royalblue", 0x4169e1}, {"saddlebrown", 0x8b4513}, {"salmon", 0xfa8072},
    {"sandybrown", 0xf4a460}, {"seagreen", 0x2e8b57}, {"seashell", 0xfff5ee}, {"sienna", 0xa0522d},
    {"silver", 0xc0c0c0}, {"skyblue", 0x87ceeb}, {"slateblue", 0x6a5acd}, {"slategray", 0x708090},
    {"slategrey", 0x708090}, {"snow", 0xfffafa}, {"springgreen", 0x00ff7f}, {"steelblue", 0x4682b4}, {"tan", 0xd2b48c},
    {"teal", 0x008080}, {"thistle", 0xd8bfd8}, {"tomato", 0xff6347}, {"turquoise", 0x40e0d0}, {"violet", 0xee82ee},
    {"wheat", 0xf5deb3}, {"white", 0xffffff}, {"whitesmoke", 0xf5f5f5}, {"yellow", 0xffff00}, {"yellowgreen", 0x9acd32},
};
/* clang-format on */

/* A text that is read from `at` to `end`, without the white space around it. */
struct scanner {
    const char *at;
    const char *end;
};

static void skip_space(struct scanner *scanner)
{
    while (scanner->at < scanner->end) {
        const char *next = scanner->at;

        if (!ks_js_is_space(ks_utf8_next(&next))) {
            return;
        }
        scanner->at = next;
    }
}

static struct scanner trim(const char *text)
{
    struct scanner scanner = {text, text + strlen(text)};
    const char *end;

    skip_space(&scanner);
    end = scanner.at;
    for (const char *at = scanner.at; *at;) {
        if (!ks_js_is_space(ks_utf8_next(&at))) {
            end = at;
        }
    }
    scanner.end = end;
    return scanner;
}

static bool accept(struct scanner *scanner, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(scanner->end - scanner->at) < length || memcmp(scanner->at, word, length) != 0) {
        return false;
    }
    scanner->at += length;
    return true;
}

/* Reads one digit or more. */
static bool accept_number(struct scanner *scanner, double *number)
{
    size_t zeros = strspn(scanner->at, "0");
    size_t length = strspn(scanner->at + zeros, "0123456789");

    if (zeros + length == 0) {
        return false;
    }
    if (length > MOST_DIGITS) {
        *number = INFINITY;
    } else {
        char digits[MOST_DIGITS + 1];

        /* Only the digits, copied: in many locales strtod would take "1,2" for one number. */
        memcpy(digits, scanner->at + zeros, length);
        digits[length] = '\0';
        *number = length ? strtod(digits, NULL) : 0;
    }
    scanner->at += zeros + length;
    return true;
}

/* Reads an alpha: 0, 1, .5, 0.5 or 50%. It does not change the brightness. */
static bool accept_alpha(struct scanner *scanner)
{
    const char *start = scanner->at;
    double ignored;

    if (accept_number(scanner, &ignored)) {
        size_t length = (size_t)(scanner->at - start);
        if (accept(scanner, "%")) {
            return true;
        }
        if (length > 1) {
            return false;
        }
        if (!(*start == '0' && accept(scanner, "."))) {
            return *start == '0' || *start == '1';
        }
        return accept_number(scanner, &ignored);
    }
    return accept(scanner, ".") && accept_number(scanner, &ignored);
}

/* Reads what may follow the third channel: an alpha after its separator, the closing parenthesis, and nothing more. */
static bool accept_tail(struct scanner *scanner, const char *separator)
{
    skip_space(scanner);
    if (accept(scanner, separator)) {
        skip_space(scanner);
        if (!accept_alpha(scanner)) {
            return false;
        }
        skip_space(scanner);
    }
    return accept(scanner, ")") && scanner->at == scanner->end;
}

static bool accept_comma(struct scanner *scanner)
{
    skip_space(scanner);
    if (!accept(scanner, ",")) {
        return false;
    }
    skip_space(scanner);
    return true;
}

/* Reads a comma, or only white space. Both separators must be of the same kind. */
static bool accept_separator(struct scanner *scanner, bool *commas, bool first)
{
    const char *start = scanner->at;
    bool comma = accept_comma(scanner);

    if (first) {
        *commas = comma;
    }
    return comma == *commas && (comma || scanner->at > start);
}

static double clamp(double number)
{
    double channel = ks_js_parse_int(number);

    return isnan(channel) ? channel : fmax(fmin(channel, 255), 0);
}

static bool parse_rgb(struct scanner scanner, double channels[static 3])
{
    bool percent = false;
    bool commas = false;

    if (!accept(&scanner, "rgba(") && !accept(&scanner, "rgb(")) {
        return false;
    }
    skip_space(&scanner);
    for (int i = 0; i < 3; i++) {
        bool has_percent;

        if ((i > 0 && !accept_separator(&scanner, &commas, i == 1)) || !accept_number(&scanner, &channels[i])) {
            return false;
        }
        has_percent = accept(&scanner, "%");
        if (i > 0 && has_percent != percent) {
            return false;
        }
        percent = has_percent;
        if (percent) {
            /* The package applies parseInt to the number before it scales it. */
            channels[i] = channels[i] * 255 / 100;
        }
        channels[i] = clamp(channels[i]);
    }
    return accept_tail(&scanner, commas ? "," : "/");
}

/* CSS Color Module Level 3, section 4.2.4, but like the package without wrapping the hue and without clamping.
 * Nothing is added to a rounded product here, so a compiler's fused multiply-add cannot change a result. */
static void hsl_to_rgb(double hue, double saturation, double lightness, double channels[static 3])
{
    double sixth = hue / 60;
    double chroma = (1 - fabs(2 * (lightness / 100) - 1)) * (saturation / 100);
    double second = chroma * (1 - fabs(sixth - 2 * floor(sixth / 2) - 1));
    double least = lightness / 100 - chroma / 2;
    /* Which channel has the chroma, and which the second largest value, for each sixth of the circle. */
    static const int strongest[] = {0, 1, 1, 2, 2, 0};
    static const int middle[] = {1, 0, 2, 1, 0, 2};
    int sector = sixth < 5 ? (int)sixth : 5;

    for (int i = 0; i < 3; i++) {
        double share = i == strongest[sector] ? chroma : i == middle[sector] ? second : 0;

        channels[i] = clamp((share + least) * 255);
    }
}

static bool accept_hue(struct scanner *scanner, double *hue)
{
    if (!accept_number(scanner, hue)) {
        return false;
    }
    if (accept(scanner, "rad")) {
        *hue *= DEGREES_PER_RADIAN;
    } else if (accept(scanner, "grad")) {
        *hue *= 0.9;
    } else if (accept(scanner, "turn")) {
        *hue *= 360;
    } else {
        accept(scanner, "deg");
    }
    *hue = round(*hue * 1e5) / 1e5;
    return true;
}

static bool parse_hsl(struct scanner scanner, double channels[static 3])
{
    double hue;
    double saturation;
    double lightness;

    if (!accept(&scanner, "hsla(") && !accept(&scanner, "hsl(")) {
        return false;
    }
    skip_space(&scanner);
    if (!accept_hue(&scanner, &hue) || !accept_comma(&scanner) || !accept_number(&scanner, &saturation) ||
        !accept(&scanner, "%") || !accept_comma(&scanner) || !accept_number(&scanner, &lightness) ||
        !accept(&scanner, "%") || !accept_tail(&scanner, ",")) {
        return false;
    }
    hsl_to_rgb(hue, saturation, lightness, channels);
    return true;
}

static double hex_digit(char digit)
{
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/* #rgb, #rgba, #rrggbb or #rrggbbaa. */
static bool parse_hex(struct scanner scanner, double channels[static 3])
{
    size_t length = (size_t)(scanner.end - scanner.at);
    size_t step = length > 5 ? 2 : 1;

    if (!accept(&scanner, "#") || (length != 4 && length != 5 && length != 7 && length != 9) ||
        strspn(scanner.at, "0123456789abcdefABCDEF") < length - 1) {
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        channels[i] = 16 * hex_digit(scanner.at[i * step]) + hex_digit(scanner.at[(i + 1) * step - 1]);
    }
    return true;
}

static int compare_name(const void *key, const void *element)
{
    const struct scanner *scanner = key;
    const struct named *named = element;
    size_t length = (size_t)(scanner->end - scanner->at);
    int order = strncmp(scanner->at, named->name, length);

    return order ? order : -(named->name[length] != '\0');
}

static bool parse_name(struct scanner scanner, double channels[static 3])
{
    const struct named *named = bsearch(&scanner, names, sizeof names / sizeof names[0], sizeof names[0], compare_name);

    if (!named) {
        return false;
    }
    channels[0] = named->rgb >> 16;
    channels[1] = named->rgb >> 8 & 0xff;
    channels[2] = named->rgb & 0xff;
    return true;
}

bool ks_color_css_parse(const char *text, double channels[static 3])
{
    struct scanner scanner = trim(text);

    if (!parse_name(scanner, channels) && !parse_hex(scanner, channels) && !parse_rgb(scanner, channels) &&
        !parse_hsl(scanner, channels)) {
        return false;
    }
    if (scanner.at > text || *scanner.end) {
        memset(channels, 0, 3 * sizeof *channels);
    }
    return true;
}
