/* A result as JSON, in the endpoint schema of shields.io or in ours, and as text. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "badge/logo.h"
#include "base/base64.h"
#include "base/escape.h"
#include "pages/formats.h"
#include "pages/look.h"
#include "pages/result.h"

static const char svg_logo[] = "data:image/svg+xml;base64,";

static void put_member(struct ks_buf *out, const char *name, const char *value)
{
    if (value && value[0]) {
        ks_buf_printf(out, ",\"%s\":", name);
        ks_buf_json(out, value);
    }
}

static void put_logo_members(const struct shield_options *options, struct ks_buf *out)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};
    char *svg = NULL;
    size_t length;

    if (!options->logo) {
        return;
    }
    if (!ks_logo_is_data_uri(options->logo)) {
        put_member(out, "namedLogo", options->logo);
    } else if (strncmp(options->logo, svg_logo, sizeof svg_logo - 1) == 0 &&
               ks_base64_decode(options->logo + sizeof svg_logo - 1, strlen(options->logo) - (sizeof svg_logo - 1),
                                &svg, &length, &error) == 0) {
        put_member(out, "logoSvg", svg);
        free(svg);
    } else if (error.kind == KS_ERROR_MEMORY) {
        out->failed = true;
        out->out_of_memory = true;
    }
    put_member(out, "logoColor", options->logo_color);
    put_member(out, "logoSize", options->logo_size_auto ? "auto" : NULL);
}

/* The endpoint schema of shields.io, version 1, which allows only these keys. */
void page_put_shields(const struct request *request, struct response *response, const struct ks_result *result,
                      const struct ks_annotations *annotations)
{
    const struct shield_options *options = &request->shield;
    struct ks_buf *out = &response->body;

    response->content_type = "application/json";
    ks_buf_literal(out, "{\"schemaVersion\":1,\"label\":");
    ks_buf_json(out, page_label(request, result, annotations));
    ks_buf_literal(out, ",\"message\":");
    ks_buf_json(out, result->message);
    put_member(out, "color", page_color(request, result, annotations));
    put_member(out, "labelColor", options->label_color);
    if (result->is_error) {
        ks_buf_literal(out, ",\"isError\":true");
    }
    put_logo_members(options, out);
    put_member(out, "style", options->has_style ? ks_badge_style_name(options->style) : NULL);
    if (options->cache_seconds >= 0) {
        ks_buf_printf(out, ",\"cacheSeconds\":%" PRId64, options->cache_seconds);
    }
    ks_buf_literal(out, "}\n");
}

void page_put_raw(const struct page_json *json, struct ks_buf *out)
{
    if (json && json->raw && json->raw->length) {
        ks_buf_bytes(out, json->raw->data, json->raw->length);
    } else {
        ks_buf_literal(out, "null");
    }
    if (json && json->raw) {
        ks_buf_fail_with(out, json->raw);
    }
}

/* Our format: what the shield shows, the raw object that it was made from (or null), and how old that is. */
void page_put_json(const struct request *request, struct response *response, const struct ks_result *result,
                   const struct ks_annotations *annotations, const struct page_json *json)
{
    struct ks_buf *out = &response->body;

    response->content_type = "application/json";
    ks_buf_literal(out, "{\"label\":");
    ks_buf_json(out, page_label(request, result, annotations));
    ks_buf_literal(out, ",\"message\":");
    ks_buf_json(out, result->message);
    ks_buf_literal(out, ",\"color\":");
    ks_buf_json(out, page_color(request, result, annotations));
    ks_buf_printf(out, ",\"isError\":%s,\"age\":%" PRId64 ",\"raw\":", result->is_error ? "true" : "false",
                  result->age);
    page_put_raw(json, out);
    if (json && json->more) {
        ks_buf_bytes(out, json->more->data, json->more->length);
        ks_buf_fail_with(out, json->more);
    }
    ks_buf_literal(out, "}\n");
}

void page_put_text(const struct request *request, struct response *response, const struct ks_result *result,
                   const struct ks_annotations *annotations)
{
    const char *label = page_label(request, result, annotations);

    response->content_type = "text/plain; charset=utf-8";
    if (label[0]) {
        ks_buf_line(&response->body, label);
        ks_buf_literal(&response->body, ": ");
    }
    ks_buf_line(&response->body, result->message);
    ks_buf_literal(&response->body, "\n");
}
