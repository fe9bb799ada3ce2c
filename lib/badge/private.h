/* Private to the badges: what all styles share. Lengths are in pixels, or in eighths of one where a name says so: all
 * fractions of the five styles are eighths, so whole numbers stay exact, and print as JavaScript prints its doubles. */
#ifndef KS_BADGE_PRIVATE_H
#define KS_BADGE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "badge/badge.h"
#include "badge/text.h"
#include "badge/color.h"
#include "base/escape.h"

/* One badge being drawn. What is absent or empty is NULL. */
struct ks_badge_drawing {
    struct ks_buf *out;
    struct ks_badge_text label;
    struct ks_badge_text message;
    struct ks_color color;
    struct ks_color label_color;
    bool has_label_color; /* else label_color is the default */
    const char *logo;
    int64_t logo_width; /* 0 without a logo */
    const char *link_left;
    const char *link_right;
    const char *id_suffix; /* "" */
};

/* The styles. */
void ks_badge_draw_flat(const struct ks_badge_drawing *drawing);
void ks_badge_draw_flat_square(const struct ks_badge_drawing *drawing);
void ks_badge_draw_plastic(const struct ks_badge_drawing *drawing);
void ks_badge_draw_for_the_badge(const struct ks_badge_drawing *drawing);
void ks_badge_draw_social(const struct ks_badge_drawing *drawing);

/* The svg element, its title, and the link where it is of the whole badge. */
void ks_badge_open(const struct ks_badge_drawing *drawing, int64_t width_eighths, int height);
void ks_badge_close(const struct ks_badge_drawing *drawing);

void ks_badge_logo(const struct ks_badge_drawing *drawing, int x, int badge_height);

/* The link of a part; NULL where the whole badge is one link. */
const char *ks_badge_label_link(const struct ks_badge_drawing *drawing);

bool ks_badge_has_two_links(const struct ks_badge_drawing *drawing);

/* <a target="_blank" href="url">; whoever opens it closes it. */
void ks_badge_link_open(struct ks_buf *out, const char *url);

/* At least 1, and odd: keeps text on the pixel grid when it is centered. */
int64_t ks_badge_odd(int64_t width);

void ks_badge_number(struct ks_buf *out, int64_t number);
void ks_badge_eighths(struct ks_buf *out, int64_t eighths);

/* ` name="value"`; the name is a literal. */
#define ks_badge_attr_number(out, name, number)                                                                        \
    (ks_buf_literal((out), " " name "=\""), ks_badge_number((out), (number)), ks_buf_literal((out), "\""))
#define ks_badge_attr_eighths(out, name, eighths)                                                                      \
    (ks_buf_literal((out), " " name "=\""), ks_badge_eighths((out), (eighths)), ks_buf_literal((out), "\""))
#define ks_badge_attr_text(out, name, text)                                                                            \
    (ks_buf_literal((out), " " name "=\""), ks_buf_xml_attr((out), (text)), ks_buf_literal((out), "\""))
#define ks_badge_attr_color(out, name, color)                                                                          \
    (ks_buf_literal((out), " " name "=\""), ks_buf_color((out), (color)), ks_buf_literal((out), "\""))

#endif
