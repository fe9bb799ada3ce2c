/* Judgements in one row of a test: a service's pods and controllers, and what its shields then say. Each row is judged
 * twice, the second time with everything in reverse order. */
#ifndef KS_TEST_JUDGE_ROWS_H
#define KS_TEST_JUDGE_ROWS_H

#include "health/automatic.h"
#include "health/health.h"
#include "support/kube_sample.h"
#include "support/testing.h"

#define JUDGE_PODS        8
#define JUDGE_CONTROLLERS 5

/* Pods as digests; test_pod.c tests how a pod becomes one. A pod is ready if all its containers are and it has no
 * reason not to be. It has one container and is a day old, unless it says otherwise. */
#define POD(...)                                                                                                       \
    {                                                                                                                  \
        .version = "1.0", .runs_for_ever = true, __VA_ARGS__                                                           \
    }
#define UP            POD(.ready = 1)
#define NEW_UP        POD(.ready = 1, .created = NOW - 60)
#define DOWN(why)     POD(.reason = (why))
#define NEW_DOWN(why) POD(.reason = (why), .created = NOW - 60)
#define GATED         POD(.reason = "SchedulingGated", .gated = true)
#define DELETING      POD(.ready = 1, .deleting = true, .reason = "Terminating")
#define EVICTED       POD(.finished = true, .failed = true, .reason = "Evicted")

/* Pods that run to completion. */
#define RUN(...)                                                                                                       \
    {                                                                                                                  \
        .version = "1.0", __VA_ARGS__                                                                                  \
    }
#define RUNS         RUN(.ready = 1)
#define RETRIED(why) RUN(.reason = (why), .is_retrying = true)
#define STUCK(why)   RUN(.reason = (why))
#define DONE(age)    RUN(.finished = true, .created = NOW - (age), .finished_at = NOW - (age) + 10)
#define BROKEN(age)                                                                                                    \
    RUN(.finished = true, .failed = true, .reason = "Error", .created = NOW - (age), .finished_at = NOW - (age) + 10)

/* A controller's template has one container, unless it says otherwise; NO_TEMPLATE: unknown. */
#define NO_TEMPLATE (-1)
#define CONTROLLER(kind_name, ...)                                                                                     \
    {                                                                                                                  \
        .kind = KS_KIND_##kind_name, .created = NOW - 9 * DAY, .workload = { __VA_ARGS__ }                             \
    }
#define JOB(age, ...)                                                                                                  \
    {                                                                                                                  \
        .kind = KS_KIND_JOB, .created = NOW - (age), .workload = { __VA_ARGS__ }                                       \
    }
#define PERCENT(number)                                                                                                \
    {                                                                                                                  \
        .is_given = true, .is_percent = true, .value = (number)                                                        \
    }
#define EXACTLY(number)                                                                                                \
    {                                                                                                                  \
        .is_given = true, .value = (number)                                                                            \
    }

struct judge_row {
    const char *rule;
    const char *others; /* what kubectl rollout status, kstatus and Argo CD say of it, if somebody asked them */
    const char *wanted; /* health; state; replicas, each with its color; then the reasons, if they are of interest */
    const char *kind;
    struct ks_pod_facts pods[JUDGE_PODS];
    struct ks_controller controllers[JUDGE_CONTROLLERS];
    struct ks_evidence evidence; /* all but the kind, pods and controllers */
};

/* Texts of the state are the row's, or static. Returns what ks_judge did. */
static inline bool judge_row(const struct judge_row *row, bool backwards, struct ks_service_state *state)
{
    static struct ks_pod_facts pods[JUDGE_PODS];
    static struct ks_controller controllers[JUDGE_CONTROLLERS];
    const struct ks_pod_facts *pod_list[JUDGE_PODS];
    const struct ks_controller *controller_list[JUDGE_CONTROLLERS];
    struct ks_evidence evidence = row->evidence;

    evidence.kind = row->kind;
    evidence.pods = pod_list;
    evidence.controllers = controller_list;
    for (size_t i = 0; i < JUDGE_PODS; i++) {
        const struct ks_pod_facts *pod = &row->pods[backwards ? JUDGE_PODS - 1 - i : i];

        if (pod->version) {
            pods[i] = *pod;
            pods[i].created = pod->created ? pod->created : NOW - DAY;
            pods[i].total = pod->total ? pod->total : 1;
            pods[i].is_ready = pods[i].ready == pods[i].total && !pod->reason;
            pods[i].reason = pod->reason ? pod->reason : "";
            pods[i].doubt = pod->doubt ? pod->doubt : "";
            pod_list[evidence.pod_count++] = &pods[i];
        }
    }
    for (size_t i = 0; i < JUDGE_CONTROLLERS; i++) {
        const struct ks_controller *controller = &row->controllers[backwards ? JUDGE_CONTROLLERS - 1 - i : i];

        if (controller->created) {
            controllers[i] = *controller;
            controllers[i].version = controller->version ? controller->version : "";
            controllers[i].annotations = KS_NO_ANNOTATIONS;
            if (controller->workload.containers_per_pod <= 0) {
                controllers[i].workload.containers_per_pod = controller->workload.containers_per_pod == 0;
            }
            controllers[i].workload.reason = controller->workload.reason ? controller->workload.reason : "";
            controller_list[evidence.controller_count++] = &controllers[i];
        }
    }
    return ks_judge(&evidence, state);
}

static inline void put_shields(struct ks_buf *text, const struct ks_service_state *state)
{
    static const enum ks_check checks[] = {KS_CHECK_HEALTH, KS_CHECK_STATE, KS_CHECK_REPLICAS};

    for (size_t i = 0; i < COUNT(checks); i++) {
        struct ks_result result;

        ks_check_result(checks[i], state, NOW, 0, &result);
        ks_buf_printf(text, "%s%s %s", i ? "; " : "", result.message, result.color);
    }
}

/* A service has one outcome, and what is red is down. */
static inline void assert_is_sound(const char *rule, const struct ks_service_state *state)
{
    int32_t services = 0;

    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        services += state->services[i];
    }
    assert_row_number(rule, services, 1);
    assert_in_range(state->down, 0, 1);
    if (state->services[KS_OUTCOME_UNKNOWN]) {
        assert_row_number(rule, state->total + state->restarts + state->pods + state->desired + state->down, 0);
    }
}

static inline void assert_judgements(const struct judge_row *rows, size_t count)
{
    for (size_t i = 0; i < 2 * count; i++) {
        const struct judge_row *row = &rows[i / 2];
        struct ks_service_state state;
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        (void)judge_row(row, i % 2, &state);
        put_shields(&text, &state);
        assert_row_text(row->rule, text.data, row->wanted);
        assert_is_sound(row->rule, &state);
    }
}

#endif
