/* A cluster whose server does not answer: opened, waited for, and released, more than once. */
#include "config.h"

#include "support/testing.h"

#include <kubeshields/cluster.h>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define KUBECONFIG                                                                                                     \
    "apiVersion: v1\nkind: Config\ncurrent-context: none\n"                                                            \
    "clusters: [{name: none, cluster: {server: 'http://127.0.0.1:1'}}]\n"                                              \
    "users: [{name: none, user: {}}]\n"                                                                                \
    "contexts: [{name: none, context: {cluster: none, user: none}}]\n"

static char kubeconfig[] = "/tmp/test_cluster.XXXXXX";

static int set_up(void **state)
{
    int fd = mkstemp(kubeconfig);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, KUBECONFIG, sizeof KUBECONFIG - 1), sizeof KUBECONFIG - 1);
    return close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(kubeconfig);
}

static struct ks_cluster *opened(void)
{
    struct ks_cluster_options options;
    struct ks_cluster *cluster;
    struct ks_error err = {.text = ""};

    ks_cluster_options_init(&options);
    options.kubeconfig = kubeconfig;
    if (ks_cluster_new(&cluster, &options, &err)) {
        fail_msg("%s", err.text);
    }
    return cluster;
}

static void a_failed_wait_says_why(void **state)
{
    struct ks_cluster *cluster = opened();
    struct ks_services *services = (struct ks_services *)&services;
    struct ks_error err = {.text = ""};

    (void)state;
    assert_string_equal(ks_cluster_server(cluster), "http://127.0.0.1:1");
    assert_string_equal(ks_cluster_context(cluster), "none");
    assert_int_equal(ks_cluster_wait_ready(cluster, 2000, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_NETWORK);
    assert_row_part("wait", err.text, "http://127.0.0.1:1: not ready yet: ");
    assert_int_equal(ks_cluster_last_error(cluster, &err), 1);
    assert_int_equal(err.kind, KS_ERROR_NETWORK);
    assert_int_equal(ks_cluster_state(cluster), KS_CLUSTER_STARTING);
    assert_int_equal(ks_cluster_services(cluster, &services, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_UNAVAILABLE);
    assert_null(services);
    assert_int_equal(ks_cluster_nodes(cluster, NULL, NULL, NULL, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_UNAVAILABLE);
    assert_int_equal(ks_cluster_node_pressure(cluster, "PIDPressure", NULL, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_UNAVAILABLE);
    assert_int_equal(ks_cluster_dispatch(cluster, NULL, NULL, &err), 0);
    ks_cluster_reload(cluster);
    ks_cluster_free(cluster);
}

static void invalid_times_are_refused(void **state)
{
    struct ks_cluster *cluster = opened();
    struct ks_error err = {.text = ""};

    (void)state;
    assert_int_equal(ks_cluster_wait_ready(cluster, -1, &err), -1);
    assert_string_equal(err.text, "ks_cluster_wait_ready: timeout_ms -1: must be from 0 to 86400000");
    assert_int_equal(ks_cluster_wait_ready(cluster, INT64_MAX, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    assert_int_equal(ks_cluster_wait_ready(cluster, 0, &err), -1);
    assert_int_not_equal(err.kind, KS_ERROR_INVALID);
    ks_cluster_free(cluster);
}

static void unknown_pressures_are_refused(void **state)
{
    static const char *const conditions[] = {"Ready", "", "diskpressure", NULL};
    struct ks_cluster *cluster = opened();

    (void)state;
    for (size_t i = 0; i < COUNT(conditions); i++) {
        struct ks_error err = {.text = ""};

        assert_int_equal(ks_cluster_node_pressure(cluster, conditions[i], NULL, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_row_part("condition", err.text,
                        "must be DiskPressure, MemoryPressure, PIDPressure or NetworkUnavailable");
    }
    ks_cluster_free(cluster);
}

static void several_live_in_one_process(void **state)
{
    struct ks_cluster *clusters[4];

    (void)state;
    for (size_t i = 0; i < COUNT(clusters); i++) {
        clusters[i] = opened();
    }
    for (size_t i = 0; i < COUNT(clusters); i++) {
        ks_cluster_free(clusters[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_wait_says_why),
        cmocka_unit_test(invalid_times_are_refused),
        cmocka_unit_test(unknown_pressures_are_refused),
        cmocka_unit_test(several_live_in_one_process),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
