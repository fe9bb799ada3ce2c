/* A peer's store: its services as the peer reports them, and the state of the peer itself. */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "support/store_sample.h"

#define RIGHT  INT64_MAX
#define ROUNDS 2000

static void put_as(struct ks_store *store, const char *kind, const char *name, int32_t ready, int64_t as_of)
{
    char version[] = "1.2.3";
    char reason[] = "CrashLoopBackOff";
    char label[] = "Label";
    struct ks_service_state state = {.services = {[KS_OUTCOME_RUNNING] = 1},
                                     .ready = ready,
                                     .total = 2,
                                     .restarts = 3,
                                     .created = CREATED,
                                     .annotations = {.label = label, .color = "", .link = ""}};
    const struct ks_remote_service service = {
        .namespace_name = "shop", .kind = kind, .name = name, .state = &state, .as_of = as_of};
    struct ks_error err;

    ks_tally_add(&state.versions, version, 2);
    ks_tally_add(&state.reasons, reason, 1);
    state.reasons.others = 4;
    assert_int_equal(ks_store_remote_put(store, &service, &err), 0);
    memset(version, 'x', sizeof version - 1); /* texts are copied */
    memset(reason, 'x', sizeof reason - 1);
    memset(label, 'x', sizeof label - 1);
}

static void put(struct ks_store *store, const char *name, int32_t ready)
{
    put_as(store, "Deployment", name, ready, RIGHT);
}

static void a_put_is_visible_after_the_next_flush(void **state)
{
    put(*state, "web", 2);
    assert_true(ks_store_is_dirty(*state));
    assert_services(*state, "");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 2/2");
    put(*state, "web", 1);
    put(*state, "web", 0);
    put(*state, "db", 2);
    assert_services(*state, "shop/Deployment/web 2/2");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/db 2/2, shop/Deployment/web 0/2");
    ks_store_remote_remove(*state, "shop", "Deployment", "web");
    ks_store_remote_remove(*state, "shop", "Deployment", "nothing");
    ks_store_remote_remove(*state, "shop", "StatefulSet", "db");
    assert_services(*state, "shop/Deployment/db 2/2, shop/Deployment/web 0/2");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/db 2/2");
}

static void changes_undone_between_flushes(void **state)
{
    put(*state, "web", 2);
    ks_store_remote_remove(*state, "shop", "Deployment", "web");
    sample_flush(*state);
    assert_services(*state, "");
    put(*state, "web", 2);
    sample_flush(*state);
    ks_store_remote_remove(*state, "shop", "Deployment", "web");
    put(*state, "web", 1);
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 1/2");
    put(*state, "web", 0);
    ks_store_remote_remove(*state, "shop", "Deployment", "web");
    sample_flush(*state);
    assert_services(*state, "");
}

static void print_tally(struct ks_buf *text, const struct ks_tally *tally)
{
    for (uint32_t i = 0; i < tally->used; i++) {
        ks_buf_printf(text, "%s%s:%d", i ? "," : " ", tally->entries[i].text, (int)tally->entries[i].count);
    }
    ks_buf_printf(text, "+%d", (int)tally->others);
}

static void print_state(void *arg, const struct ks_service_view *service)
{
    const struct ks_service_state *state = service->state;

    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        assert_int_equal(state->services[i], i == (state->down ? KS_OUTCOME_ROLLOUT_FAILED : KS_OUTCOME_UNKNOWN));
    }
    ks_buf_printf(arg, "%d %d %d %d %" PRId64, (int)state->down, (int)state->guessed, (int)state->ready,
                  (int)state->restarts, state->created);
    print_tally(arg, &state->versions);
    print_tally(arg, &state->reasons);
    print_tally(arg, &state->doubts);
    ks_buf_printf(arg, " %#x %s|%s|%s|%d", (unsigned)state->without, state->annotations.label, state->annotations.color,
                  state->annotations.link, state->annotations.hidden);
}

