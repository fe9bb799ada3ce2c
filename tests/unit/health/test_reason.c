/* Why a pod is not ready, in kubectl's words. */
#include "config.h"

#include "support/testing.h"

#include "health/reason.h"
#include "support/kube_sample.h"

#define SIDECAR(...) CONTAINER(.role = KS_CONTAINER_SIDECAR, .has_status = true, __VA_ARGS__)
#define INIT(...)    CONTAINER(.role = KS_CONTAINER_INIT, .has_status = true, __VA_ARGS__)
#define DONE         INIT(.ready = true, .terminated = true, .terminated_reason = "Completed")
#define WAITS        WAITING("PodInitializing")

static void reasons_are_those_of_kubectl(void **state)
{
    struct {
        const char *reason;
        struct sample_pod pod;
    } rows[] = {
        {"", {.containers = {READY}}},
        {"NotReady", {.containers = {NOT_READY}}},
        {"Pending", {.phase = KS_POD_PENDING, .containers = {NO_STATUS}}},
        {"ContainerCreating", {.phase = KS_POD_PENDING, .containers = {WAITING("ContainerCreating")}}},
        {"Completed", {.containers = {ENDED(0, "Completed")}}},
        {"Completed", {.containers = {ENDED(0, "")}}},
        {"NotReady", {.containers = {ENDED(0, "Completed"), READY}}},
        {"Error", {.containers = {ENDED(2, "Error"), READY}}},
        {"ExitCode:2", {.containers = {ENDED(2, "")}}},
        {"OOMKilled", {.containers = {ENDED(137, "OOMKilled")}}},
        {"OOMKilled",
         {.containers = {CONTAINER(.has_status = true, .waiting_reason = "CrashLoopBackOff",
                                   .last_reason = "OOMKilled")}}},
        {"Terminating", {.deleting = true, .containers = {WAITING("CrashLoopBackOff")}}},
        {"Unschedulable", {.phase = KS_POD_PENDING, .unscheduled = "Unschedulable", .containers = {NO_STATUS}}},
        {"SchedulingGated", {.phase = KS_POD_PENDING, .unscheduled = "SchedulingGated", .containers = {NO_STATUS}}},
        {"Evicted", {.phase = KS_POD_FAILED, .reason = "Evicted", .containers = {ENDED(137, "Error")}}},

        {"Init:0/1", {.containers = {INIT(.started_at = NOW), WAITS}}},
        {"Init:0/2",
         {.containers = {INIT(.waiting_reason = "PodInitializing"), INIT(.waiting_reason = "PodInitializing"), WAITS}}},
        {"Init:1/2", {.containers = {DONE, INIT(.started_at = NOW), WAITS}}},
        {"Init:1/2", {.containers = {SIDECAR(.ready = true, .started = true), INIT(.started_at = NOW), WAITS}}},
        {"Init:0/2", {.containers = {SIDECAR(.started_at = NOW), INIT(.waiting_reason = "PodInitializing"), WAITS}}},
        {"Init:2/3", {.containers = {WAITS, DONE, SIDECAR(.started = true), INIT(.started_at = NOW)}}},
        {"Init:CrashLoopBackOff", {.containers = {DONE, INIT(.waiting_reason = "CrashLoopBackOff"), WAITS}}},
        {"Init:ImagePullBackOff", {.containers = {INIT(.waiting_reason = "ImagePullBackOff"), WAITS}}},
        {"Init:Error", {.containers = {INIT(.terminated = true, .exit_code = 1, .terminated_reason = "Error"), WAITS}}},
        {"Init:ExitCode:3", {.containers = {INIT(.terminated = true, .exit_code = 3), WAITS}}},
        {"Init:OOMKilled",
         {.containers = {INIT(.waiting_reason = "CrashLoopBackOff", .last_reason = "OOMKilled"), WAITS}}},
        {"Init:OOMKilled",
         {.containers = {INIT(.terminated = true, .exit_code = 137, .terminated_reason = "OOMKilled"), WAITS}}},
        {"Init:CrashLoopBackOff", {.containers = {SIDECAR(.waiting_reason = "CrashLoopBackOff"), READY}}},
        /* The pod is beyond its init containers: that a sidecar starts again is no progress of theirs. */
        {"NotReady", {.containers = {SIDECAR(.started_at = NOW), READY}}},
        {"NotReady", {.containers = {SIDECAR(.started = true), READY}}},
        {"PodInitializing", {.containers = {DONE, WAITS}}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_kube_object object = sample_pod_object(&rows[i].pod);
        char reason[KS_REASON_SIZE];
        char row[64];

        ks_reason_of_pod(&object, reason);
        snprintf(row, sizeof row, "row %zu: %s", i, rows[i].reason);
        assert_row_text(row, reason, rows[i].reason);
    }
}

static void the_worst_container_gives_the_reason(void **state)
{
    static const struct ks_container containers[] = {WAITING("ContainerCreating"), NOT_READY,
                                                     WAITING("ImagePullBackOff"), READY, ENDED(1, "Error")};

    (void)state;
    for (size_t first = 0; first < COUNT(containers); first++) {
        struct sample_pod pod = {.reason = NULL};
        struct ks_kube_object object;
        char reason[KS_REASON_SIZE];

        for (size_t i = 0; i < COUNT(containers); i++) {
            pod.containers[i] = containers[(first + i) % COUNT(containers)];
        }
        object = sample_pod_object(&pod);
        ks_reason_of_pod(&object, reason);
        assert_string_equal(reason, "ImagePullBackOff");
    }
}

static void a_reason_that_is_too_long_is_cut(void **state)
{
    char text[400];
    struct sample_pod pods[] = {
        {.containers = {WAITING(text)}},
        {.containers = {INIT(.waiting_reason = text), WAITS}},
        {.containers = {INIT(.terminated = true, .exit_code = 1, .terminated_reason = text), WAITS}},
        {.reason = text}};

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < COUNT(pods); i++) {
        const struct ks_kube_object object = sample_pod_object(&pods[i]);
        char reason[KS_REASON_SIZE];

        ks_reason_of_pod(&object, reason);
        assert_in_range(strlen(reason), KS_REASON_SIZE - 8, KS_REASON_SIZE - 1);
    }
}

