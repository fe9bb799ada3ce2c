/* The generated table of font_widths.c. Code points are in blocks of 128; equal blocks are stored once:
 *
 *     class = classes[blocks[code / 128] * 128 + code % 128], width = rows[class][font], in hundredths of a pixel
 *
 * Code points after the last block are as wide as "m". */
#ifndef KS_BADGE_FONT_WIDTHS_TABLE_H
#define KS_BADGE_FONT_WIDTHS_TABLE_H

#include <stdint.h>

#include "badge/font_widths.h"

#define KS_FONT_BLOCK_SIZE 128

extern const unsigned ks_font_block_count;
extern const uint8_t ks_font_blocks[];
extern const uint16_t ks_font_classes[];
extern const uint16_t ks_font_rows[][KS_FONT_COUNT];

#endif
