/* From a request to its response: routes, guards, redirects, formats, with a store filled by hand. */
#include "config.h"

#include "base/clock.h"
#include "support/request_sample.h"
#include "support/store_sample.h"

#define SVG           "image/svg+xml; charset=utf-8"
#define TEXT          "text/plain; charset=utf-8"
#define JSON          "application/json"
#define IMAGE         "HTTP_ACCEPT=image/avif,image/svg+xml,*/*"

#define ALL_BUT_NODES ((1U << KS_KIND_NODE) - 1)
#define EVERYTHING    ((1U << KS_KIND_COUNT) - 1)
#define NODES         (1U << KS_KIND_NODE)

/* shop: Deployment web 2/2, StatefulSet db 0/1 and Job import, done; blog: StatefulSet web 1/1; nodes 1/2. */
static void fill(struct ks_store *store)
{
    sample_live(store, 0);
    APPLY(store, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9");
    APPLY(store, .name = "b", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9",
          .image = "web:1.4.2");
    APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 2, .containers_per_pod = 1});
    APPLY(store, .name = "db-0", .owner_name = "db", .not_ready = true, .waiting = "CrashLoopBackOff");
    APPLY(store, .kind = KS_KIND_JOB, .name = "import", .workload = {.outcome = KS_JOB_COMPLETE});
    APPLY(store, .name = "web-0", .namespace_name = "blog");
    APPLY(store, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
    APPLY(store, .kind = KS_KIND_NODE, .name = "two", .node = {.unschedulable = true});
    sample_flush(store);
}

struct world {
    struct settings settings;
    struct app app;
};

static int set_up(void **state)
{
    static struct world world;

    world = (struct world){.settings = {.site_name = "Our <site>", .unknown_after = 300000}};
    world.app = (struct app){.settings = &world.settings, .store = sample_store(NULL, NULL), .is_public = true};
    *state = &world;
    return 0;
}

static int set_up_filled(void **state)
{
    set_up(state);
    fill(((struct world *)*state)->app.store);
    return 0;
}

static int tear_down(void **state)
{
    ks_store_free(((struct world *)*state)->app.store);
    return 0;
}

struct row {
    const char *variables[SAMPLE_VARIABLES];
    int status;
    const char *type; /* NULL: any */
    const char *body; /* a part of the body, or of the Location */
};

static void assert_row(const struct app *app, const struct row *row)
{
    struct response response;
    const char *name = row->variables[1] ? row->variables[1] : row->variables[0];

    response_init(&response);
    dispatch(app, sample_variable, (void *)row->variables, &response);
    assert_row_part(name, response.location[0] ? response.location : response.body.data, row->body);
    assert_row_number(name, response.status, row->status);
    if (row->type) {
        assert_row_text(name, response.content_type, row->type);
    }
    response_fini(&response);
}

static void assert_rows(const struct app *app, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_row(app, &rows[i]);
    }
}

