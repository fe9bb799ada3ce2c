/* The rules of docs/architecture.md, "Health": one row each. */
#include "config.h"

#include "support/testing.h"

#include "health/automatic.h"
#include "health/health.h"
#include "support/kube_sample.h"

#define PODS        8
#define CONTROLLERS 4

/* Pods as digests; test_pod.c tests how a pod becomes one. */
#define UP                                                                                                             \
    {                                                                                                                  \
        .ready = 1, .total = 1, .created = NOW - DAY                                                                   \
    }
#define DOWN                                                                                                           \
    {                                                                                                                  \
        .ready = 0, .total = 1, .created = NOW - DAY, .reason = "CrashLoopBackOff"                                     \
    }
#define PARTLY_UP                                                                                                      \
    {                                                                                                                  \
        .ready = 1, .total = 2, .created = NOW - DAY, .reason = "NotReady"                                             \
    }
#define DELETING                                                                                                       \
    {                                                                                                                  \
        .ready = 1, .total = 1, .created = NOW - DAY, .deleting = true, .reason = "Terminating"                        \
    }
#define DONE(age)                                                                                                      \
    {                                                                                                                  \
        .ready = 0, .total = 1, .created = NOW - (age), .finished = true                                               \
    }
#define BROKEN(age)                                                                                                    \
    {                                                                                                                  \
        .ready = 0, .total = 1, .created = NOW - (age), .finished = true, .failed = true, .reason = "Error"            \
    }
#define YELLOW                                                                                                         \
    {                                                                                                                  \
        .ready = 1, .total = 1, .created = NOW - DAY, .restarts = 1, .yellow_until = NOW + DAY                         \
    }

#define WORKLOAD(kind_name, ...)                                                                                       \
    {                                                                                                                  \
        .kind = KS_KIND_##kind_name, .created = NOW - 9 * DAY, .workload = { __VA_ARGS__ }                             \
    }
#define DEPLOYMENT(pods, containers) WORKLOAD(DEPLOYMENT, .desired = (pods), .containers_per_pod = (containers))
#define JOB(age, ...)                                                                                                  \
    {                                                                                                                  \
        .kind = KS_KIND_JOB, .created = NOW - (age), .workload = { __VA_ARGS__ }                                       \
    }

struct row {
    const char *rule;
    const char *root_kind;
    struct ks_pod_facts pods[PODS];
    struct ks_controller controllers[CONTROLLERS];
    const char *verdict;
};

