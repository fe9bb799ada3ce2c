#include "config.h"

#include "health/crowd.h"

#include "health/rollout.h"

/* The controllers as one, and the pods that they have. */
struct crowd {
    const struct ks_controller *newest; /* NULL: no controller says how many there should be */
    struct ks_rollout rollout;          /* of the newest */
    int32_t desired;
    int32_t available;
    int32_t containers_per_pod;
    bool is_failed;  /* any of their rollouts */
    bool takes_time; /* minReadySeconds is given */
    int32_t live, finished, deleting;
    int32_t surplus; /* pods that are more than desired, and do not count */
    int32_t gated;   /* pods that count and are gated */
};

static int32_t larger(int32_t one, int32_t other)
{
    return other > one ? other : one;
}

/* Kinds of controllers, as bits. ReplicaSets count if no Deployment speaks for them: bare ones, orphaned ones, those of
 * an Argo Rollout. */
#define FIRST_KINDS  (1U << KS_KIND_DEPLOYMENT | 1U << KS_KIND_STATEFULSET | 1U << KS_KIND_DAEMONSET)
#define SECOND_KINDS (1U << KS_KIND_REPLICASET | 1U << KS_KIND_REPLICATIONCONTROLLER)
#define BATCH_KINDS  (1U << KS_KIND_JOB | 1U << KS_KIND_CRONJOB)

static uint32_t kinds_of(const struct ks_evidence *evidence)
{
    uint32_t kinds = 0;

    for (size_t i = 0; i < evidence->controller_count; i++) {
        kinds |= 1U << evidence->controllers[i]->kind;
    }
    return kinds;
}

static bool is_in_crowd(const struct ks_pod_facts *pod)
{
    return pod->runs_for_ever && ks_pod_is_live(pod);
}

/* Pods that run for ever decide: what runs to completion beside them, such as a hook, does not count. */
static bool has_pods(const struct ks_evidence *evidence)
{
    bool has_finished = false;
    bool has_runs = false;

    for (size_t i = 0; i < evidence->pod_count; i++) {
        const struct ks_pod_facts *pod = evidence->pods[i];

        if (is_in_crowd(pod)) {
            return true;
        }
        has_finished = has_finished || (pod->runs_for_ever && pod->finished);
        has_runs = has_runs || (!pod->runs_for_ever && !pod->deleting);
    }
    return has_finished && !has_runs;
}

bool ks_crowd_is_there(const struct ks_evidence *evidence)
{
    uint32_t kinds = kinds_of(evidence);

    if (kinds & (FIRST_KINDS | SECOND_KINDS)) {
        return true;
    }
    return !(kinds & BATCH_KINDS) && (evidence->expected > 0 || has_pods(evidence));
}

static void add_controller(struct ks_judgement *judgement, struct crowd *crowd, const struct ks_controller *controller)
{
    const struct ks_workload *workload = &controller->workload;
    struct ks_rollout rollout;

    ks_rollout_read(controller, &rollout);
    if (rollout.is_failed) {
        crowd->is_failed = true;
        ks_tally_add(&judgement->state->reasons, workload->reason, 1);
    }
    crowd->desired = ks_tally_plus(crowd->desired, workload->desired);
    crowd->available = ks_tally_plus(crowd->available, workload->available);
    crowd->takes_time = crowd->takes_time || workload->min_ready_seconds > 0;
    if (!crowd->newest || controller->created >= crowd->newest->created) {
        crowd->newest = controller;
        crowd->rollout = rollout;
        crowd->containers_per_pod = workload->containers_per_pod;
    }
}

/* Numbers in doubt are not for counting with: what comes of them might not fit. The service is unknown anyway. */
static void take_controllers(struct ks_judgement *judgement, struct crowd *crowd)
{
    const struct ks_evidence *evidence = judgement->evidence;
    uint32_t kinds = kinds_of(evidence) & FIRST_KINDS ? FIRST_KINDS : SECOND_KINDS;

    for (size_t i = 0; i < evidence->controller_count; i++) {
        if (kinds & 1U << evidence->controllers[i]->kind) {
            ks_judgement_take(judgement, evidence->controllers[i]);
        }
    }
    for (size_t i = 0; i < evidence->controller_count && judgement->state->doubts.used == 0; i++) {
        if (kinds & 1U << evidence->controllers[i]->kind) {
            add_controller(judgement, crowd, evidence->controllers[i]);
        }
    }
}