static void every_route_has_its_page(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/web/health/")}, 200, SVG, "health: 3/3 (0 restarts)"},
        {{GET("/_/shop/web/health/")}, 200, SVG, "health: 2/2 (0 restarts)"},
        {{GET("/_/blog/web/health/")}, 200, SVG, "health: 1/1 (0 restarts)"},
        {{GET("/_/db/health/")}, 200, SVG, "health: 0/1 (0 restarts)"},
        {{GET("/_/import/health/")}, 200, SVG, "health: succeeded"},
        {{GET("/_/web-5d4f8c7d9/health/")}, 200, SVG, "health: 2/2 (0 restarts)"},
        {{GET("/_/db/state/")}, 200, SVG, "state: CrashLoopBackOff"},
        {{GET("/_/blog/web/version/")}, 200, SVG, "version: 1"},
        {{GET("/_/shop/web/version/?format=shields")}, 200, JSON, "1.4.2"},
        {{GET("/_/shop/web/replicas/")}, 200, SVG, "replicas: 2/2"},
        {{GET("/_/shop/web/restarts/")}, 200, SVG, "restarts: 0"},
        {{GET("/_/shop/web/age/")}, 200, SVG, "age: "},
        {{GET("/a/w/health/")}, 200, SVG, "health: 3/3 (0 restarts)"},
        {{GET("/n/shop/health/")}, 200, SVG, "health: 2/3 (0 restarts)"},
        {{GET("/c/health/")}, 200, SVG, "health: 3/4 (0 restarts)"},
        {{GET("/c/nodes/")}, 200, SVG, "nodes: 1/2"},
        {{GET("/services/")}, 200, JSON, "[\"db\",\"import\",\"web\"]\n"},
        {{GET("/services/web/")}, 200, JSON, "[\"health\",\"version\",\"replicas\",\"restarts\",\"age\",\"state\"]\n"},
        {{GET("/ping")}, 200, TEXT, "PONG"},
        {{GET("/healthz")}, 200, TEXT, "ok\n"},
        {{GET("/readyz")}, 200, TEXT, "ok\n"},
        {{GET("/")}, 200, "text/html; charset=utf-8", "<title>Our &lt;site&gt;</title>"},
        {{GET("/metrics"), "KUBE_SHIELDS_INTERNAL=1"},
         200,
         "text/plain; version=0.0.4; charset=utf-8",
         "\nkube_shields_services 4\n"},
        {{"REQUEST_METHOD=HEAD", "REQUEST_URI=/_/web/health/"}, 200, SVG, "3/3"},
        {{"REQUEST_METHOD=GET", "PATH_INFO=/_/web/health/", "QUERY_STRING=raw"}, 200, JSON, "\"total\":3"},
        {{GET("/shields/_/web/health/"), BELOW("/_/web/health/")}, 200, SVG, "3/3"},
        {{GET("/_/we%62/health/")}, 200, SVG, "3/3"},
    };

    assert_rows(&((struct world *)*state)->app, rows, COUNT(rows));
}

static void a_shield_has_five_formats(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/db/health/?raw")},
         200,
         JSON,
         "{\"ready\":0,\"total\":1,\"restarts\":0,\"color\":\"red\",\"label\":\"health\",\"message\":\"0/1 "},
        {{GET("/_/db/health/?raw=&format=shields")}, 200, JSON, "\"ready\":0"},
        {{GET("/_/db/health/?format=shields")},
         200,
         JSON,
         "{\"schemaVersion\":1,\"label\":\"health\",\"message\":\"0/1 (0 restarts)\",\"color\":\"red\"}\n"},
        {{GET("/_/db/health/?format=svg")}, 200, SVG, "<svg "},
        {{GET("/_/db/health/?format=json")}, 200, JSON, "\"isError\":false,\"age\":0,\"raw\":{\"ready\":0,"},
        {{GET("/_/db/health/?format=text")}, 200, TEXT, "health: 0/1 (0 restarts)\n"},
        {{GET("/_/db/health/"), "HTTP_ACCEPT=text/plain"}, 200, TEXT, "health: 0/1 (0 restarts)\n"},
        {{GET("/_/db/health/?format=svg"), "HTTP_ACCEPT=text/plain"}, 200, SVG, "<svg "},
        {{GET("/_/db/health/?raw"), "HTTP_ACCEPT=text/plain"}, 200, JSON, "\"ready\":0"},
        {{GET("/_/db/health/?unknown=parameter")}, 200, SVG, "<svg "},
        {{GET("/c/nodes/?raw")}, 200, JSON, "\"cordoned\":1"},
        {{GET("/c/nodes/?format=shields")}, 200, JSON, "\"message\":\"1/2\",\"color\":\"red\""},
        {{GET("/_/db/health/?format=png")}, 400, SVG, "format &quot;png&quot;: must be"},
        {{GET("/_/db/health/?raw&style=a&style=a")}, 400, JSON, "{\"error\":\"style: given 2 times"},
        {{GET("/services/?format=png")}, 200, JSON, "["},
    };

    assert_rows(&((struct world *)*state)->app, rows, COUNT(rows));
}

