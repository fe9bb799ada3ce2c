/* Documents written from a store: read again, they say what it says. */
#include "config.h"

#include "support/store_sample.h"

#include "base/clock.h"
#include "support/peer_document_seen.h"

static void on_store_head(void *arg, const struct ks_store_changes *changes)
{
    ks_buf_printf(arg, "%s.%" PRIu64 " ", INSTANCE, changes->version);
    print_head(arg, changes);
}

static void on_store_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    on_gone(arg, namespace_name, kind, name, NULL);
}

static void on_store_custom(void *arg, const struct ks_custom_state *state)
{
    int64_t now = ks_clock_monotonic();
    bool answered = state->phase == KS_CUSTOM_ANSWERED;

    print_custom(arg, state, answered ? now - state->answered_at : 0, answered ? state->late_at - now : 0);
}

static void on_store_custom_gone(void *arg, const char *service, const char *check)
{
    on_custom_gone(arg, service, check, NULL);
}

static void write_document(struct ks_store *store, uint64_t since, struct ks_buf *json)
{
    ks_buf_init(json, KS_DOCUMENT_MOST);
    ks_peer_document_write(json, store, INSTANCE, since, KS_DOCUMENT_FORMAT);
    assert_int_equal(ks_buf_check(json, NULL), 0);
}

/* The document says what the store says. */
static void assert_round_trip(struct ks_store *store, uint64_t since)
{
    struct ks_buf json KS_CLEANUP_BUF;
    struct ks_buf wanted KS_CLEANUP_BUF;
    const struct ks_store_changes_reader reader = {on_store_head,   print_service,        on_store_gone,
                                                   on_store_custom, on_store_custom_gone, &wanted};

    ks_buf_init(&wanted, CEILING);
    ks_store_read_changes(store, since, &reader);
    write_document(store, since, &json);
    assert_read(json.data, wanted.data);
}

static void assert_written(struct ks_store *store, const char *wanted)
{
    struct ks_buf json KS_CLEANUP_BUF;

    write_document(store, 0, &json);
    assert_row_part("document", json.data, wanted);
}

static int set_up(void **state)
{
    *state = sample_store(NULL, NULL);
    sample_live(*state, 0);
    return 0;
}

static int tear_down(void **state)
{
    ks_store_free(*state);
    return 0;
}

#define PUT(store, how, ...) put_custom((store), &(const struct ks_custom_state){.phase = (how), __VA_ARGS__})

static void put_custom(struct ks_store *store, const struct ks_custom_state *state)
{
    struct ks_custom_state whole = *state;
    struct ks_error err;

    whole.service = sample_or(state->service, "web");
    whole.check = sample_or(state->check, "hits");
    whole.color = sample_or(state->color, state->phase == KS_CUSTOM_ANSWERED ? "green" : "");
    whole.label = sample_or(state->label, "");
    whole.message = sample_or(state->message, "");
    whole.reason = sample_or(state->reason, "");
    whole.mistake = sample_or(state->mistake, "");
    whole.raw = sample_or(state->raw, "");
    assert_int_equal(ks_store_custom_put(store, &whole, &err), 0);
}

static void fill(struct ks_store *store)
{
    int64_t now = ks_clock_monotonic();

    APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 3, .containers_per_pod = 2},
          .annotations = {.label = "Shop \"\xc3\xa4\"\n", .color = "no color", .link = "https://example.org/?a&b"});
    APPLY(store, .name = "web-a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9",
          .restarts = 7, .image = "web:1.4.2");
    APPLY(store, .name = "web-b", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9",
          .not_ready = true, .waiting = "CrashLoopBackOff", .created = CREATED + 60, .image = "web:1.5");
    APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "old", .annotations = {.hidden = true});
    APPLY(store, .kind = KS_KIND_JOB, .name = "import", .workload = {.outcome = KS_JOB_FAILED});
    APPLY(store, .kind = KS_KIND_CRONJOB, .name = "backup", .workload = {.suspended = true});
    APPLY(store, .namespace_name = "office", .name = "db-0", .owner_name = "db", .deleting = true);
    APPLY(store, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
    APPLY(store, .kind = KS_KIND_NODE, .name = "two",
          .node = {.unschedulable = true, .pressures = {[KS_PRESSURE_PID] = true, [KS_PRESSURE_NETWORK] = true}});
    PUT(store, KS_CUSTOM_ANSWERED, .label = "Hits", .message = "12 \xe2\x82\xac",
        .raw = "{\"hits\":[12,1.50,null,\"\\u0001\"]}", .ran_at = 1700000000123, .took_ms = 456,
        .answered_at = now - 90000, .late_at = now + 90000);
    PUT(store, KS_CUSTOM_ANSWERED, .check = "age", .failed = true, .color = "grey", .reason = "exit 1: \"no\"",
        .message = "exit 1", .answered_at = now - 900000, .late_at = now - 90000);
    PUT(store, KS_CUSTOM_WAITING, .check = "size", .label = "Size");
    PUT(store, KS_CUSTOM_REFUSED, .check = "mail", .reason = "web/mail: it is not a program");
    PUT(store, KS_CUSTOM_ANSWERED, .check = "null", .raw = "null", .mistake = "color \"x\": must be a name",
        .answered_at = now);
    sample_flush(store);
}

