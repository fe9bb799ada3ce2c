#include "config.h"

#include "badge/color.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "badge/color_css.h"
#include "base/utf8.h"

/* Brightness is (299 r + 587 g + 114 b) / 255000, rounded to two decimals; this is the largest sum that rounds to
 * 0.69. (177225 / 255000 is 0.695, but slightly less as a double, so it rounds down.) */
#define DARK_MOST 177225

enum severity {
    SEVERITY_NONE,
    SEVERITY_GOOD,
    SEVERITY_OTHER,
    SEVERITY_ORANGE,
    SEVERITY_UNKNOWN,
    SEVERITY_YELLOW,
    SEVERITY_RED,
};

struct palette {
    const char *name;
    const char *hex;
    enum severity severity;
};

static const struct palette palette[] = {
    {"brightgreen", "#4b0", SEVERITY_GOOD},       {"green", "#67ac09", SEVERITY_GOOD},
    {"yellow", "#d8b800", SEVERITY_YELLOW},       {"yellowgreen", "#95991a", SEVERITY_OTHER},
    {"orange", "#ea7233", SEVERITY_ORANGE},       {"red", "#dd4343", SEVERITY_RED},
    {"blue", "#007ec6", SEVERITY_OTHER},          {"grey", "#555", SEVERITY_UNKNOWN},
    {"gray", "#555", SEVERITY_UNKNOWN},           {"lightgrey", "#939393", SEVERITY_NONE},
    {"lightgray", "#939393", SEVERITY_NONE},      {"critical", "#dd4343", SEVERITY_RED},
    {"important", "#ea7233", SEVERITY_ORANGE},    {"success", "#4b0", SEVERITY_GOOD},
    {"informational", "#007ec6", SEVERITY_OTHER}, {"inactive", "#939393", SEVERITY_NONE},
};

/* Each color as it is drawn now, as older badges drew it, and as CSS defines it. */
static const struct {
    unsigned rgb;
    enum severity severity;
} drawn[] = {
    {0xdd4343, SEVERITY_RED},     {0xe05d44, SEVERITY_RED},     {0xff0000, SEVERITY_RED},
    {0xd8b800, SEVERITY_YELLOW},  {0xdfb317, SEVERITY_YELLOW},  {0xffff00, SEVERITY_YELLOW},
    {0xea7233, SEVERITY_ORANGE},  {0xfe7d37, SEVERITY_ORANGE},  {0xffa500, SEVERITY_ORANGE},
    {0x555555, SEVERITY_UNKNOWN}, {0x808080, SEVERITY_UNKNOWN}, {0x939393, SEVERITY_NONE},
    {0x9f9f9f, SEVERITY_NONE},    {0x44bb00, SEVERITY_GOOD},    {0x67ac09, SEVERITY_GOOD},
    {0x44cc11, SEVERITY_GOOD},    {0x97ca00, SEVERITY_GOOD},    {0x008000, SEVERITY_GOOD},
};

static const struct palette *find(const char *name)
{
    for (size_t i = 0; i < sizeof palette / sizeof palette[0]; i++) {
        if (strcmp(name, palette[i].name) == 0) {
            return &palette[i];
        }
    }
    return NULL;
}

static bool has_control(const char *text)
{
    while (*text) {
        unsigned code = ks_utf8_next(&text);

        if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
            return true;
        }
    }
    return false;
}

static bool is_bare_hex(const char *text)
{
    size_t length = strspn(text, "0123456789abcdefABCDEF");

    return text[length] == '\0' && (length == 3 || length == 6);
}

static bool read_css(const char *text, bool *light)
{
    double channels[3];

    if (!ks_color_css_parse(text, channels)) {
        return false;
    }
    /* Not `> DARK_MOST`: a color with a channel that is NaN counts as light. */
    *light = !(299 * channels[0] + 587 * channels[1] + 114 * channels[2] <= DARK_MOST);
    return true;
}

static bool read_bare_hex(const char *text, bool *light)
{
    char hex[8] = "#";

    memcpy(hex + 1, text, strlen(text) + 1);
    return read_css(hex, light);
}

bool ks_color_parse(const char *text, struct ks_color *color)
{
    struct ks_color parsed = {.text = text};
    const struct palette *entry;

    if (!text || has_control(text)) {
        return false;
    }
    entry = find(text);
    if (entry) {
        parsed.text = entry->hex;
    }
    parsed.bare_hex = is_bare_hex(parsed.text);
    if (parsed.bare_hex ? !read_bare_hex(parsed.text, &parsed.light) : !read_css(parsed.text, &parsed.light)) {
        return false;
    }
    *color = parsed;
    return true;
}

void ks_buf_color(struct ks_buf *buf, const struct ks_color *color)
{
    const char *text = color->text;

    if (color->bare_hex) {
        ks_buf_literal(buf, "#");
    }
    /* Only hex digits can be in upper case. */
    while (*text) {
        size_t plain = strcspn(text, "ABCDEF");

        ks_buf_bytes(buf, text, plain);
        text += plain;
        if (*text) {
            char lower = (char)(*text++ | 0x20);

            ks_buf_bytes(buf, &lower, 1);
        }
    }
}

/* The color that hex digits without alpha stand for. False for anything else. */
static bool read_rgb(const struct ks_color *color, unsigned *rgb)
{
    const char *digits = color->text + (color->text[0] == '#');
    size_t length = strlen(digits);
    unsigned long value;
    char *end;

    if (length != strspn(digits, "0123456789abcdefABCDEF") || (length != 3 && length != 6)) {
        return false;
    }
    value = strtoul(digits, &end, 16);
    if (length == 3) {
        value = ((value & 0xf00) << 8 | (value & 0xf0) << 4 | (value & 0xf)) * 0x11;
    }
    *rgb = (unsigned)value;
    return true;
}

int ks_color_severity(const char *color)
{
    const struct palette *entry = color ? find(color) : NULL;
    struct ks_color parsed;
    unsigned rgb;

    if (entry) {
        return (int)entry->severity;
    }
    if (!ks_color_parse(color, &parsed) || !read_rgb(&parsed, &rgb)) {
        return SEVERITY_OTHER;
    }
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        if (drawn[i].rgb == rgb) {
            return (int)drawn[i].severity;
        }
    }
    return SEVERITY_OTHER;
}
