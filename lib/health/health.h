/* Judging: from pods and what made them to the state of a service. Pure; the rules are in docs/architecture.md,
 * "Health". Gathering is the store's, wording is check.h's. Threads: any. */
#ifndef KS_HEALTH_H
#define KS_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "kube/object.h"
#include "health/tally.h"

#define KS_VERSION_SIZE 256

/* What a pod adds to its service. Times are Unix seconds. */
struct ks_pod_digest {
    int64_t created;
    int64_t yellow_until; /* restarted too often for its age until then; 0: never */
    int32_t ready;        /* containers, sidecars among them */
    int32_t total;
    int32_t restarts;
    bool deleting;
    bool finished; /* Succeeded or Failed */
    bool failed;
    const char *reason; /* the worst: "CrashLoopBackOff"; "" where all is well. Borrowed from the pod, or static */
    char version[KS_VERSION_SIZE]; /* image tags of its regular containers: "1.4.2, 2.0" */
};

void ks_pod_digest(struct ks_pod_digest *digest, const struct ks_kube_object *pod);

/* How a service stands, apart from its numbers. */
enum ks_outcome {
    KS_OUTCOME_RUNNING,
    KS_OUTCOME_SUCCEEDED,
    KS_OUTCOME_FAILED,
    KS_OUTCOME_SCALED_TO_ZERO,
    KS_OUTCOME_SUSPENDED,   /* a Job or CronJob that is told to wait */
    KS_OUTCOME_SCHEDULED,   /* a CronJob that never ran */
    KS_OUTCOME_TERMINATING, /* only pods that are being deleted are left */
    KS_OUTCOME_COUNT,
};

/* A service, or the sum of several. Tallies borrow their text. */
struct ks_service_state {
    int32_t services[KS_OUTCOME_COUNT]; /* how many services are so */
    int32_t ready;                      /* containers */
    int32_t total;
    int32_t restarts;
    int32_t pods;       /* that count */
    int32_t pods_ready; /* of these, with every container ready */
    int32_t desired;    /* pods that there should be; as many as there are, where nobody said */
    int64_t created;    /* oldest controller; 0 where unknown */
    int64_t oldest;     /* pod that counts; 0 where there is none */
    int64_t newest;
    int64_t yellow_until;
    uint32_t kinds; /* bit 1 << ks_kind for each kind that it was judged by */
    struct ks_tally reasons;
    struct ks_tally versions;
    struct ks_annotations annotations; /* of one service; a sum of several has none. Borrowed */
};

/* A controller as the store keeps it. */
struct ks_controller {
    enum ks_kind kind;
    int64_t created;
    struct ks_workload workload;
    struct ks_annotations annotations;
};

/* Judges one service: begin, then all its pods and controllers in any order, then end. */
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
/* digest->reason and ->version are borrowed by the state. `version` may be another copy of digest->version. */
void ks_judgement_pod(struct ks_judgement *judgement, const struct ks_pod_digest *digest, const char *version);
/* A CronJob's Jobs add no annotations. Texts are borrowed by the state. */
void ks_judgement_controller(struct ks_judgement *judgement, const struct ks_controller *controller);
void ks_judgement_end(struct ks_judgement *judgement);

/* Adds `one` to `sum` (all zero at first, but that annotations may be KS_NO_ANNOTATIONS). */
void ks_service_state_add(struct ks_service_state *sum, const struct ks_service_state *one);

/* A reason's weight, to find the worst; and whether it is only a stage on the way up or down. */
int ks_reason_severity(const char *reason);
bool ks_reason_is_passing(const char *reason);

#endif