static void a_stores_state_arrives_unchanged(void **state)
{
    assert_round_trip(*state, 0);
    fill(*state);
    assert_round_trip(*state, 0);
    ks_store_source(*state, 0, KS_KIND_POD, KS_SOURCE_AWAY, ks_clock_monotonic() - 90000);
    ks_store_source(*state, 0, KS_KIND_NODE, KS_SOURCE_AWAY, ks_clock_monotonic() - 150000);
    sample_flush(*state);
    assert_round_trip(*state, 0);
    sample_source(*state, 0, KS_KIND_POD, KS_SOURCE_OFF, 0);
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_OFF, 0);
    assert_round_trip(*state, 0);
    ks_store_trouble(*state, KS_STORE_NO_ACCESS, "HTTP 403");
    assert_round_trip(*state, 0);
}

/* One service of each outcome, named after it; all are guesses. */
static void put_every_outcome(struct ks_store *store)
{
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        struct ks_service_state one = {.down = i == KS_OUTCOME_FAILED || i == KS_OUTCOME_ROLLOUT_FAILED,
                                       .guessed = 1,
                                       .without = 1U << KS_KIND_JOB | 1U << KS_KIND_BUDGET,
                                       .desired = 2,
                                       .annotations = KS_NO_ANNOTATIONS};
        const struct ks_remote_service service = {"shop", "Deployment", ks_peer_outcomes.words[i], &one, INT64_MAX};

        one.services[i] = 1;
        if (i == KS_OUTCOME_UNKNOWN) {
            ks_tally_add(&one.doubts, "a count is \"negative\"", 2);
            one.doubts.others = 3;
        }
        assert_int_equal(ks_store_remote_put(store, &service, NULL), 0);
    }
    sample_flush(store);
}

static void every_outcome_arrives_unchanged(void **state)
{
    put_every_outcome(*state);
    assert_round_trip(*state, 0);
    assert_written(*state, "\"outcome\":\"rollout-failed\",\"down\":true,\"desired\":2,\"guessed\":true,"
                           "\"judged_without\":[\"jobs\",\"poddisruptionbudgets\"]}");
    assert_written(*state, "\"doubts\":{\"a count is \\\"negative\\\"\":2},\"doubts_more\":3,"
                           "\"judged_without\":[\"jobs\",\"poddisruptionbudgets\"]}");
}

/* An older reader refuses words that it does not know. */
static void format_1_has_nothing_of_format_2(void **state)
{
    static const char *const only_in_2[] = {
        "format",      "down",          "guessed",          "doubts",         "pressures",
        "rolling-out", "not-available", "paused",           "rollout-failed", "gated",
        "in-progress", "no-node",       "suspended-failed", "unknown",        "judged_without",
    };
    struct ks_buf json KS_CLEANUP_BUF;

    put_every_outcome(*state);
    ks_buf_init(&json, KS_DOCUMENT_MOST);
    ks_peer_document_write(&json, *state, INSTANCE, 0, 1);
    for (size_t i = 0; i < COUNT(only_in_2); i++) {
        char word[64];
        const char *at;

        snprintf(word, sizeof word, "\"%s", only_in_2[i]);
        /* Names are those of outcomes. */
        for (at = strstr(json.data, word); at; at = strstr(at + 1, word)) {
            assert_row_number(word, strncmp(at - strlen("\"name\":"), "\"name\":", strlen("\"name\":")), 0);
        }
    }
}

static void a_store_reports_that_it_is_starting(void **state)
{
    struct ks_store *store = sample_store(NULL, NULL);

    (void)state;
    assert_written(store, "\"full\":true,\"readiness\":\"starting\",\"nodes\":{\"state\":\"starting\"}}");
    assert_round_trip(store, 0);
    /* For peers that is the same. */
    ks_store_trouble(store, KS_STORE_UNREACHABLE, "no connection");
    assert_written(store, "\"full\":true,\"readiness\":\"starting\",\"nodes\":{\"state\":\"starting\"}}");
    ks_store_free(store);
}