static const struct row rows[] = {
    /* Containers of pods that count. */
    {"ready of total", "StatefulSet", {UP, UP}, {{0}}, "running 2/2 0, pods 2/2 of 2"},
    {"every container of every pod", "StatefulSet", {UP, PARTLY_UP}, {{0}}, "running 2/3 0, pods 1/2 of 2, NotReady 1"},
    {"pods being deleted do not count", "StatefulSet", {UP, DELETING}, {{0}}, "running 1/1 0, pods 1/1 of 1"},
    {"only pods being deleted",
     "StatefulSet",
     {DELETING, DELETING},
     {{0}},
     "terminating 0/0 0, pods 0/0 of 0, Terminating 2"},
    {"restarts are summed", "StatefulSet", {YELLOW, YELLOW, UP}, {{0}}, "running 3/3 2, pods 3/3 of 3"},

    /* Finished pods of controllers that replace them. */
    {"an evicted pod that was replaced",
     "Deployment",
     {UP, BROKEN(DAY)},
     {DEPLOYMENT(1, 1)},
     "running 1/1 0, pods 1/1 of 1"},
    {"an evicted pod not yet replaced is a missing one",
     "Deployment",
     {UP, BROKEN(DAY)},
     {DEPLOYMENT(2, 1)},
     "running 1/2 0, pods 1/1 of 2"},
    {"evicted pods, and no desired number", "ReplicaSet", {UP, BROKEN(DAY)}, {{0}}, "running 1/1 0, pods 1/1 of 1"},
    {"only evicted pods, and no desired number",
     "ReplicaSet",
     {BROKEN(DAY), BROKEN(2)},
     {{0}},
     "running 0/2 0, pods 0/0 of 2"},

    /* The desired number. */
    {"missing pods count with the template's containers",
     "Deployment",
     {UP},
     {DEPLOYMENT(3, 2)},
     "running 1/5 0, pods 1/1 of 3"},
    {"no pod at all", "Deployment", {{0}}, {DEPLOYMENT(2, 3)}, "running 0/6 0, pods 0/0 of 2"},
    {"a template that is unknown is as its pods",
     "Deployment",
     {PARTLY_UP},
     {DEPLOYMENT(2, 0)},
     "running 1/4 0, pods 0/1 of 2, NotReady 1"},
    {"a template that is unknown, and no pod", "Deployment", {{0}}, {DEPLOYMENT(2, 0)}, "running 0/2 0, pods 0/0 of 2"},
    {"more pods than desired, in a rollout",
     "Deployment",
     {UP, UP, DOWN},
     {DEPLOYMENT(2, 1)},
     "running 2/3 0, pods 2/3 of 2, CrashLoopBackOff 1"},
    {"scaled to zero", "Deployment", {{0}}, {DEPLOYMENT(0, 1)}, "scaled to zero 0/0 0, pods 0/0 of 0"},
    {"scaled to zero, the last pod going",
     "Deployment",
     {DELETING},
     {DEPLOYMENT(0, 1)},
     "scaled to zero 0/0 0, pods 0/0 of 0"},
    {"scaled to zero, the last pod still there",
     "Deployment",
     {UP},
     {DEPLOYMENT(0, 1)},
     "running 1/1 0, pods 1/1 of 0"},
    {"a StatefulSet",
     "StatefulSet",
     {UP},
     {WORKLOAD(STATEFULSET, .desired = 2, .containers_per_pod = 1)},
     "running 1/2 0, pods 1/1 of 2"},
    {"a DaemonSet, one node without it",
     "DaemonSet",
     {UP, UP},
     {WORKLOAD(DAEMONSET, .desired = 3, .containers_per_pod = 1)},
     "running 2/3 0, pods 2/2 of 3"},
    {"a DaemonSet that no node wants",
     "DaemonSet",
     {{0}},
     {WORKLOAD(DAEMONSET, .desired = 0, .containers_per_pod = 1)},
     "scaled to zero 0/0 0, pods 0/0 of 0"},
    {"two billion replicas",
     "Deployment",
     {UP},
     {DEPLOYMENT(2000000000, 2)},
     "running 1/2147483647 0, pods 1/1 of 2000000000"},

    /* Jobs. */
    {"a Job that succeeded",
     "Job",
     {DONE(DAY)},
     {JOB(DAY, .outcome = KS_JOB_COMPLETE)},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"a Job that succeeded at the second try",
     "Job",
     {BROKEN(2 * DAY), DONE(DAY)},
     {JOB(2 * DAY, .outcome = KS_JOB_COMPLETE)},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"a Job that failed", "Job", {BROKEN(DAY)}, {JOB(DAY, .outcome = KS_JOB_FAILED)}, "failed 0/0 0, pods 0/0 of 0"},
    {"a Job whose pods were cleaned up",
     "Job",
     {{0}},
     {JOB(DAY, .outcome = KS_JOB_COMPLETE)},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"a Job that runs", "Job", {UP}, {JOB(DAY, .desired = 1, .containers_per_pod = 1)}, "running 1/1 0, pods 1/1 of 1"},
    {"a Job that runs after failed tries",
     "Job",
     {UP, BROKEN(2 * DAY)},
     {JOB(2 * DAY, .desired = 1, .containers_per_pod = 1)},
     "running 1/1 0, pods 1/1 of 1"},
    {"a Job between two tries is not well",
     "Job",
     {BROKEN(DAY)},
     {JOB(DAY, .desired = 0, .containers_per_pod = 2)},
     "running 0/2 0, pods 0/0 of 1"},
    {"a Job that is suspended", "Job", {{0}}, {JOB(DAY, .suspended = true)}, "suspended 0/0 0, pods 0/0 of 0"},
    {"a Job that may not be read: its pod succeeded", "Job", {DONE(DAY)}, {{0}}, "succeeded 0/0 0, pods 0/0 of 0"},
    {"a Job that may not be read: the newest pod decides",
     "Job",
     {DONE(DAY), BROKEN(2 * DAY)},
     {{0}},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"a Job that may not be read: the newest pod failed",
     "Job",
     {DONE(2 * DAY), BROKEN(DAY)},
     {{0}},
     "failed 0/0 0, pods 0/0 of 0"},

    /* CronJobs. */
    {"a CronJob that never ran", "CronJob", {{0}}, {WORKLOAD(CRONJOB, .desired = 0)}, "scheduled 0/0 0, pods 0/0 of 0"},
    {"a CronJob that is suspended",
     "CronJob",
     {{0}},
     {WORKLOAD(CRONJOB, .suspended = true)},
     "suspended 0/0 0, pods 0/0 of 0"},
    {"a CronJob that is suspended, its last Job still running",
     "CronJob",
     {UP},
     {WORKLOAD(CRONJOB, .suspended = true), JOB(DAY, .desired = 1, .containers_per_pod = 1)},
     "running 1/1 0, pods 1/1 of 1"},
    {"the newest Job decides, and it succeeded",
     "CronJob",
     {BROKEN(2 * DAY), DONE(DAY)},
     {WORKLOAD(CRONJOB, .desired = 0), JOB(2 * DAY, .outcome = KS_JOB_FAILED), JOB(DAY, .outcome = KS_JOB_COMPLETE)},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"the newest Job decides, and it failed",
     "CronJob",
     {DONE(2 * DAY), BROKEN(DAY)},
     {JOB(DAY, .outcome = KS_JOB_FAILED), JOB(2 * DAY, .outcome = KS_JOB_COMPLETE), WORKLOAD(CRONJOB, .desired = 0)},
     "failed 0/0 0, pods 0/0 of 0"},
    {"the newest Job decides, and it runs",
     "CronJob",
     {BROKEN(2 * DAY), DOWN},
     {WORKLOAD(CRONJOB, .desired = 0), JOB(2 * DAY, .outcome = KS_JOB_FAILED), JOB(DAY, .desired = 1)},
     "running 0/1 0, pods 0/1 of 1, CrashLoopBackOff 1"},
    {"a CronJob that may not be read: its Jobs decide",
     "CronJob",
     {DONE(DAY)},
     {JOB(DAY, .outcome = KS_JOB_COMPLETE)},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"Jobs that may not be read: the CronJob's newest pod decides",
     "CronJob",
     {BROKEN(DAY), DONE(2 * DAY)},
     {WORKLOAD(CRONJOB, .desired = 0)},
     "failed 0/0 0, pods 0/0 of 0"},

    /* Controllers of kinds that we do not know. */
    {"an unknown controller's pods", "Gadget", {UP, DOWN}, {{0}}, "running 1/2 0, pods 1/2 of 2, CrashLoopBackOff 1"},
    {"an unknown controller's pods that have ended",
     "Gadget",
     {DONE(DAY), DONE(2 * DAY)},
     {{0}},
     "succeeded 0/0 0, pods 0/0 of 0"},
    {"an unknown controller's pods, one failed",
     "Gadget",
     {DONE(DAY), BROKEN(2 * DAY)},
     {{0}},
     "failed 0/0 0, pods 0/0 of 0"},
    {"a Rollout is one that runs for ever", "Rollout", {BROKEN(DAY)}, {{0}}, "running 0/1 0, pods 0/0 of 1"},
};

