/* A result as SVG. */
#include "config.h"

#include "badge/badge.h"
#include "badge/logo.h"
#include "badge/palette.h"
#include "pages/formats.h"
#include "pages/look.h"

#define LOGO_CEILING (256 * 1024)

/* The color in the palette that the settings name. */
static const char *paint(const struct request *request, const char *color)
{
    const char *accessible =
        request->app->settings->palette == PALETTE_ACCESSIBLE ? ks_palette_accessible(color) : NULL;

    return accessible ? accessible : color;
}

/* A logo that does not exist or is invalid is left out, since a shield works without it. */
static const char *logo_of(const struct request *request, struct ks_buf *uri, int *width)
{
    const struct shield_options *options = &request->shield;
    enum ks_badge_style style = options->style;

    if (!options->logo || !options->logo[0]) {
        return NULL;
    }
    if (ks_logo_is_data_uri(options->logo)) {
        if (ks_logo_check_data_uri(options->logo, NULL)) {
            return NULL;
        }
        ks_buf_logo_data_uri(uri, options->logo);
        return uri->failed ? NULL : uri->data;
    }
    if (!request->app->logos || ks_logo_data_uri(request->app->logos, options->logo, options->logo_color, style,
                                                 options->logo_size_auto, uri, width, NULL)) {
        return NULL;
    }
    return uri->data;
}

void page_put_svg(const struct request *request, struct response *response, const struct ks_result *result,
                  const struct ks_annotations *annotations)
{
    const struct settings *settings = request->app->settings;
    const struct shield_options *options = &request->shield;
    const char *label_color = options->label_color ? options->label_color : settings->label_color;
    struct ks_buf logo KS_CLEANUP_BUF;
    struct ks_error error;
    struct ks_badge badge = {
        .label = page_label(request, result, annotations),
        .message = result->message,
        .color = paint(request, page_color(request, result, annotations)),
        .label_color = label_color ? paint(request, label_color) : NULL,
        .style = options->style,
        .id_suffix = options->id_suffix,
        .link_left = options->link[0],
        .link_right = options->link[1],
    };

    ks_buf_init(&logo, LOGO_CEILING);
    badge.logo = logo_of(request, &logo, &badge.logo_width);
    if (!badge.link_left && annotations && annotations->link[0]) {
        badge.link_left = annotations->link;
    }
    response->content_type = "image/svg+xml; charset=utf-8";
    ks_buf_fail_with(&response->body, &logo);
    if (ks_badge_svg(&badge, &response->body, &error) && !response->body.failed) {
        ks_log(request->app->log, KS_LOG_ERROR, "serve", "%s: %s", request->path, error.text);
        response->body.failed = true;
    }
}
