#include "config.h"

#include "health/health.h"

#include <string.h>

/* Numbers come from outside and may be absurd, such as a Deployment of two billion replicas. A sum that does not fit
 * becomes the largest that does. */
static int32_t times(int32_t one, int32_t other)
{
    int32_t product;

    return __builtin_mul_overflow(one, other, &product) ? INT32_MAX : product;
}

/* A judgement in progress. */
struct judgement {
    struct ks_service_state *state;
    const char *root_kind;
    const struct ks_controller *controller; /* other than a CronJob's Jobs; or NULL */
    const struct ks_controller *job;        /* the Job itself, or a CronJob's newest; or NULL */
    int32_t containers_per_pod;             /* of the pods seen */
    int32_t finished, failed, deleting;
    int64_t last_created; /* newest finished pod */
    bool last_failed;
};

static int64_t earlier(int64_t one, int64_t other)
{
    return one == 0 || (other != 0 && other < one) ? other : one;
}

static int64_t later(int64_t one, int64_t other)
{
    return other > one ? other : one;
}

static void add_pod(struct judgement *judgement, const struct ks_pod_facts *pod)
{
    struct ks_service_state *state = judgement->state;

    if (pod->total > judgement->containers_per_pod) {
        judgement->containers_per_pod = pod->total;
    }
    if (pod->deleting) {
        judgement->deleting++;
        return;
    }
    if (pod->finished) {
        judgement->finished++;
        judgement->failed += pod->failed;
        if (pod->created >= judgement->last_created) {
            judgement->last_created = pod->created;
            judgement->last_failed = pod->failed;
        }
        return;
    }
    state->pods++;
    state->pods_ready += pod->is_ready;
    state->ready += pod->ready;
    state->total += pod->total;
    state->restarts = ks_tally_plus(state->restarts, pod->restarts);
    state->oldest = earlier(state->oldest, pod->created);
    state->newest = later(state->newest, pod->created);
    state->yellow_until = later(state->yellow_until, pod->yellow_until);
    ks_tally_add(&state->reasons, pod->reason, 1);
    ks_tally_add(&state->versions, pod->version, 1);
}

static void add_controller(struct judgement *judgement, const struct ks_controller *controller)
{
    judgement->state->kinds |= 1U << controller->kind;
    if (controller->kind != KS_KIND_JOB || strcmp(judgement->root_kind, "Job") == 0) {
        judgement->state->annotations = controller->annotations;
    }
    if (controller->kind != KS_KIND_JOB) {
        judgement->controller = controller;
    } else if (!judgement->job || controller->created >= judgement->job->created) {
        judgement->job = controller;
    }
}

static bool is_one_of(const char *kind, const char *const *kinds)
{
    for (; *kinds; kinds++) {
        if (strcmp(kind, *kinds) == 0) {
            return true;
        }
    }
    return false;
}

/* Kinds of controllers whose pods are meant to run forever. */
static bool runs_for_ever(const char *kind)
{
    static const char *const kinds[] = {"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet",
                                        "Rollout",    NULL};

    return is_one_of(kind, kinds);
}

static bool is_job(const char *kind)
{
    static const char *const kinds[] = {"Job", "CronJob", NULL};

    return is_one_of(kind, kinds);
}

/* The number of pods that should exist and do not. */
static void add_missing(struct judgement *judgement, int32_t desired, int32_t containers_per_pod)
{
    struct ks_service_state *state = judgement->state;
    int32_t missing = desired - state->pods;
    int32_t each = containers_per_pod > 0 ? containers_per_pod : judgement->containers_per_pod;

    state->desired = desired;
    if (missing > 0) {
        state->total = ks_tally_plus(state->total, times(missing, each > 0 ? each : 1));
    }
}

/* No pod counts, and no controller says how many there should be. */
static enum ks_outcome outcome_of_pods(struct judgement *judgement)
{
    bool failed = is_job(judgement->root_kind) ? judgement->last_failed : judgement->failed > 0;

    if (judgement->state->pods > 0) {
        return KS_OUTCOME_RUNNING;
    }
    if (judgement->finished == 0) {
        return KS_OUTCOME_TERMINATING;
    }
    if (runs_for_ever(judgement->root_kind)) {
        add_missing(judgement, judgement->finished, 0);
        return KS_OUTCOME_RUNNING;
    }
    return failed ? KS_OUTCOME_FAILED : KS_OUTCOME_SUCCEEDED;
}

