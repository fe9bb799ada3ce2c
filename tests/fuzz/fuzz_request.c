/* Any request gets a valid answer: a known status, only our headers, a redirect only to ourselves, a body without
 * control characters, valid JSON. The first byte of the input sets method and guards. NUL-terminated strings follow:
 * REQUEST_URI, SCRIPT_NAME, PATH_INFO, QUERY_STRING, HTTP_ACCEPT, HTTP_IF_NONE_MATCH. Variables that the input lacks
 * are not set. */
#include "config.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "dispatch.h"

#define CEILING ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"REQUEST_URI",  "SCRIPT_NAME", "PATH_INFO",
                                    "QUERY_STRING", "HTTP_ACCEPT", "HTTP_IF_NONE_MATCH"};
#define NAMES (sizeof names / sizeof names[0])

struct variables {
    const char *method;
    const char *internal;
    const char *texts[NAMES];
};

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static const char *variable(void *arg, const char *name)
{
    const struct variables *variables = arg;

    for (size_t i = 0; i < NAMES; i++) {
        if (strcmp(names[i], name) == 0) {
            return variables->texts[i];
        }
    }
    if (strcmp(name, "REQUEST_METHOD") == 0) {
        return variables->method;
    }
    return strcmp(name, "KUBE_SHIELDS_INTERNAL") == 0 ? variables->internal : NULL;
}

/* One service "web" in namespace "shop". */
static struct ks_store *make_store(void)
{
    const struct ks_store_options options = {.namespaces = NULL};
    const struct ks_kube_object deployment = {
        .kind = KS_KIND_DEPLOYMENT,
        .meta = {.namespace_name = "shop",
                 .name = "web",
                 .owner_kind = "",
                 .owner_name = "",
                 .created = 1,
                 .annotations = KS_NO_ANNOTATIONS},
        .workload = {.desired = 2, .containers_per_pod = 1, .reason = ""},
    };
    struct ks_store *store;

    require(ks_store_new(&store, &options, NULL) == 0);
    require(ks_store_apply(store, 0, KS_KUBE_ADDED, &deployment, NULL) == 0);
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        ks_store_source(store, 0, (enum ks_kind)kind, KS_SOURCE_LIVE, 0);
    }
    require(ks_store_flush(store, NULL) == 0);
    return store;
}

/* Lines that end in CRLF, and nothing after the empty one. */
static void check_headers(const struct response *response)
{
    static const char *const allowed[] = {
        "Status",   "Content-Type", "Content-Length",         "Cache-Control",           "X-Accel-Expires",
        "Vary",     "ETag",         "X-Content-Type-Options", "Content-Security-Policy", "Allow",
        "Location", "Retry-After"};
    struct ks_buf headers KS_CLEANUP_BUF;
    const char *line;

    ks_buf_init(&headers, CEILING);
    response_headers(response, &headers);
    require(!headers.failed && strlen(headers.data) == headers.length);
    for (line = headers.data; strncmp(line, "\r\n", 2) != 0;) {
        size_t length = strcspn(line, "\r\n");
        bool known = false;

        for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
            size_t name = strlen(allowed[i]);

            known = known || (strncmp(line, allowed[i], name) == 0 && line[name] == ':');
        }
        require(known && strncmp(line + length, "\r\n", 2) == 0);
        line += length + 2;
    }
    require(line[2] == '\0');
}

static void check_body(const struct response *response)
{
    const char *at = response->body.data;

    require(strlen(at) == response->body.length);
    while (*at) {
        const char *start = at;
        unsigned code = ks_utf8_next(&at);

        require(code == '\n' || (code >= 0x20 && (code < 0x7f || code > 0x9f)));
        require(code != 0xfffd || memcmp(start, "\xef\xbf\xbd", 3) == 0);
    }
    if (strcmp(response->content_type, "application/json") == 0) {
        struct json_object *object = json_tokener_parse(response->body.data);

        require(object != NULL);
        json_object_put(object);
    }
}

static void check(const struct response *response)
{
    static const int statuses[] = {200, 304, 308, 400, 403, 404, 405, 503};
    bool known = false;

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        known = known || response->status == statuses[i];
    }
    require(known && !response->body.failed);
    require(!response->location[0] == (response->status != 308));
    require(!response->location[0] || (response->location[0] == '/' && response->location[1] != '/'));
    check_headers(response);
    check_body(response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = {"GET", "GET", "HEAD", "POST"};
    static const struct settings settings = {.site_name = "site", .unknown_after = 300000};
    static struct ks_store *store;
    struct app app = {.settings = &settings};
    struct variables variables = {.method = NULL};
    struct request request;
    struct response response;
    struct ks_error err;
    char *text;
    size_t at = 0;

    if (size == 0) {
        return 0;
    }
    if (!store) {
        store = make_store();
    }
    app.store = store;
    app.is_public = !(data[0] & 4);
    variables.method = methods[data[0] & 3];
    variables.internal = data[0] & 8 ? "1" : NULL;
    text = malloc(size);
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    for (size_t i = 0; i < NAMES && at < size; i++) {
        variables.texts[i] = text + at;
        at += strlen(text + at) + 1;
    }
    if (request_init(&request, &app, variable, &variables, &err) == 0) {
        struct dispatch_needs needs;

        dispatch_needs(&request, &needs);
    }
    response_init(&response);
    dispatch(&app, variable, &variables, &response);
    check(&response);
    response_fini(&response);
    free(text);
    return 0;
}
