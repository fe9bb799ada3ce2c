/* A copy of a peer's services, as readers see it: everything, changes, and what happens when the peer restarts. */
#include "config.h"

#include "support/peer_sample.h"

static void test_everything_then_changes(void **state)
{
    struct fixture *fixture = *state;
    uint64_t first = sample_version(fixture->theirs);
    uint64_t second;
    char target[128];

    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");
    assert_int_equal(pods_source(fixture), KS_SOURCE_LIVE);
    assert_int_equal(fixture->settled, 1);
    assert_target(fixture, 0, "/shields/services/?full&format=2&wait=25");

    add_their_pod(fixture, "api");
    second = sample_version(fixture->theirs);
    push_since(fixture, "one", first, PEER_HONEST);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1, shop/StatefulSet/web 1/1");
    snprintf(target, sizeof target, "/shields/services/?full&format=2&since=one.%" PRIu64 "&wait=25", first);
    assert_target(fixture, 1, target);

    remove_their_pod(fixture, "web");
    push_since(fixture, "one", second, PEER_HONEST);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1");
    snprintf(target, sizeof target, "/shields/services/?full&format=2&since=one.%" PRIu64 "&wait=25", second);
    assert_target(fixture, 2, target);
    assert_row_text("trouble", report_of(fixture).trouble, "");
    assert_int_equal(fixture->settled, 1);
}

static void put_custom(void *arg, const struct ks_custom_state *state)
{
    int64_t now = ks_clock_monotonic();

    ks_buf_printf(arg, "%s/%s %s%s%s;", state->service, state->check, state->message,
                  state->answered_at <= now && state->answered_at > now - PATIENCE ? "" : ", of another time",
                  state->late_at > now + 50000 && state->late_at <= now + 60000 ? "" : ", late at another time");
}

static void assert_custom(struct fixture *fixture, const char *wanted)
{
    const struct ks_store_selector all = {.name = NULL};
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_custom(fixture->copy, &all, NULL, put_custom, &text);
    assert_row_text("custom checks", text.data, wanted);
}

static void test_custom_checks_and_nodes_come_with_it(void **state)
{
    struct fixture *fixture = *state;
    const struct ks_custom_state custom = {.service = "web",
                                           .check = "orders",
                                           .phase = KS_CUSTOM_ANSWERED,
                                           .label = "",
                                           .message = "17",
                                           .color = "blue",
                                           .reason = "",
                                           .mistake = "",
                                           .raw = "",
                                           .ran_at = ks_clock_wall(),
                                           .answered_at = ks_clock_monotonic(),
                                           .late_at = ks_clock_monotonic() + 60000};
    struct ks_nodes_state nodes;
    struct ks_error err;
    uint64_t version;
    int64_t age;

    APPLY(fixture->theirs, KS_KUBE_ADDED, .kind = KS_KIND_NODE, .name = "node", .node = {.ready = true});
    assert_int_equal(ks_store_custom_put(fixture->theirs, &custom, &err), 0);
    sample_flush(fixture->theirs);
    version = sample_version(fixture->theirs);
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    assert_custom(fixture, "web/orders 17;");
    assert_int_equal(ks_store_nodes(fixture->copy, &nodes, &age), KS_SOURCE_LIVE);
    assert_int_equal(nodes.ready, 1);

    ks_store_custom_remove(fixture->theirs, "web", "orders");
    sample_flush(fixture->theirs);
    push_since(fixture, "one", version, PEER_HONEST);
    run_polls(fixture, 1);
    assert_custom(fixture, "");
}

/* After a restart the old state stays, with its age, until the peer knows everything again. */
static void test_a_peer_that_starts_takes_nothing_away_yet(void **state)
{
    struct fixture *fixture = *state;
    uint64_t version;

    add_their_pod(fixture, "api");
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);

    ks_store_free(fixture->theirs);
    fixture->theirs = sample_store(NULL, NULL);
    add_their_pod(fixture, "api");
    push_since(fixture, "two", 0, PEER_HONEST);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1, shop/StatefulSet/web 1/1");
    assert_int_equal(pods_source(fixture), KS_SOURCE_AWAY);
    assert_row_part("trouble", report_of(fixture).trouble, "just started");

    version = sample_version(fixture->theirs);
    sample_live(fixture->theirs, 0);
    push_since(fixture, "two", version, PEER_HONEST);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1");
    assert_int_equal(pods_source(fixture), KS_SOURCE_LIVE);
    assert_row_text("trouble", report_of(fixture).trouble, "");
}

static void test_a_peer_that_never_knew_all_is_starting(void **state)
{
    struct fixture *fixture = *state;

    ks_store_free(fixture->theirs);
    fixture->theirs = sample_store(NULL, NULL);
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    assert_int_equal(ks_store_readiness(fixture->copy), KS_STARTING);
}

static void test_a_peer_without_rights_has_no_services(void **state)
{
    struct fixture *fixture = *state;

    ks_store_source(fixture->theirs, 0, KS_KIND_POD, KS_SOURCE_OFF, 0);
    ks_store_trouble(fixture->theirs, KS_STORE_NO_ACCESS, "HTTP 403");
    sample_flush(fixture->theirs);
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    assert_int_equal(ks_store_readiness(fixture->copy), KS_FORBIDDEN);
}

/* The peer has forgotten what was since then. */
static void test_everything_again_after_a_gap(void **state)
{
    struct fixture *fixture = *state;

    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    add_their_pod(fixture, "api");
    remove_their_pod(fixture, "web");
    push_all(fixture);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1");
}

/* From another instance: it is refused, and the next poll asks for everything. */
static void test_changes_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    uint64_t version = sample_version(fixture->theirs);

    add_their_pod(fixture, "api");
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);

    remove_their_pod(fixture, "web");
    push_since(fixture, "two", version, PEER_HONEST);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1, shop/StatefulSet/web 1/1");
    assert_row_part("trouble", report_of(fixture).trouble, "were asked for");
    assert_int_equal(pods_source(fixture), KS_SOURCE_AWAY);

    push_since(fixture, "one", version, PEER_HONEST);
    run_polls(fixture, 1);
    assert_row_part("trouble", report_of(fixture).trouble, "only changes, though everything was asked for");

    push_all(fixture);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1");
    /* After a failure it does not wait for news. */
    assert_target(fixture, 3, "/shields/services/?full&format=2");
}

static void test_changes_up_to_an_earlier_version(void **state)
{
    struct fixture *fixture = *state;

    add_their_pod(fixture, "api");
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);

    ks_store_free(fixture->theirs);
    fixture->theirs = sample_store(NULL, NULL);
    sample_live(fixture->theirs, 0);
    add_their_pod(fixture, "late");
    push_since(fixture, "one", 1, PEER_HONEST);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/api 1/1, shop/StatefulSet/web 1/1");
    assert_row_part("trouble", report_of(fixture).trouble, "changes up to one.2, though those since one.3");
}

static void test_a_packed_answer(void **state)
{
    struct fixture *fixture = *state;

    push_since(fixture, "one", 0, PEER_GZIP);
    start(fixture);
    run_polls(fixture, 1);
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_everything_then_changes),
        TEST(test_custom_checks_and_nodes_come_with_it),
        TEST(test_a_peer_that_starts_takes_nothing_away_yet),
        TEST(test_a_peer_that_never_knew_all_is_starting),
        TEST(test_a_peer_without_rights_has_no_services),
        TEST(test_everything_again_after_a_gap),
        TEST(test_changes_that_do_not_fit),
        TEST(test_changes_up_to_an_earlier_version),
        TEST(test_a_packed_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