static void survey_pods(struct ks_judgement *judgement, struct crowd *crowd)
{
    const struct ks_evidence *evidence = judgement->evidence;

    for (size_t i = 0; i < evidence->pod_count; i++) {
        const struct ks_pod_facts *pod = evidence->pods[i];

        if (!pod->runs_for_ever) {
            continue;
        }
        judgement->containers_per_pod = larger(judgement->containers_per_pod, pod->total);
        crowd->deleting += pod->deleting;
        crowd->finished += pod->finished && !pod->deleting;
        crowd->live += ks_pod_is_live(pod);
    }
}

/* Without a controller: a budget says, or there were more lately, or there should be as many as there are. Pods that
 * were evicted and not replaced are missing. */
static void expect_pods(struct ks_judgement *judgement, struct crowd *crowd)
{
    const struct ks_evidence *evidence = judgement->evidence;

    crowd->desired = larger(crowd->live, evidence->expected);
    if (crowd->desired == 0) {
        crowd->desired = crowd->finished;
    }
    if (evidence->expected_by_budget) {
        judgement->state->kinds |= 1U << KS_KIND_BUDGET;
    }
    judgement->state->guessed = evidence->expected_is_guess && evidence->expected > crowd->live;
}

/* Pods are sorted: the first ones count. */
static void count_pods(struct ks_judgement *judgement, struct crowd *crowd, int32_t most)
{
    const struct ks_evidence *evidence = judgement->evidence;

    for (size_t i = 0; i < evidence->pod_count; i++) {
        const struct ks_pod_facts *pod = evidence->pods[i];

        if (!is_in_crowd(pod)) {
            continue;
        }
        if (judgement->state->pods < most) {
            ks_judgement_count(judgement, pod);
            crowd->gated += pod->gated && !ks_pod_is_up(pod);
        } else {
            crowd->surplus++;
            ks_tally_add(&judgement->state->doubts, pod->doubt, 1);
        }
    }
}

/* What is wrong with pods beyond those desired is of interest during a rollout only: they are its new pods. */
static void mention_surplus(struct ks_judgement *judgement)
{
    const struct ks_evidence *evidence = judgement->evidence;
    int32_t counted = judgement->state->pods;

    for (size_t i = 0; i < evidence->pod_count; i++) {
        const struct ks_pod_facts *pod = evidence->pods[i];

        if (is_in_crowd(pod) && counted-- <= 0) {
            ks_tally_add(&judgement->state->reasons, pod->reason, 1);
            ks_tally_add(&judgement->state->versions, pod->version, 1);
        }
    }
}

/* Pods that should be ready and are not, or are missing. */
static int32_t lacking(const struct ks_judgement *judgement)
{
    const struct ks_service_state *state = judgement->state;

    return larger(state->desired, state->pods) - state->pods_ready;
}

static bool is_within_budget(const struct ks_judgement *judgement, const struct crowd *crowd)
{
    if (judgement->evidence->is_strict || lacking(judgement) == 0) {
        return lacking(judgement) == 0;
    }
    return lacking(judgement) <= crowd->rollout.max_unavailable && !crowd->rollout.is_broken;
}

static bool is_rolling(const struct ks_judgement *judgement, const struct crowd *crowd)
{
    bool has_surplus = crowd->surplus > 0 || judgement->state->pods > crowd->desired;

    if (!crowd->newest) {
        return false;
    }
    /* The controller may be done before its last pods are; or the last old pod is gone for it, and not here yet. */
    if (judgement->evidence->was_rolling && (lacking(judgement) > 0 || has_surplus || crowd->rollout.is_behind)) {
        return true;
    }
    return crowd->rollout.is_updating || (crowd->rollout.may_surge && has_surplus);
}

/* All pods are ready, but their controller does not count on them yet. */
static bool is_unavailable(const struct crowd *crowd)
{
    return crowd->newest && (crowd->rollout.is_broken || (crowd->takes_time && crowd->available < crowd->desired));
}

