/* A badge as SVG: byte for byte what the npm package badge-maker 6.0.0 prints for the same input, once control
 * characters are removed and ill-formed UTF-8 is replaced by U+FFFD. Other differences: those of color.h, and that a
 * negative logo width is refused. Pure; threads: any. */
#ifndef KS_BADGE_BADGE_H
#define KS_BADGE_BADGE_H

#include <kubeshields/badge.h>

#include "base/buf.h"
#include "base/error.h"

#define KS_BADGE_STYLE_COUNT (KS_BADGE_SOCIAL + 1)

/* Zeroed is a flat badge without anything; all but the message may stay so. Strings are borrowed for the call. */
struct ks_badge {
    const char *label;
    const char *message;     /* required, may be "" */
    const char *color;       /* see color.h; NULL, or no color: brightgreen */
    const char *label_color; /* NULL, or no color: grey */
    enum ks_badge_style style;
    const char *logo;       /* URL, to be useful a data: URL; 14 pixels high */
    int logo_width;         /* pixels; 0 means 14 */
    const char *link_left;  /* URL; where it is the only one, of the whole badge */
    const char *link_right; /* URL, of the message */
    const char *id_suffix;  /* letters, digits, '-' and '_': keeps badges within one HTML page apart */
};

/* Appends to out. KS_ERROR_INVALID before anything is written; else fails as out does, which then holds a part. */
int ks_badge_svg(const struct ks_badge *badge, struct ks_buf *out, struct ks_error *err);

#endif
