/* Several clusters as one, with stores filled by hand. */
#include "config.h"

#include "base/clock.h"
#include "support/clusters_sample.h"
#include "support/request_sample.h"

static struct ks_store *store_with_hits(const char *raw)
{
    struct ks_store *store = sample_store(NULL, NULL);
    const struct ks_custom_state state = {.service = "web",
                                          .check = "hits",
                                          .phase = KS_CUSTOM_ANSWERED,
                                          .label = "",
                                          .message = raw,
                                          .color = "orange",
                                          .reason = "",
                                          .mistake = "",
                                          .raw = raw,
                                          .answered_at = ks_clock_monotonic(),
                                          .late_at = ks_clock_monotonic() + 60000};
    struct ks_error err;

    sample_live(store, 0);
    assert_int_equal(ks_store_custom_put(store, &state, &err), 0);
    sample_flush(store);
    return store;
}

static int set_up(void **state)
{
    static struct clusters clusters;

    clusters_init(&clusters, store_with_hits("1"), store_with_hits("2"));
    *state = &clusters;
    return 0;
}

static int tear_down(void **state)
{
    clusters_fini(*state);
    return 0;
}

/* Services of the same name must not become the same member of a JSON object. Clusters that are missing are named. */
static void a_check_of_several_clusters_names_the_cluster_of_each_service(void **state)
{
    static const struct {
        const char *variables[3];
        const char *body;
    } rows[] = {
        {{GET("/a/web/hits/?raw")},
         "{\"label\":\"hits\",\"status\":\"3\",\"color\":\"orange\",\"services\":{\"web\":1,\"eu/web\":2},"
         "\"unreachable\":[\"us\"]}"},
        {{GET("/a/web/hits/?raw&cluster=eu")}, "\"services\":{\"eu/web\":2},\"unreachable\":[]}"},
        {{GET("/a/web/hits/?raw&cluster=local")}, "\"services\":{\"web\":1},\"unreachable\":[]}"},
    };
    const struct clusters *clusters = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct response response;

        response_init(&response);
        dispatch(&clusters->app, sample_variable, (void *)rows[i].variables, &response);
        assert_row_part(rows[i].variables[1], response.body.data, rows[i].body);
        response_fini(&response);
    }
}

/* A cluster that has not answered yet will say soon whether it has the service. If it cannot be reached, nobody knows.
 */
static void a_missing_service_may_be_in_an_unreachable_cluster(void **state)
{
    static const char starting[] = "starting: the first lists are not complete\n";
    static const char elsewhere[] = "unknown: not found elsewhere; unreachable: us\n";
    static const char there[] = "unknown: us is unreachable\n";
    static const struct {
        const char *variables[3];
        int status; /* from when us was asked in vain; 503 if it was not known before either */
        const char *body;
    } rows[] = {
        {{GET("/_/web/health/?format=text&cluster=eu")}, 404, NULL},
        {{GET("/_/nobody/health/?format=text&cluster=eu")}, 404, NULL},
        {{GET("/_/nobody/health/?format=text")}, 503, elsewhere},
        {{GET("/_/shop/nobody/version/?format=text")}, 503, elsewhere},
        {{GET("/_/web/nothing/?format=text")}, 503, elsewhere},
        {{GET("/a/nobody/health/?format=text")}, 503, elsewhere},
        {{GET("/a/nobody/hits/?format=text")}, 503, elsewhere},
        {{GET("/_/nobody/health/?format=text&cluster=us")}, 503, there},
        {{GET("/_/web/hits/?format=text&cluster=us")}, 503, there},
        {{GET("/a/web/health/?format=text&cluster=us")}, 503, there},
        {{GET("/n/shop/health/?format=text&cluster=us")}, 503, there},
        {{GET("/c/health/?format=text&cluster=us")}, 503, there},
        {{GET("/c/nodes/?format=text&cluster=us")}, 503, there},
        {{GET("/services/?cluster=us")}, 503, there},
        {{GET("/services/web/?cluster=us")}, 503, there},
        {{GET("/services/web/")}, 200, NULL},
        {{GET("/_/web/hits/?format=text")}, 200, NULL},
        {{GET("/a/web/hits/?format=text")}, 200, NULL},
    };
    const struct ks_remote_report reports[] = {{.polls = 0}, {.polls = 1, .failures = 1, .trouble = "timed out"}};
    const struct clusters *clusters = *state;

    for (size_t asked = 0; asked < COUNT(reports); asked++) {
        ks_store_remote_report(clusters->peers[1].store, &reports[asked]);
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct response response;

            response_init(&response);
            dispatch(&clusters->app, sample_variable, (void *)rows[i].variables, &response);
            assert_row_number(rows[i].variables[1], response.status, rows[i].status);
            if (rows[i].body) {
                assert_row_text(rows[i].variables[1], response.body.data, asked ? rows[i].body : starting);
                assert_row_number(rows[i].variables[1], response.retry_after, asked ? 0 : 1);
            }
            response_fini(&response);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_missing_service_may_be_in_an_unreachable_cluster, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_of_several_clusters_names_the_cluster_of_each_service, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
