/* Named logos, as shields.io draws them: the icons of the npm package simple-icons, from the file that logos.mjs makes
 * of it; and the logos that a request carries itself, as data: URIs. No logo is ever a link to another server.
 *
 * Threads: an open struct ks_logos is only read; any number may share it. */
#ifndef KS_BADGE_LOGO_H
#define KS_BADGE_LOGO_H

#include <stdbool.h>

#include "badge/badge.h"
#include "base/buf.h"
#include "base/error.h"

struct ks_logos;

/* Maps the file and checks all of it. Replace the file by renaming another over it, as logos.mjs does: what is mapped
 * must not shrink. *logos is the caller's, to be closed. KS_ERROR_NOT_FOUND where there is no such file,
 * KS_ERROR_INVALID where it is no such data, KS_ERROR_LIMIT where it is larger than 64 MiB. */
int ks_logos_open(struct ks_logos **logos, const char *path, struct ks_error *err);
void ks_logos_close(struct ks_logos *logos);

/* Appends the data: URI of a logo, and sets the pixels that it is wide in a badge. The name is a slug of simple-icons,
 * a title (blanks may be hyphens), or a name that shields.io once had; letters of ASCII in either case. A color that is
 * none (see color.h, NULL among them) gives the brand's own, or one that can be seen beside it in this style. With
 * auto_size the logo has its own proportions, else a square of 14 pixels. KS_ERROR_NOT_FOUND, with out untouched, where
 * no logo has the name; else fails as out does.
 *
 * Two things differ from shields.io: a slug is always that icon's, though another icon have it as its title; and the
 * width is a whole number. */
int ks_logo_data_uri(const struct ks_logos *logos, const char *name, const char *color, enum ks_badge_style style,
                     bool auto_size, struct ks_buf *out, int *width, struct ks_error *err);

/* Whether a `logo` parameter is meant as an image and not as a name: it begins with "data:" or, as shields.io lets one
 * leave that out, with "image/". */
bool ks_logo_is_data_uri(const char *text);

/* Accepts images in base64 with its padding, nothing else: [data:]image/<type>;base64,<data>. A blank counts as the '+'
 * that it was before the query was decoded; line ends and tabs within are skipped. KS_ERROR_INVALID says what is wrong,
 * without the text. */
int ks_logo_check_data_uri(const char *text, struct ks_error *err);

/* Appends a text that ks_logo_check_data_uri accepts, as the data: URI that is meant. It needs no escaping anywhere. */
void ks_buf_logo_data_uri(struct ks_buf *out, const char *text);

#endif