/* Static shields need nothing from the store, and their raw JSON has only their own texts. */
static void a_static_shield_has_every_format(void **state)
{
    static const struct row rows[] = {
        {{GET("/badge/a_b-c--d-blue")}, 200, SVG, "a b: c-d"},
        {{GET("/badge/a_b-c--d-blue.svg")}, 200, SVG, "a b: c-d"},
        {{GET("/badge/c-blue?format=text")}, 200, TEXT, "c\n"},
        {{GET("/badge/a-c-blue?format=json")},
         200,
         JSON,
         ",\"raw\":{\"label\":\"a\",\"message\":\"c\",\"color\":\"blue\"}}\n"},
        {{GET("/badge/a-c-blue?format=shields")}, 200, JSON, "\"color\":\"blue\"}\n"},
        {{GET("/badge/a-c-blue?raw")}, 200, JSON, "{\"label\":\"a\",\"message\":\"c\",\"color\":\"blue\"}\n"},
        {{GET("/badge/a-c-")}, 400, SVG, "badge: must be label-message-color"},
        {{GET("/badge/a-b-c-d?raw")}, 400, JSON, "{\"error\":\"badge: must be"},
        {{GET("/badge/a-b-red/")}, 308, NULL, "/badge/a-b-red"},
    };

    assert_rows(&((struct world *)*state)->app, rows, COUNT(rows));
}

static void a_client_that_has_the_answer_gets_a_304(void **state)
{
    static const char *const targets[] = {"REQUEST_URI=/_/web/health/", "REQUEST_URI=/c/nodes/?raw",
                                          "REQUEST_URI=/badge/a-b-red", "REQUEST_URI=/services/"};
    const struct app *app = &((struct world *)*state)->app;

    for (size_t i = 0; i < COUNT(targets); i++) {
        char known[64];
        const char *variables[] = {targets[i], "REQUEST_METHOD=GET", NULL, NULL};
        struct response response;

        response_init(&response);
        dispatch(app, sample_variable, variables, &response);
        assert_row_number(targets[i], response.status, 200);
        snprintf(known, sizeof known, "HTTP_IF_NONE_MATCH=\"%016" PRIx64 "\"", response.etag);
        response_fini(&response);

        variables[2] = known;
        response_init(&response);
        dispatch(app, sample_variable, variables, &response);
        assert_row_number(targets[i], response.status, 304);
        assert_row_number(targets[i], (int64_t)response.body.length, 0);
        response_fini(&response);

        known[strlen(known) - 2] ^= 1;
        response_init(&response);
        dispatch(app, sample_variable, variables, &response);
        assert_row_number(targets[i], response.status, 200);
        response_fini(&response);
    }
}

static void a_missing_or_extra_slash_is_redirected(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/web/health")}, 308, NULL, "/_/web/health/"},
        {{GET("/_/web/health?raw&x=/y")}, 308, NULL, "/_/web/health/?raw&x=/y"},
        {{GET("/_/we%62/health")}, 308, NULL, "/_/we%62/health/"},
        {{GET("/services")}, 308, NULL, "/services/"},
        {{GET("/shields/services"), BELOW("/services")}, 308, NULL, "/shields/services/"},
        {{GET("/ping/")}, 308, NULL, "/ping"},
        {{GET("/ping/?x")}, 308, NULL, "/ping?x"},
        {{"REQUEST_METHOD=GET", "SCRIPT_NAME=/", "PATH_INFO=/services"}, 308, NULL, "/services/"},
    };
    const struct app *app = &((struct world *)*state)->app;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct response response;

        response_init(&response);
        dispatch(app, sample_variable, (void *)rows[i].variables, &response);
        assert_row_number(rows[i].body, response.status, 308);
        assert_row_text(rows[i].body, response.location, rows[i].body);
        response_fini(&response);
    }
}

