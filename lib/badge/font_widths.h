/* Widths of text as the npm package anafanafo 2.0.0 has them, in pixels: one table for the four fonts of the badges.
 * A character that the table lacks is as wide as "m". Pure; threads: any. */
#ifndef KS_BADGE_FONT_WIDTHS_H
#define KS_BADGE_FONT_WIDTHS_H

/* The order is that of the rows of the table; font_widths.mjs writes them so. */
enum ks_font {
    KS_FONT_VERDANA_11,
    KS_FONT_VERDANA_10,
    KS_FONT_VERDANA_BOLD_10,
    KS_FONT_HELVETICA_BOLD_11,
    KS_FONT_COUNT,
};

/* Of one code point. Control characters (up to U+001F, and U+007F) have none. */
double ks_font_width(enum ks_font font, unsigned code);

#endif