static void every_part_of_a_state_is_kept(void **state)
{
    struct ks_service_state whole = {
        .services = {[KS_OUTCOME_ROLLOUT_FAILED] = 1},
        .down = 1,
        .guessed = 1,
        .without = 0x24,
        .ready = 2,
        .restarts = 3,
        .created = CREATED,
        .reasons = {.others = 4},
        .annotations = {.label = "Label", .color = "", .link = "", .hidden = true},
    };
    const struct ks_remote_service service = {"shop", "Deployment", "web", &whole, RIGHT};
    struct ks_buf text KS_CLEANUP_BUF;
    struct ks_error err;

    ks_buf_init(&text, CEILING);
    ks_tally_add(&whole.versions, "1.2.3", 2);
    ks_tally_add(&whole.reasons, "FailedCreate", 1);
    ks_tally_add(&whole.doubts, "a count is negative", 5);
    assert_int_equal(ks_store_remote_put(*state, &service, &err), 0);
    sample_flush(*state);
    ks_store_read_services(*state, print_state, &text);
    assert_row_text("state", text.data,
                    "1 1 2 3 1700000000 1.2.3:2+0 FailedCreate:1+4 a count is negative:5+0 0x24 Label|||1");
}

static void full_tallies_are_kept(void **state)
{
    struct ks_service_state full = {.services = {[KS_OUTCOME_UNKNOWN] = 1},
                                    .annotations = {.label = "", .color = "blue", .link = "http://a"}};
    const struct ks_remote_service service = {"shop", "Deployment", "web", &full, RIGHT};
    static const char *const texts[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    struct ks_buf text KS_CLEANUP_BUF;
    struct ks_error err;

    ks_buf_init(&text, CEILING);
    for (size_t i = 0; i < COUNT(texts); i++) {
        ks_tally_add(&full.versions, texts[i], (int32_t)i + 1);
        ks_tally_add(&full.reasons, texts[COUNT(texts) - 1 - i], 1);
        ks_tally_add(&full.doubts, texts[i], 2);
    }
    assert_int_equal(ks_store_remote_put(*state, &service, &err), 0);
    sample_flush(*state);
    ks_store_read_services(*state, print_state, &text);
    assert_row_text("state", text.data,
                    "0 0 0 0 0 a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8+9 i:1,h:1,g:1,f:1,e:1,d:1,c:1,b:1+1 "
                    "a:2,b:2,c:2,d:2,e:2,f:2,g:2,h:2+2 0 |blue|http://a|0");
}

static void names_lead_to_a_peers_services(void **state)
{
    put(*state, "web", 2);
    put(*state, "web-admin", 1);
    put_as(*state, "CronJob", "backup", 1, RIGHT);
    sample_check(*state, "web", "hits", "1");
    sample_flush(*state);
    ASSERT_SUM(*state, "ready 1: 2/2", .name = "web");
    ASSERT_SUM(*state, "ready 2: 3/4", .name = "web", .prefix = true);
    ASSERT_SUM(*state, "ready 3: 4/6", .namespace_name = "shop");
    ASSERT_SUM(*state, "ready 1: 2/2", .name = "web-5d4f8c7d9");
    ASSERT_SUM(*state, "ready 1: 1/2", .name = "backup-27891234");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "backup-5d4f8c7d9");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "web", .namespace_name = "blog");
}