static void errors_are_shields_or_text(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/nothing/health/")}, 404, SVG, "health: not found"},
        {{GET("/_/nowhere/web/health/")}, 404, SVG, "health: not found"},
        {{GET("/_/web/nothing/")}, 404, SVG, "nothing: not found"},
        {{GET("/_/nothing/health/?raw")}, 404, JSON, "{\"error\":\"not found: no such service\"}\n"},
        {{GET("/_/web/nothing/?raw")}, 404, JSON, "{\"error\":\"not found: no such check\"}\n"},
        {{GET("/_/nothing/health/?format=shields")},
         404,
         JSON,
         "{\"schemaVersion\":1,\"label\":\"health\",\"message\":\"not "
         "found\",\"color\":\"lightgrey\",\"isError\":true}"},
        {{GET("/n/nowhere/health/")}, 404, SVG, "not found"},
        {{GET("/a/x/health/")}, 404, SVG, "not found"},
        {{GET("/n/nowhere/health/?format=text")}, 404, TEXT, "not found: no services match this path\n"},
        {{GET("/a/x/health/?format=text")}, 404, TEXT, "not found: no services match this path\n"},
        {{GET("/services/nothing/")}, 404, TEXT, "not found: no such service\n"},
        {{GET("/nothing")}, 404, TEXT, "not found: no such page\n"},
        {{GET("/nothing"), IMAGE}, 404, SVG, "kube-shields: not found"},
        {{GET("/_/web/")}, 404, TEXT, "not found: no such page\n"},
        {{GET("/_/a/b/c/d/")}, 404, TEXT, "not found: no such page\n"},
        {{GET("/1/2/3/4/5/6/7/8/9/10/11")}, 404, TEXT, "not found: no such page\n"},
        {{GET("/_/-web/health/")}, 400, SVG, "service &quot;-web&quot;: must be"},
        {{GET("/_/-web/health/?raw")}, 400, JSON, "{\"error\":\"service \\\"-web\\\": must be letters"},
        {{GET("/_/Shop/web/health/")}, 400, SVG, "namespace &quot;Shop&quot;: must be"},
        {{GET("/_/a%2fb/health/")}, 400, SVG, "service &quot;a/b&quot;: must be"},
        {{GET("/services/-x/")}, 400, TEXT, "service \"-x\": must be letters"},
        {{GET("/services/%1b%5b31m%0aHTTP/")}, 400, TEXT, "service \" [31m HTTP\": must be letters"},
        {{GET("/services/%ff/")}, 400, TEXT, "service \"\xef\xbf\xbd\": must be letters"},
        {{GET("//evil.example/")}, 400, TEXT, "path: must not have empty segments, \".\" or \"..\"\n"},
        {{GET("//evil.example/"), IMAGE}, 400, SVG, "empty segments"},
        {{GET("/../etc/passwd")}, 400, TEXT, "path: must not have empty segments"},
        {{GET("/%00")}, 400, TEXT, "two hexadecimal digits other than 00"},
        {{GET("http://host/ping")}, 400, TEXT, "must begin with '/'"},
        {{"REQUEST_METHOD=POST", "REQUEST_URI=/_/web/health/"}, 405, TEXT, "must be GET or HEAD\n"},
        {{"REQUEST_METHOD=OPTIONS", "REQUEST_URI=*"}, 405, TEXT, "must be GET or HEAD\n"},
        {{"REQUEST_URI=/ping"}, 405, TEXT, "must be GET or HEAD\n"},
        {{NULL}, 405, TEXT, "must be GET or HEAD\n"},
    };

    assert_rows(&((struct world *)*state)->app, rows, COUNT(rows));
}

static void metrics_are_not_found_for_outsiders(void **state)
{
    static const struct row strangers[] = {
        {{GET("/metrics")}, 404, TEXT, "not found: no such page\n"},
        {{GET("/metrics"), "KUBE_SHIELDS_INTERNAL=0"}, 404, TEXT, "not found: no such page\n"},
        {{GET("/metrics"), "HTTP_KUBE_SHIELDS_INTERNAL=1"}, 404, TEXT, "not found: no such page\n"},
    };

    assert_rows(&((struct world *)*state)->app, strangers, COUNT(strangers));
}

