#include "config.h"

#include "request/shield_options.h"

#include <string.h>

#include "badge/color.h"
#include "base/link.h"
#include "base/quantity.h"

#define CACHE_SECONDS_MOST 86400

/* The most bytes of each parameter, and how often it may be given. A logo may be a whole picture. */
static const struct {
    const char *name;
    size_t most;
    int times;
} limits[] = {
    {"style", 32, 1},        {"label", 256, 1},    {"color", 64, 1},    {"labelColor", 64, 1},
    {"logo", 3072, 1},       {"logoColor", 64, 1}, {"logoSize", 16, 1}, {"link", 1024, 2},
    {"cacheSeconds", 10, 1}, {"idSuffix", 32, 1},  {"format", 16, 1},
};

static int check_limits(const struct ks_url *url, struct ks_error *err)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        int times = 0;

        for (size_t j = 0; j < url->parameter_count; j++) {
            if (strcmp(url->parameters[j].name, limits[i].name) != 0) {
                continue;
            }
            if (strlen(url->parameters[j].value) > limits[i].most) {
                return ks_error_set(err, KS_ERROR_INVALID, "%s: must be at most %zu bytes long", limits[i].name,
                                    limits[i].most);
            }
            if (++times > limits[i].times) {
                return ks_error_set(err, KS_ERROR_INVALID, "%s: given %d times, must be at most %d", limits[i].name,
                                    times, limits[i].times);
            }
        }
    }
    return 0;
}

static const char *color_parameter(const struct ks_url *url, const char *name)
{
    const char *text = ks_url_parameter(url, name);

    struct ks_color color;

    return ks_color_parse(text, &color) ? text : NULL;
}

/* Shields appear in other people's pages, so a link must not run a script. */
static int read_links(struct shield_options *options, const struct ks_url *url, struct ks_error *err)
{
    int count = 0;

    for (size_t i = 0; i < url->parameter_count; i++) {
        const char *link = url->parameters[i].value;

        if (strcmp(url->parameters[i].name, "link") != 0) {
            continue;
        }
        if (link[0] && !ks_is_web_link(link)) {
            return ks_error_set(err, KS_ERROR_INVALID, "link \"%.80s\": must begin with http:// or https://", link);
        }
        options->link[count++] = link;
    }
    return 0;
}

static int read_cache_seconds(struct shield_options *options, const struct ks_url *url, struct ks_error *err)
{
    const char *text = ks_url_parameter(url, "cacheSeconds");

    options->cache_seconds = -1;
    if (!text) {
        return 0;
    }
    if (ks_quantity_integer(text, &options->cache_seconds) || options->cache_seconds > CACHE_SECONDS_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "cacheSeconds \"%s\": must be a whole number up to %d", text,
                            CACHE_SECONDS_MOST);
    }
    return 0;
}

int shield_options_parse(struct shield_options *options, const struct ks_url *url, struct ks_error *err)
{
    const char *style = ks_url_parameter(url, "style");
    const char *logo_size = ks_url_parameter(url, "logoSize");

    *options = (struct shield_options){.cache_seconds = -1};
    if (check_limits(url, err) || read_links(options, url, err) || read_cache_seconds(options, url, err)) {
        *options = (struct shield_options){.cache_seconds = -1};
        return -1;
    }
    options->has_style = style != NULL;
    if (style && ks_badge_style_parse(style, &options->style)) {
        options->style = KS_BADGE_FLAT;
    }
    options->id_suffix = ks_url_parameter(url, "idSuffix");
    if (options->id_suffix && ks_badge_check_id_suffix(options->id_suffix, "idSuffix", err)) {
        *options = (struct shield_options){.cache_seconds = -1};
        return -1;
    }
    options->label = ks_url_parameter(url, "label");
    options->color = color_parameter(url, "color");
    options->label_color = color_parameter(url, "labelColor");
    options->logo = ks_url_parameter(url, "logo");
    options->logo_color = color_parameter(url, "logoColor");
    options->logo_size_auto = logo_size && strcmp(logo_size, "auto") == 0;
    return 0;
}
