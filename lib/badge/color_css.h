/* Private to color.c: CSS colors as the npm package css-color-converter 2.0.0 reads them. Pure. Threads: any. */
#ifndef KS_BADGE_COLOR_CSS_H
#define KS_BADGE_COLOR_CSS_H

#include <stdbool.h>

/* Channels are whole numbers from 0 to 255, or NaN if a number in the text is beyond all bounds. White space around a
 * color is skipped, but makes it black: badge-maker accepts it and cannot tell its brightness. */
bool ks_color_css_parse(const char *text, double channels[static 3]);

#endif
