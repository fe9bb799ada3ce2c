/* The page: every service with its health. It contains no script. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "health/automatic.h"
#include "pages/age.h"
#include "pages/cluster.h"
#include "pages/custom.h"
#include "pages/look.h"
#include "pages/page.h"

static const char head[] = "<!DOCTYPE html>\n"
                           "<html lang=\"en\">\n"
                           "<head>\n"
                           "<meta charset=\"utf-8\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                           "<meta http-equiv=\"refresh\" content=\"30\">\n"
                           "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
                           "viewBox='0 0 16 16'%3E%3Cpath fill='%23777' d='M0 4h8v8H0z'/%3E"
                           "%3Cpath fill='%23007ec6' d='M8 4h8v8H8z'/%3E%3C/svg%3E\">\n"
                           "<style>\n"
                           ":root{color-scheme:light dark}\n"
                           "body{max-width:75rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;"
                           "overflow-wrap:anywhere}\n"
                           "h1{font-size:1.5rem;margin:0 0 .5rem}\n"
                           "h2{font-size:1.2rem;margin:2rem 0 .5rem}\n"
                           "table{border-collapse:collapse;width:100%;margin-top:1rem}\n"
                           "th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #8884}\n"
                           "td:last-child,th:last-child{text-align:right;padding-right:0}\n"
                           "tbody th{font-weight:inherit}\n"
                           "img{vertical-align:middle;max-width:100%;object-fit:cover;object-position:0}\n"
                           "small{opacity:.7}\n"
                           /* A long message is cut off; it does not move other columns aside. */
                           "@media(min-width:60.01rem){\n"
                           "tr>*{min-width:6rem}\n"
                           "tr>:first-child{min-width:10rem}\n"
                           "tr>:last-child img{max-width:24rem}\n"
                           "}\n"
                           /* Name and health share a line; the rest is below them. */
                           "@media(max-width:60rem){\n"
                           "thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\n"
                           "tbody tr{display:flex;flex-wrap:wrap;align-items:center;column-gap:.75rem;"
                           "border-bottom:1px solid #8884;padding:.35rem 0}\n"
                           "tbody tr>*{border:0;padding:0;order:2}\n"
                           "tbody td:empty{display:none}\n"
                           "tbody tr>:first-child{flex:1 1 8rem;order:0;font-weight:bold}\n"
                           "tbody tr>:last-child{order:0}\n"
                           "tbody tr::after{content:\"\";flex-basis:100%;order:1}\n"
                           "}\n"
                           "</style>\n";

static const char table_head[] = "<table>\n<thead><tr><th scope=\"col\">Service</th><th scope=\"col\">Namespace</th>"
                                 "<th scope=\"col\">Kind</th><th scope=\"col\">Checks</th>"
                                 "<th scope=\"col\">Health</th></tr></thead>\n<tbody>\n";

struct index {
    const struct request *request;
    struct ks_buf *out;
    int64_t now;    /* Unix seconds */
    size_t cluster; /* the one that is being listed */
    size_t count;   /* of its services, including hidden ones */
    size_t rows;    /* of its table, so far */
};

static void put_plain(struct ks_buf *out, const char *text)
{
    ks_buf_bytes(out, text, strlen(text));
}

/* A shield as an image that links to itself, with its text as the alternative. Escapes the parts of the path. */
static void put_shield(const struct index *index, const char *const *parts, const struct ks_result *result,
                       const struct ks_annotations *annotations)
{
    struct ks_buf *out = index->out;
    struct ks_buf path KS_CLEANUP_BUF;

    ks_buf_init(&path, KS_URL_SIZE);
    put_plain(&path, index->request->prefix);
    for (; *parts; parts++) {
        ks_buf_literal(&path, "/");
        ks_buf_url(&path, *parts);
    }
    ks_buf_literal(&path, "/");
    if (index->cluster) {
        ks_buf_literal(&path, "?cluster=");
        ks_buf_url(&path, request_cluster_name(index->request, index->cluster));
    }
    ks_buf_literal(out, "<a href=\"");
    ks_buf_xml_attr(out, path.data);
    ks_buf_literal(out, "\"><img loading=\"lazy\" height=\"20\" src=\"");
    ks_buf_xml_attr(out, path.data);
    ks_buf_literal(out, "\" alt=\"");
    ks_buf_xml_attr(out, page_label(index->request, result, annotations));
    ks_buf_literal(out, ": ");
    ks_buf_xml_attr(out, result->message);
    ks_buf_literal(out, "\"></a>");
    ks_buf_fail_with(out, &path);
}