static void judge(struct ks_service_state *state, const struct row *row, bool backwards)
{
    static struct ks_pod_facts pods[PODS];
    static struct ks_controller controllers[CONTROLLERS];
    const struct ks_pod_facts *pod_list[PODS];
    const struct ks_controller *controller_list[CONTROLLERS];
    struct ks_evidence evidence = {.kind = row->root_kind, .pods = pod_list, .controllers = controller_list};

    for (size_t i = 0; i < PODS; i++) {
        const struct ks_pod_facts *pod = &row->pods[backwards ? PODS - 1 - i : i];

        if (pod->created) {
            pods[i] = *pod;
            pods[i].reason = pod->reason ? pod->reason : "";
            pods[i].version = "1.0";
            pods[i].doubt = "";
            pods[i].is_ready = pod->is_ready || pod->ready == pod->total;
            pod_list[evidence.pod_count++] = &pods[i];
        }
    }
    for (size_t i = 0; i < CONTROLLERS; i++) {
        const struct ks_controller *controller = &row->controllers[backwards ? CONTROLLERS - 1 - i : i];

        if (controller->created) {
            controllers[i] = *controller;
            controllers[i].version = "";
            controllers[i].workload.reason = controller->workload.reason ? controller->workload.reason : "";
            controller_list[evidence.controller_count++] = &controllers[i];
        }
    }
    (void)ks_judge(&evidence, state);
}

static void put_verdict(struct ks_buf *text, const struct ks_service_state *state)
{
    static const char *const outcomes[KS_OUTCOME_COUNT] = {
        [KS_OUTCOME_RUNNING] = "running",         [KS_OUTCOME_SUCCEEDED] = "succeeded",
        [KS_OUTCOME_FAILED] = "failed",           [KS_OUTCOME_SCALED_TO_ZERO] = "scaled to zero",
        [KS_OUTCOME_SUSPENDED] = "suspended",     [KS_OUTCOME_SCHEDULED] = "scheduled",
        [KS_OUTCOME_TERMINATING] = "terminating",
    };

    for (size_t i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (state->services[i]) {
            ks_buf_printf(text, "%s ", outcomes[i]);
        }
    }
    ks_buf_printf(text, "%d/%d %d, pods %d/%d of %d", (int)state->ready, (int)state->total, (int)state->restarts,
                  (int)state->pods_ready, (int)state->pods, (int)state->desired);
    for (uint32_t i = 0; i < state->reasons.used; i++) {
        ks_buf_printf(text, ", %s %d", state->reasons.entries[i].text, (int)state->reasons.entries[i].count);
    }
}

