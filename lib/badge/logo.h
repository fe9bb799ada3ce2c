/* Logos as shields.io draws them: named ones, which are the icons of the npm package simple-icons in a file that
 * logos.mjs makes, and images that a request carries as data: URIs. A logo is never a link to another server.
 *
 * Threads: any number may share an open struct ks_logos, which is only read. */
#ifndef KS_BADGE_LOGO_H
#define KS_BADGE_LOGO_H

#include <stdbool.h>

#include "badge/badge.h"
#include "base/buf.h"
#include "base/error.h"

struct ks_logos;

/* Maps the file and validates all of it. The caller closes *logos. To replace the file, rename another over it, as
 * logos.mjs does: a mapped file must not shrink. KS_ERROR_NOT_FOUND if there is no such file, KS_ERROR_INVALID if it
 * is not a file of logos, KS_ERROR_LIMIT if it is larger than 64 MiB. */
int ks_logos_open(struct ks_logos **logos, const char *path, struct ks_error *err);
void ks_logos_close(struct ks_logos *logos);

/* Appends the data: URI of a logo, and sets its width in a badge, in pixels. The name is a slug of simple-icons, a
 * title (with spaces or hyphens), or a name that shields.io once had; ASCII letters in either case. Without a valid
 * color (see color.h) the logo has its brand's own color, or one that can be seen in this style. With auto_size the
 * logo keeps its proportions; otherwise it is a square of 14 pixels. KS_ERROR_NOT_FOUND, with out untouched, if no
 * logo has the name; otherwise fails as out does.
 *
 * Two things differ from shields.io: a slug always means its own icon, even if another icon has it as its title; and
 * the width is a whole number. */
int ks_logo_data_uri(const struct ks_logos *logos, const char *name, const char *color, enum ks_badge_style style,
                     bool auto_size, struct ks_buf *out, int *width, struct ks_error *err);

/* Whether a `logo` parameter is an image and not a name: it begins with "data:" or, since shields.io lets one leave
 * that out, with "image/". */
bool ks_logo_is_data_uri(const char *text);

/* Validates an image in base64 with its padding: [data:]image/<type>;base64,<data>. A space counts as the '+' that it
 * was before the query was decoded; line ends and tabs in the data are skipped. KS_ERROR_INVALID says what is wrong,
 * without quoting the text. */
int ks_logo_check_data_uri(const char *text, struct ks_error *err);

/* Appends a text that has passed ks_logo_check_data_uri as a complete data: URI. It needs no escaping anywhere. */
void ks_buf_logo_data_uri(struct ks_buf *out, const char *text);

#endif
