/* The parts of an SVG that all styles share. */
#include "config.h"

#include "badge/private.h"

#define LOGO_HEIGHT 14

int64_t ks_badge_odd(int64_t width)
{
    return width | 1;
}

void ks_badge_number(struct ks_buf *out, int64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    if (number < 0) {
        ks_buf_literal(out, "-");
    }
    do {
        int64_t digit = number % 10;

        digits[--at] = (char)('0' + (digit < 0 ? -digit : digit));
        number /= 10;
    } while (number);
    ks_buf_bytes(out, digits + at, sizeof digits - at);
}

/* Not for negative numbers. */
void ks_badge_eighths(struct ks_buf *out, int64_t eighths)
{
    static const struct {
        char text[5];
        uint8_t length;
    } fractions[8] = {{"", 0}, {".125", 4}, {".25", 3}, {".375", 4}, {".5", 2}, {".625", 4}, {".75", 3}, {".875", 4}};

    ks_badge_number(out, eighths / 8);
    ks_buf_bytes(out, fractions[eighths % 8].text, fractions[eighths % 8].length);
}

bool ks_badge_has_two_links(const struct ks_badge_drawing *drawing)
{
    return drawing->link_left && drawing->link_right;
}

static bool is_one_link(const struct ks_badge_drawing *drawing)
{
    return drawing->link_left && !drawing->link_right;
}

const char *ks_badge_label_link(const struct ks_badge_drawing *drawing)
{
    return is_one_link(drawing) ? NULL : drawing->link_left;
}

void ks_badge_link_open(struct ks_buf *out, const char *url)
{
    ks_buf_literal(out, "<a target=\"_blank\"");
    ks_badge_attr_text(out, "href", url);
    ks_buf_literal(out, ">");
}

static void accessible_text(const struct ks_badge_drawing *drawing)
{
    if (drawing->label.length) {
        ks_badge_text_write(drawing->out, &drawing->label);
        ks_buf_literal(drawing->out, ": ");
    }
    ks_badge_text_write(drawing->out, &drawing->message);
}

void ks_badge_open(const struct ks_badge_drawing *drawing, int64_t width_eighths, int height)
{
    struct ks_buf *out = drawing->out;

    ks_buf_literal(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    ks_badge_attr_eighths(out, "width", width_eighths);
    ks_badge_attr_number(out, "height", height);
    if (ks_badge_has_two_links(drawing)) {
        ks_buf_literal(out, ">");
    } else {
        ks_buf_literal(out, " role=\"img\" aria-label=\"");
        accessible_text(drawing);
        ks_buf_literal(out, "\"><title>");
        accessible_text(drawing);
        ks_buf_literal(out, "</title>");
    }
    if (is_one_link(drawing)) {
        ks_badge_link_open(out, drawing->link_left);
    }
}

void ks_badge_close(const struct ks_badge_drawing *drawing)
{
    if (is_one_link(drawing)) {
        ks_buf_literal(drawing->out, "</a>");
    }
    ks_buf_literal(drawing->out, "</svg>");
}

void ks_badge_logo(const struct ks_badge_drawing *drawing, int x, int badge_height)
{
    struct ks_buf *out = drawing->out;

    if (!drawing->logo) {
        return;
    }
    ks_buf_literal(out, "<image");
    ks_badge_attr_number(out, "x", x);
    ks_badge_attr_number(out, "y", (badge_height - LOGO_HEIGHT) / 2);
    ks_badge_attr_number(out, "width", drawing->logo_width);
    ks_badge_attr_number(out, "height", LOGO_HEIGHT);
    ks_badge_attr_text(out, "href", drawing->logo);
    ks_buf_literal(out, "/>");
}
