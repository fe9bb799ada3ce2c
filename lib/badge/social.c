/* social: a button and a bubble beside it, in colors of their own. */
#include "config.h"

#include "badge/private.h"

#define HEIGHT             20
#define INNER_HEIGHT       19
#define LABEL_PADDING      5
#define MESSAGE_PADDING    4
#define GUTTER             6
#define LOGO_LABEL_PADDING 3

struct layout {
    int64_t logo_width;
    int64_t label_text_width;
    int64_t label_width;
    int64_t message_text_width;
    int64_t message_width;
    int64_t message_x;
};

static struct layout lay_out(const struct ks_badge_drawing *drawing)
{
    struct layout layout = {
        .logo_width = drawing->logo_width + (drawing->logo && drawing->label.length ? LOGO_LABEL_PADDING : 0),
        .label_text_width = ks_badge_odd(drawing->label.width),
        .message_text_width = ks_badge_odd(drawing->message.width),
    };

    layout.label_width = layout.label_text_width + layout.logo_width + 2 * LABEL_PADDING;
    layout.message_width = layout.message_text_width + 2 * MESSAGE_PADDING;
    layout.message_x = layout.label_width + GUTTER;
    return layout;
}

/* Writes the prefix, a literal, and the id suffix. */
#define put_id(drawing, prefix)                                                                                        \
    (ks_buf_literal((drawing)->out, prefix), ks_buf_xml_attr((drawing)->out, (drawing)->id_suffix))

static void style_and_gradients(const struct ks_badge_drawing *drawing)
{
    struct ks_buf *out = drawing->out;

    put_id(drawing, "<style>a:hover #llink");
    put_id(drawing, "{fill:url(#b");
    put_id(drawing, ");stroke:#ccc}a:hover #rlink");
    put_id(drawing, "{fill:#4183c4}</style><linearGradient id=\"a");
    ks_buf_literal(out, "\" x2=\"0\" y2=\"100%\"><stop offset=\"0\" stop-color=\"#fcfcfc\" stop-opacity=\"0\"/>"
                        "<stop offset=\"1\" stop-opacity=\".1\"/></linearGradient>");
    put_id(drawing, "<linearGradient id=\"b");
    ks_buf_literal(out, "\" x2=\"0\" y2=\"100%\"><stop offset=\"0\" stop-color=\"#ccc\" stop-opacity=\".1\"/>"
                        "<stop offset=\"1\" stop-opacity=\".1\"/></linearGradient>");
}

static void bubble(struct ks_buf *out, const struct layout *layout)
{
    int64_t edge_eighths = 8 * layout->message_x + 4;

    ks_buf_literal(out, "<rect");
    ks_badge_attr_eighths(out, "x", edge_eighths);
    ks_buf_literal(out, " y=\".5\"");
    ks_badge_attr_number(out, "width", layout->message_width);
    ks_badge_attr_number(out, "height", INNER_HEIGHT);
    ks_buf_literal(out, " rx=\"2\" fill=\"#fafafa\"/><rect");
    ks_badge_attr_number(out, "x", layout->message_x);
    ks_buf_literal(out, " y=\"7.5\" width=\".5\" height=\"5\" stroke=\"#fafafa\"/><path d=\"M");
    ks_badge_eighths(out, edge_eighths);
    ks_buf_literal(out, " 6.5 l-3 3v1 l3 3\" fill=\"#fafafa\"/>");
}

static void background(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;

    ks_buf_literal(out, "<g stroke=\"#d5d5d5\"><rect stroke=\"none\" fill=\"#fcfcfc\" x=\".5\" y=\".5\"");
    ks_badge_attr_number(out, "width", layout->label_width);
    ks_badge_attr_number(out, "height", INNER_HEIGHT);
    ks_buf_literal(out, " rx=\"2\"/>");
    if (drawing->message.length) {
        bubble(out, layout);
    }
    ks_buf_literal(out, "</g>");
}

