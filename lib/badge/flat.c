/* flat, flat-square and plastic: one layout, three finishes. */
#include "config.h"

#include "badge/private.h"

#define PADDING            5
#define LOGO_LABEL_PADDING 3

struct finish {
    int height;
    int corner_radius;
    int text_y; /* in tenths of a pixel, like all scaled text */
    bool shadow;
    bool gradient;
};

struct layout {
    const struct finish *finish;
    const struct ks_color *label_color;
    bool has_label; /* a label, or a color that needs its place */
    int64_t label_margin;
    int64_t label_width; /* of the text */
    int64_t left_width;  /* of the part */
    int64_t message_margin;
    int64_t message_width;
    int64_t right_width;
};

/* The text of one half, and the link over it. */
struct part {
    const struct ks_badge_text *text;
    const struct ks_color *color;
    const char *link;
    int64_t margin;
    int64_t text_width;
    int64_t link_width;
};

static struct layout lay_out(const struct ks_badge_drawing *drawing, const struct finish *finish)
{
    int64_t logo_width = drawing->logo_width + (drawing->logo && drawing->label.length ? LOGO_LABEL_PADDING : 0);
    bool has_message = drawing->message.length > 0;
    struct layout layout = {
        .finish = finish,
        .has_label = drawing->label.length || drawing->has_label_color,
        .label_margin = logo_width + 1,
        .label_width = drawing->label.length ? ks_badge_odd(drawing->label.width) : 0,
        .message_width = ks_badge_odd(drawing->message.width),
    };

    layout.label_color = layout.has_label || drawing->logo ? &drawing->label_color : &drawing->color;
    layout.right_width = layout.message_width + 2 * PADDING;
    layout.message_margin = has_message ? -1 : 0;
    if (layout.has_label) {
        layout.left_width = layout.label_width + 2 * PADDING + logo_width;
        layout.message_margin += layout.left_width;
    } else if (drawing->logo) {
        layout.message_margin += logo_width + PADDING;
        layout.right_width += logo_width + (has_message ? PADDING - 1 : 0);
    } else {
        layout.message_margin += 1;
    }
    return layout;
}

/* Ends a text element after its attributes. */
static void text_content(struct ks_buf *out, const struct ks_badge_text *text)
{
    ks_buf_literal(out, ">");
    ks_badge_text_write(out, text);
    ks_buf_literal(out, "</text>");
}

static void text_start(struct ks_buf *out, int64_t x, int y)
{
    ks_buf_literal(out, "<text");
    ks_badge_attr_number(out, "x", x);
    ks_badge_attr_number(out, "y", y);
}

static void shadow(struct ks_buf *out, const struct part *part, int64_t x, int y)
{
    if (part->color->light) {
        ks_buf_literal(out, "<g transform=\"scale(.1)\"><g aria-hidden=\"true\" fill=\"#ccc\">");
    } else {
        ks_buf_literal(out, "<g transform=\"scale(.1)\"><g aria-hidden=\"true\" fill=\"#010101\">");
    }
    text_start(out, x, y);
    ks_buf_literal(out, " fill-opacity=\".8\" filter=\"url(#blur)\"");
    ks_badge_attr_number(out, "textLength", 10 * part->text_width);
    text_content(out, part->text);
    text_start(out, x, y);
    ks_buf_literal(out, " fill-opacity=\".3\"");
    ks_badge_attr_number(out, "textLength", 10 * part->text_width);
    text_content(out, part->text);
    ks_buf_literal(out, "</g>");
}

static void link_rect(struct ks_buf *out, const struct part *part, int height)
{
    ks_badge_link_open(out, part->link);
    ks_buf_literal(out, "<rect");
    ks_badge_attr_number(out, "width", part->link_width);
    ks_badge_attr_number(out, "x", part->margin > 1 ? part->margin + 1 : 0);
    ks_badge_attr_number(out, "height", height);
    ks_buf_literal(out, " fill=\"rgba(0,0,0,0)\"/>");
}

static void draw_part(struct ks_buf *out, const struct part *part, const struct finish *finish)
{
    int64_t x = 10 * (part->margin + PADDING) + 5 * part->text_width;

    if (!part->text->length) {
        return;
    }
    if (part->link) {
        link_rect(out, part, finish->height);
    }
    if (finish->shadow) {
        shadow(out, part, x, finish->text_y + 10);
    }
    text_start(out, x, finish->text_y);
    ks_badge_attr_number(out, "textLength", 10 * part->text_width);
    if (!finish->shadow) {
        ks_buf_literal(out, " transform=\"scale(.1)\"");
    }
    if (part->color->light) {
        ks_buf_literal(out, " fill=\"#333\"");
    }
    text_content(out, part->text);
    if (finish->shadow) {
        ks_buf_literal(out, "</g>");
    }
    if (part->link) {
        ks_buf_literal(out, "</a>");
    }
}

