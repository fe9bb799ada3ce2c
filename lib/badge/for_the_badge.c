/* for-the-badge: tall, square, in upper case. Letter spacing makes widths quarters of a pixel, and the middle of a
 * text an eighth, so everything here is in eighths. */
#include "config.h"

#include "badge/private.h"

#define HEIGHT           28
#define PIXEL            8 /* eighths */
#define TEXT_MARGIN      (12 * PIXEL)
#define LOGO_X           9
#define LOGO_MARGIN      (LOGO_X * PIXEL)
#define LOGO_TEXT_GUTTER (6 * PIXEL)
#define LETTER_SPACING   (PIXEL + PIXEL / 4)

struct layout {
    bool has_label_rect;
    int64_t label_x; /* of the text */
    int64_t label_text_width;
    int64_t label_width; /* of the part */
    int64_t message_x;
    int64_t message_text_width;
    int64_t message_width;
};

static int64_t spaced_width(const struct ks_badge_text *text)
{
    return PIXEL * text->width + LETTER_SPACING * text->length;
}

static struct layout lay_out(const struct ks_badge_drawing *drawing)
{
    bool has_label = drawing->label.length > 0;
    bool has_text = has_label || drawing->message.length > 0;
    int64_t logo_width = PIXEL * drawing->logo_width;
    int64_t gutter = has_text ? LOGO_TEXT_GUTTER : LOGO_TEXT_GUTTER - LOGO_MARGIN;
    struct layout layout = {
        .has_label_rect = has_label || (drawing->logo && drawing->has_label_color),
        .label_x = drawing->logo ? LOGO_MARGIN + logo_width + gutter : TEXT_MARGIN,
        .label_text_width = spaced_width(&drawing->label),
        .message_text_width = spaced_width(&drawing->message),
    };

    layout.message_width = 2 * TEXT_MARGIN + layout.message_text_width;
    layout.message_x = TEXT_MARGIN;
    if (has_label) {
        layout.label_width = layout.label_x + layout.label_text_width + TEXT_MARGIN;
        layout.message_x += layout.label_width;
    } else if (layout.has_label_rect) {
        layout.label_width = 2 * LOGO_MARGIN + logo_width;
        layout.message_x += layout.label_width;
    } else if (drawing->logo) {
        layout.message_x += logo_width + gutter;
        layout.message_width += logo_width + gutter;
    }
    return layout;
}

static void background(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;

    ks_buf_literal(out, "<g shape-rendering=\"crispEdges\"><rect");
    if (layout->has_label_rect) {
        ks_badge_attr_eighths(out, "width", layout->label_width);
        ks_badge_attr_number(out, "height", HEIGHT);
        ks_badge_attr_color(out, "fill", &drawing->label_color);
        ks_buf_literal(out, "/><rect");
        ks_badge_attr_eighths(out, "x", layout->label_width);
    }
    ks_badge_attr_eighths(out, "width", layout->message_width);
    ks_badge_attr_number(out, "height", HEIGHT);
    ks_badge_attr_color(out, "fill", &drawing->color);
    ks_buf_literal(out, "/></g>");
}

/* The attributes that label and message share; x is the left edge of the text. */
static void text_start(struct ks_buf *out, int64_t x, int64_t text_width)
{
    ks_buf_literal(out, "<text transform=\"scale(.1)\"");
    ks_badge_attr_eighths(out, "x", 10 * x + 5 * text_width);
    ks_buf_literal(out, " y=\"175\"");
    ks_badge_attr_eighths(out, "textLength", 10 * text_width);
}

static void text_rest(struct ks_buf *out, const struct ks_badge_text *text, const struct ks_color *color)
{
    if (color->light) {
        ks_buf_literal(out, " fill=\"#333\"");
    }
    ks_buf_literal(out, ">");
    ks_badge_text_write(out, text);
    ks_buf_literal(out, "</text>");
}

static void label(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;
    const char *link = ks_badge_label_link(drawing);

    if (!drawing->label.length) {
        return;
    }
    if (link) {
        ks_badge_link_open(out, link);
        ks_buf_literal(out, "<rect");
        ks_badge_attr_eighths(out, "width", layout->label_width);
        ks_badge_attr_number(out, "height", HEIGHT);
        ks_buf_literal(out, " fill=\"rgba(0,0,0,0)\"/>");
    }
    text_start(out, layout->label_x, layout->label_text_width);
    text_rest(out, &drawing->label, &drawing->label_color);
    if (link) {
        ks_buf_literal(out, "</a>");
    }
}

static void message(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;

    if (drawing->link_right) {
        ks_badge_link_open(out, drawing->link_right);
        ks_buf_literal(out, "<rect");
        ks_badge_attr_eighths(out, "width", layout->message_width);
        ks_badge_attr_number(out, "height", HEIGHT);
        ks_badge_attr_eighths(out, "x", layout->label_width);
        ks_buf_literal(out, " fill=\"rgba(0,0,0,0)\"/>");
    }
    text_start(out, layout->message_x, layout->message_text_width);
    ks_buf_literal(out, " font-weight=\"bold\"");
    text_rest(out, &drawing->message, &drawing->color);
    if (drawing->link_right) {
        ks_buf_literal(out, "</a>");
    }
}

void ks_badge_draw_for_the_badge(const struct ks_badge_drawing *drawing)
{
    struct ks_buf *out = drawing->out;
    struct layout layout = lay_out(drawing);

    ks_badge_open(drawing, layout.label_width + layout.message_width, HEIGHT);
    background(drawing, &layout);
    ks_buf_literal(out, "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" "
                        "text-rendering=\"geometricPrecision\" font-size=\"100\">");
    ks_badge_logo(drawing, LOGO_X, HEIGHT);
    label(drawing, &layout);
    message(drawing, &layout);
    ks_buf_literal(out, "</g>");
    ks_badge_close(drawing);
}
