/* Widths of text as the npm package anafanafo 2.0.0 has them, in pixels: one table for the four fonts of badges. A
 * character that is not in the table is as wide as "m". Pure. Threads: any. */
#ifndef KS_BADGE_FONT_WIDTHS_H
#define KS_BADGE_FONT_WIDTHS_H

/* In the order of the rows that font_widths.mjs writes. */
enum ks_font {
    KS_FONT_VERDANA_11,
    KS_FONT_VERDANA_10,
    KS_FONT_VERDANA_BOLD_10,
    KS_FONT_HELVETICA_BOLD_11,
    KS_FONT_COUNT,
};

/* The width of one code point, in pixels. Control characters (up to U+001F, and U+007F) have width 0. */
double ks_font_width(enum ks_font font, unsigned code);

#endif