static void clip_path(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;

    ks_buf_literal(out, "<clipPath id=\"r");
    ks_buf_xml_attr(out, drawing->id_suffix);
    ks_buf_literal(out, "\"><rect");
    ks_badge_attr_number(out, "width", layout->left_width + layout->right_width);
    ks_badge_attr_number(out, "height", layout->finish->height);
    ks_badge_attr_number(out, "rx", layout->finish->corner_radius);
    ks_buf_literal(out, "/></clipPath><g clip-path=\"url(#r");
    ks_buf_xml_attr(out, drawing->id_suffix);
    ks_buf_literal(out, ")\">");
}

static void background(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;

    ks_buf_literal(out, "<rect");
    ks_badge_attr_number(out, "width", layout->left_width);
    ks_badge_attr_number(out, "height", layout->finish->height);
    ks_badge_attr_color(out, "fill", layout->label_color);
    ks_buf_literal(out, "/><rect");
    ks_badge_attr_number(out, "x", layout->left_width);
    ks_badge_attr_number(out, "width", layout->right_width);
    ks_badge_attr_number(out, "height", layout->finish->height);
    ks_badge_attr_color(out, "fill", &drawing->color);
    ks_buf_literal(out, "/>");
    if (layout->finish->gradient) {
        ks_buf_literal(out, "<rect");
        ks_badge_attr_number(out, "width", layout->left_width + layout->right_width);
        ks_badge_attr_number(out, "height", layout->finish->height);
        ks_buf_literal(out, " fill=\"url(#s");
        ks_buf_xml_attr(out, drawing->id_suffix);
        ks_buf_literal(out, ")\"/>");
    }
    ks_buf_literal(out, "</g>");
}

static void foreground(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    struct ks_buf *out = drawing->out;
    struct part label = {
        .text = &drawing->label,
        .color = layout->label_color,
        .link = ks_badge_label_link(drawing),
        .margin = layout->label_margin,
        .text_width = layout->label_width,
        .link_width = layout->left_width,
    };
    struct part message = {
        .text = &drawing->message,
        .color = &drawing->color,
        .link = drawing->link_right,
        .margin = layout->message_margin,
        .text_width = layout->message_width,
        .link_width = layout->right_width,
    };

    ks_buf_literal(out, "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" "
                        "text-rendering=\"geometricPrecision\" font-size=\"110\">");
    ks_badge_logo(drawing, PADDING, layout->finish->height);
    draw_part(out, &label, layout->finish);
    draw_part(out, &message, layout->finish);
    ks_buf_literal(out, "</g>");
}

static void open_document(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    ks_badge_open(drawing, 8 * (layout->left_width + layout->right_width), layout->finish->height);
}

static void blur_and_gradient_start(const struct ks_badge_drawing *drawing)
{
    ks_buf_literal(drawing->out, "<filter id=\"blur\"><feGaussianBlur stdDeviation=\"16\"/></filter>"
                                 "<linearGradient id=\"s");
    ks_buf_xml_attr(drawing->out, drawing->id_suffix);
    ks_buf_literal(drawing->out, "\" x2=\"0\" y2=\"100%\">");
}

static void finish_document(const struct ks_badge_drawing *drawing, const struct layout *layout)
{
    background(drawing, layout);
    foreground(drawing, layout);
    ks_badge_close(drawing);
}

void ks_badge_draw_flat(const struct ks_badge_drawing *drawing)
{
    static const struct finish finish = {
        .height = 20, .corner_radius = 3, .text_y = 140, .shadow = true, .gradient = true};
    struct layout layout = lay_out(drawing, &finish);

    open_document(drawing, &layout);
    blur_and_gradient_start(drawing);
    ks_buf_literal(drawing->out, "<stop offset=\"0\" stop-color=\"#bbb\" stop-opacity=\".1\"/>"
                                 "<stop offset=\"1\" stop-opacity=\".1\"/></linearGradient>");
    clip_path(drawing, &layout);
    finish_document(drawing, &layout);
}

void ks_badge_draw_flat_square(const struct ks_badge_drawing *drawing)
{
    static const struct finish finish = {.height = 20, .text_y = 140};
    struct layout layout = lay_out(drawing, &finish);

    open_document(drawing, &layout);
    ks_buf_literal(drawing->out, "<g shape-rendering=\"crispEdges\">");
    finish_document(drawing, &layout);
}

void ks_badge_draw_plastic(const struct ks_badge_drawing *drawing)
{
    static const struct finish finish = {
        .height = 18, .corner_radius = 4, .text_y = 130, .shadow = true, .gradient = true};
    struct layout layout = lay_out(drawing, &finish);

    open_document(drawing, &layout);
    blur_and_gradient_start(drawing);
    ks_buf_literal(drawing->out, "<stop offset=\"0\" stop-color=\"#fff\" stop-opacity=\".7\"/>"
                                 "<stop offset=\".1\" stop-color=\"#aaa\" stop-opacity=\".1\"/>"
                                 "<stop offset=\".9\" stop-color=\"#000\" stop-opacity=\".3\"/>"
                                 "<stop offset=\"1\" stop-color=\"#000\" stop-opacity=\".5\"/></linearGradient>");
    clip_path(drawing, &layout);
    finish_document(drawing, &layout);
}
