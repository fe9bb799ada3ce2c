#include "config.h"

#include "dispatch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "authenticate.h"
#include "base/hash.h"
#include "guard.h"
#include "health/automatic.h"
#include "health/names.h"
#include "pages/page.h"
#include "pages/result.h"
#include "request/accept.h"

#define STATIC_MOST 1024

/* Services need nodes, too: a pod may not be ready because its node is not. */
#define ALL   ((1U << KS_KIND_COUNT) - 1)
#define NODES (1U << KS_KIND_NODE)

struct route {
    const char *pattern; /* {service} and other names in braces take one segment each */
    enum guard guard;
    page *page;
    bool is_image;   /* answers with a shield, so errors do too */
    uint32_t kinds;  /* the kinds of objects that it is made of */
    bool has_custom; /* lists custom checks */
    bool is_of_one;  /* cluster: the one that ?cluster= names, otherwise ours */
};

/* The first match wins, so literal segments stand before typed ones. guard.h says who may see what. */
static const struct route routes[] = {
    {"/", GUARD_PUBLIC, page_index, false, ALL, true, false},
    {"/_/{service}/{check}/", GUARD_PUBLIC, page_service_shield, true, ALL, false, false},
    {"/_/{namespace}/{service}/{check}/", GUARD_PUBLIC, page_service_shield, true, ALL, false, false},
    {"/a/{prefix}/{check}/", GUARD_PUBLIC, page_prefix_shield, true, ALL, false, false},
    {"/n/{namespace}/{check}/", GUARD_PUBLIC, page_sum_shield, true, ALL, false, true},
    {"/c/nodes/", GUARD_PUBLIC, page_nodes_shield, true, NODES, false, true},
    {"/c/{check}/", GUARD_PUBLIC, page_sum_shield, true, ALL, false, true},
    {"/badge/{static}", GUARD_PUBLIC, page_static_shield, true, 0, false, false},
    {"/services/", GUARD_PUBLIC, page_services, false, ALL, true, true},
    {"/services/{service}/", GUARD_PUBLIC, page_service_checks, false, ALL, true, true},
    {"/ping", GUARD_EVERYBODY, page_ping, false, 0, false, false},
    {"/healthz", GUARD_EVERYBODY, page_healthz, false, 0, false, false},
    {"/readyz", GUARD_EVERYBODY, page_readyz, false, ALL, false, false},
    {"/metrics", GUARD_INTERNAL, page_metrics, false, ALL, true, false},
};

static const struct route no_page = {.pattern = "", .guard = GUARD_NO_PAGE};

/* A typed segment: where it is stored, and how it is validated. */
struct argument {
    const char *name;
    const char **place;
    int (*validate)(const char *name, struct ks_error *err);
};

static int check_static(const char *text, struct ks_error *err)
{
    if (strlen(text) <= STATIC_MOST) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "badge: must be at most %d bytes long", STATIC_MOST);
}

static bool find_argument(struct request *request, const char *segment, size_t length, struct argument *argument)
{
    const struct argument arguments[] = {
        {"{service}", &request->service, ks_name_check_service},
        {"{prefix}", &request->service, ks_name_check_prefix},
        {"{namespace}", &request->namespace_name, ks_name_check_namespace},
        {"{check}", &request->check, ks_name_check_check},
        {"{static}", &request->static_text, check_static},
    };

    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        if (strncmp(arguments[i].name, segment, length) == 0 && !arguments[i].name[length]) {
            *argument = arguments[i];
            return true;
        }
    }
    return false;
}

/* The length of the segment at *pattern, after its slash. Advances *pattern to the next slash or to the end. */
static size_t next_segment(const char **pattern)
{
    size_t length;

    *pattern += **pattern == '/';
    length = strcspn(*pattern, "/");
    *pattern += length;
    return length;
}

/* Whether the path matches the route's pattern. With `take`, also validates its arguments and stores them in the
 * request. */
static bool matches(const struct route *route, struct request *request, bool take, struct ks_error *err)
{
    const char *pattern = route->pattern;

    if (request->url.segment_count > KS_URL_SEGMENTS) {
        return false;
    }
    for (size_t i = 0; i < request->url.segment_count; i++) {
        size_t length = next_segment(&pattern);
        const char *segment = pattern - length;
        struct argument argument;

        if (length == 0) {
            return false;
        }
        if (!find_argument(request, segment, length, &argument)) {
            if (strncmp(segment, request->url.segments[i], length) != 0 || request->url.segments[i][length]) {
                return false;
            }
        } else if (take) {
            *argument.place = request->url.segments[i];
            if (argument.validate(request->url.segments[i], err)) {
                return false;
            }
        }
    }
    return pattern[0] == '\0' || pattern[1] == '\0';
}