/* Ends a text element; x and text_width are in tenths of a pixel. */
static void text_rest(struct ks_buf *out, const struct ks_badge_text *text, int64_t text_width)
{
    ks_buf_literal(out, " transform=\"scale(.1)\"");
    ks_badge_attr_number(out, "textLength", text_width);
    ks_buf_literal(out, ">");
    ks_badge_text_write(out, text);
    ks_buf_literal(out, "</text>");
}

static void shadow(struct ks_buf *out, const struct ks_badge_text *text, int64_t x, int64_t text_width)
{
    ks_buf_literal(out, "<text aria-hidden=\"true\"");
    ks_badge_attr_number(out, "x", x);
    ks_buf_literal(out, " y=\"150\" fill=\"#fff\"");
    text_rest(out, text, text_width);
}

static void label_rect(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    put_id(drawing, "<rect id=\"llink");
    put_id(drawing, "\" stroke=\"#d5d5d5\" fill=\"url(#a");
    ks_buf_literal(drawing->out, ")\" x=\".5\" y=\".5\"");
    ks_badge_attr_number(drawing->out, "width", layout->label_width);
    ks_badge_attr_number(drawing->out, "height", INNER_HEIGHT);
    ks_buf_literal(drawing->out, " rx=\"2\"/>");
}

static void label(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;
    const char *link = ks_badge_label_link(drawing);
    int64_t x = 10 * (layout->logo_width + LABEL_PADDING) + 5 * layout->label_text_width;

    if (link) {
        ks_badge_link_open(out, link);
    } else {
        label_rect(drawing, layout);
    }
    shadow(out, &drawing->label, x, 10 * layout->label_text_width);
    ks_buf_literal(out, "<text");
    ks_badge_attr_number(out, "x", x);
    ks_buf_literal(out, " y=\"140\"");
    text_rest(out, &drawing->label, 10 * layout->label_text_width);
    if (link) {
        /* On top of the text, to catch the pointer. */
        label_rect(drawing, layout);
        ks_buf_literal(out, "</a>");
    }
}

static void message_link(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;

    ks_badge_link_open(out, drawing->link_right);
    ks_buf_literal(out, "<rect");
    ks_badge_attr_number(out, "width", layout->message_width + 1);
    ks_badge_attr_number(out, "x", layout->message_x);
    ks_badge_attr_number(out, "height", INNER_HEIGHT + 1);
    ks_buf_literal(out, " fill=\"rgba(0,0,0,0)\"/>");
}

static void message(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;
    int64_t x = 10 * layout->message_x + 5 * layout->message_width;

    if (!drawing->message.length) {
        return;
    }
    if (drawing->link_right) {
        message_link(drawing, layout);
    }
    shadow(out, &drawing->message, x, 10 * layout->message_text_width);
    put_id(drawing, "<text id=\"rlink");
    ks_buf_literal(out, "\"");
    ks_badge_attr_number(out, "x", x);
    ks_buf_literal(out, " y=\"140\"");
    text_rest(out, &drawing->message, 10 * layout->message_text_width);
    if (drawing->link_right) {
        ks_buf_literal(out, "</a>");
    }
}

void ks_badge_draw_social(const struct ks_badge_drawing *drawing)
{
    struct ks_buf *out = drawing->out;
    struct layout layout = lay_out(drawing);
    int64_t right_width = drawing->message.length ? GUTTER + layout.message_width : 0;

    ks_badge_open(drawing, 8 * (layout.label_width + 1 + right_width), HEIGHT);
    style_and_gradients(drawing);
    background(drawing, &layout);
    ks_badge_logo(drawing, LABEL_PADDING, HEIGHT);
    if (ks_badge_has_two_links(drawing)) {
        ks_buf_literal(out, "<g aria-hidden=\"false\"");
    } else {
        ks_buf_literal(out, "<g aria-hidden=\"true\"");
    }
    ks_buf_literal(out,
                   " fill=\"#333\" text-anchor=\"middle\" "
                   "font-family=\"Helvetica Neue,Helvetica,Arial,sans-serif\" text-rendering=\"geometricPrecision\" "
                   "font-weight=\"700\" font-size=\"110px\" line-height=\"14px\">");
    label(drawing, &layout);
    message(drawing, &layout);
    ks_buf_literal(out, "</g>");
    ks_badge_close(drawing);
}
