#include "config.h"

#include "badge/logo_private.h"

#include <string.h>

#include "base/base64.h"
#include "badge/color.h"

#define WIDTH_SQUARE 14

/* Brightness is (299 r + 587 g + 114 b) / 255000, rounded to two decimals. A brand's color up to 0.40 cannot be seen
 * on a dark label, one from 0.60 on not on the light label of the social style. These sums are the ones next to where
 * that rounds. */
#define DARK_MOST   103274
#define LIGHT_LEAST 151726

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static int brightness_sum(struct ks_logo_piece hex)
{
    int channels[3];

    for (size_t i = 0; i < 3; i++) {
        channels[i] = hex_digit(hex.at[2 * i]) * 16 + hex_digit(hex.at[2 * i + 1]);
    }
    return 299 * channels[0] + 587 * channels[1] + 114 * channels[2];
}

static void write_piece(struct ks_base64_writer *svg, struct ks_logo_piece piece)
{
    ks_base64_write(svg, piece.at, piece.length);
}

static void write_text(struct ks_base64_writer *svg, const char *text)
{
    ks_base64_write(svg, text, strlen(text));
}

static void write_brand_color(struct ks_base64_writer *svg, struct ks_logo_piece hex, enum ks_badge_style style)
{
    int sum = brightness_sum(hex);

    if (style != KS_BADGE_SOCIAL && sum <= DARK_MOST) {
        write_text(svg, "whitesmoke");
    } else if (style == KS_BADGE_SOCIAL && sum >= LIGHT_LEAST) {
        write_text(svg, "#333");
    } else {
        write_text(svg, "#");
        write_piece(svg, hex);
    }
}

/* As ks_buf_color writes it. */
static void write_color(struct ks_base64_writer *svg, const struct ks_color *color)
{
    write_text(svg, color->bare_hex ? "#" : "");
    for (const char *at = color->text; *at; at++) {
        char c = (char)(*at >= 'A' && *at <= 'F' ? *at | 0x20 : *at);

        ks_base64_write(svg, &c, 1);
    }
}

static void write_svg(struct ks_base64_writer *svg, const struct ks_logo_line *icon, const char *color_text,
                      enum ks_badge_style style, bool is_moved)
{
    const struct ks_logo_piece *fields = icon->fields;
    struct ks_color color;

    write_text(svg, "<svg fill=\"");
    if (ks_color_parse(color_text, &color)) {
        write_color(svg, &color);
    } else {
        write_brand_color(svg, fields[KS_LOGO_HEX], style);
    }
    write_text(svg, "\" role=\"img\" viewBox=\"0 0 ");
    write_piece(svg, is_moved ? fields[KS_LOGO_SIZE] : (struct ks_logo_piece){"24 24", 5});
    write_text(svg, "\" xmlns=\"http://www.w3.org/2000/svg\"><title>");
    write_piece(svg, fields[KS_LOGO_TITLE]);
    write_text(svg, "</title><path d=\"");
    write_piece(svg, fields[is_moved ? KS_LOGO_PATH_AT_ORIGIN : KS_LOGO_PATH]);
    write_text(svg, "\"/></svg>");
}

static int number(struct ks_logo_piece digits)
{
    int result = 0;

    for (size_t i = 0; i < digits.length; i++) {
        result = result * 10 + (digits.at[i] - '0');
    }
    return result;
}

int ks_logo_data_uri(const struct ks_logos *logos, const char *name, const char *color, enum ks_badge_style style,
                     bool auto_size, struct ks_buf *out, int *width, struct ks_error *err)
{
    struct ks_base64_writer svg;
    struct ks_logo_line icon;

    if (!ks_logo_find(logos, name, &icon)) {
        return ks_error_set(err, KS_ERROR_NOT_FOUND, "no such logo");
    }
    ks_buf_literal(out, "data:image/svg+xml;base64,");
    ks_base64_write_start(&svg, out);
    write_svg(&svg, &icon, color, style, auto_size && icon.fields[KS_LOGO_PATH_AT_ORIGIN].length > 0);
    ks_base64_write_end(&svg);
    *width = auto_size ? number(icon.fields[KS_LOGO_WIDTH]) : WIDTH_SQUARE;
    return ks_buf_check(out, err);
}
