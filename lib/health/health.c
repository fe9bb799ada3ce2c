#include "config.h"

#include "health/health.h"

#include <stdlib.h>

#include "health/batch.h"
#include "health/crowd.h"
#include "health/judgement.h"
#include "health/judges.h"
#include "health/root.h"

static int compare_pods(const void *one, const void *other)
{
    return ks_pod_order(*(const struct ks_pod_facts *const *)one, *(const struct ks_pod_facts *const *)other);
}

/* Nothing is said of a service whose objects contradict themselves, and nothing of it is summed. */
static void doubt(struct ks_service_state *state)
{
    *state = (struct ks_service_state){
        .services = {[KS_OUTCOME_UNKNOWN] = 1},
        .created = state->created,
        .kinds = state->kinds,
        .versions = state->versions,
        .doubts = state->doubts,
        .annotations = state->annotations,
    };
}

/* Of services of other kinds a budget may know how many pods there should be. */
static uint32_t kinds_of(const struct ks_evidence *evidence)
{
    bool may_have_budget = evidence->expected > 0 && ks_name_is_custom_kind(evidence->kind);

    return ks_judges_of(evidence->kind) | (may_have_budget ? 1U << KS_KIND_BUDGET : 0);
}

bool ks_judge(const struct ks_evidence *evidence, struct ks_service_state *state)
{
    struct ks_judgement judgement = {.evidence = evidence, .state = state, .version = ""};
    bool rolling = false;

    *state = (struct ks_service_state){.kinds = kinds_of(evidence), .annotations = KS_NO_ANNOTATIONS};
    if (evidence->pod_count > 0) {
        qsort(evidence->pods, evidence->pod_count, sizeof *evidence->pods, compare_pods);
    }
    if (ks_crowd_is_there(evidence)) {
        rolling = ks_crowd_judge(&judgement);
    } else {
        ks_batch_judge(&judgement);
    }
    if (state->doubts.used > 0) {
        doubt(state);
    }
    if (state->versions.used == 0) {
        ks_tally_add(&state->versions, judgement.version, 1);
    }
    state->annotations.hidden = state->annotations.hidden || evidence->is_hidden;
    return rolling;
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
        sum->services[i] = ks_tally_plus(sum->services[i], one->services[i]);
    }
    sum->down = ks_tally_plus(sum->down, one->down);
    sum->guessed = ks_tally_plus(sum->guessed, one->guessed);
    sum->ready = ks_tally_plus(sum->ready, one->ready);
    sum->total = ks_tally_plus(sum->total, one->total);
    sum->restarts = ks_tally_plus(sum->restarts, one->restarts);
    sum->pods = ks_tally_plus(sum->pods, one->pods);
    sum->pods_ready = ks_tally_plus(sum->pods_ready, one->pods_ready);
    sum->desired = ks_tally_plus(sum->desired, one->desired);
    sum->created = ks_time_earlier(sum->created, one->created);
    sum->oldest = ks_time_earlier(sum->oldest, one->oldest);
    sum->newest = ks_time_later(sum->newest, one->newest);
    sum->yellow_until = ks_time_later(sum->yellow_until, one->yellow_until);
    sum->kinds |= one->kinds;
    sum->without |= one->without;
    ks_tally_merge(&sum->reasons, &one->reasons);
    ks_tally_merge(&sum->versions, &one->versions);
    ks_tally_merge(&sum->doubts, &one->doubts);
}