/* Their service may not be in Kubernetes; only then do they have no namespace. */
static void put_custom(const struct index *index, const struct ks_service_view *service)
{
    for (size_t i = 0; i < service->custom_count; i++) {
        const struct ks_custom_state *state = service->custom[i];
        const char *const parts[] = {"_", service->namespace_name, service->name, state->check, NULL};
        const char *const short_parts[] = {"_", service->name, state->check, NULL};
        struct ks_result result;

        page_custom_result(index->request, state, &result);
        put_shield(index, service->namespace_name[0] ? parts : short_parts, &result, NULL);
        ks_buf_literal(index->out, "\n");
    }
}

static void put_health(const struct index *index, const struct ks_service_view *service)
{
    const char *const parts[] = {"_", service->namespace_name, service->name, "health", NULL};
    struct ks_result result;

    ks_check_result(KS_CHECK_HEALTH, service->state, index->now, service->age_ms / 1000, &result);
    page_show_age(index->request, &result, service->age_ms);
    put_shield(index, parts, &result, &service->state->annotations);
}

/* A service of custom checks alone has no kind. */
static void put_kind(struct ks_buf *out, const char *kind)
{
    if (kind[0]) {
        ks_buf_literal(out, "<small>");
        ks_buf_xml_text(out, kind);
        ks_buf_literal(out, "</small>");
    }
}

static void put_service(void *arg, const struct ks_service_view *service)
{
    struct index *index = arg;
    struct ks_buf *out = index->out;

    index->count++;
    if (service->state && service->state->annotations.hidden) {
        return;
    }
    if (index->rows++ == 0) {
        put_plain(out, table_head);
    }
    ks_buf_literal(out, "<tr><th scope=\"row\">");
    ks_buf_xml_text(out, service->name);
    ks_buf_literal(out, "</th><td>");
    ks_buf_xml_text(out, service->namespace_name);
    ks_buf_literal(out, "</td><td>");
    put_kind(out, service->kind);
    ks_buf_literal(out, "</td><td>");
    put_custom(index, service);
    ks_buf_literal(out, "</td><td>");
    if (service->state) {
        put_health(index, service);
    }
    ks_buf_literal(out, "</td></tr>\n");
}

static void put_cluster_health(void *arg, const struct ks_store_sum *sum)
{
    const struct index *index = arg;
    const char *const parts[] = {"c", "health", NULL};
    struct ks_result result;

    if (sum->readiness == KS_READY && sum->services) {
        ks_check_result(KS_CHECK_HEALTH, &sum->state, index->now, sum->age_ms / 1000, &result);
        page_show_age(index->request, &result, sum->age_ms);
        put_shield(index, parts, &result, NULL);
    }
}

static void put_nodes(const struct index *index, struct ks_store *store)
{
    const char *const parts[] = {"c", "nodes", NULL};
    struct ks_nodes_state nodes;
    struct ks_result result;
    int64_t age_ms;
    enum ks_source_state state = ks_store_nodes(store, &nodes, &age_ms);

    if (state == KS_SOURCE_OFF) {
        return;
    }
    if (state == KS_SOURCE_STARTING) {
        ks_result_error(&result, "nodes", "starting", "grey");
    } else {
        ks_check_nodes_result(&nodes, age_ms / 1000, &result);
        page_show_age(index->request, &result, age_ms);
    }
    ks_buf_literal(index->out, " ");
    put_shield(index, parts, &result, NULL);
}

