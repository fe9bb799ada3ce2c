/* Colors as the npm package badge-maker 6.0.0 reads them: its names and aliases (brightgreen, critical, …), hex
 * digits with or without '#', and CSS colors: names, #rgb #rgba #rrggbb #rrggbbaa, rgb() rgba() hsl() hsla(). Names
 * and functions are in lower case. Any other text is not a color, and a badge then has its default.
 *
 * Two things differ from the package: a text with control characters is not a color, and neither are the names that
 * every JavaScript object has ("constructor"). Pure. Threads: any. */
#ifndef KS_BADGE_COLOR_H
#define KS_BADGE_COLOR_H

#include <stdbool.h>

#include <kubeshields/color.h>

#include "base/buf.h"

/* For error texts: the colors that are valid. */
#define KS_COLOR_RULE "must be a name such as blue, hex digits, or a CSS color"

struct ks_color {
    const char *text; /* a literal, or the parsed text itself, borrowed */
    bool bare_hex;    /* written with a '#' before it */
    bool light;       /* brightness above 0.69: dark text is easier to read on it */
};

/* False, with the color untouched, if the text is NULL or not a color. The text is borrowed. */
bool ks_color_parse(const char *text, struct ks_color *color);

/* Writes the color as the package does. It needs no escaping anywhere. */
void ks_buf_color(struct ks_buf *buf, const struct ks_color *color);

/* ks_color_severity (kubeshields/color.h) goes by what is drawn: "critical", "#dd4343" and the red of older badges
 * are all red. Yellow is worse than orange, because health uses it, and orange is the default of a custom check. Grey
 * means that nothing is known, which must not hide behind good news. */

#endif
