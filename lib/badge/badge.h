/* A badge as SVG: byte for byte what the npm package badge-maker 6.0.0 prints for the same input, after control
 * characters are removed and ill-formed UTF-8 is replaced by U+FFFD. It differs further as color.h says, and in that
 * a negative logo width is an error. Pure. Threads: any. */
#ifndef KS_BADGE_BADGE_H
#define KS_BADGE_BADGE_H

#include <kubeshields/badge.h>

#include "base/buf.h"
#include "base/error.h"

#define KS_BADGE_STYLE_COUNT (KS_BADGE_SOCIAL + 1)

/* All zero is a flat badge; only the message must be set. Texts are borrowed for the call. Logo and links are escaped,
 * but written whatever they are, as badge-maker does: check those that others gave with logo.h and base/link.h. */
struct ks_badge {
    const char *label;
    const char *message;     /* required, may be "" */
    const char *color;       /* see color.h; NULL, or not a color: brightgreen */
    const char *label_color; /* NULL, or not a color: grey */
    enum ks_badge_style style;
    const char *logo;       /* URL of an image 14 pixels high; browsers show only a data: URL */
    int logo_width;         /* pixels; 0: 14 */
    const char *link_left;  /* URL of the label; of the whole badge if it is the only one */
    const char *link_right; /* URL of the message */
    const char *id_suffix;  /* letters, digits, '-' and '_': keeps the ids of badges in one HTML page distinct */
};

/* KS_ERROR_INVALID, with the name that the caller's caller knows, unless the text can be an id_suffix. */
int ks_badge_check_id_suffix(const char *text, const char *name, struct ks_error *err);

/* Appends the badge to out. KS_ERROR_INVALID before anything is written; otherwise fails as out does, which then
 * holds a part. */
int ks_badge_svg(const struct ks_badge *badge, struct ks_buf *out, struct ks_error *err);

#endif
