#include "config.h"

#include "health/outcome.h"

const char *const ks_outcome_words[KS_OUTCOME_COUNT] = {
    [KS_OUTCOME_RUNNING] = "running",
    [KS_OUTCOME_SUCCEEDED] = "succeeded",
    [KS_OUTCOME_FAILED] = "failed",
    [KS_OUTCOME_SCALED_TO_ZERO] = "scaled-to-zero",
    [KS_OUTCOME_SUSPENDED] = "suspended",
    [KS_OUTCOME_SCHEDULED] = "scheduled",
    [KS_OUTCOME_TERMINATING] = "terminating",
    [KS_OUTCOME_ROLLING_OUT] = "rolling-out",
    [KS_OUTCOME_NOT_AVAILABLE] = "not-available",
    [KS_OUTCOME_PAUSED] = "paused",
    [KS_OUTCOME_ROLLOUT_FAILED] = "rollout-failed",
    [KS_OUTCOME_IN_PROGRESS] = "in-progress",
    [KS_OUTCOME_GATED] = "gated",
    [KS_OUTCOME_NO_NODE] = "no-node",
    [KS_OUTCOME_SUSPENDED_FAILED] = "suspended-failed",
    [KS_OUTCOME_UNKNOWN] = "unknown",
};

/* Severities of state words: a failure is as bad as an error that we do not know. What is only slow comes after all
 * reasons but scheduling gates (see reason.c). Words of severity 0 are for services that have nothing else to tell. */
#define FAILED_SEVERITY 60
#define STUCK_SEVERITY  50
#define SLOW_SEVERITY   3
#define GREY_SEVERITY   2

static const struct ks_outcome_look looks[KS_OUTCOME_COUNT] = {
    [KS_OUTCOME_RUNNING] = {"running", KS_MESSAGE_RESTARTS, NULL, "Running", 0, "green"},
    [KS_OUTCOME_SUCCEEDED] = {"succeeded", KS_MESSAGE_WORDS, NULL, "Succeeded", 0, "green"},
    [KS_OUTCOME_FAILED] = {"failed", KS_MESSAGE_WORDS, "failed", "Failed", FAILED_SEVERITY, "red"},
    [KS_OUTCOME_SCALED_TO_ZERO] = {"scaled to 0", KS_MESSAGE_WORDS, NULL, "ScaledToZero", 0, "lightgrey"},
    [KS_OUTCOME_SUSPENDED] = {"suspended", KS_MESSAGE_WORDS, NULL, "Suspended", 0, "lightgrey"},
    [KS_OUTCOME_SCHEDULED] = {"scheduled", KS_MESSAGE_WORDS, NULL, "Scheduled", 0, "lightgrey"},
    [KS_OUTCOME_TERMINATING] = {"terminating", KS_MESSAGE_WORDS, NULL, "Terminating", 0, "lightgrey"},
    [KS_OUTCOME_ROLLING_OUT] = {"rolling out", KS_MESSAGE_NUMBERS, "rolling out", "Progressing", SLOW_SEVERITY,
                                "yellow"},
    [KS_OUTCOME_NOT_AVAILABLE] = {"not yet available", KS_MESSAGE_NUMBERS, "not yet available", "NotAvailable",
                                  SLOW_SEVERITY, "yellow"},
    [KS_OUTCOME_PAUSED] = {"paused", KS_MESSAGE_NUMBERS, "paused", "Paused", SLOW_SEVERITY, "yellow"},
    [KS_OUTCOME_ROLLOUT_FAILED] = {"rollout failed", KS_MESSAGE_NUMBERS, "rollout failed", "RolloutFailed",
                                   STUCK_SEVERITY, "red"},
    [KS_OUTCOME_IN_PROGRESS] = {"running", KS_MESSAGE_ALWAYS, "in progress", "Running", SLOW_SEVERITY, "yellow"},
    [KS_OUTCOME_GATED] = {"scheduling gated", KS_MESSAGE_NUMBERS, "scheduling gated", "SchedulingGated", 1,
                          "lightgrey"},
    [KS_OUTCOME_NO_NODE] = {"no node matches", KS_MESSAGE_WORDS, NULL, "NoNode", 0, "lightgrey"},
    [KS_OUTCOME_SUSPENDED_FAILED] = {"suspended, last run failed", KS_MESSAGE_WORDS, "suspended after a failure",
                                     "SuspendedFailed", SLOW_SEVERITY, "yellow"},
    [KS_OUTCOME_UNKNOWN] = {"unknown", KS_MESSAGE_WORDS, "unknown", "Unknown", GREY_SEVERITY, "lightgrey"},
};

const struct ks_outcome_look *ks_outcome_look(enum ks_outcome outcome)
{
    return &looks[outcome];
}

enum ks_outcome ks_outcome_of(const struct ks_service_state *service)
{
    int outcome = 0;

    while (outcome < KS_OUTCOME_COUNT && service->services[outcome] == 0) {
        outcome++;
    }
    return outcome < KS_OUTCOME_COUNT ? (enum ks_outcome)outcome : KS_OUTCOME_RUNNING;
}

enum ks_outcome ks_outcome_common(const struct ks_service_state *state)
{
    enum ks_outcome common = KS_OUTCOME_COUNT;

    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (state->services[i] > 0 && common != KS_OUTCOME_COUNT) {
            return KS_OUTCOME_COUNT;
        }
        if (state->services[i] > 0) {
            common = (enum ks_outcome)i;
        }
    }
    return common;
}