static enum ks_outcome outcome_at_zero(const struct crowd *crowd)
{
    if (!crowd->newest || crowd->newest->is_deleting) {
        return KS_OUTCOME_TERMINATING;
    }
    return crowd->newest->kind == KS_KIND_DAEMONSET ? KS_OUTCOME_NO_NODE : KS_OUTCOME_SCALED_TO_ZERO;
}

/* From the worst to the best. */
static enum ks_outcome outcome(const struct ks_judgement *judgement, const struct crowd *crowd, bool rolling)
{
    bool is_strict = judgement->evidence->is_strict;
    bool is_tolerated = is_within_budget(judgement, crowd);
    int32_t missing = lacking(judgement);
    /* The last pods of a rollout are ready, but not for long enough. */
    bool is_only_waiting = missing == 0 && crowd->surplus == 0 && crowd->rollout.is_broken;

    if (crowd->is_failed) {
        return KS_OUTCOME_ROLLOUT_FAILED;
    }
    if (crowd->desired == 0 && judgement->state->pods == 0) {
        return outcome_at_zero(crowd);
    }
    if (crowd->rollout.has_pending_change && is_tolerated) {
        return KS_OUTCOME_PAUSED;
    }
    if ((rolling || crowd->rollout.is_unobserved) && is_tolerated && !is_strict && !is_only_waiting) {
        return KS_OUTCOME_ROLLING_OUT;
    }
    if (missing > 0 && missing == crowd->gated && !is_strict) {
        return KS_OUTCOME_GATED;
    }
    if (missing == 0 && is_unavailable(crowd)) {
        return KS_OUTCOME_NOT_AVAILABLE;
    }
    return KS_OUTCOME_RUNNING;
}

static void tell_reasons(struct ks_judgement *judgement, const struct crowd *crowd, enum ks_outcome judged,
                         bool rolling)
{
    struct ks_service_state *state = judgement->state;
    int64_t missing = (int64_t)state->desired - state->pods; /* what is desired may be absurd */

    if (rolling || crowd->is_failed || crowd->rollout.has_pending_change) {
        mention_surplus(judgement);
    }
    if (crowd->rollout.is_paused && (judged == KS_OUTCOME_PAUSED || judged == KS_OUTCOME_RUNNING)) {
        ks_tally_add(&state->reasons, "Paused", 1);
    }
    if (judged == KS_OUTCOME_TERMINATING) {
        ks_tally_add(&state->reasons, "Terminating", crowd->deleting);
    } else if (missing > 0 && crowd->deleting > 0) {
        ks_tally_add(&state->reasons, "Terminating", missing < crowd->deleting ? (int32_t)missing : crowd->deleting);
    }
}

bool ks_crowd_judge(struct ks_judgement *judgement)
{
    const struct ks_evidence *evidence = judgement->evidence;
    struct crowd crowd = {.newest = NULL};
    enum ks_outcome judged;
    bool rolling;
    bool is_down;

    take_controllers(judgement, &crowd);
    survey_pods(judgement, &crowd);
    if (!crowd.newest) {
        expect_pods(judgement, &crowd);
    } else if (crowd.newest->is_deleting && crowd.live < crowd.desired) {
        /* Foreground deletion: the controller stays until its pods are gone, and nobody misses them. */
        crowd.desired = crowd.live;
    }
    count_pods(judgement, &crowd, evidence->is_strict ? crowd.live : crowd.desired);
    ks_judgement_desire(judgement, crowd.desired, crowd.containers_per_pod);
    rolling = is_rolling(judgement, &crowd);
    judged = outcome(judgement, &crowd, rolling);
    is_down = judged == KS_OUTCOME_ROLLOUT_FAILED || (judged == KS_OUTCOME_RUNNING && lacking(judgement) > 0);
    if (judged != KS_OUTCOME_SCALED_TO_ZERO && judged != KS_OUTCOME_NO_NODE) {
        tell_reasons(judgement, &crowd, judged, rolling);
    }
    ks_judgement_pass(judgement, judged, is_down);
    return rolling;
}
