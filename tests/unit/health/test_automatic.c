/* The message, color and raw JSON of each automatic check. */
#include "config.h"

#include "support/testing.h"

#include "base/utf8.h"
#include "health/automatic.h"
#include "support/json_text.h"

#define NOW          ((int64_t)1800000000)
#define HOUR         ((int64_t)3600)

#define ELLIPSIS     "\xe2\x80\xa6"
#define IS(outcome)  .services = {[KS_OUTCOME_##outcome] = 1}
#define REASON(text) .reasons = {.entries = {{(text), 1}}, .used = 1}
#define TAG(text)    .versions = {.entries = {{(text), 1}}, .used = 1}

/* A service that runs with everything it should have. */
#define WELL IS(RUNNING), .ready = 2, .total = 2, .pods = 2, .pods_ready = 2, .desired = 2

static const struct {
    const char *row;
    enum ks_check check;
    struct ks_service_state state;
    const char *message;
    const char *color;
} rows[] = {
    {"well", KS_CHECK_HEALTH, {WELL}, "2/2 (0 restarts)", "green"},
    {"one restart", KS_CHECK_HEALTH, {WELL, .restarts = 1}, "2/2 (1 restart)", "green"},
    {"several restarts", KS_CHECK_HEALTH, {WELL, .restarts = 2}, "2/2 (2 restarts)", "green"},
    {"restarted too often",
     KS_CHECK_HEALTH,
     {WELL, .restarts = 2, .yellow_until = NOW + 1},
     "2/2 (2 restarts)",
     "yellow"},
    {"no longer restarted too often",
     KS_CHECK_HEALTH,
     {WELL, .restarts = 2, .yellow_until = NOW},
     "2/2 (2 restarts)",
     "green"},
    {"not all ready",
     KS_CHECK_HEALTH,
     {IS(RUNNING), .down = 1, .ready = 1, .total = 2, .yellow_until = NOW + 1},
     "1/2 (0 restarts)",
     "red"},
    {"succeeded", KS_CHECK_HEALTH, {IS(SUCCEEDED)}, "succeeded", "green"},
    {"failed", KS_CHECK_HEALTH, {IS(FAILED), .down = 1}, "failed", "red"},
    {"scaled to 0", KS_CHECK_HEALTH, {IS(SCALED_TO_ZERO)}, "scaled to 0", "lightgrey"},
    {"suspended", KS_CHECK_HEALTH, {IS(SUSPENDED)}, "suspended", "lightgrey"},
    {"scheduled", KS_CHECK_HEALTH, {IS(SCHEDULED)}, "scheduled", "lightgrey"},
    {"terminating", KS_CHECK_HEALTH, {IS(TERMINATING)}, "terminating", "lightgrey"},
    {"several succeeded", KS_CHECK_HEALTH, {.services = {[KS_OUTCOME_SUCCEEDED] = 3}}, "succeeded", "green"},
    {"a sum with one failed",
     KS_CHECK_HEALTH,
     {.services = {[KS_OUTCOME_RUNNING] = 1, [KS_OUTCOME_FAILED] = 1},
      .down = 1,
      .ready = 2,
      .total = 2,
      .yellow_until = NOW + 1},
     "2/2 (0 restarts), 1 failed",
     "red"},
    {"a sum with one scaled to 0",
     KS_CHECK_HEALTH,
     {.services = {[KS_OUTCOME_RUNNING] = 1, [KS_OUTCOME_SCALED_TO_ZERO] = 1}, .ready = 2, .total = 2},
     "2/2 (0 restarts)",
     "green"},
    {"a sum of services that do not run",
     KS_CHECK_HEALTH,
     {.services = {[KS_OUTCOME_SUSPENDED] = 1, [KS_OUTCOME_SCALED_TO_ZERO] = 1}},
     "0/0 (0 restarts)",
     "lightgrey"},
    {"a Job that succeeded, a pod of another running badly",
     KS_CHECK_HEALTH,
     {IS(SUCCEEDED), .down = 1, .ready = 0, .total = 1},
     "0/1 (0 restarts)",
     "red"},

    {"one version", KS_CHECK_VERSION, {TAG("1.4.2")}, "1.4.2", "blue"},
    {"several versions",
     KS_CHECK_VERSION,
     {.versions = {.entries = {{"1", 2}, {"2, 3", 1}}, .used = 2}},
     "1, 2, 3",
     "blue"},
    {"more versions than are shown",
     KS_CHECK_VERSION,
     {.versions = {.entries = {{"1", 2}}, .used = 1, .others = 4}},
     "1, " ELLIPSIS,
     "blue"},
    {"no version", KS_CHECK_VERSION, {WELL}, "none", "lightgrey"},

    {"all replicas", KS_CHECK_REPLICAS, {WELL}, "2/2", "green"},
    {"one replica not ready",
     KS_CHECK_REPLICAS,
     {IS(RUNNING), .down = 1, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "red"},
    {"one replica missing",
     KS_CHECK_REPLICAS,
     {IS(RUNNING), .down = 1, .pods = 1, .pods_ready = 1, .desired = 2},
     "1/2",
     "red"},
    {"one replica too many",
     KS_CHECK_REPLICAS,
     {IS(RUNNING), .pods = 3, .pods_ready = 3, .desired = 2},
     "3/2",
     "green"},
    {"one too many, not ready",
     KS_CHECK_REPLICAS,
     {IS(RUNNING), .down = 1, .pods = 3, .pods_ready = 2, .desired = 2},
     "2/2",
     "red"},
    {"no replica wanted", KS_CHECK_REPLICAS, {IS(SCALED_TO_ZERO)}, "0/0", "lightgrey"},

    {"no restart", KS_CHECK_RESTARTS, {WELL}, "0", "green"},
    {"restarts", KS_CHECK_RESTARTS, {WELL, .restarts = 7}, "7", "green"},
    {"too many restarts", KS_CHECK_RESTARTS, {WELL, .restarts = 7, .yellow_until = NOW + 1}, "7", "yellow"},

    {"the oldest pod's age", KS_CHECK_AGE, {.oldest = NOW - 26 * HOUR, .created = NOW - 99 * HOUR}, "1d2h", "blue"},
    {"the controller's age", KS_CHECK_AGE, {.created = NOW - HOUR}, "1h", "blue"},
    {"a clock that is behind", KS_CHECK_AGE, {.oldest = NOW + HOUR}, "0s", "blue"},
    {"no age", KS_CHECK_AGE, {IS(SCHEDULED)}, "none", "lightgrey"},

    {"state: well", KS_CHECK_STATE, {WELL}, "Running", "green"},
    {"state: the worst reason",
     KS_CHECK_STATE,
     {IS(RUNNING), .pods = 2, .desired = 2,
      .reasons = {.entries = {{"NotReady", 5}, {"OOMKilled", 1}, {"Error", 2}}, .used = 3}},
     "OOMKilled",
     "red"},
    {"state: a stage on the way",
     KS_CHECK_STATE,
     {IS(RUNNING), .pods = 1, .desired = 2, REASON("ContainerCreating")},
     "ContainerCreating",
     "yellow"},
    {"state: unschedulable",
     KS_CHECK_STATE,
     {IS(RUNNING), .pods = 1, .desired = 1, REASON("Unschedulable")},
     "Unschedulable",
     "red"},
    {"state: missing pods", KS_CHECK_STATE, {IS(RUNNING), .down = 1, .pods = 1, .desired = 2}, "MissingPods", "red"},
    {"state: succeeded", KS_CHECK_STATE, {IS(SUCCEEDED)}, "Succeeded", "green"},
    {"state: failed", KS_CHECK_STATE, {IS(FAILED)}, "Failed", "red"},
    {"state: failed, and worse",
     KS_CHECK_STATE,
     {IS(FAILED), .pods = 1, .desired = 1, REASON("CrashLoopBackOff")},
     "CrashLoopBackOff",
     "red"},
    {"state: failed, and less bad",
     KS_CHECK_STATE,
     {IS(FAILED), .pods = 1, .desired = 1, REASON("Pending")},
     "Failed",
     "red"},
    {"state: scaled to 0", KS_CHECK_STATE, {IS(SCALED_TO_ZERO)}, "ScaledToZero", "lightgrey"},
    {"state: suspended", KS_CHECK_STATE, {IS(SUSPENDED)}, "Suspended", "lightgrey"},
    {"state: scheduled", KS_CHECK_STATE, {IS(SCHEDULED)}, "Scheduled", "lightgrey"},
    {"rolling out",
     KS_CHECK_HEALTH,
     {IS(ROLLING_OUT), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2 (rolling out)",
     "yellow"},
    {"state: rolling out",
     KS_CHECK_STATE,
     {IS(ROLLING_OUT), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "Progressing",
     "yellow"},
    {"replicas: rolling out",
     KS_CHECK_REPLICAS,
     {IS(ROLLING_OUT), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "yellow"},
    {"not yet available",
     KS_CHECK_HEALTH,
     {IS(NOT_AVAILABLE), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2 (not yet available)",
     "yellow"},
    {"state: not yet available",
     KS_CHECK_STATE,
     {IS(NOT_AVAILABLE), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "NotAvailable",
     "yellow"},
    {"replicas: not yet available",
     KS_CHECK_REPLICAS,
     {IS(NOT_AVAILABLE), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "yellow"},
    {"paused",
     KS_CHECK_HEALTH,
     {IS(PAUSED), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2 (paused)",
     "yellow"},
    {"state: paused",
     KS_CHECK_STATE,
     {IS(PAUSED), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "Paused",
     "yellow"},
    {"replicas: paused",
     KS_CHECK_REPLICAS,
     {IS(PAUSED), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "yellow"},
    {"rollout failed",
     KS_CHECK_HEALTH,
     {IS(ROLLOUT_FAILED), .down = 1, .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2 (rollout failed)",
     "red"},
    {"state: rollout failed",
     KS_CHECK_STATE,
     {IS(ROLLOUT_FAILED), .down = 1, .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "RolloutFailed",
     "red"},
    {"replicas: rollout failed",
     KS_CHECK_REPLICAS,
     {IS(ROLLOUT_FAILED), .down = 1, .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "red"},
    {"scheduling gated",
     KS_CHECK_HEALTH,
     {IS(GATED), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2 (scheduling gated)",
     "lightgrey"},
    {"state: scheduling gated",
     KS_CHECK_STATE,
     {IS(GATED), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "SchedulingGated",
     "lightgrey"},
    {"replicas: scheduling gated",
     KS_CHECK_REPLICAS,
     {IS(GATED), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "lightgrey"},
    {"in progress",
     KS_CHECK_HEALTH,
     {IS(IN_PROGRESS), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "running",
     "yellow"},
    {"state: in progress",
     KS_CHECK_STATE,
     {IS(IN_PROGRESS), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "Running",
     "yellow"},
    {"replicas: in progress",
     KS_CHECK_REPLICAS,
     {IS(IN_PROGRESS), .ready = 1, .total = 2, .pods = 2, .pods_ready = 1, .desired = 2},
     "1/2",
     "yellow"},
    {"no node matches", KS_CHECK_HEALTH, {IS(NO_NODE)}, "no node matches", "lightgrey"},
    {"state: no node matches", KS_CHECK_STATE, {IS(NO_NODE)}, "NoNode", "lightgrey"},
    {"replicas: no node matches", KS_CHECK_REPLICAS, {IS(NO_NODE)}, "0/0", "lightgrey"},
    {"suspended, last run failed", KS_CHECK_HEALTH, {IS(SUSPENDED_FAILED)}, "suspended, last run failed", "yellow"},
    {"state: suspended, last run failed", KS_CHECK_STATE, {IS(SUSPENDED_FAILED)}, "SuspendedFailed", "yellow"},
    {"replicas: suspended, last run failed", KS_CHECK_REPLICAS, {IS(SUSPENDED_FAILED)}, "0/0", "lightgrey"},
    {"unknown", KS_CHECK_HEALTH, {IS(UNKNOWN)}, "unknown", "lightgrey"},
    {"state: unknown", KS_CHECK_STATE, {IS(UNKNOWN)}, "Unknown", "lightgrey"},
    {"replicas: unknown", KS_CHECK_REPLICAS, {IS(UNKNOWN)}, "unknown", "lightgrey"},
    {"restarts: unknown", KS_CHECK_RESTARTS, {IS(UNKNOWN)}, "unknown", "lightgrey"},
    {"restarts: one of a sum is unknown",
     KS_CHECK_RESTARTS,
     {.services = {[KS_OUTCOME_RUNNING] = 1, [KS_OUTCOME_UNKNOWN] = 1}, .restarts = 2},
     "2",
     "lightgrey"},
    {"a rollout that restarted too often is yellow as well",
     KS_CHECK_HEALTH,
     {IS(ROLLING_OUT), .ready = 1, .total = 1, .yellow_until = NOW + 1},
     "1/1 (rolling out)",
     "yellow"},
    {"a reason is worse than a rollout",
     KS_CHECK_STATE,
     {IS(ROLLING_OUT), REASON("CrashLoopBackOff")},
     "CrashLoopBackOff",
     "red"},
    {"a passing reason says more than a rollout",
     KS_CHECK_STATE,
     {IS(ROLLING_OUT), REASON("ContainerCreating")},
     "ContainerCreating",
     "yellow"},
    {"a failure is worse than NotReady",
     KS_CHECK_STATE,
     {IS(ROLLOUT_FAILED), .down = 1, REASON("NotReady")},
     "RolloutFailed",
     "red"},
    {"the reason of a failure says more",
     KS_CHECK_STATE,
     {IS(ROLLOUT_FAILED), .down = 1, REASON("FailedCreate")},
     "FailedCreate",
     "red"},
    {"state: paused, nothing waits", KS_CHECK_STATE, {WELL, REASON("Paused")}, "Paused", "yellow"},
    {"state: an init container",
     KS_CHECK_STATE,
     {IS(RUNNING), .down = 1, .pods = 1, .desired = 1, REASON("Init:1/2")},
     "Init:1/2",
     "yellow"},
    {"state: an init container fails",
     KS_CHECK_STATE,
     {IS(RUNNING), .down = 1, .pods = 1, .desired = 1, REASON("Init:Error")},
     "Init:Error",
     "red"},
    {"state: gated beside missing ones",
     KS_CHECK_STATE,
     {IS(RUNNING), .down = 1, .pods = 1, .desired = 2, REASON("SchedulingGated")},
     "MissingPods",
     "red"},
    {"a peer of an older version: a Job between two tries",
     KS_CHECK_HEALTH,
     {IS(RUNNING), .down = 1, .total = 1, .desired = 1},
     "0/1 (0 restarts)",
     "red"},
    {"state: terminating", KS_CHECK_STATE, {IS(TERMINATING), REASON("Terminating")}, "Terminating", "yellow"},
};

static void every_check_has_its_message_and_color(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_result result;

        ks_check_result(rows[i].check, &rows[i].state, NOW, 42, &result);
        assert_row_text(rows[i].row, result.message, rows[i].message);
        assert_row_text(rows[i].row, result.color, rows[i].color);
        assert_row_text(rows[i].row, result.label, ks_check_name(rows[i].check));
        assert_row_number(rows[i].row, result.age, 42);
        assert_row_number(rows[i].row, result.is_error, false);
    }
}

static void checks_have_names(void **unused)
{
    static const char *const unknown[] = {"", "Health", "healthy", "heal", "ping"};
    enum ks_check check = KS_CHECK_COUNT;

    (void)unused;
    for (int i = 0; i < KS_CHECK_COUNT; i++) {
        assert_true(ks_check_parse(ks_check_name((enum ks_check)i), &check));
        assert_int_equal(check, i);
    }
    for (size_t i = 0; i < COUNT(unknown); i++) {
        assert_false(ks_check_parse(unknown[i], &check));
    }
}

/* As many of the longest texts as a tally holds: an ellipsis, and no cut code point. */
static void versions_too_long_for_a_message_end_in_an_ellipsis(void **unused)
{
    char texts[KS_TALLY_SIZE][KS_VERSION_SIZE];
    struct ks_service_state state = {.versions = {.used = KS_TALLY_SIZE}};
    struct ks_result result;

    (void)unused;
    for (int offset = 0; offset < 3; offset++) {
        for (int i = 0; i < KS_TALLY_SIZE; i++) {
            memset(texts[i], 'v', sizeof texts[i]);
            for (size_t at = (size_t)offset; at + 3 < sizeof texts[i]; at += 3) {
                memcpy(texts[i] + at, ELLIPSIS, 3);
            }
            texts[i][sizeof texts[i] - 1] = '\0';
            state.versions.entries[i].text = texts[i];
        }
        ks_check_result(KS_CHECK_VERSION, &state, NOW, 0, &result);
        assert_true(strlen(result.message) > sizeof result.message - 8);
        assert_string_equal(result.message + strlen(result.message) - 3, ELLIPSIS);
        for (const char *at = result.message; *at;) {
            assert_int_not_equal(ks_utf8_next(&at), 0xfffd);
        }
    }
}

static void raw_json_begins_with_the_keys_of_0_0_6(void **unused)
{
    static const struct {
        struct ks_service_state state;
        const char *raw;
    } states[] = {
        {{WELL, .restarts = 3, .created = 100, .oldest = 200, .newest = 300, REASON("NotReady"), TAG("1.4"),
          .without = 1U << KS_KIND_REPLICASET | 1U << KS_KIND_DEPLOYMENT},
         "{\"ready\":2,\"total\":2,\"restarts\":3,\"color\":\"green\",\"label\":\"health\","
         "\"message\":\"2/2 (3 "
         "restarts)\",\"pods\":2,\"pods_ready\":2,\"pods_desired\":2,\"pods_desired_guessed\":false,\"outcome\":"
         "\"running\",\"reasons\":{\"NotReady\":1},"
         "\"versions\":{\"1.4\":1},\"doubts\":{},\"judged_without\":[\"deployments\",\"replicasets\"],"
         "\"created\":100,\"oldest_pod\":200,\"newest_pod\":300,\"age\":42}"},
        {{IS(SCHEDULED)},
         "{\"ready\":0,\"total\":0,\"restarts\":0,\"color\":\"lightgrey\",\"label\":\"health\","
         "\"message\":\"scheduled\",\"pods\":0,\"pods_ready\":0,\"pods_desired\":0,\"pods_desired_guessed\":false,"
         "\"outcome\":\"scheduled\",\"reasons\":{},\"versions\":{},\"doubts\":{},"
         "\"judged_without\":[],\"created\":null,\"oldest_pod\":null,\"newest_pod\":null,\"age\":42}"},
        {{IS(UNKNOWN), .guessed = 1, .doubts = {.entries = {{"a pod lies", 2}}, .used = 1}},
         "{\"ready\":0,\"total\":0,\"restarts\":0,\"color\":\"lightgrey\",\"label\":\"health\",\"message\":\"unknown\","
         "\"pods\":0,\"pods_ready\":0,\"pods_desired\":0,\"pods_desired_guessed\":true,\"outcome\":\"unknown\","
         "\"reasons\":{},\"versions\":{},\"doubts\":{\"a pod "
         "lies\":2},\"judged_without\":[],\"created\":null,\"oldest_pod\":null,"
         "\"newest_pod\":null,\"age\":42}"},
        {{WELL, .versions = {.entries = {{"a\"b\\\n", 1}, {"c", 2}}, .used = 2, .others = 9}, .reasons = {.others = 1}},
         "{\"ready\":2,\"total\":2,\"restarts\":0,\"color\":\"green\",\"label\":\"health\","
         "\"message\":\"2/2 (0 "
         "restarts)\",\"pods\":2,\"pods_ready\":2,\"pods_desired\":2,\"pods_desired_guessed\":false,\"outcome\":"
         "\"running\",\"reasons\":{\"others\":1},"
         "\"versions\":{\"a\\\"b\\\\\\n\":1,\"c\":2,\"others\":9},\"doubts\":{},\"judged_without\":[],\"created\":null,"
         "\"oldest_pod\":null,"
         "\"newest_pod\":null,\"age\":42}"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(states); i++) {
        struct ks_result result;
        struct ks_buf raw KS_CLEANUP_BUF;

        ks_buf_init(&raw, CEILING);
        ks_check_result(KS_CHECK_HEALTH, &states[i].state, NOW, 42, &result);
        ks_check_raw(&states[i].state, &result, &raw);
        assert_json(&raw, states[i].raw);
    }
}

static void every_row_gives_valid_json(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_result result;
        struct ks_buf raw KS_CLEANUP_BUF;

        ks_buf_init(&raw, CEILING);
        ks_check_result(rows[i].check, &rows[i].state, NOW, 0, &result);
        ks_check_raw(&rows[i].state, &result, &raw);
        json_object_put(parse_json(&raw));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_has_its_message_and_color),
        cmocka_unit_test(checks_have_names),
        cmocka_unit_test(versions_too_long_for_a_message_end_in_an_ellipsis),
        cmocka_unit_test(raw_json_begins_with_the_keys_of_0_0_6),
        cmocka_unit_test(every_row_gives_valid_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
