#include "config.h"

#include "request/response.h"

#include <inttypes.h>
#include <string.h>

void response_init(struct response *response)
{
    response->status = 200;
    response->content_type = "text/plain; charset=utf-8";
    response->allow = NULL;
    response->location[0] = '\0';
    response->max_age = 0;
    response->varies = false;
    response->etag = 0;
    response->retry_after = 0;
    response->images = NULL;
    response->signature[0] = '\0';
    ks_buf_init(&response->body, RESPONSE_CEILING);
}

void response_fini(struct response *response)
{
    ks_buf_fini(&response->body);
}

void response_out_of_memory(struct response *response)
{
    static char text[] = "out of memory\n";

    ks_buf_fini(&response->body);
    response->body = (struct ks_buf){.data = text, .length = sizeof text - 1, .ceiling = sizeof text - 1};
    response->content_type = "text/plain; charset=utf-8";
}

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {300, "Multiple Choices"},
        {302, "Found"},
        {304, "Not Modified"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return "Status";
}

/* X-Accel-Expires is only for nginx, which keeps an answer for one second, whatever other caches may do. */
static void put_cache_headers(const struct response *response, struct ks_buf *out)
{
    if (response->max_age < 0) {
        ks_buf_literal(out, "Cache-Control: no-store\r\nX-Accel-Expires: 0\r\n");
    } else if (response->max_age == 0) {
        ks_buf_literal(out, "Cache-Control: no-cache, max-age=0, s-maxage=0\r\nX-Accel-Expires: 0\r\n");
    } else {
        ks_buf_printf(out, "Cache-Control: public, max-age=%" PRId64 ", s-maxage=%" PRId64 "\r\nX-Accel-Expires: 1\r\n",
                      response->max_age, response->max_age);
    }
    if (response->varies) {
        ks_buf_literal(out, "Vary: Accept\r\n");
    }
    if (response->etag) {
        ks_buf_printf(out, "ETag: \"%016" PRIx64 "\"\r\n", response->etag);
    }
}

/* Adds scheme, host and port to the servers that the policy lets a browser load images from. Ignores a host that would
 * end the directive. */
static void put_image_source(const char *url, struct ks_buf *out)
{
    const char *host = url ? strstr(url, "//") : NULL;
    size_t length = host ? strcspn(host + 2, "/;,") : 0;

    if (length && (host[2 + length] == '/' || host[2 + length] == '\0')) {
        ks_buf_literal(out, " ");
        ks_buf_bytes(out, url, (size_t)(host + 2 - url) + length);
    }
}

void response_headers(const struct response *response, struct ks_buf *out)
{
    ks_buf_printf(out, "Status: %d %s\r\n", response->status, reason_of(response->status));
    ks_buf_printf(out, "Content-Type: %s\r\n", response->content_type);
    /* A 304 would have to give the length of the body that it omits (RFC 9110, section 8.6). */
    if (response->status != 304) {
        ks_buf_printf(out, "Content-Length: %zu\r\n", response->body.length);
    }
    put_cache_headers(response, out);
    ks_buf_literal(out, "X-Content-Type-Options: nosniff\r\n"
                        "Content-Security-Policy: default-src 'none'; img-src 'self' data:");
    put_image_source(response->images, out);
    ks_buf_literal(out, "; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\r\n");
    if (response->allow) {
        ks_buf_printf(out, "Allow: %s\r\n", response->allow);
    }
    if (response->location[0]) {
        ks_buf_printf(out, "Location: %s\r\n", response->location);
    }
    if (response->retry_after) {
        ks_buf_printf(out, "Retry-After: %d\r\n", response->retry_after);
    }
    if (response->signature[0]) {
        ks_buf_printf(out, KS_AUTH_HEADER ": %s\r\n", response->signature);
    }
    ks_buf_literal(out, "\r\n");
}