/* Only probes are answered, and strangers cannot find out what exists. */
static void without_other_shields_everything_is_forbidden(void **state)
{
    static const struct row rows[] = {
        {{GET("/ping")}, 200, TEXT, "PONG"},
        {{GET("/healthz")}, 200, TEXT, "ok\n"},
        {{GET("/readyz")}, 200, TEXT, "ok\n"},
        {{GET("/metrics"), "KUBE_SHIELDS_INTERNAL=1"}, 200, NULL, "kube_shields_services"},
        {{GET("/")}, 403, TEXT, "forbidden: this kube-shields is not public\n"},
        {{GET("/_/web/health/")}, 403, SVG, "kube-shields: forbidden"},
        {{GET("/_/web/health/?raw")}, 403, JSON, "{\"error\":\"forbidden: this kube-shields is not public\"}"},
        {{GET("/_/web/health")}, 403, SVG, "forbidden"},
        {{GET("/_/nothing/health/")}, 403, SVG, "forbidden"},
        {{GET("/_/-bad-/health/")}, 403, SVG, "forbidden"},
        {{GET("/_/web/health/?format=png")}, 403, SVG, "forbidden"},
        {{GET("/a/w/health/")}, 403, SVG, "forbidden"},
        {{GET("/n/shop/health/")}, 403, SVG, "forbidden"},
        {{GET("/c/health/")}, 403, SVG, "forbidden"},
        {{GET("/c/nodes/")}, 403, SVG, "forbidden"},
        {{GET("/services/")}, 403, TEXT, "forbidden"},
        {{GET("/services/web/")}, 403, TEXT, "forbidden"},
        {{GET("/metrics")}, 403, TEXT, "forbidden"},
        {{GET("/nothing")}, 403, TEXT, "forbidden"},
        {{GET("//")}, 403, TEXT, "forbidden"},
        {{GET("//"), IMAGE}, 403, SVG, "forbidden"},
        {{"REQUEST_METHOD=POST", "REQUEST_URI=/"}, 405, TEXT, "must be GET or HEAD\n"},
    };
    struct world *world = *state;

    world->app.is_public = false;
    assert_rows(&world->app, rows, COUNT(rows));
}

static void shields_are_starting_until_the_first_lists_are_complete(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/web/health/")}, 503, SVG, "health: starting"},
        {{GET("/_/web/health/?raw")}, 503, JSON, "{\"error\":\"starting: the first lists are not complete\"}"},
        {{GET("/_/web/health/?format=shields")}, 503, JSON, "\"color\":\"grey\",\"isError\":true"},
        {{GET("/_/web/nothing/")}, 404, SVG, "nothing: not found"},
        {{GET("/c/nodes/")}, 503, SVG, "nodes: starting"},
        {{GET("/services/")}, 503, TEXT, "starting: the first lists are not complete\n"},
        {{GET("/services/web/")}, 503, TEXT, "starting: the first lists are not complete\n"},
        {{GET("/readyz")}, 503, TEXT, "starting: the first lists are not complete\n"},
        {{GET("/healthz")}, 200, TEXT, "ok\n"},
        {{GET("/")}, 200, NULL, "<p>Starting: the first lists are not complete.</p>"},
    };
    const struct app *app = &((struct world *)*state)->app;

    assert_rows(app, rows, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct response response;

        response_init(&response);
        dispatch(app, sample_variable, (void *)rows[i].variables, &response);
        assert_row_number(rows[i].variables[1], response.retry_after, rows[i].status == 503 ? 1 : 0);
        response_fini(&response);
    }
}

static void an_api_server_that_is_unreachable_for_long_is_no_longer_starting(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/web/health/")}, 503, SVG, "health: unreachable"},
        {{GET("/_/web/health/?format=shields")}, 503, JSON, "\"color\":\"grey\",\"isError\":true"},
        {{GET("/c/nodes/")}, 503, SVG, "nodes: unreachable"},
        {{GET("/readyz")}, 503, TEXT, "example:6443: no connection\n"},
        {{GET("/")},
         200,
         NULL,
         "<p>Unreachable: the API server does not answer, so nothing is known. <a href=\"/readyz\">"},
    };
    static const struct row as_cgi[] = {
        {{GET("/_/web/health/")}, 503, SVG, "health: unknown"},
        {{GET("/_/web/health/?format=text")},
         503,
         TEXT,
         "unknown: the API server did not answer in time, or not as it should; the log says why\n"},
    };
    struct world *world = *state;

    ks_store_trouble(world->app.store, KS_STORE_UNREACHABLE, "example:6443: no connection");
    assert_rows(&world->app, rows, COUNT(rows));
    world->app.is_incomplete = true;
    assert_rows(&world->app, as_cgi, COUNT(as_cgi));
}