static void names_that_are_too_long_are_refused(void **state)
{
    const struct ks_service_state empty = {.annotations = KS_NO_ANNOTATIONS};
    char name[600];
    const struct ks_remote_service service = {"shop", "Deployment", name, &empty, RIGHT};
    struct ks_error err;

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(ks_store_remote_put(*state, &service, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
    assert_false(ks_store_is_dirty(*state));
}

static void services_not_put_between_begin_and_end_are_removed(void **state)
{
    struct ks_store_stats stats;

    put(*state, "web", 2);
    put(*state, "db", 2);
    put(*state, "api", 2);
    sample_check(*state, "db", "hits", "1");
    sample_check(*state, "db", "age", "1");
    sample_flush(*state);
    /* A document that breaks off forgets nothing, and one that begins again must report everything. */
    ks_store_remote_begin(*state);
    put(*state, "web", 1);
    sample_check(*state, "db", "hits", "1");
    ks_store_remote_begin(*state);
    put(*state, "db", 1);
    sample_check(*state, "db", "age", "1");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/api 2/2, shop/Deployment/db 1/2, shop/Deployment/web 1/2");
    ks_store_remote_end(*state);
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/db 1/2");
    ks_store_stats(*state, &stats);
    assert_int_equal(stats.custom[KS_CUSTOM_ANSWERED], 1);
    ks_store_custom_remove(*state, "db", "age");
    ks_store_remote_begin(*state);
    ks_store_remote_end(*state);
    sample_flush(*state);
    assert_services(*state, "");
}

/* ---- ages ---- */

static void a_service_has_the_peers_age_if_that_is_greater(void **state)
{
    int64_t now = ks_clock_monotonic();

    put(*state, "web", 2);
    put_as(*state, "Deployment", "db", 2, now - 50000);
    sample_flush(*state);
    assert_int_equal(sample_age(*state, "web"), 0);
    assert_in_range(sample_age(*state, "db"), 50000, 90000);
    assert_in_range(sample_age(*state, NULL), 50000, 90000);
    /* All sources but the nodes count, whatever the peer judged its services by. */
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_AWAY, now - 5000);
    assert_int_equal(sample_age(*state, "web"), 0);
    sample_source(*state, 0, KS_KIND_JOB, KS_SOURCE_AWAY, now - 5000);
    assert_in_range(sample_age(*state, "web"), 5000, 40000);
    assert_in_range(sample_age(*state, "db"), 50000, 90000);
    sample_source(*state, 0, KS_KIND_JOB, KS_SOURCE_LIVE, now);
    put(*state, "db", 2);
    assert_in_range(sample_age(*state, "db"), 50000, 90000);
    sample_flush(*state);
    assert_int_equal(sample_age(*state, "db"), 0);
    /* From now on, it is not known to be right. */
    put_as(*state, "Deployment", "db", 2, ks_clock_monotonic() + 1000);
    sample_flush(*state);
    assert_int_equal(sample_age(*state, "db"), 1);
}

static void an_identical_put_is_not_a_change(void **state)
{
    int64_t now = ks_clock_monotonic();
    uint64_t version;

    put(*state, "web", 2);
    sample_flush(*state);
    version = sample_version(*state);
    put(*state, "web", 2);
    sample_flush(*state);
    assert_int_equal(sample_version(*state), version);
    put_as(*state, "Deployment", "web", 2, now - 5000);
    sample_flush(*state);
    assert_int_equal(sample_version(*state), version + 1);
    put_as(*state, "Deployment", "web", 2, now - 90000);
    sample_flush(*state);
    assert_int_equal(sample_version(*state), version + 1);
    assert_in_range(sample_age(*state, "web"), 90000, 150000);
    put(*state, "web", 2);
    sample_flush(*state);
    assert_int_equal(sample_version(*state), version + 2);
}

static void nodes_are_those_of_the_peer(void **state)
{
    const struct ks_nodes_state put = {.total = 5, .ready = 4, .cordoned = 1};
    struct ks_nodes_state seen;
    int64_t age_ms;

    ks_store_remote_nodes(*state, &put);
    assert_true(ks_store_is_dirty(*state));
    ks_store_nodes(*state, &seen, &age_ms);
    assert_int_equal(seen.total, 0);
    sample_flush(*state);
    assert_int_equal(ks_store_nodes(*state, &seen, &age_ms), KS_SOURCE_LIVE);
    assert_memory_equal(&seen, &put, sizeof put);
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_AWAY, ks_clock_monotonic() - 5000);
    assert_int_equal(ks_store_nodes(*state, &seen, &age_ms), KS_SOURCE_AWAY);
    assert_memory_equal(&seen, &put, sizeof put);
    assert_in_range(age_ms, 5000, 60000);
}