static void a_delta_has_changes_and_removals(void **state)
{
    struct ks_buf json KS_CLEANUP_BUF;
    uint64_t version;

    fill(*state);
    version = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_DELETED, .namespace_name = "office", .name = "db-0", .owner_name = "db");
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_JOB, .name = "import");
    APPLY(*state, .name = "new-0", .owner_name = "new");
    PUT(*state, KS_CUSTOM_ANSWERED, .check = "size", .message = "3");
    ks_store_custom_remove(*state, "web", "mail");
    sample_flush(*state);
    assert_round_trip(*state, version);
    write_document(*state, version, &json);
    assert_null(strstr(json.data, "\"full\""));
    assert_null(strstr(json.data, "\"name\":\"web\""));
    assert_row_part("delta", json.data,
                    "\"services\":[{\"namespace\":\"shop\",\"kind\":\"StatefulSet\",\"name\":\"new\"");
    assert_row_part("delta", json.data, "{\"namespace\":\"office\",\"kind\":\"StatefulSet\",\"name\":\"db\"}");
    assert_row_part("delta", json.data, "{\"namespace\":\"shop\",\"kind\":\"Job\",\"name\":\"import\"}");
    assert_row_part("delta", json.data, "\"custom\":[{\"service\":\"web\",\"check\":\"size\",\"message\":\"3\"");
    assert_row_part("delta", json.data, "\"custom_gone\":[{\"service\":\"web\",\"check\":\"mail\"}]}");
}

/* It is listed each time it went. */
static void a_check_added_and_removed_twice_is_gone(void **state)
{
    uint64_t version;

    fill(*state);
    version = sample_version(*state);
    for (int i = 0; i < 2; i++) {
        APPLY(*state, .name = "short-0", .owner_name = "short");
        PUT(*state, KS_CUSTOM_WAITING, .check = "short");
        sample_flush(*state);
        APPLY(*state, .event = KS_KUBE_DELETED, .name = "short-0", .owner_name = "short");
        ks_store_custom_remove(*state, "web", "short");
        sample_flush(*state);
    }
    assert_round_trip(*state, version);
}

static void a_delta_without_a_change_is_small(void **state)
{
    struct ks_buf json KS_CLEANUP_BUF;
    char wanted[256];

    fill(*state);
    snprintf(wanted, sizeof wanted,
             "{\"format\":2,\"instance\":\"" INSTANCE "\",\"version\":%" PRIu64
             ",\"nodes\":{\"state\":\"live\",\"total\":2,\"ready\":1,\"cordoned\":1,"
             "\"pressures\":{\"PIDPressure\":1,\"NetworkUnavailable\":1}}}",
             sample_version(*state));
    write_document(*state, sample_version(*state), &json);
    assert_string_equal(json.data, wanted);
}

static void assert_accepted(const struct ks_buf *json)
{
    struct ks_error err = {.text = ""};
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    read_document(json->data, json->length, &text, &err);
    assert_string_equal(err.text, "");
}

/* One pod of one tenant must not cost the peers the whole cluster. */
static void nothing_is_written_that_the_reader_would_refuse(void **state)
{
    char reason[400];
    struct ks_buf json KS_CLEANUP_BUF;

    memset(reason, 'x', sizeof reason - 1);
    memcpy(reason, "a\nb\x7f", 4);
    reason[sizeof reason - 1] = '\0';
    APPLY(*state, .name = "odd-0", .owner_kind = "Kind/of \"x\"", .owner_name = "odd");
    APPLY(*state, .name = "odder-0", .owner_name = "../../etc");
    APPLY(*state, .name = "web-0", .waiting = reason, .not_ready = true);
    APPLY(*state, .name = "db-0", .owner_name = "db", .created = -1);
    PUT(*state, KS_CUSTOM_ANSWERED, .service = "web shop", .message = "no");
    PUT(*state, KS_CUSTOM_ANSWERED, .check = "", .message = "no");
    PUT(*state, KS_CUSTOM_ANSWERED, .message = "a\x1b[31mb", .color = "no color", .took_ms = -1, .ran_at = INT64_MAX,
        .late_at = INT64_MAX / 2);
    sample_flush(*state);
    write_document(*state, 0, &json);
    assert_null(strstr(json.data, "odd"));
    assert_null(strstr(json.data, "etc"));
    assert_null(strstr(json.data, "web shop"));
    assert_null(strstr(json.data, "\"no\""));
    assert_row_part("reason", json.data, "\"reasons\":{\"a b xxx");
    assert_row_part("color", json.data, "\"message\":\"a [31mb\",\"color\":\"orange\"");
    assert_accepted(&json);
}

