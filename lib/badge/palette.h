/* Another mapping of the named colors, for people who see colors otherwise or text badly. Its promises:
 *
 * - The text that a badge has on each of them (white, or dark on light colors: see color.h) has a contrast of at least
 *   4.5:1, also under the sheen of the flat style (WCAG 2.1, success criterion 1.4.3, level AA; its relative
 * luminance).
 * - green, yellow, orange, red, blue, lightgrey and grey stay apart, by a CIEDE2000 difference of at least 12, in
 * normal sight and for protanopes, deuteranopes and tritanopes (G. M. Machado and others, "A physiologically-based
 * model for simulation of color vision deficiency", 2009, severity 1). Of the usual palette, orange and green differ
 * by 2.
 *
 * The colors were found by simulated annealing for the greatest least difference, within hues that still bear their
 * names; test_palette.c computes all of it anew. brightgreen is green, since white text on anything brighter fails.
 * Pure; threads: any. */
#ifndef KS_BADGE_PALETTE_H
#define KS_BADGE_PALETTE_H

/* "#rrggbb" for the names and aliases of color.h; NULL for NULL and for any other text, CSS colors among them. */
const char *ks_palette_accessible(const char *color);

#endif
