/* Judging: from pods and the controllers that made them to the state of a service. docs/health.md has the rules. The
 * store gathers the pods; automatic.h words the result. Pure. Threads: any. */
#ifndef KS_HEALTH_HEALTH_H
#define KS_HEALTH_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health/doubt.h"
#include "health/pod.h"
#include "health/tally.h"
#include "kube/object.h"

/* The outcome of a service, beside its numbers. outcome.h has its words and colors. */
enum ks_outcome {
    KS_OUTCOME_RUNNING,
    KS_OUTCOME_SUCCEEDED,
    KS_OUTCOME_FAILED,
    KS_OUTCOME_SCALED_TO_ZERO,
    KS_OUTCOME_SUSPENDED,        /* a Job or CronJob with spec.suspend */
    KS_OUTCOME_SCHEDULED,        /* a CronJob that never ran */
    KS_OUTCOME_TERMINATING,      /* only pods that are being deleted are left */
    KS_OUTCOME_ROLLING_OUT,      /* a controller replaces pods, within its own budget */
    KS_OUTCOME_NOT_AVAILABLE,    /* all pods are ready, but minReadySeconds are not over; or not Available */
    KS_OUTCOME_PAUSED,           /* a rollout is paused, with changes pending */
    KS_OUTCOME_ROLLOUT_FAILED,   /* a rollout is stuck, whether the old pods serve or not */
    KS_OUTCOME_IN_PROGRESS,      /* a run to completion that is between pods, or waits for one: nothing is wrong yet */
    KS_OUTCOME_GATED,            /* all that is missing waits for scheduling gates, on purpose */
    KS_OUTCOME_NO_NODE,          /* a DaemonSet that matches no node */
    KS_OUTCOME_SUSPENDED_FAILED, /* suspended, and the last run failed */
    KS_OUTCOME_UNKNOWN,          /* its objects contradict themselves: `doubts` says how */
    KS_OUTCOME_COUNT,
};

/* The state of a service, or the sum of several. Tallies borrow their texts. */
struct ks_service_state {
    int32_t services[KS_OUTCOME_COUNT]; /* how many services have this outcome; one service has exactly one */
    int32_t down;                       /* how many services are red */
    int32_t ready;                      /* containers */
    int32_t total;
    int32_t restarts;
    int32_t pods;       /* that count: not finished, not being deleted, not more than wanted */
    int32_t pods_ready; /* of these, the ones that are ready */
    int32_t desired;    /* pods that there should be; if no controller says, as many as there are */
    int32_t guessed;    /* how many services have a `desired` that is a guess */
    int64_t created;    /* of the oldest controller; 0: unknown */
    int64_t oldest;     /* pod that counts; 0: there is none */
    int64_t newest;
    int64_t yellow_until;
    /* Bits 1 << ks_kind: */
    uint32_t kinds;   /* that took part in the judgement, or should: judges.h */
    uint32_t without; /* of these, the ones that may not be watched; the store sets them */
    struct ks_tally reasons;
    struct ks_tally versions;
    struct ks_tally doubts;            /* sentences that say why a service is unknown */
    struct ks_annotations annotations; /* borrowed; none if several services are summed */
};

/* All that is known of one service. Everything is borrowed until the state was used. */
struct ks_evidence {
    const char *kind;                 /* of the root controller: "Deployment", … */
    const struct ks_pod_facts **pods; /* judging sorts them */
    size_t pod_count;
    const struct ks_controller *const *controllers; /* of a CronJob its Jobs, too; of a Rollout its ReplicaSets */
    size_t controller_count;
    int32_t expected;        /* pods that there should be if no controller says: by a budget, or as many as were there
                                lately; 0: unknown */
    bool expected_is_guess;  /* not from a budget that knows */
    bool expected_by_budget; /* a budget had a say */
    bool was_rolling;        /* what the last judgement returned: the end of a rollout is not always to be seen */
    bool is_strict;          /* any discrepancy is red, also during a rollout */
    bool is_hidden;          /* a pod of it is hidden by its template */
};

/* Judges one service. Returns whether it is in a rollout, for `was_rolling`. */
bool ks_judge(const struct ks_evidence *evidence, struct ks_service_state *state);

/* Adds `one` to `sum`, which starts as all zero; its annotations may be KS_NO_ANNOTATIONS instead. */
void ks_service_state_add(struct ks_service_state *sum, const struct ks_service_state *one);

#endif
