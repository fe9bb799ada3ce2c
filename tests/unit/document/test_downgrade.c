/* What an older kube-shields is told: its own rules, which are repeated here, never show it greener than we do. */
#include "config.h"

#include "support/testing.h"

#include "document/private.h"
#include "health/outcome.h"
#include "health/automatic.h"

#define NOW   INT64_C(1800000000)
#define LATER (NOW + 3600)

/* The colors of shields, from the best to the worst. */
static const char *const colors[] = {"green", "lightgrey", "grey", "yellow", "red"};

static size_t severity_of(const char *color)
{
    for (size_t i = 0; i < COUNT(colors); i++) {
        if (strcmp(colors[i], color) == 0) {
            return i;
        }
    }
    fail_msg("unknown color %s", color);
    return 0;
}

/* ---- the rules of an older kube-shields ---- */

static const char *old_health(const struct ks_service_state *state, int64_t age_ms)
{
    if (age_ms > 24 * 3600 * INT64_C(1000)) {
        return "grey";
    }
    if (state->ready != state->total || state->services[KS_OUTCOME_FAILED] > 0) {
        return "red";
    }
    if (NOW < state->yellow_until) {
        return "yellow";
    }
    return state->services[KS_OUTCOME_RUNNING] > 0 || state->services[KS_OUTCOME_SUCCEEDED] > 0 ? "green" : "lightgrey";
}

static const char *old_replicas(const struct ks_service_state *state, int64_t age_ms)
{
    if (age_ms > 0) {
        return "grey";
    }
    if (state->pods_ready < state->desired || state->pods_ready < state->pods) {
        return "red";
    }
    return state->desired > 0 ? "green" : "lightgrey";
}

static bool is_in(const char *text, const char *const *list)
{
    while (*list && strcmp(*list, text) != 0) {
        list++;
    }
    return *list;
}

/* Whether the worst reason is one that passes: those are the least severe. */
static const char *old_state(const struct ks_service_state *state, int64_t age_ms)
{
    static const char *const passing[] = {"Pending",     "ContainerCreating", "PodInitializing",
                                          "Terminating", "Completed",         NULL};
    bool failed = state->services[KS_OUTCOME_FAILED] > 0;
    bool is_red = failed;

    if (age_ms > 0) {
        return "grey";
    }
    for (uint32_t i = 0; i < state->reasons.used; i++) {
        is_red = is_red || !is_in(state->reasons.entries[i].text, passing);
    }
    if (state->reasons.used == 0 && state->pods < state->desired) {
        is_red = true;
    }
    if (is_red) {
        return state->pods == 0 && state->services[KS_OUTCOME_RUNNING] == 0 && !failed ? "lightgrey" : "red";
    }
    if (state->reasons.used > 0 || state->services[KS_OUTCOME_TERMINATING] > 0) {
        return "yellow";
    }
    return state->services[KS_OUTCOME_RUNNING] > 0 || state->services[KS_OUTCOME_SUCCEEDED] > 0 ? "green" : "lightgrey";
}

/* ---- the table of docs/protocol.md ---- */

struct row {
    const char *outcome;
    const char *numbers; /* ready/total pods_ready/pods/desired */
    const char *reason;
    int64_t yellow_until;
    bool down;
    const char *old_outcome, *old_numbers, *old_reasons;
    const char *health, *state, *replicas;
};