static void every_rule_holds_in_any_order(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        struct ks_service_state state;
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        judge(&state, &rows[i / 2], i % 2);
        put_verdict(&text, &state);
        assert_row_text(rows[i / 2].rule, text.data, rows[i / 2].verdict);
    }
}

static void times_are_those_of_the_controller_and_of_pods_that_count(void **unused)
{
    static const struct row row = {.root_kind = "Deployment",
                                   .pods = {{.created = NOW - 3 * DAY},
                                            {.created = NOW - DAY, .restarts = 1, .yellow_until = NOW + 5},
                                            {.created = NOW - 2 * DAY, .restarts = 1, .yellow_until = NOW + 9},
                                            {.created = NOW - 5 * DAY, .deleting = true, .yellow_until = NOW + 99},
                                            {.created = NOW - 1, .finished = true, .yellow_until = NOW + 99}},
                                   .controllers = {DEPLOYMENT(3, 1)}};
    struct ks_service_state state;

    (void)unused;
    judge(&state, &row, false);
    assert_int_equal(state.created, NOW - 9 * DAY);
    assert_int_equal(state.oldest, NOW - 3 * DAY);
    assert_int_equal(state.newest, NOW - DAY);
    assert_int_equal(state.yellow_until, NOW + 9);
    assert_int_equal(state.kinds, 1U << KS_KIND_POD | 1U << KS_KIND_DEPLOYMENT);
}

/* Any discrepancy is red; yellow is for services without one. */
static void red_comes_before_yellow_and_yellow_before_green(void **unused)
{
    static const struct {
        struct row row;
        const char *color;
        const char *message;
    } colors[] = {
        {{"well", "StatefulSet", {UP}, {{0}}, NULL}, "green", "1/1 (0 restarts)"},
        {{"restarted too often", "StatefulSet", {UP, YELLOW}, {{0}}, NULL}, "yellow", "2/2 (1 restart)"},
        {{"not ready, and restarted too often", "StatefulSet", {YELLOW, DOWN}, {{0}}, NULL}, "red", "1/2 (1 restart)"},
        {{"a missing pod, and restarted too often", "Deployment", {YELLOW}, {DEPLOYMENT(2, 1)}, NULL},
         "red",
         "1/2 (1 restart)"},
        {{"restarts long ago",
          "StatefulSet",
          {{.ready = 1, .total = 1, .created = NOW - 20 * DAY, .restarts = 10, .yellow_until = NOW}},
          {{0}},
          NULL},
         "green",
         "1/1 (10 restarts)"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(colors); i++) {
        struct ks_service_state state;
        struct ks_result result;

        judge(&state, &colors[i].row, false);
        ks_check_result(KS_CHECK_HEALTH, &state, NOW, 0, &result);
        assert_row_text(colors[i].row.rule, result.color, colors[i].color);
        assert_row_text(colors[i].row.rule, result.message, colors[i].message);
    }
}

static void several_services_are_summed(void **unused)
{
    static const struct row services[] = {
        {"", "StatefulSet", {PARTLY_UP, YELLOW}, {{0}}, NULL},
        {"", "Deployment", {UP, DOWN}, {DEPLOYMENT(3, 1)}, NULL},
        {"", "Job", {{0}}, {JOB(DAY, .outcome = KS_JOB_FAILED)}, NULL},
        {"", "Deployment", {{0}}, {DEPLOYMENT(0, 1)}, NULL},
    };
    struct ks_service_state sum = {.ready = 0};
    struct ks_buf text KS_CLEANUP_BUF;

    (void)unused;
    ks_buf_init(&text, CEILING);
    for (size_t i = 0; i < COUNT(services); i++) {
        struct ks_service_state state;

        judge(&state, &services[i], false);
        ks_service_state_add(&sum, &state);
    }
    put_verdict(&text, &sum);
    assert_string_equal(text.data,
                        "running failed scaled to zero 3/6 1, pods 2/4 of 5, NotReady 1, CrashLoopBackOff 1");
    assert_int_equal(sum.services[KS_OUTCOME_RUNNING], 2);
    assert_int_equal(sum.created, NOW - 9 * DAY);
    assert_int_equal(sum.yellow_until, NOW + DAY);
    assert_int_equal(sum.versions.entries[0].count, 4);
    assert_int_equal(sum.kinds, 1U << KS_KIND_POD | 1U << KS_KIND_DEPLOYMENT | 1U << KS_KIND_JOB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_holds_in_any_order),
        cmocka_unit_test(times_are_those_of_the_controller_and_of_pods_that_count),
        cmocka_unit_test(red_comes_before_yellow_and_yellow_before_green),
        cmocka_unit_test(several_services_are_summed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