static void sources_of_a_peer_remove_no_services(void **state)
{
    put_as(*state, "Job", "backup-27891234", 1, RIGHT);
    sample_flush(*state);
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        sample_source(*state, 0, (enum ks_kind)kind, KS_SOURCE_OFF, 0);
    }
    ks_store_trouble(*state, KS_STORE_NO_ACCESS, "the peer may not watch pods");
    assert_services(*state, "shop/Job/backup-27891234 1/2");
    ASSERT_SUM(*state, "forbidden 0: 0/0", .name = "backup-27891234");
    sample_live(*state, 0);
    ASSERT_SUM(*state, "ready 1: 1/2", .name = "backup-27891234");
}

static void reports_are_published_at_once(void **state)
{
    const struct ks_remote_report put = {.polls = 3, .failures = 2, .bytes = 1000, .trouble = "connection refused"};
    struct ks_remote_report seen;

    ks_store_remote_read_report(*state, &seen);
    assert_int_equal(seen.polls, 0);
    assert_string_equal(seen.trouble, "");
    ks_store_remote_report(*state, &put);
    assert_false(ks_store_is_dirty(*state));
    ks_store_remote_read_report(*state, &seen);
    assert_memory_equal(&seen, &put, sizeof put);
}

/* ---- threads ---- */

struct shared {
    struct ks_store *store;
    atomic_bool done;
    atomic_int reads;
    atomic_int violations;
};

/* In this test, exactly the services with no ready container have an age. */
static void check_service(void *arg, const struct ks_service_view *service)
{
    struct shared *shared = arg;

    if ((service->state->ready == 0) != (service->age_ms > 0) ||
        strcmp(service->state->versions.entries[0].text, "1.2.3") != 0) {
        atomic_fetch_add(&shared->violations, 1);
    }
    atomic_fetch_add(&shared->reads, 1);
}

static void *read_on(void *arg)
{
    struct shared *shared = arg;
    struct ks_remote_report report;

    while (!atomic_load(&shared->done)) {
        ks_store_read_services(shared->store, check_service, shared);
        sample_age(shared->store, "a-5d4f8c7d9");
        ks_store_remote_read_report(shared->store, &report);
    }
    return NULL;
}

static void a_state_and_its_age_are_seen_together(void **state)
{
    struct shared shared = {.store = *state};
    pthread_t reader;

    assert_int_equal(pthread_create(&reader, NULL, read_on, &shared), 0);
    for (int round = 0; round < ROUNDS || !atomic_load(&shared.reads); round++) {
        const char name[] = {(char)('a' + round % 7), '\0'};
        const struct ks_remote_report report = {.polls = (uint64_t)round};

        if (round % 3 == 2) {
            ks_store_remote_remove(*state, "shop", "Deployment", name);
        } else {
            put_as(*state, "Deployment", name, round % 2, round % 2 ? RIGHT : 1);
        }
        ks_store_remote_report(*state, &report);
        sample_flush(*state);
    }
    atomic_store(&shared.done, true);
    pthread_join(reader, NULL);
    assert_int_equal(atomic_load(&shared.violations), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(a_put_is_visible_after_the_next_flush),
        sample_test(changes_undone_between_flushes),
        sample_test(every_part_of_a_state_is_kept),
        sample_test(full_tallies_are_kept),
        sample_test(names_lead_to_a_peers_services),
        sample_test(names_that_are_too_long_are_refused),
        sample_test(services_not_put_between_begin_and_end_are_removed),
        sample_test(a_service_has_the_peers_age_if_that_is_greater),
        sample_test(an_identical_put_is_not_a_change),
        sample_test(nodes_are_those_of_the_peer),
        sample_test(sources_of_a_peer_remove_no_services),
        sample_test(reports_are_published_at_once),
        sample_test(a_state_and_its_age_are_seen_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