static const struct row rows[] = {
    /* clang-format off */
    {"running", "3/3 3/3/3", "", 0, false,
     "running", "3/3 3/3/3", "", "green", "green", "green"},
    {"running", "3/3 3/3/3", "", LATER, false,
     "running", "3/3 3/3/3", "", "yellow", "green", "green"},
    {"running", "2/3 2/3/3", "CrashLoopBackOff", 0, true,
     "running", "2/3 2/3/3", "CrashLoopBackOff*1", "red", "red", "red"},
    {"running", "0/3 0/0/3", "", 0, true,
     "running", "0/3 0/0/3", "", "red", "red", "red"},
    {"running", "0/0 0/0/3", "", 0, true,
     "running", "0/1 0/0/3", "", "red", "red", "red"},
    {"running", "2/2 2/2/2", "Paused", 0, false,
     "running", "2/2 2/2/2", "Pending*1", "green", "yellow", "green"},
    {"running", "1/2 1/2/2", "Init:1/2", 0, true,
     "running", "1/2 1/2/2", "PodInitializing*1", "red", "yellow", "red"},
    {"running", "1/2 1/2/2", "Init:CrashLoopBackOff", 0, true,
     "running", "1/2 1/2/2", "Init:CrashLoopBackOff*1", "red", "red", "red"},
    {"succeeded", "0/0 0/0/0", "", 0, false,
     "succeeded", "0/0 0/0/0", "", "green", "green", "lightgrey"},
    {"failed", "0/0 0/0/0", "", 0, true,
     "failed", "0/0 0/0/0", "", "red", "red", "lightgrey"},
    {"scaled-to-zero", "0/0 0/0/0", "", 0, false,
     "scaled-to-zero", "0/0 0/0/0", "", "lightgrey", "lightgrey", "lightgrey"},
    {"suspended", "0/0 0/0/0", "", 0, false,
     "suspended", "0/0 0/0/0", "", "lightgrey", "lightgrey", "lightgrey"},
    {"scheduled", "0/0 0/0/0", "", 0, false,
     "scheduled", "0/0 0/0/0", "", "lightgrey", "lightgrey", "lightgrey"},
    {"terminating", "0/0 0/0/0", "Terminating", 0, false,
     "terminating", "0/0 0/0/0", "Terminating*1", "lightgrey", "yellow", "lightgrey"},
    {"rolling-out", "3/3 3/3/3", "", 0, false,
     "running", "3/3 3/4/3", "Pending*1", "yellow", "yellow", "red"},
    {"rolling-out", "2/4 2/4/4", "ContainerCreating", 0, false,
     "running", "2/2 2/4/4", "ContainerCreating*1", "yellow", "yellow", "red"},
    {"rolling-out", "2/3 2/2/3", "", 0, false,
     "running", "2/2 2/2/3", "Pending*1", "yellow", "yellow", "red"},
    {"not-available", "2/2 2/2/2", "", 0, false,
     "running", "2/2 2/3/2", "Pending*1", "yellow", "yellow", "red"},
    {"paused", "2/2 2/2/2", "", 0, false,
     "running", "2/2 2/3/2", "Pending*1", "yellow", "yellow", "red"},
    {"rollout-failed", "2/2 2/2/2", "ProgressDeadlineExceeded", 0, true,
     "failed", "2/2 2/3/2", "ProgressDeadlineExceeded*1", "red", "red", "red"},
    {"rollout-failed", "0/0 0/0/0", "", 0, true,
     "failed", "0/0 0/1/0", "", "red", "red", "red"},
    {"rollout-failed", "1/2 1/2/2", "", 0, true,
     "failed", "1/2 1/2/2", "", "red", "red", "red"},
    {"in-progress", "0/1 0/0/1", "", 0, false,
     "running", "0/0 0/0/1", "Pending*1", "yellow", "yellow", "red"},
    {"in-progress", "0/0 0/0/0", "", 0, false,
     "running", "0/0 0/1/0", "Pending*1", "yellow", "yellow", "red"},
    {"in-progress", "1/2 0/1/1", "NotReady", 0, false,
     "running", "1/1 0/1/1", "NotReady*1", "yellow", "red", "red"},
    {"in-progress", "1/1 1/1/1", "", 0, false,
     "running", "1/1 1/2/1", "Pending*1", "yellow", "yellow", "red"},
    {"gated", "0/1 0/1/1", "SchedulingGated", 0, false,
     "suspended", "0/0 0/0/0", "", "lightgrey", "lightgrey", "lightgrey"},
    {"no-node", "0/0 0/0/0", "", 0, false,
     "scaled-to-zero", "0/0 0/0/0", "", "lightgrey", "lightgrey", "lightgrey"},
    {"suspended-failed", "0/0 0/0/0", "", 0, false,
     "suspended", "0/0 0/0/0", "Pending*1", "yellow", "yellow", "lightgrey"},
    {"unknown", "0/0 0/0/0", "", 0, false,
     "scheduled", "0/0 0/0/0", "", "grey", "grey", "grey"},
    /* clang-format on */
};

static int outcome_named(const char *word)
{
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (strcmp(ks_peer_outcomes.words[i], word) == 0) {
            return i;
        }
    }
    fail_msg("no outcome %s", word);
    return 0;
}

static void make_state(const struct row *row, struct ks_service_state *state)
{
    int ready, total, pods_ready, pods, desired;

    assert_int_equal(sscanf(row->numbers, "%d/%d %d/%d/%d", &ready, &total, &pods_ready, &pods, &desired), 5);
    *state = (struct ks_service_state){.down = row->down,
                                       .ready = ready,
                                       .total = total,
                                       .pods_ready = pods_ready,
                                       .pods = pods,
                                       .desired = desired,
                                       .yellow_until = row->yellow_until,
                                       .annotations = KS_NO_ANNOTATIONS};
    state->services[outcome_named(row->outcome)] = 1;
    ks_tally_add(&state->reasons, row->reason, 1);
}

static void assert_not_greener(const char *row, enum ks_check check, const char *color,
                               const struct ks_service_state *state)
{
    struct ks_result ours;

    ks_check_result(check, state, NOW, 0, &ours);
    if (severity_of(color) < severity_of(ours.color)) {
        fail_msg("%s: %s is %s, but an older reader has %s", row, ks_check_name(check), ours.color, color);
    }
}

static void every_outcome_has_a_row(void **state)
{
    (void)state;
    for (int outcome = 0; outcome < KS_OUTCOME_COUNT; outcome++) {
        size_t count = 0;

        for (size_t i = 0; i < COUNT(rows); i++) {
            count += outcome_named(rows[i].outcome) == outcome;
        }
        assert_row_number(ks_peer_outcomes.words[outcome], count > 0, 1);
    }
}

