/* Changes as callers get them. The store is filled by hand; no thread collects. */
#include "config.h"

#include "support/store_sample.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "facade/cluster.h"

#define HEARD_MOST 2048

struct fixture {
    struct ks_cluster cluster;
    struct ks_following following;
    char heard[HEARD_MOST];
    size_t frees_at; /* the change at which the cluster is freed; 0: never */
    size_t count;
};

static void record_change(void *arg, enum ks_change change, const struct ks_service *service)
{
    struct fixture *fixture = arg;
    size_t length = strlen(fixture->heard);

    snprintf(fixture->heard + length, sizeof fixture->heard - length, "%s%s%s%s;", ks_change_name(change),
             service ? " " : "", ks_service_name(service), service && change == KS_CHANGE_SERVICE ? "!" : "");
    if (++fixture->count == fixture->frees_at) {
        atomic_store(&fixture->cluster.freed, true);
    }
}

static void follow(struct fixture *fixture, const char *wanted)
{
    struct ks_error err = {.text = ""};

    fixture->heard[0] = '\0';
    if (ks_cluster_follow(&fixture->cluster, &fixture->following, record_change, fixture, &err)) {
        fail_msg("%s", err.text);
    }
    assert_string_equal(fixture->heard, wanted);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    pthread_mutex_init(&fixture->cluster.lock, NULL);
    fixture->cluster.options.unknown_after_ms = 1000;
    fixture->cluster.server = "https://kubernetes";
    fixture->cluster.state = KS_CLUSTER_READY;
    fixture->cluster.store = sample_store(NULL, NULL);
    sample_live(fixture->cluster.store, 0);
    APPLY(fixture->cluster.store, KS_KUBE_ADDED, .name = "api-0", .owner_name = "api");
    APPLY(fixture->cluster.store, KS_KUBE_ADDED, .name = "web-0");
    sample_flush(fixture->cluster.store);
    fixture->cluster.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert_true(fixture->cluster.fd >= 0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    close(fixture->cluster.fd);
    ks_store_free(fixture->cluster.store);
    pthread_mutex_destroy(&fixture->cluster.lock);
    free(fixture);
    return 0;
}

static void everything_comes_first_and_then_changes(void **state)
{
    struct fixture *fixture = *state;
    struct ks_store *store = fixture->cluster.store;

    follow(fixture, "reset;service api!;service web!;cluster;");
    follow(fixture, "");
    APPLY(store, KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true);
    follow(fixture, ""); /* not published yet */
    sample_flush(store);
    follow(fixture, "service web!;");
    APPLY(store, KS_KUBE_DELETED, .name = "api-0", .owner_name = "api");
    APPLY(store, KS_KUBE_ADDED, .name = "db-0", .owner_name = "db");
    sample_flush(store);
    follow(fixture, "service db!;gone api;");
}

static void nodes_and_the_state_are_the_clusters(void **state)
{
    struct fixture *fixture = *state;

    follow(fixture, "reset;service api!;service web!;cluster;");
    APPLY(fixture->cluster.store, KS_KUBE_ADDED, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
    sample_flush(fixture->cluster.store);
    follow(fixture, "cluster;");
    fixture->cluster.state = KS_CLUSTER_FORBIDDEN;
    follow(fixture, "cluster;");
    follow(fixture, "");
}

static void an_incomplete_cluster_reports_nothing(void **state)
{
    struct fixture *fixture = *state;

    fixture->cluster.state = KS_CLUSTER_STARTING;
    follow(fixture, "");
    fixture->cluster.state = KS_CLUSTER_READY;
    follow(fixture, "reset;service api!;service web!;cluster;");
}

static void a_freed_cluster_calls_nothing(void **state)
{
    struct fixture *fixture = *state;

    fixture->frees_at = 2;
    follow(fixture, "reset;service api!;");
}

static void dispatch_again(void *arg, enum ks_change change, const struct ks_service *service)
{
    struct fixture *fixture = arg;
    struct ks_error err = {.text = ""};

    assert_int_equal(ks_cluster_dispatch(&fixture->cluster, record_change, fixture, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    assert_string_equal(err.text, "ks_cluster_dispatch: must not be called while it runs for the same cluster, so not "
                                  "by its change function");
    record_change(fixture, change, service);
}

static void a_dispatch_inside_a_dispatch_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct ks_error err = {.text = ""};

    assert_int_equal(ks_cluster_dispatch(&fixture->cluster, dispatch_again, fixture, &err), 0);
    assert_string_equal(fixture->heard, "reset;service api!;service web!;cluster;");
    assert_int_equal(ks_cluster_dispatch(&fixture->cluster, record_change, fixture, &err), 0);
}

static bool is_readable(const struct fixture *fixture)
{
    struct pollfd polled = {.fd = fixture->cluster.fd, .events = POLLIN};

    return poll(&polled, 1, 0) == 1;
}

static void announce(struct fixture *fixture)
{
    pthread_mutex_lock(&fixture->cluster.lock);
    ks_cluster_announce(&fixture->cluster);
    pthread_mutex_unlock(&fixture->cluster.lock);
}

/* Dispatches, and expects that the descriptor announced exactly this, if there is anything. */
static void dispatch(struct fixture *fixture, const char *wanted)
{
    struct ks_error err = {.text = ""};

    announce(fixture);
    assert_int_equal(is_readable(fixture), wanted[0] != '\0');
    fixture->heard[0] = '\0';
    assert_int_equal(ks_cluster_dispatch(&fixture->cluster, record_change, fixture, &err), 0);
    assert_string_equal(fixture->heard, wanted);
    assert_false(is_readable(fixture));
}

static void the_descriptor_is_readable_when_there_is_something_to_dispatch(void **state)
{
    struct fixture *fixture = *state;
    struct ks_store *store = fixture->cluster.store;

    fixture->cluster.state = KS_CLUSTER_STARTING;
    dispatch(fixture, "");
    fixture->cluster.state = KS_CLUSTER_READY;
    dispatch(fixture, "reset;service api!;service web!;cluster;");
    dispatch(fixture, "");
    APPLY(store, KS_KUBE_MODIFIED, .name = "web-0");
    sample_flush(store); /* nobody sees a difference */
    dispatch(fixture, "");
    APPLY(store, KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true);
    sample_flush(store);
    dispatch(fixture, "service web!;");
    APPLY(store, KS_KUBE_ADDED, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
    sample_flush(store);
    dispatch(fixture, "cluster;");
    fixture->cluster.state = KS_CLUSTER_FORBIDDEN;
    dispatch(fixture, "cluster;");
}

static void delete_during_dispatch(void *arg, enum ks_change change, const struct ks_service *service)
{
    struct fixture *fixture = arg;

    if (change == KS_CHANGE_RESET) {
        APPLY(fixture->cluster.store, KS_KUBE_DELETED, .name = "web-0");
        sample_flush(fixture->cluster.store);
        announce(fixture);
    }
    record_change(arg, change, service);
}

static void a_change_during_a_dispatch_is_announced(void **state)
{
    struct fixture *fixture = *state;
    struct ks_error err = {.text = ""};

    assert_int_equal(ks_cluster_dispatch(&fixture->cluster, delete_during_dispatch, fixture, &err), 0);
    assert_string_equal(fixture->heard, "reset;service api!;service web!;cluster;");
    assert_true(is_readable(fixture));
    dispatch(fixture, "gone web;");
}

static void a_freed_cluster_is_not_dispatched(void **state)
{
    struct fixture *fixture = *state;
    struct ks_error err = {.text = ""};

    atomic_store(&fixture->cluster.freed, true);
    assert_int_equal(ks_cluster_dispatch(&fixture->cluster, record_change, fixture, &err), -1);
    assert_string_equal(err.text, "ks_cluster_dispatch: the cluster has been freed");
    follow(fixture, "");
}

static void waiting_is_for_nodes_too_but_not_in_vain(void **state)
{
    struct fixture *fixture = *state;
    struct ks_cluster *cluster = &fixture->cluster;
    struct ks_error err = {.text = ""};
    int64_t begin = ks_clock_monotonic();

    pthread_cond_init(&cluster->moved, NULL); /* of another clock: it times out at once */
    assert_int_equal(ks_cluster_wait_ready(cluster, 0, &err), 0);
    cluster->nodes_settled = true;
    assert_int_equal(ks_cluster_wait_ready(cluster, 60000, &err), 0);
    assert_true(ks_clock_monotonic() - begin < 30000);
    cluster->state = KS_CLUSTER_STARTING;
    assert_int_equal(ks_cluster_wait_ready(cluster, 0, &err), -1);
    pthread_cond_destroy(&cluster->moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_comes_first_and_then_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nodes_and_the_state_are_the_clusters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_incomplete_cluster_reports_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_freed_cluster_calls_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dispatch_inside_a_dispatch_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waiting_is_for_nodes_too_but_not_in_vain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_freed_cluster_is_not_dispatched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_descriptor_is_readable_when_there_is_something_to_dispatch, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_change_during_a_dispatch_is_announced, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
