/* Colors as the npm package badge-maker 6.0.0 takes them: its names and aliases (brightgreen, critical, …), hex digits
 * with or without '#', and CSS colors: names, #rgb #rgba #rrggbb #rrggbbaa, rgb() rgba() hsl() hsla(). Names and
 * functions are in lower case. What is none of these is no color, and a badge then has its default.
 *
 * Two things differ from the package: a text with control characters is no color, and the names that every JavaScript
 * object has ("constructor") are none either. Pure; threads: any. */
#ifndef KS_BADGE_COLOR_H
#define KS_BADGE_COLOR_H

#include <stdbool.h>

#include <kubeshields/color.h>

#include "base/buf.h"

/* What error texts say a color must be. */
#define KS_COLOR_RULE "must be a name such as blue, hex digits, or a CSS color"

struct ks_color {
    const char *text; /* a literal, or the parsed text itself, borrowed */
    bool bare_hex;    /* to be written with a '#' before it */
    bool light;       /* brighter than 0.69: dark text reads better on it */
};

/* False, with the color untouched, for NULL and for what is no color. */
bool ks_color_parse(const char *text, struct ks_color *color);

/* As the package writes it; needs no escaping anywhere. */
void ks_buf_color(struct ks_buf *buf, const struct ks_color *color);

/* ks_color_severity goes by what is drawn: "critical", "#dd4343" and the red of older badges are all red. Yellow is
 * worse than orange since it is what health says, and orange is the default of a custom check; grey says that nothing
 * is known, which must not hide behind what is well. */

#endif
