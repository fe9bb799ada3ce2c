/* Peers with invalid, slow, endless, too many or no answers. */
#include "config.h"

#include "support/peer_sample.h"

/* Answers that are refused, and the text about it. Their body would add api. */
static const struct refused {
    const char *name;
    struct peer_answer answer;
    const char *body; /* instead of a right one */
    const char *trouble;
} refused[] = {
    {"unsigned", {.tricks = PEER_UNSIGNED}, NULL, "answers 200, but does not sign it"},
    {"signed by another", {.tricks = PEER_WRONG_KEY}, NULL, ""},
    {"altered", {.tricks = PEER_ALTERED}, NULL, ""},
    {"packed and altered", {.tricks = PEER_ALTERED | PEER_GZIP}, NULL, ""},
    {"packed, and more", {.tricks = PEER_GZIP | PEER_TRAILING}, NULL, "its gzip is not one stream"},
    {"replayed", {.tricks = PEER_REPLAYED}, NULL, ""},
    {"403, unsigned", {.status = 403, .tricks = PEER_UNSIGNED}, "", "its clock and ours differ by more than 10 s"},
    {"redirect", {.status = 302, .tricks = PEER_UNSIGNED, .header = "Location: /stolen\r\n"}, "", "answers 302"},
    {"redirect, signed", {.status = 302, .header = "Location: /stolen\r\n"}, NULL, "answers 302"},
    {"error, signed", {.status = 503}, "busy", "answers 503"},
    {"no content, signed", {.status = 204}, "", "answers 204"},
    {"two signatures", {.tricks = 0, .header = "Intra-Shield: v2 00\r\n"}, NULL, "ntra-"},
    {"nonsense, signed", {.tricks = 0}, "{\"instance\":", ""},
    {"nothing, signed", {.tricks = 0}, "", ""},
    {"hangs up", {.tricks = PEER_HANG_UP}, NULL, "GET /services/"},
    {"endless", {.tricks = PEER_ENDLESS | PEER_WRONG_KEY}, "", ""},
    {"endless, an error", {.status = 500, .tricks = PEER_ENDLESS}, "", "answers 500"},
};

/* The old state stays, and the next valid answer counts. */
static void refuse(struct fixture *fixture, const struct refused *row)
{
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    add_their_pod(fixture, "api");
    if (row->body) {
        peer_server_push(&fixture->server, &row->answer, row->body);
    } else {
        push_answer(fixture, "one", 0, &row->answer);
    }
    run_polls(fixture, 1);
    assert_row_number(row->name, (int64_t)report_of(fixture).failures, 1);
    assert_row_part(row->name, report_of(fixture).trouble, row->trouble);
    assert_row_number(row->name, pods_source(fixture), KS_SOURCE_AWAY);
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");

    remove_their_pod(fixture, "api");
    push_all(fixture);
    run_polls(fixture, 1);
    assert_row_text(row->name, report_of(fixture).trouble, "");
    assert_row_number(row->name, pods_source(fixture), KS_SOURCE_LIVE);
}

static void start_again(struct fixture *fixture)
{
    uint16_t port = fixture->server.port;

    ks_peer_free(fixture->peer);
    fixture->peer = NULL;
    fixture->settled = 0;
    ks_store_free(fixture->copy);
    fixture->copy = sample_store(NULL, NULL);
    peer_server_stop(&fixture->server);
    peer_server_start(&fixture->server, port);
}

static void test_any_other_answer_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char log[16384];

    for (size_t i = 0; i < COUNT(refused); i++) {
        refuse(fixture, &refused[i]);
        for (size_t asked = 0; asked < peer_server_requests(&fixture->server); asked++) {
            assert_null(strstr(request_of(fixture, asked).target, "stolen"));
        }
        start_again(fixture);
    }
    read_log(fixture, log, sizeof log);
    assert_null(strstr(log, PEER_SECRET));
}

/* While it waits for news all is well; then it is dead. */
static void test_a_peer_that_falls_silent(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.wait_ms = 1000;
    fixture->options.timeout_ms = 600;
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    run_for(fixture, 300);
    assert_int_equal(pods_source(fixture), KS_SOURCE_LIVE);
    assert_int_equal(oldest_age(fixture), 0);
    run_polls(fixture, 1);
    assert_int_equal(pods_source(fixture), KS_SOURCE_AWAY);
    assert_true(oldest_age(fixture) >= 600);
    assert_row_part("trouble", report_of(fixture).trouble, "timed out");
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");
}

static void test_a_peer_that_drips(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_answer drips = {.tricks = PEER_DRIP};

    fixture->options.timeout_ms = 300;
    peer_server_push(&fixture->server, &drips, "");
    start(fixture);
    run_polls(fixture, 1);
    assert_row_part("trouble", report_of(fixture).trouble, "timed out");
    assert_int_equal(pods_source(fixture), KS_SOURCE_STARTING);
    assert_int_equal(fixture->settled, 1);
}

static void test_a_peer_that_is_ourselves_is_rarely_asked(void **state)
{
    struct fixture *fixture = *state;
    char log[4096];

    push_since(fixture, OWN, 0, PEER_HONEST);
    start(fixture);
    run_polls(fixture, 1);
    assert_row_part("trouble", report_of(fixture).trouble, "this is kube-shields itself");
    assert_services(fixture->copy, "");
    push_all(fixture);
    run_for(fixture, 600);
    assert_int_equal(peer_server_requests(&fixture->server), 1);
    read_log(fixture, log, sizeof log);
    assert_int_equal(count_of(log, "itself"), 1);
}