static void nothing_is_known_if_pods_are_forbidden(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/web/health/")}, 503, SVG, "health: no access"},
        {{GET("/_/web/health/?raw")},
         503,
         JSON,
         "no access: kube-shields lacks valid credentials or permissions; /readyz says why"},
        {{GET("/services/")},
         503,
         TEXT,
         "no access: kube-shields lacks valid credentials or permissions; /readyz says why\n"},
        {{GET("/readyz")}, 503, TEXT, "example:6443: HTTP 403\n"},
        {{GET("/healthz")}, 200, TEXT, "ok\n"},
        {{GET("/c/nodes/")}, 404, SVG, "nodes: not found"},
        {{GET("/c/nodes/?raw")}, 404, JSON, "the service account may not watch nodes"},
        {{GET("/")},
         200,
         NULL,
         "<p>No access: kube-shields lacks valid credentials or permissions, so nothing is known. <a "
         "href=\"/readyz\">"},
    };
    struct world *world = *state;

    sample_source(world->app.store, 0, KS_KIND_POD, KS_SOURCE_OFF, 0);
    sample_source(world->app.store, 0, KS_KIND_NODE, KS_SOURCE_OFF, 0);
    ks_store_trouble(world->app.store, KS_STORE_NO_ACCESS, "example:6443: HTTP 403");
    assert_rows(&world->app, rows, COUNT(rows));
}

static void values_show_their_age_and_become_unknown(void **state)
{
    static const struct row recent[] = {
        {{GET("/_/db/health/")}, 200, SVG, "health: 0/1 (0 restarts) (1m old)"},
        {{GET("/_/db/health/?raw")}, 200, JSON, "\"message\":\"0/1 (0 restarts)\""},
        {{GET("/c/nodes/")}, 200, SVG, "nodes: 1/2 (1m old)"},
        {{GET("/")}, 200, NULL, "alt=\"health: 0/1 (0 restarts) (1m old)\""},
    };
    static const struct row old[] = {
        {{GET("/_/db/health/")}, 200, SVG, "health: unknown"},
        {{GET("/_/db/health/?raw")}, 200, JSON, "\"color\":\"grey\",\"label\":\"health\",\"message\":\"unknown\""},
        {{GET("/_/db/health/?format=shields")}, 200, JSON, "\"message\":\"unknown\",\"color\":\"grey\""},
        {{GET("/c/nodes/")}, 200, SVG, "nodes: unknown"},
        {{GET("/c/nodes/?raw")}, 200, JSON, "\"color\":\"grey\",\"message\":\"unknown\""},
        {{GET("/")}, 200, NULL, "alt=\"health: unknown\""},
        {{GET("/readyz")}, 200, TEXT, "ok\n"},
    };
    struct world *world = *state;
    int64_t since = ks_clock_monotonic() - 60000;

    sample_source(world->app.store, 0, KS_KIND_POD, KS_SOURCE_AWAY, since);
    sample_source(world->app.store, 0, KS_KIND_NODE, KS_SOURCE_AWAY, since);
    assert_rows(&world->app, recent, COUNT(recent));
    world->settings.unknown_after = 50000;
    assert_rows(&world->app, old, COUNT(old));
}

static void the_page_lists_services_with_links_below_the_mount_point(void **state)
{
    static const struct row rows[] = {
        {{GET("/")},
         200,
         NULL,
         "<a href=\"/_/blog/web/health/\"><img loading=\"lazy\" height=\"20\" "
         "src=\"/_/blog/web/health/\" alt=\"health: 1/1 (0 restarts)\"></a>"},
        {{GET("/")}, 200, NULL, "<th scope=\"row\">db</th><td>shop</td><td><small>StatefulSet</small></td>"},
        {{GET("/")}, 200, NULL, "src=\"/c/nodes/\" alt=\"nodes: 1/2\""},
        {{GET("/shields/"), BELOW("/")}, 200, NULL, "src=\"/shields/_/shop/web/health/\""},
        {{GET("/a\"b'/"), "SCRIPT_NAME=/a\"b'", "PATH_INFO=/"}, 200, NULL, "src=\"/a&quot;b&apos;/c/nodes/\""},
    };

    assert_rows(&((struct world *)*state)->app, rows, COUNT(rows));
}

