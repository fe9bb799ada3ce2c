/* Another palette for the named colors, for people with a color vision deficiency or who read text badly. It
 * promises:
 *
 * - The text on each color (white, or dark on light colors: see color.h) has a contrast of at least 4.5:1, also under
 *   the sheen of the flat style (WCAG 2.1, success criterion 1.4.3, level AA, and its relative luminance).
 * - green, yellow, orange, red, blue, lightgrey and grey differ by at least 12 in CIEDE2000, in normal sight and for
 *   protanopes, deuteranopes and tritanopes (G. M. Machado and others, "A physiologically-based model for simulation
 *   of color vision deficiency", 2009, severity 1). In the usual palette, orange and green differ by 2.
 *
 * The colors were found by simulated annealing for the largest minimum difference, within hues that still deserve
 * their names; test_palette.c checks all of it. brightgreen is green, since white text on anything brighter fails.
 * Pure. Threads: any. */
#ifndef KS_BADGE_PALETTE_H
#define KS_BADGE_PALETTE_H

/* "#rrggbb" for the names and aliases of color.h. NULL for any other text, including CSS colors, and for NULL. */
const char *ks_palette_accessible(const char *color);

#endif
