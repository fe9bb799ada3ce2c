/* Badges for callers: checks their options, and hands them the SVG. */
#include "config.h"

#include <kubeshields/badge.h>

#include <stdlib.h>

#include "badge/badge.h"
#include "badge/color.h"
#include "badge/logo.h"
#include "base/link.h"
#include "facade/options.h"

#define SVG_MOST        ((size_t)1 << 20)
#define LOGO_WIDTH_MOST 1000

static const struct ks_options_kind options_kind = {
    .name = "ks_badge_options",
    .known = sizeof(struct ks_badge_options),
    .first_version = offsetof(struct ks_badge_options, id_suffix) + sizeof(const char *),
};

int ks_color_is_valid(const char *color)
{
    struct ks_color parsed;

    return ks_color_parse(color, &parsed);
}

static int take_options(struct ks_badge_options *taken, const struct ks_badge_options *options, struct ks_error *err)
{
    if (!options) {
        ks_error_set(err, KS_ERROR_INVALID, "ks_badge_options: must not be NULL");
        return -1;
    }
    return ks_options_take(taken, options, &options_kind, err);
}

int ks_badge_options_set_service(struct ks_badge_options *options, const struct ks_service *service,
                                 struct ks_error *err)
{
    struct ks_badge_options taken;

    if (take_options(&taken, options, err)) {
        return -1;
    }
    if (!service) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_badge_options_set_service: service must not be NULL");
    }
    options->label = ks_service_label(service)[0] ? ks_service_label(service) : ks_service_name(service);
    options->message = ks_service_message(service);
    options->color = ks_service_badge_color(service);
    return 0;
}

static int check_link(const char *name, const char *link, struct ks_error *err)
{
    if (link && link[0] && !ks_is_web_link(link)) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s \"%.80s\": must begin with http:// or https://", name, link);
    }
    return 0;
}

static int check_logo(const char *logo, struct ks_error *err)
{
    if (logo && logo[0] && ks_logo_check_data_uri(logo, err)) {
        return ks_error_wrap(err, "ks_badge_options.logo \"%.80s\"", logo);
    }
    return 0;
}

static int check_texts(const struct ks_badge_options *options, struct ks_error *err)
{
    return check_logo(options->logo, err) || check_link("ks_badge_options.link_left", options->link_left, err) ||
                   check_link("ks_badge_options.link_right", options->link_right, err) ||
                   (options->id_suffix &&
                    ks_badge_check_id_suffix(options->id_suffix, "ks_badge_options.id_suffix", err))
               ? -1
               : 0;
}

static int check(const struct ks_badge_options *options, struct ks_error *err)
{
    if (!options->message) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_badge_options.message: must not be NULL; it may be \"\"");
    }
    if ((unsigned)options->style >= KS_BADGE_STYLE_COUNT) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_badge_options.style %d: must be from 0 to %d",
                            (int)options->style, KS_BADGE_STYLE_COUNT - 1);
    }
    if (options->logo_width < 0 || options->logo_width > LOGO_WIDTH_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_badge_options.logo_width %d: must be from 0 to %d",
                            options->logo_width, LOGO_WIDTH_MOST);
    }
    return check_texts(options, err);
}

/* Draws options that have been checked; the logo may lack "data:", as it may in a request. */
static int draw(const struct ks_badge_options *options, struct ks_buf *out, struct ks_error *err)
{
    struct ks_buf logo KS_CLEANUP_BUF;
    struct ks_badge badge = {.label = options->label,
                             .message = options->message,
                             .color = options->color,
                             .label_color = options->label_color,
                             .style = options->style,
                             .logo_width = options->logo_width,
                             .link_left = options->link_left,
                             .link_right = options->link_right,
                             .id_suffix = options->id_suffix};

    ks_buf_init(&logo, SVG_MOST);
    if (options->logo && options->logo[0]) {
        ks_buf_logo_data_uri(&logo, options->logo);
        badge.logo = logo.data;
    }
    return ks_buf_check(&logo, err) || ks_badge_svg(&badge, out, err) || ks_buf_check(out, err) ? -1 : 0;
}

int ks_badge_draw(const struct ks_badge_options *options, char **svg, size_t *length, struct ks_error *err)
{
    struct ks_badge_options taken;
    struct ks_buf out;

    if (take_options(&taken, options, err) || check(&taken, err)) {
        return -1;
    }
    if (!svg) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_badge_draw: svg must not be NULL");
    }
    ks_buf_init(&out, SVG_MOST);
    if (draw(&taken, &out, err)) {
        ks_buf_fini(&out);
        return -1;
    }
    *svg = out.data; /* it has content, so it is on the heap */
    if (length) {
        *length = out.length;
    }
    return 0;
}
