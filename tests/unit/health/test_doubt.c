/* Objects that contradict themselves. */
#include "config.h"

#include "support/testing.h"

#include "health/doubt.h"
#include "support/kube_sample.h"

#define ABSURD_RESTARTS "a container's restart count is negative or absurd"
#define UP              CONTAINER(.has_status = true, .ready = true, .started_at = NOW)

static void pods_that_contradict_themselves_are_doubted(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        const char *doubt;
    } rows[] = {
        {"well", {.ready = KS_TRUE, .containers = {UP, UP}}, ""},
        {"not ready", {.ready = KS_FALSE, .containers = {UP, NOT_READY}}, ""},
        {"not ready, its containers are", {.ready = KS_FALSE, .containers = {UP}}, ""},
        {"no conditions", {.containers = {UP, NOT_READY}}, ""},
        {"Ready, a container without a status", {.ready = KS_TRUE, .containers = {UP, NO_STATUS}}, ""},
        {"restarts below zero", {.containers = {UP, RESTARTED(-1)}}, ABSURD_RESTARTS},
        {"absurd restarts", {.containers = {RESTARTED(KS_COUNT_MOST + 1)}}, ABSURD_RESTARTS},
        {"many restarts", {.containers = {RESTARTED(KS_COUNT_MOST)}}, ""},
        {"restarts of an init container below zero",
         {.containers = {UP, CONTAINER(.role = KS_CONTAINER_INIT, .restart_count = -3)}},
         ABSURD_RESTARTS},
        {"Ready twice",
         {.ready = KS_TRUE_FALSE, .containers = {UP}},
         "a pod has the condition Ready twice, with different values"},
        {"Ready, but Pending",
         {.phase = KS_POD_PENDING, .ready = KS_TRUE, .containers = {UP}},
         "a pod is Ready, but its phase is Pending"},
        {"Ready, but ContainersReady is False",
         {.ready = KS_TRUE, .containers_ready = KS_FALSE, .containers = {UP}},
         "a pod is Ready, but its containers are not"},
        {"phase Unknown is no contradiction, the pod is lost",
         {.is_lost = true, .ready = KS_TRUE, .containers = {UP}},
         ""},
        {"Ready, but a container is not",
         {.ready = KS_TRUE, .containers = {UP, NOT_READY}},
         "a pod is Ready, but one of its containers is not"},
        {"Ready, but a container waits",
         {.ready = KS_TRUE, .containers = {WAITING("CrashLoopBackOff")}},
         "a pod is Ready, but one of its containers is not"},
        {"Ready, and one has completed as it should",
         {.ready = KS_TRUE, .runs_once = true, .containers = {UP, ENDED(0, "Completed")}},
         ""},
        {"ready, but waiting",
         {.containers = {CONTAINER(.has_status = true, .ready = true, .waiting_reason = "CrashLoopBackOff")}},
         "a container is ready, but it does not run"},
        {"ready, but ended",
         {.containers = {CONTAINER(.has_status = true, .ready = true, .terminated = true)}},
         "a container is ready, but it does not run"},
        {"an init container that ended well is ready",
         {.containers = {UP,
                         CONTAINER(.role = KS_CONTAINER_INIT, .has_status = true, .ready = true, .terminated = true)}},
         ""},
        {"being deleted", {.ready = KS_TRUE, .deleting = true, .containers = {RESTARTED(-1), NOT_READY}}, ""},
        {"finished", {.phase = KS_POD_SUCCEEDED, .ready = KS_FALSE, .containers = {ENDED(0, "Completed")}}, ""},
        {"finished, Ready not updated",
         {.phase = KS_POD_SUCCEEDED, .ready = KS_TRUE, .containers = {ENDED(0, "Completed")}},
         ""},
        {"failed, whatever its containers say",
         {.phase = KS_POD_FAILED, .ready = KS_TRUE, .containers = {UP, NOT_READY}},
         ""},
        {"succeeded, but a container failed",
         {.phase = KS_POD_SUCCEEDED, .containers = {ENDED(0, "Completed"), ENDED(1, "Error")}},
         "a pod has succeeded, but one of its containers has not"},
        {"succeeded, but a container runs",
         {.phase = KS_POD_SUCCEEDED, .containers = {UP}},
         "a pod has succeeded, but one of its containers has not"},
        {"succeeded, and its sidecar was killed",
         {.phase = KS_POD_SUCCEEDED,
          .containers = {ENDED(0, "Completed"), CONTAINER(.role = KS_CONTAINER_SIDECAR, .has_status = true,
                                                          .terminated = true, .exit_code = 137)}},
         ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_kube_object object = sample_pod_object(&rows[i].pod);

        assert_row_text(rows[i].rule, ks_pod_doubt(&object), rows[i].doubt);
    }
}

