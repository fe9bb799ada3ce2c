/* The CGI front: collects what its one request needs, until a deadline, then serves it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "base/clock.h"
#include "dispatch.h"
#include "front.h"

bool front_is_cgi(void)
{
    return getenv("GATEWAY_INTERFACE") && getenv("REQUEST_METHOD");
}

static const char *variable(void *arg, const char *name)
{
    (void)arg;
    return getenv(name);
}

static int write_all(const char *data, size_t length)
{
    size_t written = 0;

    while (written < length) {
        ssize_t count = write(STDOUT_FILENO, data + written, length - written);

        if (count >= 0) {
            written += (size_t)count;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

static int print(const struct response *response, bool with_body)
{
    const struct ks_buf *body = &response->body;
    char memory[RESPONSE_HEADERS_SIZE];
    struct ks_buf headers;

    ks_buf_init_fixed(&headers, memory, sizeof memory);
    response_headers(response, &headers);
    return write_all(headers.data, headers.length) || (with_body && write_all(body->data, body->length)) ? 1 : 0;
}

static bool is_watched(const struct settings *settings, const char *namespace_name)
{
    bool watched = !settings->namespaces;

    for (char **name = settings->namespaces; name && *name; name++) {
        watched = watched || strcmp(*name, namespace_name) == 0;
    }
    for (char **name = settings->excluded_namespaces; name && *name; name++) {
        watched = watched && strcmp(*name, namespace_name) != 0;
    }
    return watched;
}

/* Collects what the request needs. An API server or a check that does not answer in time is logged, and the page shows
 * what is known. */
static int collect(struct backend *backend, struct app *app, struct request *request, int64_t deadline,
                   struct ks_error *err)
{
    const struct settings *settings = app->settings;
    /* A signed request is answered from our own cluster: two peers that name each other would ask in circles. */
    struct backend_wants wants = {.once = true, .alone = request->is_signed};
    struct dispatch_needs needs;
    struct ks_error error;
    int64_t now = ks_clock_monotonic();
    int64_t half = now + (deadline - now) / 2; /* the rest is for the check */
    bool is_asked;

    dispatch_needs(request, &needs);
    is_asked = needs.kinds || needs.checks;
    /* Without a folder there is no check to run, so no reason to ask Kubernetes. */
    if (needs.is_custom && !request->namespace_name && access(settings->checks, X_OK)) {
        needs.kinds = 0;
    }
    /* If the request names a namespace, that one is enough, and nothing is known about one that is left out. */
    if (request->namespace_name) {
        wants.namespace_name = request->namespace_name;
        needs.kinds = is_watched(settings, request->namespace_name) ? needs.kinds : 0;
    }
    wants.kinds = needs.kinds;
    if (backend_add_stores(backend, settings, app->log, &wants, err)) {
        return -1;
    }
    backend_fill_app(backend, app);
    /* A peer may know even if our own API server need not be asked. */
    if ((needs.kinds || (is_asked && backend->peer_count)) &&
        ks_collector_collect(backend->collector, needs.is_custom ? half : deadline, &error)) {
        ks_log(app->log, KS_LOG_WARNING, "kubernetes", "%s", error.text);
        app->is_incomplete = true;
    }
    if (needs.checks && ks_collector_check(backend->collector, &needs.selector, needs.check, deadline, &error)) {
        ks_log(app->log, KS_LOG_WARNING, "checks", "%s", error.text);
    }
    return 0;
}

int front_cgi(const struct settings *settings, const struct ks_log *log)
{
    int64_t deadline = ks_clock_monotonic() + settings->cgi_timeout;
    struct app app = {.settings = settings, .log = log, .is_public = settings->other_shields != NULL};
    struct backend backend;
    struct ks_logos *logos = NULL;
    struct request request;
    struct response response;
    struct ks_error error;
    const char *method = getenv("REQUEST_METHOD");
    int status;

    if (backend_open(&backend, settings, log, true, &error)) {
        ks_log(log, KS_LOG_ERROR, "start", "%s", error.text);
        return 1;
    }
    app.keyring = backend.keyring;
    dispatch_begin(&request, &app, variable, NULL);
    if (collect(&backend, &app, &request, deadline, &error)) {
        ks_log(log, KS_LOG_ERROR, "start", "%s", error.text);
        request_fini(&request);
        return 1;
    }
    if (ks_url_parameter(&request.url, "logo") && ks_logos_open(&logos, settings->logos, &error) == 0) {
        app.logos = logos;
    }
    response_init(&response);
    dispatch_end(&request, &response);
    status = print(&response, !method || strcmp(method, "HEAD") != 0);
    response_fini(&response);
    ks_logos_close(logos);
    backend_fini(&backend);
    return status;
}
