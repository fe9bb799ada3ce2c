/* Out of memory in a request: the answer is complete, or a 500. */
#include "config.h"

#include "support/clusters_sample.h"
#include "support/keyring_sample.h"
#include "support/scarce_answer.h"

#define LOGO "data:image/svg%2Bxml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="

static void put_check(struct ks_store *store, const char *service, const char *check, enum ks_custom_phase phase)
{
    const struct ks_custom_state state = {.service = service,
                                          .check = check,
                                          .phase = phase,
                                          .label = "",
                                          .message = "5 a minute",
                                          .color = "orange",
                                          .reason = phase == KS_CUSTOM_ANSWERED ? "" : "it ended with status 3",
                                          .mistake = "",
                                          .raw = "{\"hits\":[5,\"0123456789012345678901234567890123456789\"]}",
                                          .answered_at = ks_clock_monotonic(),
                                          .late_at = INT64_MAX / 2};
    struct ks_error err;

    assert_int_equal(ks_store_custom_put(store, &state, &err), 0);
}

static struct ks_store *make_store(void)
{
    struct ks_store *store = sample_store(NULL, NULL);

    sample_live(store, 0);
    APPLY(store, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9");
    APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 2, .containers_per_pod = 1},
          .annotations = {.label = "Web <b>", .color = "#123456", .link = "https://example.org/?a&b"});
    APPLY(store, .name = "db-0", .owner_name = "db", .not_ready = true, .waiting = "CrashLoopBackOff");
    APPLY(store, .name = "web-0", .namespace_name = "blog");
    APPLY(store, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
    put_check(store, "web", "hits", KS_CUSTOM_ANSWERED);
    put_check(store, "web-blue", "hits", KS_CUSTOM_ANSWERED);
    put_check(store, "web", "later", KS_CUSTOM_WAITING);
    put_check(store, "mail", "", KS_CUSTOM_REFUSED);
    sample_flush(store);
    return store;
}

static int set_up(void **state)
{
    static struct clusters clusters;
    const struct ks_remote_report silent = {.polls = 1, .failures = 1, .trouble = "connection refused"};

    clusters_init(&clusters, make_store(), make_store());
    ks_store_remote_report(clusters.peers[1].store, &silent);
    clusters.settings.site_name = "Our <site>";
    clusters.app.keyring = sample_keyring();
    clusters.app.instance = "0123456789abcdef";
    *state = &clusters;
    return 0;
}

static int tear_down(void **state)
{
    struct clusters *clusters = *state;

    ks_keyring_free(clusters->app.keyring);
    clusters_fini(clusters);
    return 0;
}

typedef const char *const row[SAMPLE_VARIABLES];

/* Asks with one cluster, then with several. */
static void ask_all(struct clusters *clusters, const row *rows, size_t count)
{
    for (size_t peers = 0; peers <= PEERS; peers += PEERS) {
        clusters->app.peer_count = peers;
        for (size_t i = 0; i < count; i++) {
            scarce_ask(&clusters->app, rows[i], NULL);
        }
    }
}

static void every_page_is_whole(void **state)
{
    static const row rows[] = {
        {GET("/")},
        {GET("/shields/"), BELOW("/")},
        {GET("/services/")},
        {GET("/services/web/")},
        {GET("/metrics"), "KUBE_SHIELDS_INTERNAL=1"},
        {GET("/ping")},
        {GET("/healthz")},
        {GET("/readyz")},
        {"REQUEST_METHOD=HEAD", "REQUEST_URI=/"},
        {"REQUEST_METHOD=GET", "PATH_INFO=/_/web/health/", "QUERY_STRING=raw"},
        {GET("/_/web/health")},
        {GET("/_/web/health/"), "HTTP_IF_NONE_MATCH=*"},
    };

    ask_all(*state, rows, COUNT(rows));
}

