/* From a result, or from an error, to the answer: its format, and how long others may keep it. */
#include "config.h"

#include "pages/result.h"

#include <stdio.h>
#include <string.h>

#include "badge/color.h"
#include "base/escape.h"
#include "pages/cluster.h"
#include "pages/formats.h"
#include "pages/look.h"

#define SHORT_CACHE_SECONDS 1
#define DETAIL_CEILING      16384

static int64_t short_cache(const struct request *request)
{
    int64_t seconds = request->app->settings->cache / 1000;

    return seconds < SHORT_CACHE_SECONDS ? seconds : SHORT_CACHE_SECONDS;
}

/* Shields that are red or an error are kept for a shorter time. cacheSeconds may lengthen the time in the settings,
 * never shorten it. */
static void set_cache(const struct request *request, struct response *response, const struct ks_result *result)
{
    int64_t seconds = request->app->settings->cache / 1000;
    bool is_bad = result->is_error || ks_color_severity(result->color) == ks_color_severity("red");

    if (is_bad) {
        seconds = short_cache(request);
    } else if (request->shield.cache_seconds > seconds) {
        seconds = request->shield.cache_seconds;
    }
    response->max_age = seconds;
}

/* shields.io spells "-" as "--", "_" as "__" and a space as "_" in the text between dashes. */
static void put_static_part(struct ks_buf *out, const char *text)
{
    for (; *text; text++) {
        const char one[2] = {*text, '\0'};

        if (*text == '-') {
            ks_buf_literal(out, "--");
        } else if (*text == '_') {
            ks_buf_literal(out, "__");
        } else if (*text == ' ') {
            ks_buf_literal(out, "_");
        } else if (*text == '/') {
            ks_buf_literal(out, "%2f");
        } else {
            ks_buf_url(out, one);
        }
    }
}

/* As kube-shields 0.0.6 did, has another server draw the shield. */
static void put_redirect(const struct request *request, struct response *response, const struct ks_result *result,
                         const struct ks_annotations *annotations)
{
    struct ks_buf location KS_CLEANUP_BUF;

    ks_buf_init(&location, sizeof response->location - 1);
    ks_buf_bytes(&location, request->app->settings->redirect, strlen(request->app->settings->redirect));
    ks_buf_literal(&location, "/badge/");
    put_static_part(&location, page_label(request, result, annotations));
    ks_buf_literal(&location, "-");
    put_static_part(&location, result->message);
    ks_buf_literal(&location, "-");
    ks_buf_url(&location, page_color(request, result, annotations));
    ks_buf_literal(&location, ".svg");
    if (location.failed) {
        page_put_svg(request, response, result, annotations);
        return;
    }
    response->status = 302;
    memcpy(response->location, location.data, location.length + 1);
}

void page_put_reason(struct ks_buf *out, const char *detail)
{
    ks_buf_literal(out, ",\"error\":");
    ks_buf_json(out, detail);
}

bool page_wants_raw(const struct request *request)
{
    return request->format == FORMAT_RAW || request->format == FORMAT_JSON;
}

void page_put_result(const struct request *request, struct response *response, const struct ks_result *result,
                     const struct ks_annotations *annotations, const struct page_json *json)
{
    set_cache(request, response, result);
    switch (request->format) {
    case FORMAT_RAW:
        response->content_type = "application/json";
        page_put_raw(json, &response->body);
        ks_buf_literal(&response->body, "\n");
        break;
    case FORMAT_SHIELDS:
        page_put_shields(request, response, result, annotations);
        break;
    case FORMAT_JSON:
        page_put_json(request, response, result, annotations, json);
        break;
    case FORMAT_TEXT:
        page_put_text(request, response, result, annotations);
        break;
    default:
        if (request->app->settings->redirect && !result->is_error) {
            put_redirect(request, response, result, annotations);
        } else {
            page_put_svg(request, response, result, annotations);
        }
    }
}

static const char *error_color(int status)
{
    switch (status) {
    case 404:
        return "lightgrey";
    case 300:
    case 400:
    case 405:
        return "orange";
    case 500:
        return "red";
    default:
        return "grey";
    }
}

