/* Private to color.c: CSS colors as the npm package css-color-converter 2.0.0 reads them. */
#ifndef KS_BADGE_COLOR_CSS_H
#define KS_BADGE_COLOR_CSS_H

#include <stdbool.h>

/* Channels are whole numbers from 0 to 255, or NaN where the text names a number beyond all bounds. White space around
 * a color is skipped, and makes it black: badge-maker accepts it, but can't tell its brightness. */
bool ks_color_css_parse(const char *text, double channels[static 3]);

#endif