static void every_shield_is_whole_in_every_format(void **state)
{
    static const char *const paths[] = {
        "/_/web/health/", "/_/shop/web/health/", "/_/db/state/", "/_/web/version/", "/_/web/hits/", "/_/web/later/",
        "/_/mail/other/", "/a/w/health/",        "/a/w/hits/",   "/n/shop/health/", "/c/health/",   "/c/hits/",
        "/c/nodes/",      "/badge/a-b_c-red",
    };
    static const char *const queries[] = {
        "",
        "?raw",
        "?format=json",
        "?format=text",
        "?format=shields&logo=" LOGO "&logoColor=red",
        "?style=flat&logo=" LOGO,
        "?style=flat-square",
        "?style=plastic",
        "?style=for-the-badge&label=some%20label&labelColor=blue",
        "?style=social&link=https://a/&link=https://b/",
    };

    for (size_t path = 0; path < COUNT(paths); path++) {
        for (size_t query = 0; query < COUNT(queries); query++) {
            char target[512];
            row one = {"REQUEST_METHOD=GET", target, NULL};

            snprintf(target, sizeof target, "REQUEST_URI=%s%s", paths[path], queries[query]);
            ask_all(*state, &one, 1);
        }
    }
}

static const row wrong[] = {
    {GET("/_/nothing/health/")},
    {GET("/_/nothing/health/?raw")},
    {GET("/_/nothing/health/?format=json")},
    {GET("/_/nothing/health/?format=shields")},
    {GET("/_/web/nothing/?format=text")},
    {GET("/_/web/health/?cluster=us")},
    {GET("/_/web/health/?cluster=us&format=json")},
    {GET("/c/nodes/?cluster=us&raw")},
    {GET("/services/?cluster=us")},
    {GET("/_/web/health/?cluster=nowhere")},
    {GET("/services/nothing/")},
    {GET("/nothing")},
    {GET("/nothing"), "HTTP_ACCEPT=image/svg+xml"},
    {GET("/_/-web/health/")},
    {GET("/_/-web/health/?raw")},
    {GET("/badge/a")},
    {GET("/%00")},
    {"REQUEST_METHOD=POST", "REQUEST_URI=/"},
};

static void every_error_is_whole(void **state)
{
    struct clusters *clusters = *state;

    ask_all(clusters, wrong, COUNT(wrong));
    clusters->settings.image_errors = IMAGE_ERRORS_OK;
    ask_all(clusters, wrong, COUNT(wrong));
    clusters->app.is_public = false;
    ask_all(clusters, wrong, COUNT(wrong));
}

static void every_answer_to_a_short_name_is_whole(void **state)
{
    static const row rows[] = {
        {GET("/_/web/health/")},
        {GET("/_/web/health/?raw")},
        {GET("/_/web/health/?format=json")},
        {GET("/_/web/health/?format=shields")},
        {GET("/_/web/health/?format=text")},
        {GET("/_/web/health/?format=json&cluster=eu")},
        {GET("/_/web/version/?raw")},
    };
    struct clusters *clusters = *state;

    for (int how = SHORT_NAMES_SUM; how <= SHORT_NAMES_OFF; how++) {
        clusters->settings.short_names = how;
        ask_all(clusters, rows, COUNT(rows));
    }
}

static void an_answer_to_a_peer_is_complete_or_unsigned(void **state)
{
    static const char *const targets[] = {
        "/services/?full", "/services/?full&since=0123456789abcdef.1", "/", "/_/web/health/", "/_/nothing/health/?raw",
    };
    struct clusters *clusters = *state;

    clusters->app.is_public = false;
    for (size_t i = 0; i < COUNT(targets); i++) {
        const struct ks_auth_request asked = {.method = "GET", .host = "a", .target = targets[i]};
        char target[128];
        row one = {"REQUEST_METHOD=GET", target, "HTTP_HOST=a", NULL};

        snprintf(target, sizeof target, "REQUEST_URI=%s", targets[i]);
        scarce_ask(&clusters->app, one, &asked);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_page_is_whole),
        TEST(every_shield_is_whole_in_every_format),
        TEST(every_error_is_whole),
        TEST(every_answer_to_a_short_name_is_whole),
        TEST(an_answer_to_a_peer_is_complete_or_unsigned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