static const struct route *find_route(struct request *request)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (matches(&routes[i], request, false, NULL)) {
            return &routes[i];
        }
    }
    return &no_page;
}

static bool wants_slash(const struct route *route)
{
    return route->pattern[strlen(route->pattern) - 1] == '/';
}

static void redirect(const struct request *request, struct response *response, bool add_slash)
{
    size_t length = strlen(request->path);

    response->status = 308;
    if (!add_slash && length > 1) {
        length--;
    }
    /* The path matches a route, so it cannot be "//host", which would lead to another server. */
    snprintf(response->location, sizeof response->location, "%s%.*s%s%s", request->prefix, (int)length, request->path,
             add_slash ? "/" : "", request->query);
}

/* The query decides; without it, the Accept header does. */
static int read_format(struct request *request, struct response *response, struct ks_error *err)
{
    static const char *const names[] = {"svg", "json", "text", "shields", NULL};
    static const char *const types[] = {"image/svg+xml", "application/json", "text/plain", NULL};
    const char *format = ks_url_parameter(&request->url, "format");
    int chosen;

    if (ks_url_parameter(&request->url, "raw")) {
        request->format = FORMAT_RAW;
        return 0;
    }
    if (!format) {
        response->varies = true;
        chosen = accept_choose(request->accept, types);
        request->format = chosen > 0 ? (enum request_format)chosen : FORMAT_SVG;
        return 0;
    }
    for (int i = 0; names[i]; i++) {
        if (strcmp(format, names[i]) == 0) {
            request->format = (enum request_format)i;
            return 0;
        }
    }
    return ks_error_set(err, KS_ERROR_INVALID, "format \"%.80s\": must be svg, json, text or shields", format);
}

/* Reads what a shield's query asks for. Errors need the style, too, so it is set in any case. */
static int read_query(const struct route *route, struct request *request, struct response *response,
                      struct ks_error *err)
{
    int outcome;

    if (!route->is_image) {
        request->format = ks_url_parameter(&request->url, "raw") ? FORMAT_RAW : FORMAT_SVG;
        return 0;
    }
    outcome = read_format(request, response, err);
    if (outcome == 0) {
        outcome = shield_options_parse(&request->shield, &request->url, err);
    }
    if (!request->shield.has_style) {
        request->shield.style = (enum ks_badge_style)request->app->settings->style;
    }
    return outcome;
}

static void refuse(const struct request *request, struct response *response, struct page_error error)
{
    error.label = "kube-shields";
    /* It is a shield or a line of text. */
    response->varies = true;
    page_put_error(request, response, &error);
}

static void refuse_access(const struct request *request, struct response *response, bool is_image)
{
    refuse(request, response,
           (struct page_error){.status = 403,
                               .is_image = is_image,
                               .message = "forbidden",
                               .detail = "forbidden: this kube-shields is not public"});
    response->max_age = -1;
}

/* The clusters that the request asks: the one that ?cluster= names, otherwise all, or ours if the route asks only one.
 * A signed request may ask only ours: two peers that name each other would ask in circles. */
static int choose_clusters(const struct route *route, struct request *request, struct ks_error *err)
{
    const char *name = ks_url_parameter(&request->url, "cluster");
    size_t most = request->is_signed ? 1 : 1 + request->app->peer_count;

    request->end_cluster = route->is_of_one ? 1 : most;
    if (!name) {
        return 0;
    }
    for (size_t i = 0; i < most; i++) {
        if (strcmp(request_cluster_name(request, i), name) == 0) {
            request->first_cluster = i;
            request->end_cluster = i + 1;
            return 0;
        }
    }
    return ks_error_set(err, KS_ERROR_NOT_FOUND, "not found: no cluster \"%.80s\"; the page at / lists all", name);
}

static bool wants_image(const struct route *route, const struct request *request)
{
    return request->accepts_image || route->is_image;
}

static void serve(struct request *request, struct response *response)
{
    const struct route *route = find_route(request);
    struct ks_error error = {.kind = KS_ERROR_NONE};
    int query = read_query(route, request, response, &error);
    bool is_image = wants_image(route, request);

    switch (guard_judge(route->guard, request)) {
    case GUARD_FORBIDDEN:
        refuse_access(request, response, is_image);
        return;
    case GUARD_NOT_FOUND:
        refuse(request, response,
               (struct page_error){
                   .status = 404, .is_image = is_image, .message = "not found", .detail = "not found: no such page"});
        return;
    default:
        break;
    }
    if (request->url.segment_count && wants_slash(route) != request->url.trailing_slash) {
        redirect(request, response, wants_slash(route));
        return;
    }
    if (query || !matches(route, request, true, &error)) {
        refuse(request, response,
               (struct page_error){.status = 400, .is_image = is_image, .message = error.text, .detail = error.text});
        return;
    }
    if (choose_clusters(route, request, &error)) {
        refuse(request, response,
               (struct page_error){.status = 404, .is_image = is_image, .message = "not found", .detail = error.text});
        return;
    }
    route->page(request, response);
}

