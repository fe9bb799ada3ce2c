/* How a shield is to look, as the query asks: the parameters of shields.io, with their names and meaning.
 * Pure. Threads: any. */
#ifndef SHIELD_OPTIONS_H
#define SHIELD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "badge/badge.h"
#include "base/error.h"
#include "base/url.h"

/* Strings are borrowed from the URL; NULL where not asked for. */
struct shield_options {
    bool has_style;
    enum ks_badge_style style;
    const char *label;
    const char *color;       /* a color that badges know */
    const char *label_color; /* likewise */
    const char *logo;        /* a name, or a data: URL */
    const char *logo_color;
    bool logo_size_auto;
    const char *id_suffix; /* keeps SVGs apart that stand in one HTML page */
    const char *link[2];   /* left (or the whole), right */
    int64_t cache_seconds; /* -1 where not asked for */
};

/* KS_ERROR_INVALID names the parameter and what is accepted: one that is overlong, given twice (link: three times), a
 * link of another scheme than http and https, cacheSeconds that is no number. An unknown style is flat and an invalid
 * color is as if not given, as at shields.io, but that a shield then keeps its own color. After an error the options
 * are those of a query that asks for nothing. */
int shield_options_parse(struct shield_options *options, const struct ks_url *url, struct ks_error *err);

#endif