/* The data that a CGI request needs. */
static void a_request_needs_what_its_route_shows(void **state)
{
    static const struct {
        const char *variables[SAMPLE_VARIABLES];
        bool is_public;
        uint32_t kinds;
        const char *namespace_name;
        const char *check; /* custom checks of this name are run; "": they are only found */
    } rows[] = {
        {{GET("/_/web/health/")}, true, EVERYTHING, NULL, NULL},
        {{GET("/_/web/version/")}, true, EVERYTHING, NULL, "version"},
        {{GET("/_/web/hits/")}, true, ALL_BUT_NODES, NULL, "hits"},
        {{GET("/_/shop/web/hits/")}, true, ALL_BUT_NODES, "shop", "hits"},
        {{GET("/a/web/hits/")}, true, ALL_BUT_NODES, NULL, "hits"},
        {{GET("/a/web/version/")}, true, EVERYTHING, NULL, NULL},
        {{GET("/c/hits/")}, true, ALL_BUT_NODES, NULL, "hits"},
        {{GET("/services/web/")}, true, EVERYTHING, NULL, ""},
        {{GET("/_/shop/web/health/")}, true, EVERYTHING, "shop", NULL},
        {{GET("/n/shop/health/")}, true, EVERYTHING, "shop", NULL},
        {{GET("/c/nodes/")}, true, NODES, NULL, NULL},
        {{GET("/")}, true, EVERYTHING, NULL, ""},
        {{GET("/services/")}, true, EVERYTHING, NULL, ""},
        {{GET("/readyz")}, false, EVERYTHING, NULL, NULL},
        {{GET("/ping")}, true, 0, NULL, NULL},
        {{GET("/badge/a-b-red")}, true, 0, NULL, NULL},
        {{GET("/_/web/health/?label=a&label=b")}, true, 0, NULL, NULL},
        {{GET("/nothing")}, true, 0, NULL, NULL},
        {{GET("/_/-/health/")}, true, 0, NULL, NULL},
        {{GET("/_/web/health/")}, false, 0, NULL, NULL},
        {{"REQUEST_METHOD=POST", "REQUEST_URI=/c/nodes/"}, true, 0, NULL, NULL},
    };
    struct world *world = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request;
        struct dispatch_needs needs;
        struct ks_error err;

        world->app.is_public = rows[i].is_public;
        assert_int_equal(request_init(&request, &world->app, sample_variable, (void *)rows[i].variables, &err), 0);
        dispatch_needs(&request, &needs);
        assert_row_number(rows[i].variables[1], needs.kinds, rows[i].kinds);
        assert_row_number(rows[i].variables[1], needs.checks, rows[i].check != NULL);
        assert_row_text(rows[i].variables[1], needs.check ? needs.check : "", rows[i].check ? rows[i].check : "");
        if (rows[i].kinds) {
            assert_row_text(rows[i].variables[1], request.namespace_name ? request.namespace_name : "any",
                            rows[i].namespace_name ? rows[i].namespace_name : "any");
        }
    }
}

/* The target was never parsed, so the URL must not be used, whatever its memory held. */
static void a_target_that_is_too_long_needs_nothing(void **state)
{
    static char target[5100] = "REQUEST_URI=/";
    const char *const variables[] = {"REQUEST_METHOD=GET", target, NULL};
    struct world *world = *state;
    struct request request;
    struct dispatch_needs needs;

    memset(target + strlen(target), 'a', sizeof target - 1 - strlen(target));
    memset(&request, 0x7f, sizeof request);
    dispatch_begin(&request, &world->app, sample_variable, (void *)variables);
    dispatch_needs(&request, &needs);
    assert_int_equal(needs.kinds, 0);
    assert_null(ks_url_parameter(&request.url, "logo"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_route_has_its_page, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(a_shield_has_five_formats, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(a_static_shield_has_every_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_that_has_the_answer_gets_a_304, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_or_extra_slash_is_redirected, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(errors_are_shields_or_text, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(metrics_are_not_found_for_outsiders, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(without_other_shields_everything_is_forbidden, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(shields_are_starting_until_the_first_lists_are_complete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_api_server_that_is_unreachable_for_long_is_no_longer_starting, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_known_if_pods_are_forbidden, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(values_show_their_age_and_become_unknown, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(the_page_lists_services_with_links_below_the_mount_point, set_up_filled,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_request_needs_what_its_route_shows, set_up_filled, tear_down),
        cmocka_unit_test_setup_teardown(a_target_that_is_too_long_needs_nothing, set_up_filled, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
