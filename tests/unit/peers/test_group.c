/* Two peers of one loop: whether one of them can cost the other anything. */
#include "config.h"

#include "support/peer_sample.h"

/* A second peer, us, with a service of its own; the fixture's is eu. */
struct group {
    struct fixture *eu;
    struct peer_server server;
    struct ks_peer_address address;
    struct ks_peer_options options;
    struct ks_peer *peer;
    struct ks_store *theirs, *copy;
    uint64_t polls; /* to wait for */
};

static struct group us;

static int set_up_group(void **state)
{
    set_up(state);
    us = (struct group){.eu = *state};
    peer_server_start(&us.server, 0);
    snprintf(us.address.name, sizeof us.address.name, "us");
    snprintf(us.address.host, sizeof us.address.host, "127.0.0.1:%u", us.server.port);
    snprintf(us.address.url, sizeof us.address.url, "http://%.32s", us.address.host);
    us.options = us.eu->options;
    us.options.address = &us.address;
    us.theirs = sample_store(NULL, NULL);
    us.copy = sample_store(NULL, NULL);
    sample_live(us.theirs, 0);
    APPLY(us.theirs, KS_KUBE_ADDED, .name = "db-0", .owner_name = "db");
    sample_flush(us.theirs);
    return 0;
}

static int tear_down_group(void **state)
{
    ks_peer_free(us.peer);
    us.peer = NULL;
    tear_down(state);
    peer_server_stop(&us.server);
    ks_store_free(us.theirs);
    ks_store_free(us.copy);
    return 0;
}

static void start_us(void)
{
    struct ks_error err = {.text = ""};

    if (ks_peer_new(&us.peer, us.eu->loop, &us.options, us.copy, &err)) {
        fail_msg("%s", err.text);
    }
    ks_peer_start(us.peer, NULL, NULL);
}

static struct ks_remote_report report_of_us(void)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(us.copy, &report);
    return report;
}

static bool has_us_polled(struct fixture *fixture)
{
    (void)fixture;
    return report_of_us().polls >= us.polls;
}

static void run_polls_of_us(uint64_t polls)
{
    us.polls = report_of_us().polls + polls;
    run_until(us.eu, has_us_polled);
}

/* Everything, after this many spaces. */
static void us_answers(const char *instance, struct ks_store *store, size_t spaces)
{
    const struct peer_answer honest = {.tricks = PEER_HONEST};
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, KS_DOCUMENT_MOST);
    for (size_t i = 0; i < spaces; i++) {
        ks_buf_literal(&body, " ");
    }
    ks_peer_document_write(&body, store, instance, 0, KS_DOCUMENT_FORMAT);
    peer_server_push(&us.server, &honest, body.data);
}

/* eu polls, then us, which says what that store has. */
static void start_both(struct fixture *eu, const char *instance, struct ks_store *store)
{
    push_all(eu);
    start(eu);
    run_polls(eu, 1);
    us_answers(instance, store, 0);
    start_us();
    run_polls_of_us(1);
}

/* ---- one shield counts once ---- */

static void test_one_shield_under_two_names_counts_once(void **state)
{
    struct fixture *eu = *state;

    start_both(eu, "one", eu->theirs);
    assert_row_text("us", report_of_us().trouble, "instance one is also eu's: is it one shield under two names?");
    assert_services(us.copy, "");
    assert_services(eu->copy, "shop/StatefulSet/web 1/1");
    assert_row_text("eu", report_of(eu).trouble, "");
}

/* The last state of us stays, with its age: another's answer does not change it. */
static void test_polls_that_are_led_to_another_peer(void **state)
{
    struct fixture *eu = *state;

    start_both(eu, "two", us.theirs);
    us_answers("one", eu->theirs, 0);
    run_polls_of_us(1);
    assert_row_part("us", report_of_us().trouble, "is also eu's");
    assert_services(us.copy, "shop/StatefulSet/db 1/1");
    us_answers("two", us.theirs, 0);
    run_polls_of_us(1);
    assert_row_text("us", report_of_us().trouble, "");
}

static bool are_both_well(struct fixture *fixture)
{
    return report_of_us().polls > us.polls && !report_of_us().trouble[0] && report_of(fixture).failures == 1 &&
           !report_of(fixture).trouble[0];
}

/* Each is behind the other's name now. */
static void test_two_peers_that_swap_addresses(void **state)
{
    struct fixture *eu = *state;

    start_both(eu, "two", us.theirs);

    push_answer(eu, "two", 0, &(struct peer_answer){.tricks = PEER_HONEST});
    run_polls(eu, 1);
    assert_row_part("eu", report_of(eu).trouble, "instance two is also us's");
    us_answers("one", us.theirs, 0);
    run_polls_of_us(1);
    push_answer(eu, "two", 0, &(struct peer_answer){.tricks = PEER_HONEST});
    us.polls = report_of_us().polls - 1;
    run_until(eu, are_both_well);
}

/* ---- memory ---- */

static bool has_eu_hoarded(struct fixture *fixture)
{
    return fixture->group.bodies > KS_DOCUMENT_MOST - (300 << 10);
}

static bool has_eu_failed(struct fixture *fixture)
{
    return report_of(fixture).failures > 0;
}

/* The largest body makes room, not the latest. */
static void test_a_hoard_costs_only_its_peer(void **state)
{
    const struct peer_answer hoard = {.tricks = PEER_HOARD | PEER_WRONG_KEY};
    struct fixture *eu = *state;

    peer_server_push(&eu->server, &hoard, "");
    start(eu);
    run_until(eu, has_eu_hoarded);
    assert_int_equal(report_of(eu).polls, 0);
    us_answers("two", us.theirs, 700 << 10);
    start_us();
    run_polls_of_us(1);
    assert_row_text("us", report_of_us().trouble, "");
    assert_services(us.copy, "shop/StatefulSet/db 1/1");
    run_until(eu, has_eu_failed);
    assert_row_part("eu", report_of(eu).trouble,
                    "the answers of all peers are more than 67108864 bytes together, and this one is the largest");
    assert_int_equal(eu->group.bodies, 0);
}

#define TEST_OF_TWO(name) cmocka_unit_test_setup_teardown(name, set_up_group, tear_down_group)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_TWO(test_one_shield_under_two_names_counts_once),
        TEST_OF_TWO(test_polls_that_are_led_to_another_peer),
        TEST_OF_TWO(test_two_peers_that_swap_addresses),
        TEST_OF_TWO(test_a_hoard_costs_only_its_peer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
