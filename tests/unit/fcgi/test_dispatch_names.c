/* Names without a namespace, in each of the ways that SHIELD_SHORT_NAMES knows. */
#include "config.h"

#include "base/clock.h"
#include "support/clusters_sample.h"
#include "support/request_sample.h"

static const struct ks_annotations hidden = {.label = "", .color = "", .link = "", .hidden = true};

/* shop: web 1/1, pay 1/1, twin of two kinds 2/2; evil: web 0/1; pay and secret, hidden. A check of web, and one of the
 * name of an automatic check. */
static struct ks_store *shop_and_evil(void)
{
    static const char *const names[] = {"hits", "version"};
    struct ks_store *store = sample_store(NULL, NULL);

    sample_live(store, 0);
    APPLY(store, .name = "web-0");
    APPLY(store, .name = "web-0", .namespace_name = "evil", .not_ready = true);
    APPLY(store, .name = "old", .owner_kind = "ReplicaSet", .owner_name = "api-5d4f8c7d9", .hash = "5d4f8c7d9");
    APPLY(store, .name = "old", .owner_kind = "ReplicaSet", .owner_name = "api-5d4f8c7d9", .hash = "5d4f8c7d9",
          .namespace_name = "evil");
    APPLY(store, .name = "pay-0", .owner_name = "pay");
    APPLY(store, .name = "twin-0", .owner_name = "twin");
    APPLY(store, .name = "twin-1", .owner_kind = "DaemonSet", .owner_name = "twin");
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "secret" : "pay";

        APPLY(store, .kind = KS_KIND_STATEFULSET, .name = name, .namespace_name = "evil", .workload = {.desired = 3},
              .annotations = hidden);
    }
    sample_flush(store);
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct ks_custom_state state = {.service = "web",
                                              .check = names[i],
                                              .phase = KS_CUSTOM_ANSWERED,
                                              .label = "",
                                              .message = "42",
                                              .color = "orange",
                                              .reason = "",
                                              .mistake = "",
                                              .raw = "",
                                              .answered_at = ks_clock_monotonic(),
                                              .late_at = INT64_MAX / 2};
        struct ks_error err;

        assert_int_equal(ks_store_custom_put(store, &state, &err), 0);
    }
    ks_store_custom_starting(store, false);
    sample_flush(store);
    return store;
}

static int set_up(void **state)
{
    static struct clusters clusters;

    clusters_init(&clusters, shop_and_evil(), shop_and_evil());
    clusters.app.peer_count = 0;
    *state = &clusters;
    return 0;
}

static int tear_down(void **state)
{
    clusters_fini(*state);
    return 0;
}

struct row {
    const char *variables[4];
    int status;
    const char *body; /* a part of it */
};

static void assert_rows(const struct clusters *clusters, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = rows[i].variables[1];
        struct response response;

        response_init(&response);
        dispatch(&clusters->app, sample_variable, (void *)rows[i].variables, &response);
        assert_row_part(name, response.body.data, rows[i].body);
        assert_row_number(name, response.status, rows[i].status);
        response_fini(&response);
    }
}

static void an_ambiguous_name_is_an_error_in_every_format(void **state)
{
#define DETAIL "ambiguous: evil, shop; the path must name one, as /_/evil/web/health/ does"
    static const struct row rows[] = {
        {{GET("/_/web/health/")}, 300, "health: ambiguous: evil, shop"},
        {{GET("/_/web/health/?raw")}, 300, "{\"error\":\"" DETAIL "\",\"namespaces\":[\"evil\",\"shop\"]}\n"},
        {{GET("/_/web/health/?format=json")},
         300,
         "\"message\":\"ambiguous: evil, shop\",\"color\":\"orange\",\"isError\":true,\"age\":0,\"raw\":null,\"error\":"
         "\"" DETAIL "\",\"namespaces\":[\"evil\",\"shop\"]}\n"},
        {{GET("/_/web/health/?format=shields")},
         300,
         "{\"schemaVersion\":1,\"label\":\"health\",\"message\":\"ambiguous: evil, shop\",\"color\":\"orange\","
         "\"isError\":true}\n"},
        {{GET("/_/web/health/?format=text")}, 300, DETAIL "\n"},
        {{GET("/_/web/state/?format=text")}, 300, "ambiguous: evil, shop; "},
        {{GET("/_/api-5d4f8c7d9/health/?format=text")}, 300, "ambiguous: evil, shop; "},
        {{GET("/_/shop/web/health/?format=text")}, 200, "health: 1/1"},
        {{GET("/_/shop/api-5d4f8c7d9/health/?format=text")}, 200, "health: 1/1"},
        {{GET("/_/web/version/?format=text")}, 200, "version: 42"},
        {{GET("/_/pay/health/?format=text")}, 200, "health: 1/1"},
        {{GET("/_/secret/health/?format=text")}, 404, "not found: no such service\n"},
        {{GET("/_/twin/health/?format=text")}, 200, "health: 2/2"},
        {{GET("/a/web/health/?format=text")}, 200, "health: 1/2"},
        {{GET("/services/web/")}, 200, "[\"health\","},
    };
#undef DETAIL
    struct clusters *clusters = *state;

    clusters->settings.short_names = SHORT_NAMES_UNIQUE;
    assert_rows(clusters, rows, COUNT(rows));
}