#define OF(kind_name, ...)                                                                                             \
    {                                                                                                                  \
        .kind = KS_KIND_##kind_name, .generation = 3, .workload = { __VA_ARGS__ }                                      \
    }
#define ABSURD   "a controller's count is negative or absurd"
#define NEGATIVE "a controller's setting is negative"

static void controllers_that_contradict_themselves_are_doubted(void **state)
{
    static const struct {
        const char *rule;
        struct ks_controller controller;
        const char *doubt;
    } rows[] = {
        {"well", OF(DEPLOYMENT, .desired = 3, .replicas = 4, .updated = 1, .ready = 3, .available = 3), ""},
        {"nothing sent", OF(DEPLOYMENT, .desired = 3), ""},
        {"desired below zero", OF(DEPLOYMENT, .desired = -1), ABSURD},
        {"desired absurd", OF(STATEFULSET, .desired = 2000000000), ABSURD},
        {"desired as large as is believed", OF(DEPLOYMENT, .desired = KS_COUNT_MOST), ""},
        {"replicas below zero", OF(REPLICASET, .replicas = -1), ABSURD},
        {"updated below zero", OF(DAEMONSET, .updated = INT32_MIN), ABSURD},
        {"ready below zero", OF(REPLICATIONCONTROLLER, .ready = -2), ABSURD},
        {"available absurd", OF(DAEMONSET, .available = INT32_MAX), ABSURD},
        {"active below zero", OF(CRONJOB, .active = -1), ABSURD},
        {"succeeded below zero", OF(JOB, .succeeded = -1), ABSURD},
        {"failed absurd", OF(JOB, .failed = KS_COUNT_MOST + 1), ABSURD},
        {"minReadySeconds below zero", OF(DEPLOYMENT, .min_ready_seconds = -1), NEGATIVE},
        {"a partition below zero", OF(STATEFULSET, .partition = -1), NEGATIVE},
        {"a partition beyond all pods", OF(STATEFULSET, .partition = INT32_MAX), ""},
        {"maxUnavailable below zero", OF(DEPLOYMENT, .max_unavailable = {.is_given = true, .value = -1}), NEGATIVE},
        {"maxSurge below zero", OF(DAEMONSET, .max_surge = {.is_given = true, .is_percent = true, .value = -25}),
         NEGATIVE},
        {"a portion that is not given has no value", OF(DEPLOYMENT, .max_surge = {.value = -25}), ""},
        {"the generation is seen", OF(DEPLOYMENT, .observed_generation = 3), ""},
        {"the generation is not seen yet", OF(DEPLOYMENT, .observed_generation = 2), ""},
        {"a generation from the future", OF(DEPLOYMENT, .observed_generation = 4),
         "a controller has seen a generation that does not exist yet"},
        {"more ready than there are", OF(STATEFULSET, .replicas = 2, .ready = 3),
         "a controller counts more ready pods than pods"},
        {"more updated than there are", OF(DEPLOYMENT, .replicas = 2, .updated = 3),
         "a controller counts more updated pods than pods"},
        {"more available than ready", OF(REPLICASET, .replicas = 2, .ready = 1, .available = 2),
         "a controller counts more available pods than ready ones"},
        {"replicas not sent", OF(DEPLOYMENT, .ready = 3, .updated = 3), ""},
        {"ready not sent", OF(DEPLOYMENT, .replicas = 3, .available = 3), ""},
        {"a DaemonSet's pods may be on nodes that no longer count",
         OF(DAEMONSET, .replicas = 2, .ready = 3, .updated = 3), ""},
        {"Available twice", OF(DEPLOYMENT, .has_condition_twice = true),
         "a controller has a condition twice, with different values"},
        {"Complete twice", OF(JOB, .outcome = KS_JOB_COMPLETE, .has_condition_twice = true),
         "a controller has a condition twice, with different values"},
        {"complete and failed", OF(JOB, .outcome = KS_JOB_BOTH), "a Job is both Complete and Failed"},
        {"complete", OF(JOB, .outcome = KS_JOB_COMPLETE, .succeeded = 3, .failed = 2), ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_text(rows[i].rule, ks_controller_doubt(&rows[i].controller), rows[i].doubt);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_that_contradict_themselves_are_doubted),
        cmocka_unit_test(controllers_that_contradict_themselves_are_doubted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
