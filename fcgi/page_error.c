#include "config.h"

#include "badge.h"
#include "escape.h"
#include "page.h"

static void put_svg(struct response *response, const struct ks_result *result)
{
    struct ks_error error;
    const struct ks_badge badge = {.label = result->label, .message = result->message, .color = result->color};

    response->content_type = "image/svg+xml; charset=utf-8";
    if (ks_badge_svg(&badge, &response->body, &error)) {
        ks_buf_reset(&response->body);
        response->status = 500;
    }
}

void page_put_result(const struct request *request, struct response *response, const struct ks_result *result)
{
    if (request->format == FORMAT_SVG) {
        put_svg(response, result);
    } else {
        response->content_type = "application/json";
        ks_result_shields_json(result, &response->body);
        ks_buf_literal(&response->body, "\n");
    }
}

void page_put_error(const struct request *request, struct response *response, int status, bool image, const char *label,
                    const char *message, const char *detail)
{
    struct ks_result result;

    ks_buf_reset(&response->body);
    response->status = status;
    if (request->format == FORMAT_RAW) {
        response->content_type = "application/json";
        ks_buf_literal(&response->body, "{\"error\":");
        ks_buf_json(&response->body, detail);
        ks_buf_literal(&response->body, "}\n");
    } else if (image || request->format == FORMAT_SHIELDS) {
        /* Nothing can be said yet, or there is nothing to say it of. */
        ks_result_error(&result, label, message, status == 503 ? "grey" : "lightgrey");
        page_put_result(request, response, &result);
    } else {
        ks_buf_line(&response->body, detail);
        ks_buf_literal(&response->body, "\n");
    }
}

void page_put_starting(const struct request *request, struct response *response, bool image, const char *label)
{
    response->retry_after = 1;
    if (request->app->is_incomplete) {
        page_put_error(request, response, 503, image, label, "unknown",
                       "unknown: the API server did not answer in time");
    } else {
        page_put_error(request, response, 503, image, label, "starting", "starting: the first lists are not complete");
    }
}