static void reasons_have_an_order(void **state)
{
    static const char *const worst_first[] = {
        "OOMKilled",
        "CrashLoopBackOff",
        "Evicted",
        "ImagePullBackOff",
        "ErrImagePull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "RunContainerError",
        "NodeLost",
        "NodeNotReady",
        "Error",
        "SomethingUnheardOf",
        "ProgressDeadlineExceeded",
        "FailedCreate",
        "Unschedulable",
        "NotReady",
        "Init:1/2",
        "Pending",
        "ContainerCreating",
        "PodInitializing",
        "Paused",
        "Terminating",
        "Completed",
        "SchedulingGated",
        "",
    };

    (void)state;
    for (size_t i = 1; i < COUNT(worst_first); i++) {
        assert_true(ks_reason_severity(worst_first[i - 1]) > ks_reason_severity(worst_first[i]));
    }
}

static void reasons_pass_are_tried_again_or_last(void **state)
{
    static const char *const passing[] = {"Pending",     "ContainerCreating", "PodInitializing",
                                          "Terminating", "Completed",         "SchedulingGated",
                                          "Paused",      "Init:0/1",          "Init:10/12"};
    static const char *const retried[] = {"OOMKilled",  "CrashLoopBackOff", "Error",           "NotReady", "ExitCode:3",
                                          "Init:Error", "Init:OOMKilled",   "Init:ExitCode:1", "Evicted"};
    static const char *const lasting[] = {"ImagePullBackOff",
                                          "Unschedulable",
                                          "NodeNotReady",
                                          "NodeLost",
                                          "Init:ErrImagePull",
                                          "SomethingUnheardOf",
                                          "Init:Nobody/2",
                                          "Init:1/",
                                          "Init:/2",
                                          "Init:1/2x",
                                          ""};

    (void)state;
    for (size_t i = 0; i < COUNT(passing); i++) {
        assert_true(ks_reason_is_passing(passing[i]));
        assert_false(ks_reason_is_retried(passing[i]));
    }
    for (size_t i = 0; i < COUNT(retried); i++) {
        assert_false(ks_reason_is_passing(retried[i]));
        assert_true(ks_reason_is_retried(retried[i]));
    }
    for (size_t i = 0; i < COUNT(lasting); i++) {
        assert_false(ks_reason_is_passing(lasting[i]));
        assert_false(ks_reason_is_retried(lasting[i]));
    }
}

static void init_reasons_are_as_severe_as_the_rest_of_them(void **state)
{
    static const char *const reasons[] = {"OOMKilled", "CrashLoopBackOff", "ImagePullBackOff",
                                          "Error",     "ExitCode:1",       "Unknown"};

    (void)state;
    for (size_t i = 0; i < COUNT(reasons); i++) {
        char reason[KS_REASON_SIZE];

        snprintf(reason, sizeof reason, "Init:%s", reasons[i]);
        assert_int_equal(ks_reason_severity(reason), ks_reason_severity(reasons[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_are_those_of_kubectl),
        cmocka_unit_test(the_worst_container_gives_the_reason),
        cmocka_unit_test(a_reason_that_is_too_long_is_cut),
        cmocka_unit_test(reasons_have_an_order),
        cmocka_unit_test(reasons_pass_are_tried_again_or_last),
        cmocka_unit_test(init_reasons_are_as_severe_as_the_rest_of_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