static void numbers_out_of_range_become_the_nearest(void **state)
{
    const struct ks_service_state odd = {.services = {[KS_OUTCOME_RUNNING] = 1},
                                         .ready = -1,
                                         .restarts = INT32_MAX,
                                         .desired = INT32_MIN,
                                         .created = -1,
                                         .yellow_until = INT64_MAX,
                                         .reasons = {.others = -1},
                                         .annotations = KS_NO_ANNOTATIONS};
    const struct ks_remote_service service = {"shop", "Deployment", "odd", &odd, INT64_MAX};
    struct ks_buf json KS_CLEANUP_BUF;

    assert_int_equal(ks_store_remote_put(*state, &service, NULL), 0);
    sample_flush(*state);
    write_document(*state, 0, &json);
    assert_row_part("numbers", json.data, "\"name\":\"odd\",\"restarts\":2147483647,\"yellow_until\":253402300799}");
    assert_accepted(&json);
}

static void raw_that_peers_would_refuse_is_omitted(void **state)
{
    static char raw[200000];
    struct ks_buf json KS_CLEANUP_BUF;

    memset(raw, ',', sizeof raw);
    for (size_t i = 0; i < sizeof raw; i += 2) {
        raw[i] = '1';
    }
    raw[0] = '[';
    raw[1] = '1';
    raw[2] = ' ';
    raw[sizeof raw - 2] = ']';
    raw[sizeof raw - 1] = '\0';
    PUT(*state, KS_CUSTOM_ANSWERED, .raw = raw, .message = "many");
    PUT(*state, KS_CUSTOM_ANSWERED, .check = "few", .raw = "[1]");
    sample_flush(*state);
    write_document(*state, 0, &json);
    assert_true(json.length < 1000);
    assert_row_part("raw", json.data, "\"raw\":[1]");
}

static void a_deployment_takes_few_bytes_in_either_format(void **state)
{
    struct ks_buf json KS_CLEANUP_BUF;
    struct ks_buf old KS_CLEANUP_BUF;
    const char *service;
    char name[32];

    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 3, .containers_per_pod = 1});
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "web-%d", i);
        APPLY(*state, .name = name, .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9",
              .image = "registry.example.org/shop/web:1.4.2", .created = CREATED + i, .restarts = 1);
    }
    sample_flush(*state);
    write_document(*state, 0, &json);
    service = strstr(json.data, "{\"namespace\"");
    assert_non_null(service);
    assert_string_equal(service,
                        "{\"namespace\":\"shop\",\"kind\":\"Deployment\",\"name\":\"web\",\"ready\":3,\"total\":3,"
                        "\"restarts\":3,\"pods\":3,\"pods_ready\":3,\"desired\":3,\"created\":1700000000,"
                        "\"oldest\":1700000000,\"newest\":1700000002,\"yellow_until\":1700172802,"
                        "\"versions\":{\"1.4.2\":3}}]}");
    assert_in_range(strlen(service) - 2, 1, 256);
    ks_buf_init(&old, KS_DOCUMENT_MOST);
    ks_peer_document_write(&old, *state, INSTANCE, 0, 1);
    assert_string_equal(strstr(old.data, "{\"namespace\""), service);
}

static void a_truncated_document_is_refused_at_every_byte(void **state)
{
    struct ks_buf json KS_CLEANUP_BUF;

    fill(*state);
    write_document(*state, 0, &json);
    for (size_t length = 0; length < json.length; length++) {
        struct ks_error err = {.kind = KS_ERROR_NONE};
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        assert_int_equal(read_document(json.data, length, &text, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_PROTOCOL);
        assert_int_equal(text.length, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stores_state_arrives_unchanged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_outcome_arrives_unchanged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(format_1_has_nothing_of_format_2, set_up, tear_down),
        cmocka_unit_test(a_store_reports_that_it_is_starting),
        cmocka_unit_test_setup_teardown(a_delta_has_changes_and_removals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_added_and_removed_twice_is_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_delta_without_a_change_is_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_written_that_the_reader_would_refuse, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_out_of_range_become_the_nearest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(raw_that_peers_would_refuse_is_omitted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_deployment_takes_few_bytes_in_either_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_truncated_document_is_refused_at_every_byte, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("peer_document_write", tests, NULL, NULL);
}