static void a_name_is_never_found_if_names_are_turned_off(void **state)
{
#define OFF "not found: names without a namespace are turned off; the path must be /_/{namespace}/{service}/{check}/"
    static const struct row rows[] = {
        {{GET("/_/web/health/?format=text")}, 404, OFF "\n"},
        {{GET("/_/pay/health/?format=text")}, 404, OFF "\n"},
        {{GET("/_/nobody/health/?format=text")}, 404, OFF "\n"},
        {{GET("/_/api-5d4f8c7d9/health/?format=text")}, 404, OFF "\n"},
        {{GET("/_/web/state/?raw")}, 404, "{\"error\":\"" OFF "\"}\n"},
        {{GET("/_/web/health/")}, 404, "health: not found"},
        {{GET("/_/web/nothing/?format=text")}, 404, "not found: no such check\n"},
        {{GET("/_/web/version/?format=text")}, 200, "version: 42"},
        {{GET("/_/web/hits/?format=text")}, 200, "hits: 42"},
        {{GET("/_/shop/web/health/?format=text")}, 200, "health: 1/1"},
        {{GET("/_/evil/secret/health/?format=text")}, 200, "health: 0/3"},
        {{GET("/a/web/health/?format=text")}, 200, "health: 1/2"},
        {{GET("/c/health/?format=text")}, 200, "health: 6/7"},
    };
#undef OFF
    struct clusters *clusters = *state;

    clusters->settings.short_names = SHORT_NAMES_OFF;
    assert_rows(clusters, rows, COUNT(rows));
}

static void each_cluster_decides_whether_a_name_is_ambiguous(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/web/health/?raw")}, 300, "\"namespaces\":[\"evil\",\"shop\"],\"cluster\":\"local\"}\n"},
        {{GET("/_/web/health/?raw&cluster=eu")}, 300, "\"namespaces\":[\"evil\",\"shop\"],\"cluster\":\"eu\"}\n"},
        {{GET("/_/pay/health/?format=text&cluster=eu")}, 200, "health: 1/1"},
        {{GET("/_/secret/health/?format=text&cluster=eu")}, 404, "not found: no such service\n"},
    };
    struct clusters *clusters = *state;

    clusters->settings.short_names = SHORT_NAMES_UNIQUE;
    clusters->app.peer_count = 1;
    assert_rows(clusters, rows, COUNT(rows));
}

static void many_namespaces_are_counted_and_the_first_named(void **state)
{
    static const struct row rows[] = {
        {{GET("/_/many/health/?format=text")},
         300,
         "ambiguous: team-000, team-001, team-002, team-003, team-004, team-005, team-006, team-007 and 112 more; "},
        {{GET("/_/many/health/?raw")}, 300, ",\"team-098\",\"team-099\"]}\n"},
        {{GET("/_/long/health/?format=shields")}, 300, "aa, "},
        {{GET("/_/long/health/?format=shields")}, 300, "bb and 1 more\""},
    };
    struct clusters *clusters = *state;
    char name[64];

    for (int i = 0; i < 120; i++) {
        snprintf(name, sizeof name, "team-%03d", i);
        APPLY(clusters->app.store, .name = "many-0", .owner_name = "many", .namespace_name = name);
    }
    for (int i = 0; i < 3; i++) {
        memset(name, 'a' + i, sizeof name - 1);
        name[sizeof name - 1] = '\0';
        APPLY(clusters->app.store, .name = "long-0", .owner_name = "long", .namespace_name = name);
    }
    sample_flush(clusters->app.store);
    clusters->settings.short_names = SHORT_NAMES_UNIQUE;
    assert_rows(clusters, rows, COUNT(rows));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_ambiguous_name_is_an_error_in_every_format),
        TEST(a_name_is_never_found_if_names_are_turned_off),
        TEST(each_cluster_decides_whether_a_name_is_ambiguous),
        TEST(many_namespaces_are_counted_and_the_first_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