static bool is_live(struct fixture *fixture)
{
    return pods_source(fixture) == KS_SOURCE_LIVE;
}

static bool has_said_back(struct fixture *fixture)
{
    char log[16384];

    read_log(fixture, log, sizeof log);
    return strstr(log, "back after") != NULL;
}

static void test_an_outage_is_logged_once_and_so_is_its_end(void **state)
{
    struct fixture *fixture = *state;
    uint16_t port = fixture->server.port;
    char log[16384];

    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    peer_server_stop(&fixture->server);
    run_polls(fixture, 3);
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");
    assert_int_equal(pods_source(fixture), KS_SOURCE_AWAY);
    assert_true(oldest_age(fixture) > 0);
    read_log(fixture, log, sizeof log);
    assert_int_equal(count_of(log, "\n"), 1);
    assert_row_part("log", log, "warning peer: eu (http://127.0.0.1:");
    assert_row_part("log", log, "; last known values stay, trying again\n");

    peer_server_start(&fixture->server, port);
    push_all(fixture);
    run_until(fixture, is_live);
    assert_int_equal(oldest_age(fixture), 0);
    run_until(fixture, has_said_back);
    read_log(fixture, log, sizeof log);
    assert_int_equal(count_of(log, "\n"), 2);
}

/* It answers at once, and always the same. */
static void test_a_peer_that_does_not_wait_is_asked_once_a_second(void **state)
{
    struct fixture *fixture = *state;

    push_since(fixture, "one", 0, PEER_FOREVER);
    start(fixture);
    run_for(fixture, 900);
    assert_in_range(report_of(fixture).polls, 2, 4);
    assert_int_equal(report_of(fixture).failures, 0);
}

/* It answers at once, and always something else. */
static void test_a_peer_with_news_is_asked_at_most_every_20_ms(void **state)
{
    struct fixture *fixture = *state;
    int64_t begun = ks_clock_monotonic();
    uint64_t version = 0;

    for (int i = 0; i < 20; i++) {
        if (i % 2) {
            remove_their_pod(fixture, "api");
        } else {
            add_their_pod(fixture, "api");
        }
        push_since(fixture, "one", i ? version : 0, PEER_HONEST);
        version = sample_version(fixture->theirs);
    }
    start(fixture);
    run_polls(fixture, 20);
    assert_true(ks_clock_monotonic() - begun >= 19 * 20);
}

/* Two processes behind one URL: neither knows the other's version. */
static void test_a_peer_that_always_sends_everything_is_asked_once_a_second(void **state)
{
    struct fixture *fixture = *state;
    char log[4096];

    for (int i = 0; i < 30; i++) {
        push_since(fixture, i % 2 ? "one" : "two", 0, PEER_HONEST);
    }
    start(fixture);
    run_for(fixture, 2500);
    assert_in_range(report_of(fixture).polls, 3, 6);
    assert_int_equal(report_of(fixture).failures, 0);
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");
    read_log(fixture, log, sizeof log);
    assert_int_equal(count_of(log, "\n"), 1);
    assert_row_part("log", log, "several kube-shields take turns answering there");
}

static void test_a_cgi_request_asks_once(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.once = true;
    push_all(fixture);
    push_all(fixture);
    start(fixture);
    run_polls(fixture, 1);
    assert_int_equal(fixture->settled, 1);
    assert_services(fixture->copy, "shop/StatefulSet/web 1/1");
    assert_target(fixture, 0, "/shields/services/?full&format=2");
    run_for(fixture, 100);
    assert_int_equal(peer_server_requests(&fixture->server), 1);
    ks_peer_expire(fixture->peer);
    assert_int_equal(fixture->settled, 1);
    assert_row_text("trouble", report_of(fixture).trouble, "");
}

static void test_a_cgi_request_has_a_deadline(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.once = true;
    start(fixture);
    run_for(fixture, 100);
    assert_int_equal(fixture->settled, 0);
    ks_peer_expire(fixture->peer);
    assert_int_equal(fixture->settled, 1);
    assert_row_text("trouble", report_of(fixture).trouble, "no answer at the deadline");
    assert_int_equal(pods_source(fixture), KS_SOURCE_STARTING);
}

/* Others have taken all that is shared: a small answer still has its own, a large one has to wait. */
static void test_answers_that_are_not_verified_yet_are_bounded_together(void **state)
{
    static const struct refused endless = {
        "endless, and others too", {.tricks = PEER_ENDLESS | PEER_WRONG_KEY}, "", "and this one is the largest"};
    struct fixture *fixture = *state;
    const size_t others = KS_DOCUMENT_MOST - 1;

    fixture->group.bodies = others;
    refuse(fixture, &endless);
    assert_int_equal(fixture->group.bodies, others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_any_other_answer_is_refused),
        TEST(test_a_peer_that_falls_silent),
        TEST(test_a_peer_that_drips),
        TEST(test_a_peer_that_is_ourselves_is_rarely_asked),
        TEST(test_an_outage_is_logged_once_and_so_is_its_end),
        TEST(test_a_peer_that_does_not_wait_is_asked_once_a_second),
        TEST(test_a_peer_with_news_is_asked_at_most_every_20_ms),
        TEST(test_a_peer_that_always_sends_everything_is_asked_once_a_second),
        TEST(test_a_cgi_request_asks_once),
        TEST(test_a_cgi_request_has_a_deadline),
        TEST(test_answers_that_are_not_verified_yet_are_bounded_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
