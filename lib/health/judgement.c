#include "config.h"

#include "health/judgement.h"

#include <string.h>

/* A product that does not fit becomes the largest number that does. */
static int32_t times(int32_t one, int32_t other)
{
    int32_t product;

    return __builtin_mul_overflow(one, other, &product) ? INT32_MAX : product;
}

int64_t ks_time_earlier(int64_t one, int64_t other)
{
    return one == 0 || (other != 0 && other < one) ? other : one;
}

int64_t ks_time_later(int64_t one, int64_t other)
{
    return other > one ? other : one;
}

bool ks_pod_is_on_lost_node(const struct ks_pod_facts *pod)
{
    return strcmp(pod->reason, "NodeNotReady") == 0;
}

bool ks_pod_is_up(const struct ks_pod_facts *pod)
{
    return pod->is_ready && !ks_pod_is_on_lost_node(pod);
}

bool ks_pod_is_live(const struct ks_pod_facts *pod)
{
    return !pod->deleting && !pod->finished;
}

/* The annotations of a Job count for a service that is this Job; of a CronJob's, the CronJob has its own. */
static void take_annotations(struct ks_judgement *judgement, const struct ks_controller *controller)
{
    bool is_child = controller->kind == KS_KIND_JOB && strcmp(judgement->evidence->kind, "Job") != 0;

    if (!is_child && controller->created >= judgement->annotations_created) {
        judgement->annotations_created = controller->created;
        judgement->state->annotations = controller->annotations;
    }
}

void ks_judgement_take(struct ks_judgement *judgement, const struct ks_controller *controller)
{
    struct ks_service_state *state = judgement->state;

    state->kinds |= 1U << controller->kind;
    state->created = ks_time_earlier(state->created, controller->created);
    ks_tally_add(&state->doubts, ks_controller_doubt(controller), 1);
    take_annotations(judgement, controller);
    if (controller->version[0] && controller->created >= judgement->version_created) {
        judgement->version_created = controller->created;
        judgement->version = controller->version;
    }
}

void ks_judgement_count(struct ks_judgement *judgement, const struct ks_pod_facts *pod)
{
    struct ks_service_state *state = judgement->state;

    state->pods++;
    state->pods_ready += ks_pod_is_up(pod);
    if (!ks_pod_is_on_lost_node(pod)) {
        state->ready = ks_tally_plus(state->ready, pod->ready);
    }
    state->total = ks_tally_plus(state->total, pod->total);
    state->restarts = ks_tally_plus(state->restarts, pod->restarts);
    state->oldest = ks_time_earlier(state->oldest, pod->created);
    state->newest = ks_time_later(state->newest, pod->created);
    state->yellow_until = ks_time_later(state->yellow_until, pod->yellow_until);
    ks_tally_add(&state->reasons, pod->reason, 1);
    ks_tally_add(&state->versions, pod->version, 1);
    ks_tally_add(&state->doubts, pod->doubt, 1);
}

void ks_judgement_desire(struct ks_judgement *judgement, int32_t desired, int32_t containers_per_pod)
{
    struct ks_service_state *state = judgement->state;
    int32_t each = containers_per_pod > 0 ? containers_per_pod : judgement->containers_per_pod;

    state->desired = desired;
    if (desired > state->pods) {
        state->total = ks_tally_plus(state->total, times(desired - state->pods, each > 0 ? each : 1));
    }
}

void ks_judgement_pass(struct ks_judgement *judgement, enum ks_outcome outcome, bool is_down)
{
    judgement->state->services[outcome] = 1;
    judgement->state->down = is_down;
}

int ks_pod_order(const struct ks_pod_facts *one, const struct ks_pod_facts *other)
{
    const int64_t order[][2] = {
        {one->deleting, other->deleting},
        {one->finished, other->finished},
        {!ks_pod_is_up(one), !ks_pod_is_up(other)},
        {one->created, other->created},
        {-(int64_t)one->ready, -(int64_t)other->ready},
        {one->total, other->total},
        {one->restarts, other->restarts},
        {one->yellow_until, other->yellow_until},
    };
    int by_text;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (order[i][0] != order[i][1]) {
            return order[i][0] < order[i][1] ? -1 : 1;
        }
    }
    by_text = strcmp(one->reason, other->reason);
    return by_text ? by_text : strcmp(one->version, other->version);
}
