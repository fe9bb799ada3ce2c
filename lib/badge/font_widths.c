#include "config.h"

#include "badge/font_widths.h"

#include "badge/font_widths_table.h"

double ks_font_width(enum ks_font font, unsigned code)
{
    unsigned block = code / KS_FONT_BLOCK_SIZE;
    unsigned class;

    if (block >= ks_font_block_count) {
        return ks_font_width(font, 'm');
    }
    class = ks_font_classes[ks_font_blocks[block] * KS_FONT_BLOCK_SIZE + code % KS_FONT_BLOCK_SIZE];
    /* A quotient of integers is rounded exactly like the decimal literal, so this is the same number that the package
     * reads. */
    return ks_font_rows[class][font] / 100.0;
}