static uint64_t fingerprint(const struct response *response)
{
    uint64_t hash = ks_hash(KS_HASH, response->content_type, strlen(response->content_type));

    hash = ks_hash(hash, response->body.data, response->body.length);
    return hash ? hash : 1;
}

/* Gives a good answer its ETag, or makes it a 304 if the client already has it (RFC 9110, section 13.1.2). */
static void validate(const struct request *request, struct response *response)
{
    char tag[32];

    if (response->status != 200 || response->max_age < 0 || request->is_signed) {
        return;
    }
    response->etag = fingerprint(response);
    snprintf(tag, sizeof tag, "\"%016" PRIx64 "\"", response->etag);
    if (request->if_none_match && (strstr(request->if_none_match, tag) || strcmp(request->if_none_match, "*") == 0)) {
        response->status = 304;
        ks_buf_reset(&response->body);
    }
}

static void answer(struct request *request, struct response *response)
{
    bool is_wrong = request->wrong.kind != KS_ERROR_NONE;
    bool is_forbidden = guard_judge(GUARD_NO_PAGE, request) == GUARD_FORBIDDEN;

    if (request->is_refused || (is_wrong && is_forbidden && request->method != METHOD_OTHER)) {
        refuse_access(request, response, request->accepts_image);
    } else if (request->method == METHOD_OTHER) {
        response->allow = "GET, HEAD";
        refuse(request, response,
               (struct page_error){.status = 405,
                                   .message = "method not allowed",
                                   .detail = "method not allowed: must be GET or HEAD"});
    } else if (is_wrong) {
        refuse(request, response,
               (struct page_error){.status = request->wrong.kind == KS_ERROR_MEMORY ? 500 : 400,
                                   .is_image = request->accepts_image,
                                   .message = request->wrong.text,
                                   .detail = request->wrong.text});
    } else {
        serve(request, response);
    }
}

void dispatch_begin(struct request *request, const struct app *app, request_variable *variable, void *arg)
{
    request_init(request, app, variable, arg, &request->wrong);
    authenticate(request, variable, arg);
}

/* Replaces an answer that could not be written completely. */
static void say_failure(const struct request *request, struct response *response)
{
    struct ks_error error;
    const char *why;

    if (ks_buf_check(&response->body, &error) == 0) {
        return;
    }
    ks_log(request->app->log, KS_LOG_ERROR, "serve", "%s: %s", request->path, error.text);
    why = error.kind == KS_ERROR_MEMORY ? "out of memory" : "the answer is too large";
    refuse(request, response, (struct page_error){.status = 500, .message = why, .detail = why});
    if (response->body.failed) {
        response_out_of_memory(response);
    }
}

void dispatch_end(struct request *request, struct response *response)
{
    answer(request, response);
    say_failure(request, response);
    validate(request, response);
    authenticate_answer(request, response);
    request_fini(request);
}

void dispatch(const struct app *app, request_variable *variable, void *arg, struct response *response)
{
    struct request request;

    dispatch_begin(&request, app, variable, arg);
    dispatch_end(&request, response);
}

static bool is_served(const struct route *route, struct request *request)
{
    struct ks_error error;

    return request->method != METHOD_OTHER && request->wrong.kind == KS_ERROR_NONE &&
           guard_judge(route->guard, request) == GUARD_PASS &&
           (request->url.segment_count == 0 || wants_slash(route) == request->url.trailing_slash) &&
           (!route->is_image || shield_options_parse(&request->shield, &request->url, &error) == 0) &&
           matches(route, request, true, &error);
}

void dispatch_needs(struct request *request, struct dispatch_needs *needs)
{
    const struct route *route = find_route(request);
    enum ks_check check;
    bool is_automatic;

    *needs = (struct dispatch_needs){.kinds = 0};
    if (!is_served(route, request)) {
        return;
    }
    needs->kinds = route->kinds;
    needs->selector = (struct ks_store_selector){.name = request->service,
                                                 .prefix = route->page == page_prefix_shield,
                                                 .namespace_name = request->namespace_name};
    if (!request->check) {
        needs->checks = route->has_custom;
        return;
    }
    is_automatic = ks_check_parse(request->check, &check);
    needs->is_custom = !is_automatic;
    if (!is_automatic) {
        needs->kinds &= ~NODES;
    }
    /* A custom check of one service hides the automatic one of the same name, except for health. */
    if (!is_automatic || (check != KS_CHECK_HEALTH && request->service && !needs->selector.prefix)) {
        needs->checks = true;
        needs->check = request->check;
    }
}