static void put_more(struct ks_buf *out, const struct page_error *error)
{
    if (error->more) {
        ks_buf_bytes(out, error->more->data, error->more->length);
        ks_buf_fail_with(out, error->more);
    }
}

/* The error in the format of a result, with the reason as a further member. */
static void put_failure(const struct request *request, struct response *response, const struct ks_result *result,
                        const struct page_error *error)
{
    struct ks_buf more KS_CLEANUP_BUF;

    ks_buf_init(&more, DETAIL_CEILING);
    page_put_reason(&more, error->detail);
    put_more(&more, error);
    page_put_result(request, response, result, NULL, &(struct page_json){.more = &more});
}

void page_put_error(const struct request *request, struct response *response, const struct page_error *error)
{
    struct ks_result result;

    ks_buf_reset(&response->body);
    response->status = error->status;
    response->max_age = short_cache(request);
    ks_result_error(&result, error->label, error->message, error_color(error->status));
    if (request->format == FORMAT_RAW) {
        response->content_type = "application/json";
        ks_buf_literal(&response->body, "{\"error\":");
        ks_buf_json(&response->body, error->detail);
        put_more(&response->body, error);
        ks_buf_literal(&response->body, "}\n");
    } else if (request->format != FORMAT_SVG && request->format != FORMAT_TEXT) {
        put_failure(request, response, &result, error);
    } else if (error->is_image && request->format == FORMAT_SVG) {
        page_put_svg(request, response, &result, NULL);
        if (request->app->settings->image_errors == IMAGE_ERRORS_OK) {
            response->status = 200;
        }
    } else {
        response->content_type = "text/plain; charset=utf-8";
        ks_buf_line(&response->body, error->detail);
        ks_buf_literal(&response->body, "\n");
    }
}

/* A cluster that cannot be reached may have the service, so "not found" would be wrong. */
static bool put_unknown(const struct request *request, struct response *response, bool image, const char *label)
{
    bool is_one = request->end_cluster == request->first_cluster + 1;
    struct ks_buf names KS_CLEANUP_BUF;
    struct ks_buf detail KS_CLEANUP_BUF;

    ks_buf_init(&names, DETAIL_CEILING);
    ks_buf_init(&detail, DETAIL_CEILING);
    if (!page_put_unknown_clusters(request, &names)) {
        return false;
    }
    ks_buf_printf(&detail, is_one ? "unknown: %s is unreachable" : "unknown: not found elsewhere; unreachable: %s",
                  names.data);
    page_put_error(request, response,
                   &(struct page_error){
                       .status = 503, .is_image = image, .label = label, .message = "unknown", .detail = detail.data});
    ks_buf_fail_with(&response->body, &names);
    ks_buf_fail_with(&response->body, &detail);
    return true;
}

bool page_is_ready(const struct request *request, struct response *response, enum ks_readiness readiness, bool image,
                   const char *label)
{
    /* Whoever sees a shield need not know the API server's address, so the reason is only in /readyz and the log. */
    static const struct {
        const char *message, *detail;
    } words[] = {
        [KS_STARTING] = {"starting", "starting: the first lists are not complete"},
        [KS_FORBIDDEN] = {"no access",
                          "no access: kube-shields lacks valid credentials or permissions; /readyz says why"},
        [KS_UNREACHABLE] = {"unreachable", "unreachable: the API server does not answer; /readyz says why"},
    };
    struct page_error error = {.status = 503, .is_image = image, .label = label};

    if (readiness == KS_READY) {
        return true;
    }
    if (readiness == KS_STARTING && put_unknown(request, response, image, label)) {
        return false;
    }
    response->retry_after = readiness == KS_FORBIDDEN ? 0 : 1;
    error.message = words[readiness].message;
    error.detail = words[readiness].detail;
    if (request->app->is_incomplete && readiness != KS_FORBIDDEN) {
        error.message = "unknown";
        error.detail = "unknown: the API server did not answer in time, or not as it should; the log says why";
    }
    page_put_error(request, response, &error);
    return false;
}
