#include "config.h"

#include "request/request.h"

#include <string.h>

/* The mount point is copied into headers and links without escaping, so it must be a path that needs none. "//host"
 * would lead to another server, and "/" is the same as no mount point. */
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

/* The target below the mount point. If there is a PATH_INFO, SCRIPT_NAME is the mount point; without one, SCRIPT_NAME
 * is the whole path (nginx), or means nothing (RFC 3875, section 4.1.13). */
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
        return ks_error_set(err, KS_ERROR_INVALID, "request target: must be at most %d bytes long", KS_URL_SIZE - 1);
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return 0;
}

/* Without REQUEST_URI, which RFC 3875 does not have, the target is made from the decoded path. */
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
        return ks_error_set(err, KS_ERROR_INVALID, "request target: must be at most %d bytes long", KS_URL_SIZE - 1);
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
    /* A browser that opens a page accepts images, too; one that loads an <img> does not accept a page. */
    request->accepts_image = accept && strstr(accept, "image/") && !strstr(accept, "text/html");
    /* An invalid target is never parsed. */
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
