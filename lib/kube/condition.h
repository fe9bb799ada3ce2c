/* The conditions of the object that is being decoded, and what they mean. Pure. Threads: the decoder's. */
#ifndef KS_KUBE_CONDITION_H
#define KS_KUBE_CONDITION_H

#include "base/error.h"
#include "kube/object.h"

struct ks_kube_condition {
    const char *type, *status, *reason; /* borrowed; "" if absent */
    int64_t since;                      /* lastTransitionTime; 0 if absent, or if the kind does not need it */
};

/* The memory is reused from object to object; set count to 0 for each. */
struct ks_kube_conditions {
    struct ks_kube_condition *items; /* owned; their texts are borrowed */
    size_t count;
    size_t capacity;
};

void ks_kube_conditions_fini(struct ks_kube_conditions *conditions);
/* -1 only if out of memory. */
int ks_kube_conditions_add(struct ks_kube_conditions *conditions, const struct ks_kube_condition *condition,
                           struct ks_error *err);

/* Each sets the members that come from conditions, in whatever order these are. */
void ks_kube_pod_conditions(struct ks_pod *pod, const struct ks_kube_conditions *conditions);
void ks_kube_rollout_conditions(struct ks_workload *workload, const struct ks_kube_conditions *conditions);
/* Needs job->finished to be the completionTime. */
void ks_kube_job_conditions(struct ks_workload *job, const struct ks_kube_conditions *conditions);
void ks_kube_node_conditions(struct ks_node *node, const struct ks_kube_conditions *conditions);

/* Takes the next one of spec.readinessGates: a condition that has to be True for the pod to be ready. */
void ks_kube_pod_gate(struct ks_pod *pod, const struct ks_kube_conditions *conditions, const char *type);

#endif
