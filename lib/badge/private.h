/* Private to the badges: what all styles share. Lengths are in pixels, or in eighths of a pixel if the name says so:
 * all fractions in the five styles are eighths, so whole numbers stay exact and print as JavaScript prints its
 * doubles. */
#ifndef KS_BADGE_PRIVATE_H
#define KS_BADGE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "badge/badge.h"
#include "badge/text.h"
#include "badge/color.h"
#include "base/escape.h"

/* One badge that is being drawn. Absent or empty texts are NULL. */
struct ks_badge_drawing {
    struct ks_buf *out;
    struct ks_badge_text label;
    struct ks_badge_text message;
    struct ks_color color;
    struct ks_color label_color;
    bool has_label_color; /* otherwise label_color is the default */
    const char *logo;
    int64_t logo_width; /* 0 without a logo */
    const char *link_left;
    const char *link_right;
    const char *id_suffix; /* "" */
};

void ks_badge_draw_flat(const struct ks_badge_drawing *drawing);
void ks_badge_draw_flat_square(const struct ks_badge_drawing *drawing);
void ks_badge_draw_plastic(const struct ks_badge_drawing *drawing);
void ks_badge_draw_for_the_badge(const struct ks_badge_drawing *drawing);
void ks_badge_draw_social(const struct ks_badge_drawing *drawing);

/* Writes the svg element, its title, and the link if there is one for the whole badge. */
void ks_badge_open(const struct ks_badge_drawing *drawing, int64_t width_eighths, int height);
void ks_badge_close(const struct ks_badge_drawing *drawing);

void ks_badge_logo(const struct ks_badge_drawing *drawing, int x, int badge_height);

/* The link of the label; NULL if the whole badge is one link. */
const char *ks_badge_label_link(const struct ks_badge_drawing *drawing);

bool ks_badge_has_two_links(const struct ks_badge_drawing *drawing);

/* Writes <a target="_blank" href="url">; the caller writes the end tag. */
void ks_badge_link_open(struct ks_buf *out, const char *url);

/* Rounds up to an odd number, at least 1, which keeps centered text on the pixel grid. */
int64_t ks_badge_odd(int64_t width);

void ks_badge_number(struct ks_buf *out, int64_t number);
void ks_badge_eighths(struct ks_buf *out, int64_t eighths);

/* Writes ` name="value"`; the name is a literal. */
#define ks_badge_attr_number(out, name, number)                                                                        \
    (ks_buf_literal((out), " " name "=\""), ks_badge_number((out), (number)), ks_buf_literal((out), "\""))
#define ks_badge_attr_eighths(out, name, eighths)                                                                      \
    (ks_buf_literal((out), " " name "=\""), ks_badge_eighths((out), (eighths)), ks_buf_literal((out), "\""))
#define ks_badge_attr_text(out, name, text)                                                                            \
    (ks_buf_literal((out), " " name "=\""), ks_buf_xml_attr((out), (text)), ks_buf_literal((out), "\""))
#define ks_badge_attr_color(out, name, color)                                                                          \
    (ks_buf_literal((out), " " name "=\""), ks_buf_color((out), (color)), ks_buf_literal((out), "\""))

#endif
