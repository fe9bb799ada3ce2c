#include "config.h"

#include "health/doubt.h"

#include <stdbool.h>
#include <stddef.h>

#include "health/reason.h"

static bool is_absurd(int32_t count)
{
    return count < 0 || count > KS_COUNT_MOST;
}

static bool is_idle(const struct ks_container *container)
{
    return container->terminated || container->waiting_reason[0];
}

/* What a single container of the pod says against itself or against the pod. */
static const char *container_doubt(const struct ks_pod *pod, const struct ks_container *container)
{
    bool is_regular = container->role == KS_CONTAINER_REGULAR;

    if (is_absurd(container->restart_count)) {
        return "a container's restart count is negative or absurd";
    }
    if (pod->phase == KS_POD_SUCCEEDED) {
        bool has_failed = container->terminated && container->exit_code != 0;
        bool still_runs = !container->terminated && container->started_at != 0;

        return is_regular && (has_failed || still_runs) ? "a pod has succeeded, but one of its containers has not" : "";
    }
    if (pod->phase == KS_POD_FAILED) {
        return "";
    }
    if (is_regular && container->ready && is_idle(container)) {
        return "a container is ready, but it does not run";
    }
    if (is_regular && container->has_status && !container->ready && !ks_container_has_completed(pod, container) &&
        pod->ready == KS_TRUE) {
        return "a pod is Ready, but one of its containers is not";
    }
    return "";
}

const char *ks_pod_doubt(const struct ks_kube_object *object)
{
    const struct ks_pod *pod = &object->pod;

    /* What is on its way out may be half-way there. */
    if (object->meta.deleting) {
        return "";
    }
    if (pod->ready == KS_TRUE_FALSE) {
        return "a pod has the condition Ready twice, with different values";
    }
    if (pod->ready == KS_TRUE && pod->phase == KS_POD_PENDING) {
        return "a pod is Ready, but its phase is Pending";
    }
    if (pod->ready == KS_TRUE && pod->containers_ready == KS_FALSE) {
        return "a pod is Ready, but its containers are not";
    }
    for (size_t i = 0; i < pod->container_count; i++) {
        const char *doubt = container_doubt(pod, &pod->containers[i]);

        if (doubt[0]) {
            return doubt;
        }
    }
    return "";
}

static bool has_absurd_count(const struct ks_workload *workload)
{
    const int32_t counts[] = {
        workload->desired, workload->replicas,  workload->updated,
        workload->ready,   workload->available, workload->succeeded,
        workload->failed,  workload->active,    workload->containers_per_pod,
    };

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (is_absurd(counts[i])) {
            return true;
        }
    }
    return false;
}

/* Settings may be as large as they like: a partition beyond all pods holds every update back. */
static bool has_negative_setting(const struct ks_workload *workload)
{
    return workload->min_ready_seconds < 0 || workload->partition < 0 ||
           (workload->max_unavailable.is_given && workload->max_unavailable.value < 0) ||
           (workload->max_surge.is_given && workload->max_surge.value < 0);
}

/* What the API server itself refuses in a status. A count of 0 may also be one that was not sent. */
static const char *status_doubt(const struct ks_workload *workload)
{
    if (workload->replicas > 0 && workload->ready > workload->replicas) {
        return "a controller counts more ready pods than pods";
    }
    if (workload->replicas > 0 && workload->updated > workload->replicas) {
        return "a controller counts more updated pods than pods";
    }
    if (workload->ready > 0 && workload->available > workload->ready) {
        return "a controller counts more available pods than ready ones";
    }
    return "";
}

static bool has_replicas(enum ks_kind kind)
{
    return kind == KS_KIND_DEPLOYMENT || kind == KS_KIND_REPLICASET || kind == KS_KIND_REPLICATIONCONTROLLER ||
           kind == KS_KIND_STATEFULSET;
}

const char *ks_controller_doubt(const struct ks_controller *controller)
{
    const struct ks_workload *workload = &controller->workload;

    if (has_absurd_count(workload)) {
        return "a controller's count is negative or absurd";
    }
    if (has_negative_setting(workload)) {
        return "a controller's setting is negative";
    }
    if (controller->generation > 0 && workload->observed_generation > controller->generation) {
        return "a controller has seen a generation that does not exist yet";
    }
    if (workload->has_condition_twice) {
        return "a controller has a condition twice, with different values";
    }
    if (workload->outcome == KS_JOB_BOTH) {
        return "a Job is both Complete and Failed";
    }
    return has_replicas(controller->kind) ? status_doubt(workload) : "";
}
