#include "config.h"

#include "health/rollout.h"

#include "health/doubt.h"

#define DEPLOYMENT_PERCENT 25

enum rounding {
    DOWN,
    UP
};

static int32_t resolve(const struct ks_portion *portion, int32_t pods, enum rounding rounding)
{
    int64_t count = portion->value;

    if (portion->is_percent) {
        count = ((int64_t)pods * portion->value + (rounding == UP ? 99 : 0)) / 100;
    }
    return count > KS_COUNT_MOST ? KS_COUNT_MOST : (int32_t)count;
}

static int32_t resolve_or(const struct ks_portion *portion, struct ks_portion otherwise, int32_t pods,
                          enum rounding rounding)
{
    return resolve(portion->is_given ? portion : &otherwise, pods, rounding);
}

/* If neither may happen, no pod could be replaced, so Kubernetes lets one be missing. */
static int32_t at_least_one(int32_t unavailable, int32_t surge)
{
    return unavailable == 0 && surge == 0 ? 1 : unavailable;
}

static int32_t deployment_budget(const struct ks_workload *workload)
{
    const struct ks_portion otherwise = {.is_percent = true, .value = DEPLOYMENT_PERCENT};

    if (workload->is_recreated) {
        return 0;
    }
    return at_least_one(resolve_or(&workload->max_unavailable, otherwise, workload->desired, DOWN),
                        resolve_or(&workload->max_surge, otherwise, workload->desired, UP));
}

static int32_t daemonset_budget(const struct ks_workload *workload)
{
    return at_least_one(resolve_or(&workload->max_unavailable, (struct ks_portion){.value = 1}, workload->desired, UP),
                        resolve_or(&workload->max_surge, (struct ks_portion){.value = 0}, workload->desired, UP));
}

static int32_t statefulset_budget(const struct ks_workload *workload)
{
    return at_least_one(
        resolve_or(&workload->max_unavailable, (struct ks_portion){.value = 1}, workload->desired, DOWN), 0);
}

/* A count of 0 may also be one that was not sent. If no count was, nothing can be told from them. */
static bool has_counts(const struct ks_workload *workload)
{
    return workload->updated > 0 || workload->ready > 0 || workload->available > 0;
}

static void read_deployment(const struct ks_workload *workload, struct ks_rollout *rollout)
{
    bool has_old_pods = has_counts(workload) && workload->updated < workload->replicas;

    rollout->is_failed = workload->is_progressing == KS_FALSE || workload->has_replica_failure;
    rollout->is_updating = has_old_pods || (workload->is_progressing == KS_TRUE && !workload->is_rolled_out);
    rollout->is_paused = workload->paused;
    rollout->has_pending_change = workload->paused && (has_old_pods || rollout->is_unobserved);
    rollout->is_broken = workload->is_available == KS_FALSE || workload->is_available == KS_UNKNOWN;
    rollout->may_surge = true;
    rollout->max_unavailable = deployment_budget(workload);
}

/* On a node that is new, a pod is missing. That is a rollout only if old pods are left. */
static void read_daemonset(const struct ks_workload *workload, struct ks_rollout *rollout)
{
    rollout->is_updating = !workload->on_delete && has_counts(workload) && workload->updated < workload->replicas;
    rollout->is_behind = !workload->on_delete && has_counts(workload) && workload->updated < workload->desired;
    rollout->max_unavailable = daemonset_budget(workload);
}

/* What the partition holds back, and what waits until somebody deletes the pods, is done as specified. */
static void read_statefulset(const struct ks_workload *workload, struct ks_rollout *rollout)
{
    int64_t wanted = (int64_t)workload->desired - workload->partition;
    bool has_old_pods = workload->partition == 0 || workload->updated < wanted;

    rollout->is_updating = !workload->on_delete && workload->has_update && has_old_pods;
    rollout->max_unavailable = statefulset_budget(workload);
}

void ks_rollout_read(const struct ks_controller *controller, struct ks_rollout *rollout)
{
    const struct ks_workload *workload = &controller->workload;

    *rollout = (struct ks_rollout){
        .is_unobserved = workload->observed_generation > 0 && controller->generation > workload->observed_generation,
    };
    switch (controller->kind) {
    case KS_KIND_DEPLOYMENT:
        read_deployment(workload, rollout);
        break;
    case KS_KIND_DAEMONSET:
        read_daemonset(workload, rollout);
        break;
    case KS_KIND_STATEFULSET:
        read_statefulset(workload, rollout);
        break;
    default:
        /* ReplicaSets and ReplicationControllers replace nothing. */
        rollout->is_failed = workload->has_replica_failure;
        rollout->is_unobserved = false;
    }
}
