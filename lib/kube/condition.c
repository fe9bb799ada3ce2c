#include "config.h"

#include "kube/condition.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 8

void ks_kube_conditions_fini(struct ks_kube_conditions *conditions)
{
    free(conditions->items);
    *conditions = (struct ks_kube_conditions){0};
}

int ks_kube_conditions_add(struct ks_kube_conditions *conditions, const struct ks_kube_condition *condition,
                           struct ks_error *err)
{
    if (conditions->count == conditions->capacity) {
        size_t capacity = conditions->capacity ? 2 * conditions->capacity : FIRST_CAPACITY;
        struct ks_kube_condition *items = reallocarray(conditions->items, capacity, sizeof *items);

        if (!items) {
            return ks_error_memory(err);
        }
        conditions->items = items;
        conditions->capacity = capacity;
    }
    conditions->items[conditions->count++] = *condition;
    return 0;
}

static enum ks_truth truth_of(const struct ks_kube_condition *condition)
{
    return strcmp(condition->status, "True") == 0    ? KS_TRUE
           : strcmp(condition->status, "False") == 0 ? KS_FALSE
                                                     : KS_UNKNOWN;
}

static enum ks_truth truth(const struct ks_kube_conditions *conditions, const char *type)
{
    enum ks_truth all = KS_ABSENT;

    for (size_t i = 0; i < conditions->count; i++) {
        const struct ks_kube_condition *condition = &conditions->items[i];

        if (strcmp(condition->type, type) == 0) {
            enum ks_truth one = truth_of(condition);

            all = all == KS_ABSENT || all == one ? one : KS_TRUE_FALSE;
        }
    }
    return all;
}

/* The first condition of this type and status, or NULL. */
static const struct ks_kube_condition *find(const struct ks_kube_conditions *conditions, const char *type,
                                            enum ks_truth status)
{
    for (size_t i = 0; i < conditions->count; i++) {
        const struct ks_kube_condition *condition = &conditions->items[i];

        if (strcmp(condition->type, type) == 0 && truth_of(condition) == status) {
            return condition;
        }
    }
    return NULL;
}

void ks_kube_pod_conditions(struct ks_pod *pod, const struct ks_kube_conditions *conditions)
{
    const struct ks_kube_condition *unscheduled = find(conditions, "PodScheduled", KS_FALSE);

    pod->has_conditions = conditions->count > 0;
    pod->ready = truth(conditions, "Ready");
    pod->containers_ready = truth(conditions, "ContainersReady");
    pod->unscheduled_reason = unscheduled ? unscheduled->reason : "";
}

void ks_kube_pod_gate(struct ks_pod *pod, const struct ks_kube_conditions *conditions, const char *type)
{
    if (!pod->unmet_gate[0] && truth(conditions, type) != KS_TRUE) {
        pod->unmet_gate = type;
    }
}

/* The reason of the first failure that has one. */
static const char *failure_reason(const struct ks_kube_conditions *conditions)
{
    static const struct {
        const char *type;
        enum ks_truth status;
    } failures[] = {
        {"Progressing", KS_FALSE},
        {"ReplicaFailure", KS_TRUE},
        {"Failed", KS_TRUE},
        {"FailureTarget", KS_TRUE},
    };

    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        const struct ks_kube_condition *condition = find(conditions, failures[i].type, failures[i].status);

        if (condition && condition->reason[0]) {
            return condition->reason;
        }
    }
    return "";
}

static bool is_rolled_out(const struct ks_kube_conditions *conditions)
{
    const struct ks_kube_condition *progressing = find(conditions, "Progressing", KS_TRUE);

    return progressing && strcmp(progressing->reason, "NewReplicaSetAvailable") == 0;
}

static bool has_twice(const struct ks_kube_conditions *conditions, const char *const *types)
{
    for (; *types; types++) {
        if (truth(conditions, *types) == KS_TRUE_FALSE) {
            return true;
        }
    }
    return false;
}

void ks_kube_rollout_conditions(struct ks_workload *workload, const struct ks_kube_conditions *conditions)
{
    static const char *const types[] = {"Available", "Progressing", "ReplicaFailure", NULL};

    workload->has_condition_twice = has_twice(conditions, types);
    workload->is_available = truth(conditions, "Available");
    workload->is_progressing = truth(conditions, "Progressing");
    workload->is_rolled_out = is_rolled_out(conditions);
    workload->has_replica_failure = find(conditions, "ReplicaFailure", KS_TRUE) != NULL;
    workload->reason = failure_reason(conditions);
}

void ks_kube_job_conditions(struct ks_workload *job, const struct ks_kube_conditions *conditions)
{
    static const char *const types[] = {"Complete", "Failed", "FailureTarget", NULL};
    const struct ks_kube_condition *failed = find(conditions, "Failed", KS_TRUE);
    bool complete = find(conditions, "Complete", KS_TRUE) != NULL;

    if (!failed) {
        failed = find(conditions, "FailureTarget", KS_TRUE);
    }
    job->outcome = failed ? complete ? KS_JOB_BOTH : KS_JOB_FAILED : complete ? KS_JOB_COMPLETE : KS_JOB_RUNNING;
    job->reason = failure_reason(conditions);
    job->has_condition_twice = has_twice(conditions, types);
    if (failed && !job->finished) {
        job->finished = failed->since;
    }
}

void ks_kube_node_conditions(struct ks_node *node, const struct ks_kube_conditions *conditions)
{
    node->ready = truth(conditions, "Ready") == KS_TRUE;
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        node->pressures[i] = find(conditions, ks_pressure_name((enum ks_pressure)i), KS_TRUE) != NULL;
    }
}
