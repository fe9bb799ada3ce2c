/* Judging: from pods and the controllers that made them to the state of a service. docs/architecture.md, "Health",
 * has the rules. The store gathers the pods; automatic.h words the result. Pure. Threads: any. */
#ifndef KS_HEALTH_HEALTH_H
#define KS_HEALTH_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "health/pod.h"
#include "health/tally.h"
#include "kube/object.h"

/* The outcome of a service, beside its numbers. */
enum ks_outcome {
    KS_OUTCOME_RUNNING,
    KS_OUTCOME_SUCCEEDED,
    KS_OUTCOME_FAILED,
    KS_OUTCOME_SCALED_TO_ZERO,
    KS_OUTCOME_SUSPENDED,   /* a Job or CronJob with spec.suspend */
    KS_OUTCOME_SCHEDULED,   /* a CronJob that never ran */
    KS_OUTCOME_TERMINATING, /* only pods that are being deleted are left */
    KS_OUTCOME_COUNT,
};

/* The state of a service, or the sum of several. Tallies borrow their texts. */
struct ks_service_state {
    int32_t services[KS_OUTCOME_COUNT]; /* how many services have this outcome */
    int32_t ready;                      /* containers */
    int32_t total;
    int32_t restarts;
    int32_t pods;       /* that count: not finished, not being deleted */
    int32_t pods_ready; /* of these, the ones whose containers are all ready */
    int32_t desired;    /* pods that there should be; if no controller says, as many as there are */
    int64_t created;    /* of the oldest controller; 0: unknown */
    int64_t oldest;     /* pod that counts; 0: there is none */
    int64_t newest;
    int64_t yellow_until;
    uint32_t kinds; /* bit 1 << ks_kind for every kind that took part in the judgement */
    struct ks_tally reasons;
    struct ks_tally versions;
    struct ks_annotations annotations; /* borrowed; none if several services are summed */
};

/* The part of a controller that the store keeps. */
struct ks_controller {
    enum ks_kind kind;
    int64_t created;
    struct ks_workload workload;
    struct ks_annotations annotations;
};

/* Judges one service: call begin, then add all its pods and controllers in any order, then call end. */
struct ks_judgement {
    struct ks_service_state state;
    const char *root_kind;
    bool has_controller;             /* other than a CronJob's Jobs */
    struct ks_controller controller; /* valid with has_controller */
    bool has_job;                    /* the Job itself, or a CronJob's newest */
    struct ks_controller job;
    int32_t containers_per_pod; /* of the pods seen */
    int32_t finished, failed, deleting;
    int64_t last_created; /* newest finished pod */
    bool last_failed;
};

/* root_kind: "Deployment", …; borrowed until the end. */
void ks_judgement_begin(struct ks_judgement *judgement, const char *root_kind);
/* The state borrows digest->reason and `version`, which is digest->version or a longer-lived copy of it. */
void ks_judgement_pod(struct ks_judgement *judgement, const struct ks_pod_digest *digest, const char *version);
/* The state borrows the controller's texts. Annotations of a CronJob's Jobs are ignored. */
void ks_judgement_controller(struct ks_judgement *judgement, const struct ks_controller *controller);
void ks_judgement_end(struct ks_judgement *judgement);

/* Adds `one` to `sum`, which starts as all zero; its annotations may be KS_NO_ANNOTATIONS instead. */
void ks_service_state_add(struct ks_service_state *sum, const struct ks_service_state *one);

#endif
