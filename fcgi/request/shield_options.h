/* How the query wants a shield to look: the parameters of shields.io, with the same names and meanings. Pure.
 * Threads: any. */
#ifndef KS_REQUEST_SHIELD_OPTIONS_H
#define KS_REQUEST_SHIELD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "badge/badge.h"
#include "base/error.h"
#include "base/url.h"

/* Strings are borrowed from the URL, and NULL if the query does not have them. */
struct shield_options {
    bool has_style;
    enum ks_badge_style style;
    const char *label;
    const char *color;       /* a color that badges know */
    const char *label_color; /* likewise */
    const char *logo;        /* a name, or a data: URL */
    const char *logo_color;
    bool logo_size_auto;
    const char *id_suffix; /* makes the ids of an SVG unique in an HTML page that contains several */
    const char *link[2];   /* of the left part (or of the whole shield), and of the right one */
    int64_t cache_seconds; /* -1: not set */
};

/* KS_ERROR_INVALID names the parameter and what it must be. It is an error if a parameter is too long or given twice
 * (link: three times), if a link is neither http nor https, and if cacheSeconds is not a number. As at shields.io, an
 * unknown style becomes flat, and an invalid color is ignored; but then the shield keeps its own color. After an error
 * the options are those of an empty query. */
int shield_options_parse(struct shield_options *options, const struct ks_url *url, struct ks_error *err);

#endif