static enum ks_outcome outcome_of_job(struct judgement *judgement)
{
    const struct ks_workload *job = &judgement->job->workload;

    if (job->outcome == KS_JOB_COMPLETE) {
        return KS_OUTCOME_SUCCEEDED;
    }
    if (job->outcome == KS_JOB_FAILED) {
        return KS_OUTCOME_FAILED;
    }
    if (job->suspended) {
        return KS_OUTCOME_SUSPENDED;
    }
    /* Between two attempts a Job has no pod, but it is still running. */
    add_missing(judgement, job->desired > 0 ? job->desired : 1, job->containers_per_pod);
    return KS_OUTCOME_RUNNING;
}

static enum ks_outcome outcome_of_controller(struct judgement *judgement)
{
    const struct ks_controller *controller = judgement->controller;

    if (controller->kind == KS_KIND_CRONJOB) {
        if (judgement->state->pods == 0 && controller->workload.suspended) {
            return KS_OUTCOME_SUSPENDED;
        }
        if (judgement->job) {
            return outcome_of_job(judgement);
        }
        return judgement->state->pods || judgement->finished ? outcome_of_pods(judgement) : KS_OUTCOME_SCHEDULED;
    }
    if (controller->workload.desired <= 0 && judgement->state->pods == 0) {
        return KS_OUTCOME_SCALED_TO_ZERO;
    }
    add_missing(judgement, controller->workload.desired, controller->workload.containers_per_pod);
    return KS_OUTCOME_RUNNING;
}

bool ks_judge(const struct ks_evidence *evidence, struct ks_service_state *state)
{
    struct judgement judgement = {.state = state, .root_kind = evidence->kind};
    enum ks_outcome outcome;

    *state = (struct ks_service_state){.kinds = 1U << KS_KIND_POD, .annotations = KS_NO_ANNOTATIONS};
    for (size_t i = 0; i < evidence->controller_count; i++) {
        add_controller(&judgement, evidence->controllers[i]);
    }
    for (size_t i = 0; i < evidence->pod_count; i++) {
        add_pod(&judgement, evidence->pods[i]);
    }
    state->desired = state->pods;
    if (judgement.controller) {
        state->created = judgement.controller->created;
        outcome = outcome_of_controller(&judgement);
    } else if (judgement.job) {
        state->created = judgement.job->created;
        outcome = outcome_of_job(&judgement);
    } else {
        outcome = outcome_of_pods(&judgement);
    }
    if (outcome == KS_OUTCOME_TERMINATING) {
        ks_tally_add(&state->reasons, "Terminating", judgement.deleting);
    }
    state->services[outcome] = 1;
    state->down = state->ready < state->total || outcome == KS_OUTCOME_FAILED;
    return false;
}

static int32_t count_services(const struct ks_service_state *state)
{
    int32_t count = 0;

    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        count = ks_tally_plus(count, state->services[i]);
    }
    return count;
}

void ks_service_state_add(struct ks_service_state *sum, const struct ks_service_state *one)
{
    if (count_services(sum) == 0) {
        sum->annotations = one->annotations;
    } else if (count_services(one) > 0) {
        sum->annotations = KS_NO_ANNOTATIONS;
    }
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        sum->services[i] += one->services[i];
    }
    sum->down = ks_tally_plus(sum->down, one->down);
    sum->guessed = ks_tally_plus(sum->guessed, one->guessed);
    sum->ready = ks_tally_plus(sum->ready, one->ready);
    sum->total = ks_tally_plus(sum->total, one->total);
    sum->restarts = ks_tally_plus(sum->restarts, one->restarts);
    sum->pods = ks_tally_plus(sum->pods, one->pods);
    sum->pods_ready = ks_tally_plus(sum->pods_ready, one->pods_ready);
    sum->desired = ks_tally_plus(sum->desired, one->desired);
    sum->created = earlier(sum->created, one->created);
    sum->oldest = earlier(sum->oldest, one->oldest);
    sum->newest = later(sum->newest, one->newest);
    sum->yellow_until = later(sum->yellow_until, one->yellow_until);
    sum->kinds |= one->kinds;
    ks_tally_merge(&sum->reasons, &one->reasons);
    ks_tally_merge(&sum->versions, &one->versions);
    ks_tally_merge(&sum->doubts, &one->doubts);
}
