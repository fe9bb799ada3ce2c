#include "config.h"

#include "request/request.h"

#include <inttypes.h>
#include <string.h>

/* A mount point goes into headers and links as it is: only a path that needs no escaping there is taken for one.
 * "//host" would lead elsewhere, and "/" is none. */
static const char *clean_script_name(const char *script_name)
{
    size_t length = script_name ? strlen(script_name) : 0;

    if (length < 2 || script_name[0] != '/' || script_name[1] == '/' || script_name[length - 1] == '/') {
        return "";
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)script_name[i] <= ' ' || (unsigned char)script_name[i] >= 0x7f) {
            return "";
        }
    }
    return script_name;
}

/* The target below what the server mounted us under. A CGI server tells the mount point as SCRIPT_NAME where there is
 * a PATH_INFO; without one, SCRIPT_NAME is the whole path (nginx), or says nothing (RFC 3875, section 4.1.13). */
static const char *find_target(const char *uri, const char *script_name, const char *path_info, size_t *prefix_length)
{
    size_t length = strlen(script_name);

    *prefix_length = 0;
    if (path_info && path_info[0] && length > 0 && strncmp(uri, script_name, length) == 0 && uri[length] == '/') {
        *prefix_length = length;
    }
    return uri + *prefix_length;
}

static int copy(char out[static KS_URL_SIZE], const char *text, size_t length, struct ks_error *err)
{
    if (length >= KS_URL_SIZE) {
        return ks_error_set(err, KS_ERROR_INVALID, "request target: at most %d bytes are accepted", KS_URL_SIZE - 1);
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return 0;
}

/* Without REQUEST_URI (RFC 3875 does not know it) the target is put together from the decoded path. */
static int set_target(struct request *request, request_variable *variable, void *arg, struct ks_error *err)
{
    const char *uri = variable(arg, "REQUEST_URI");
    const char *path_info = variable(arg, "PATH_INFO");
    const char *query = variable(arg, "QUERY_STRING");
    const char *script_name = clean_script_name(variable(arg, "SCRIPT_NAME"));
    struct ks_buf target KS_CLEANUP_BUF;
    size_t prefix_length = 0;
    size_t path_length;

    ks_buf_init(&target, KS_URL_SIZE - 1);
    if (uri && uri[0]) {
        uri = find_target(uri, script_name, path_info, &prefix_length);
        request->prefix = prefix_length ? script_name : "";
        ks_buf_bytes(&target, uri, strlen(uri));
    } else {
        bool has_path = path_info && path_info[0];

        request->prefix = has_path ? script_name : "";
        ks_buf_printf(&target, "%s%s%s", has_path ? path_info : "/", query && query[0] ? "?" : "", query ? query : "");
    }
    if (target.out_of_memory) {
        return ks_error_memory(err);
    }
    if (target.failed) {
        return ks_error_set(err, KS_ERROR_INVALID, "request target: at most %d bytes are accepted", KS_URL_SIZE - 1);
    }
    path_length = strcspn(target.data, "?");
    if (copy(request->path, target.data, path_length, err) ||
        copy(request->query, target.data + path_length, target.length - path_length, err)) {
        return -1;
    }
    return ks_url_parse(&request->url, target.data, err);
}

static enum request_method method_of(const char *text)
{
    if (text && strcmp(text, "GET") == 0) {
        return METHOD_GET;
    }
    return text && strcmp(text, "HEAD") == 0 ? METHOD_HEAD : METHOD_OTHER;
}

int request_init(struct request *request, const struct app *app, request_variable *variable, void *arg,
                 struct ks_error *err)
{
    const char *accept = variable(arg, "HTTP_ACCEPT");
    const char *internal = variable(arg, "KUBE_SHIELDS_INTERNAL");

    request->app = app;
    request->method = method_of(variable(arg, "REQUEST_METHOD"));
    request->is_signed = false;
    request->is_refused = false;
    request->wrong.kind = KS_ERROR_NONE;
    request->claim = (struct ks_keyring_claim){.key = NULL};
    request->first_cluster = 0;
    request->end_cluster = 1 + app->peer_count;
    request->internal = internal && strcmp(internal, "1") == 0;
    /* A browser that goes to a page would take an image, too; one that fills an <img> takes no page. */
    request->accepts_image = accept && strstr(accept, "image/") && !strstr(accept, "text/html");
    /* Of a target that is not accepted it is never parsed. */
    request->url.segment_count = 0;
    request->url.parameter_count = 0;
    request->url.trailing_slash = false;
    request->prefix = "";
    request->path[0] = '\0';
    request->query[0] = '\0';
    request->service = NULL;
    request->namespace_name = NULL;
    request->check = NULL;
    request->static_text = NULL;
    request->format = FORMAT_SVG;
    request->shield = (struct shield_options){.cache_seconds = -1};
    request->accept = accept;
    request->if_none_match = variable(arg, "HTTP_IF_NONE_MATCH");
    return set_target(request, variable, arg, err);
}

void request_fini(struct request *request)
{
    ks_keyring_claim_fini(&request->claim);
}

const char *request_cluster_name(const struct request *request, size_t cluster)
{
    return cluster ? request->app->peers[cluster - 1].address->name : request->app->settings->cluster;
}

struct ks_store *request_cluster_store(const struct request *request, size_t cluster)
{
    return cluster ? request->app->peers[cluster - 1].store : request->app->store;
}

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

void response_without_memory(struct response *response)
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

/* X-Accel-Expires is for nginx alone, which keeps a second's worth whatever it tells others to keep. */
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

/* What the policy lets a browser ask besides ourselves: scheme, host and port. A host that would end the directive is
 * none. */
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
    /* Of a 304 it would be the length of what is not sent (RFC 9110, section 8.6). */
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
