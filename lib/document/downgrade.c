/* What an older kube-shields, which only knows format 1, is told of a state that it has no words for. It judges by its
 * own rules: red if `ready` is not `total` or the outcome is failed; else yellow before `yellow_until`; else green if
 * it runs or has succeeded; grey if the state is too old. So it gets values that these rules never show greener than we
 * do. docs/protocol.md, "Format 1", has the same table. */
#include "config.h"

#include <string.h>

#include "document/private.h"
#include "health/outcome.h"

enum numbers {
    NUMBERS_KEPT,
    NUMBERS_STUCK, /* one more pod that is not ready, since a rollout that failed is red in `replicas`, too */
    NUMBERS_CALM,  /* total is ready, so that it is not red; and one more pod, since `replicas` cannot be yellow */
    NUMBERS_NONE,  /* zeros, and no reasons */
};

static const struct {
    enum ks_outcome outcome;
    enum numbers numbers;
    bool is_yellow;
    bool is_old;
    const char *reason; /* if there is no other */
} rows[KS_OUTCOME_COUNT] = {
    [KS_OUTCOME_RUNNING] = {.outcome = KS_OUTCOME_RUNNING},
    [KS_OUTCOME_SUCCEEDED] = {.outcome = KS_OUTCOME_SUCCEEDED},
    [KS_OUTCOME_FAILED] = {.outcome = KS_OUTCOME_FAILED},
    [KS_OUTCOME_SCALED_TO_ZERO] = {.outcome = KS_OUTCOME_SCALED_TO_ZERO},
    [KS_OUTCOME_SUSPENDED] = {.outcome = KS_OUTCOME_SUSPENDED},
    [KS_OUTCOME_SCHEDULED] = {.outcome = KS_OUTCOME_SCHEDULED},
    [KS_OUTCOME_TERMINATING] = {.outcome = KS_OUTCOME_TERMINATING},
    [KS_OUTCOME_ROLLING_OUT] = {KS_OUTCOME_RUNNING, NUMBERS_CALM, .is_yellow = true, .reason = "Pending"},
    [KS_OUTCOME_NOT_AVAILABLE] = {KS_OUTCOME_RUNNING, NUMBERS_CALM, .is_yellow = true, .reason = "Pending"},
    [KS_OUTCOME_PAUSED] = {KS_OUTCOME_RUNNING, NUMBERS_CALM, .is_yellow = true, .reason = "Pending"},
    [KS_OUTCOME_ROLLOUT_FAILED] = {KS_OUTCOME_FAILED, NUMBERS_STUCK},
    [KS_OUTCOME_IN_PROGRESS] = {KS_OUTCOME_RUNNING, NUMBERS_CALM, .is_yellow = true, .reason = "Pending"},
    [KS_OUTCOME_GATED] = {KS_OUTCOME_SUSPENDED, NUMBERS_NONE},
    [KS_OUTCOME_NO_NODE] = {KS_OUTCOME_SCALED_TO_ZERO, NUMBERS_NONE},
    [KS_OUTCOME_SUSPENDED_FAILED] = {KS_OUTCOME_SUSPENDED, NUMBERS_NONE, .is_yellow = true, .reason = "Pending"},
    [KS_OUTCOME_UNKNOWN] = {KS_OUTCOME_SCHEDULED, NUMBERS_NONE, .is_old = true},
};

static const char *const passing[] = {"Pending", "ContainerCreating", "PodInitializing", "Terminating", "Completed"};

/* A reason that only means to wait is red in format 1 unless it is one of these. */
static const char *old_reason(const char *reason)
{
    if (!ks_reason_is_passing(reason)) {
        return reason;
    }
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        if (strcmp(passing[i], reason) == 0) {
            return reason;
        }
    }
    return strncmp(reason, "Init:", strlen("Init:")) == 0 ? "PodInitializing" : "Pending";
}

static void translate_reasons(struct ks_service_state *state)
{
    struct ks_tally reasons = {.others = state->reasons.others};

    for (uint32_t i = 0; i < state->reasons.used; i++) {
        ks_tally_add(&reasons, old_reason(state->reasons.entries[i].text), state->reasons.entries[i].count);
    }
    state->reasons = reasons;
}

/* If the check `replicas` would be green. */
static void add_unready_pod(struct ks_service_state *state)
{
    if (state->pods_ready >= state->desired && state->pods_ready >= state->pods) {
        state->pods = ks_tally_plus(state->pods_ready, 1);
        state->pods_ready = state->pods - 1;
    }
}

static void set_numbers(struct ks_service_state *state, enum numbers numbers)
{
    switch (numbers) {
    case NUMBERS_KEPT:
        break;
    case NUMBERS_STUCK:
        add_unready_pod(state);
        break;
    case NUMBERS_CALM:
        state->total = state->ready;
        add_unready_pod(state);
        break;
    case NUMBERS_NONE:
        state->ready = state->total = 0;
        state->pods = state->pods_ready = state->desired = 0;
        state->reasons = (struct ks_tally){.used = 0};
        break;
    }
}

static bool is_red(const struct ks_service_state *state)
{
    return state->services[KS_OUTCOME_FAILED] > 0 || state->ready != state->total;
}

void ks_peer_downgrade(struct ks_service_state *state, int64_t *age_ms)
{
    enum ks_outcome outcome = ks_outcome_of(state);

    translate_reasons(state);
    set_numbers(state, rows[outcome].numbers);
    if (rows[outcome].reason && state->reasons.used == 0) {
        ks_tally_add(&state->reasons, rows[outcome].reason, 1);
    }
    if (rows[outcome].is_yellow) {
        state->yellow_until = KS_DOCUMENT_TIME_MOST;
    }
    if (rows[outcome].is_old) {
        *age_ms = KS_DOCUMENT_AGE_MOST;
    }
    memset(state->services, 0, sizeof state->services);
    state->services[rows[outcome].outcome] = 1;
    if (state->down > 0 && !is_red(state)) {
        state->total = ks_tally_plus(state->ready, 1);
        state->ready = state->total - 1;
    }
}

void ks_peer_downgrade_nodes(struct ks_nodes_state *nodes)
{
    int32_t short_of_something = 0;

    /* A node may be short of several things: at least so many are short of one. */
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        if (nodes->pressures[i] > short_of_something) {
            short_of_something = nodes->pressures[i];
        }
    }
    if (nodes->ready > nodes->total - short_of_something) {
        nodes->ready = nodes->total > short_of_something ? nodes->total - short_of_something : 0;
    }
}