/* Of a sum, an older reader takes the worst, too. */
static void a_sum_is_not_greener_either(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t j = 0; j < COUNT(rows); j++) {
            struct ks_service_state one, other, ours = {.annotations = KS_NO_ANNOTATIONS}, theirs = ours;
            int64_t age_ms = 0;
            char name[128];

            make_state(&rows[i], &one);
            make_state(&rows[j], &other);
            ks_service_state_add(&ours, &one);
            ks_service_state_add(&ours, &other);
            ks_peer_downgrade(&one, &age_ms);
            ks_peer_downgrade(&other, &age_ms);
            ks_service_state_add(&theirs, &one);
            ks_service_state_add(&theirs, &other);
            snprintf(name, sizeof name, "%s and %s", rows[i].outcome, rows[j].outcome);
            if (age_ms == 0) {
                assert_not_greener(name, KS_CHECK_HEALTH, old_health(&theirs, 0), &ours);
            }
        }
    }
}

/* A node may be short of several things, so the largest number is the least that can be. */
static void nodes_that_are_short_of_something_are_not_ready(void **state)
{
    static const struct {
        int32_t total, ready, pressures[KS_PRESSURE_COUNT], wanted;
    } node_rows[] = {
        {3, 3, {0, 0, 0, 0}, 3},         {3, 3, {1, 0, 0, 0}, 2}, {3, 2, {0, 1, 1, 0}, 2},
        {3, 1, {0, 0, 1, 0}, 1},         {3, 3, {1, 2, 0, 1}, 1}, {3, 3, {9, 0, 0, INT32_MAX}, 0},
        {0, 0, {0, 0, 0, INT32_MAX}, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(node_rows); i++) {
        struct ks_nodes_state nodes = {.total = node_rows[i].total, .ready = node_rows[i].ready};

        memcpy(nodes.pressures, node_rows[i].pressures, sizeof nodes.pressures);
        ks_peer_downgrade_nodes(&nodes);
        assert_int_equal(nodes.ready, node_rows[i].wanted);
        assert_int_equal(nodes.total, node_rows[i].total);
    }
}

static void numbers_do_not_overflow(void **state)
{
    struct ks_service_state full = {.services = {[KS_OUTCOME_RUNNING] = 1},
                                    .down = 1,
                                    .ready = INT32_MAX,
                                    .total = INT32_MAX,
                                    .annotations = KS_NO_ANNOTATIONS};
    int64_t age_ms = 0;

    (void)state;
    ks_peer_downgrade(&full, &age_ms);
    assert_int_equal(full.total, INT32_MAX);
    assert_int_equal(full.ready, INT32_MAX - 1);
    full = (struct ks_service_state){.services = {[KS_OUTCOME_ROLLING_OUT] = 1},
                                     .pods = INT32_MAX,
                                     .pods_ready = INT32_MAX,
                                     .desired = INT32_MAX,
                                     .annotations = KS_NO_ANNOTATIONS};
    ks_peer_downgrade(&full, &age_ms);
    assert_string_equal(old_replicas(&full, 0), "red");
}

static void outcomes_become_the_nearest_that_is_not_greener(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        struct ks_service_state before, after;
        char name[128], numbers[64], reasons[128] = "";
        int64_t age_ms = 0;

        make_state(row, &before);
        after = before;
        ks_peer_downgrade(&after, &age_ms);
        snprintf(name, sizeof name, "row %zu: %s %s %s", i, row->outcome, row->numbers, row->reason);
        snprintf(numbers, sizeof numbers, "%d/%d %d/%d/%d", (int)after.ready, (int)after.total, (int)after.pods_ready,
                 (int)after.pods, (int)after.desired);
        if (after.reasons.used) {
            snprintf(reasons, sizeof reasons, "%s*%d", after.reasons.entries[0].text,
                     (int)after.reasons.entries[0].count);
        }
        assert_row_text(name, ks_peer_outcomes.words[ks_outcome_of(&after)], row->old_outcome);
        assert_row_text(name, numbers, row->old_numbers);
        assert_row_text(name, reasons, row->old_reasons);
        assert_row_text(name, old_health(&after, age_ms), row->health);
        assert_row_text(name, old_state(&after, age_ms), row->state);
        assert_row_text(name, old_replicas(&after, age_ms), row->replicas);
        assert_not_greener(name, KS_CHECK_HEALTH, row->health, &before);
        assert_not_greener(name, KS_CHECK_STATE, row->state, &before);
        assert_not_greener(name, KS_CHECK_REPLICAS, row->replicas, &before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outcome_has_a_row),
        cmocka_unit_test(outcomes_become_the_nearest_that_is_not_greener),
        cmocka_unit_test(a_sum_is_not_greener_either),
        cmocka_unit_test(nodes_that_are_short_of_something_are_not_ready),
        cmocka_unit_test(numbers_do_not_overflow),
    };

    return cmocka_run_group_tests_name("peer_document_downgrade", tests, NULL, NULL);
}