static void put_status(struct index *index)
{
    const struct ks_store_selector everything = {.name = NULL};
    struct ks_store *store = request_cluster_store(index->request, index->cluster);

    ks_buf_literal(index->out, "<p>");
    ks_store_read_sum(store, &everything, put_cluster_health, index);
    put_nodes(index, store);
    ks_buf_literal(index->out, "</p>\n");
}

/* Says so if a peer is unreachable. */
static void put_trouble(const struct index *index)
{
    struct ks_store *store = request_cluster_store(index->request, index->cluster);
    struct ks_remote_report report;

    if (index->cluster == 0 || page_is_reachable(store)) {
        return;
    }
    /* Only the log says why, since that names addresses, and the page is for everybody. */
    ks_store_remote_read_report(store, &report);
    ks_buf_literal(index->out, "<p><strong>Unreachable.</strong> ");
    if (report.polls > report.failures && ks_store_readiness(store) == KS_STARTING) {
        ks_buf_literal(index->out, "It has just started and knows nothing yet.");
    } else if (report.polls > report.failures) {
        ks_buf_literal(index->out, "Last known values are shown.");
    } else {
        ks_buf_literal(index->out, "It was never reached.");
    }
    ks_buf_literal(index->out, "</p>\n");
}

/* The reason itself names the API server, so it is not for everybody who sees this page. */
static void put_reason(struct index *index, const char *what)
{
    struct ks_buf *out = index->out;

    ks_buf_literal(out, "<p>");
    put_plain(out, what);
    ks_buf_literal(out, ", so nothing is known.");
    if (index->cluster == 0) {
        ks_buf_literal(out, " <a href=\"");
        ks_buf_xml_attr(out, index->request->prefix);
        ks_buf_literal(out, "/readyz\">/readyz</a> says why.");
    }
    ks_buf_literal(out, "</p>\n");
}

static void put_cluster(struct index *index)
{
    struct ks_buf *out = index->out;
    struct ks_store *store = request_cluster_store(index->request, index->cluster);
    enum ks_readiness readiness = ks_store_readiness(store);

    if (index->request->app->peer_count) {
        ks_buf_literal(out, "<h2>");
        ks_buf_xml_text(out, request_cluster_name(index->request, index->cluster));
        ks_buf_literal(out, "</h2>\n");
    }
    put_trouble(index);
    if (readiness == KS_READY) {
        put_status(index);
    } else if (readiness == KS_FORBIDDEN) {
        put_reason(index, "No access: kube-shields lacks valid credentials or permissions");
    } else if (readiness == KS_UNREACHABLE) {
        put_reason(index, "Unreachable: the API server does not answer");
    } else if (index->cluster == 0) {
        ks_buf_literal(out, "<p>Starting: the first lists are not complete.</p>\n");
    }
    index->count = 0;
    index->rows = 0;
    ks_store_read_services(store, put_service, index);
    if (index->rows) {
        ks_buf_literal(out, "</tbody>\n</table>\n");
    }
    if (readiness == KS_READY && index->count == 0) {
        ks_buf_literal(out, "<p>No controller has made a pod yet.</p>\n");
    }
}

void page_index(const struct request *request, struct response *response)
{
    struct index index = {.request = request, .out = &response->body, .now = ks_clock_wall() / 1000};
    const char *title = request->app->settings->site_name;

    response->content_type = "text/html; charset=utf-8";
    response->images = request->app->settings->redirect;
    put_plain(index.out, head);
    ks_buf_literal(index.out, "<title>");
    ks_buf_xml_text(index.out, title);
    ks_buf_literal(index.out, "</title>\n</head>\n<body>\n<h1>");
    ks_buf_xml_text(index.out, title);
    ks_buf_literal(index.out, "</h1>\n");
    for (index.cluster = request->first_cluster; index.cluster < request->end_cluster; index.cluster++) {
        put_cluster(&index);
    }
    ks_buf_literal(index.out, "<p><small>Each shield is a link to itself. In Markdown: ![web](https://…");
    ks_buf_xml_text(index.out, request->prefix);
    ks_buf_literal(index.out, "/_/shop/web/health/) shows the service web of the namespace shop.</small></p>\n");
    ks_buf_literal(index.out, "</body>\n</html>\n");
}
