#include "config.h"

#include "health/automatic.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/utf8.h"

static const char *const names[KS_CHECK_COUNT] = {"health", "version", "replicas", "restarts", "age", "state"};

const char *ks_check_name(enum ks_check check)
{
    return names[check];
}

bool ks_check_parse(const char *name, enum ks_check *check)
{
    for (int i = 0; i < KS_CHECK_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *check = (enum ks_check)i;
            return true;
        }
    }
    return false;
}

/* The one outcome that all services of the sum share, unless that is "running"; otherwise KS_OUTCOME_COUNT. */
static enum ks_outcome common_outcome(const struct ks_service_state *state)
{
    enum ks_outcome common = KS_OUTCOME_COUNT;

    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (state->services[i] == 0) {
            continue;
        }
        if (common != KS_OUTCOME_COUNT || i == KS_OUTCOME_RUNNING) {
            return KS_OUTCOME_COUNT;
        }
        common = (enum ks_outcome)i;
    }
    return common;
}

static const char *outcome_text(enum ks_outcome outcome)
{
    static const char *const texts[KS_OUTCOME_COUNT] = {
        [KS_OUTCOME_RUNNING] = "running",
        [KS_OUTCOME_SUCCEEDED] = "succeeded",
        [KS_OUTCOME_FAILED] = "failed",
        [KS_OUTCOME_SCALED_TO_ZERO] = "scaled to 0",
        [KS_OUTCOME_SUSPENDED] = "suspended",
        [KS_OUTCOME_SCHEDULED] = "scheduled",
        [KS_OUTCOME_TERMINATING] = "terminating",
        [KS_OUTCOME_ROLLING_OUT] = "rolling out",
        [KS_OUTCOME_NOT_AVAILABLE] = "not yet available",
        [KS_OUTCOME_PAUSED] = "paused",
        [KS_OUTCOME_ROLLOUT_FAILED] = "rollout failed",
        [KS_OUTCOME_IN_PROGRESS] = "running",
        [KS_OUTCOME_GATED] = "scheduling gated",
        [KS_OUTCOME_NO_NODE] = "no node matches",
        [KS_OUTCOME_SUSPENDED_FAILED] = "suspended, last run failed",
        [KS_OUTCOME_UNKNOWN] = "unknown",
    };

    return texts[outcome];
}

static const char *health_color(const struct ks_service_state *state, int64_t now)
{
    if (state->down > 0) {
        return "red";
    }
    if (now < state->yellow_until) {
        return "yellow";
    }
    return state->services[KS_OUTCOME_RUNNING] > 0 || state->services[KS_OUTCOME_SUCCEEDED] > 0 ? "green" : "lightgrey";
}

static void health_message(const struct ks_service_state *state, struct ks_result *result)
{
    enum ks_outcome common = common_outcome(state);
    int32_t failed = state->services[KS_OUTCOME_FAILED];

    /* Without one common outcome, or if anything runs, the message counts containers. */
    if (common != KS_OUTCOME_COUNT && state->ready == state->total) {
        ks_result_message(result, "%s", outcome_text(common));
    } else if (failed > 0) {
        ks_result_message(result, "%" PRId32 "/%" PRId32 " (%" PRId32 " restart%s), %" PRId32 " failed", state->ready,
                          state->total, state->restarts, state->restarts == 1 ? "" : "s", failed);
    } else {
        ks_result_message(result, "%" PRId32 "/%" PRId32 " (%" PRId32 " restart%s)", state->ready, state->total,
                          state->restarts, state->restarts == 1 ? "" : "s");
    }
}

static void version_message(const struct ks_service_state *state, struct ks_result *result)
{
    const struct ks_tally *versions = &state->versions;
    char text[KS_TALLY_SIZE * (KS_VERSION_SIZE + 2)] = "";
    size_t used = 0;

    if (versions->used == 0) {
        ks_result_message(result, "none");
        result->color = "lightgrey";
        return;
    }
    for (uint32_t i = 0; i < versions->used && used < sizeof text; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "", versions->entries[i].text);
    }
    ks_result_message(result, "%s%s", text, versions->others ? ", " KS_UTF8_ELLIPSIS : "");
    result->color = "blue";
}

/* The most severe reason, or the name of the outcome. */
static const char *state_text(const struct ks_service_state *state)
{
    const char *worst = "";
    enum ks_outcome common = common_outcome(state);

    if (state->services[KS_OUTCOME_FAILED] > 0) {
        worst = "Failed";
    }
    for (uint32_t i = 0; i < state->reasons.used; i++) {
        if (ks_reason_severity(state->reasons.entries[i].text) > ks_reason_severity(worst)) {
            worst = state->reasons.entries[i].text;
        }
    }
    if (worst[0]) {
        return worst;
    }
    if (state->pods < state->desired) {
        return "MissingPods";
    }
    switch (common) {
    case KS_OUTCOME_SUCCEEDED:
        return "Succeeded";
    case KS_OUTCOME_SCALED_TO_ZERO:
        return "ScaledToZero";
    case KS_OUTCOME_SUSPENDED:
        return "Suspended";
    case KS_OUTCOME_SCHEDULED:
        return "Scheduled";
    case KS_OUTCOME_TERMINATING:
        return "Terminating";
    default:
        break;
    }
    if (state->services[KS_OUTCOME_RUNNING] > 0) {
        return "Running";
    }
    return state->services[KS_OUTCOME_SUCCEEDED] > 0 ? "Succeeded" : "Idle";
}

static void state_result(const struct ks_service_state *state, struct ks_result *result)
{
    const char *text = state_text(state);

    ks_result_message(result, "%s", text);
    if (strcmp(text, "Running") == 0 || strcmp(text, "Succeeded") == 0) {
        result->color = "green";
    } else if (ks_reason_is_passing(text)) {
        result->color = "yellow";
    } else if (state->pods == 0 && state->services[KS_OUTCOME_RUNNING] == 0 &&
               state->services[KS_OUTCOME_FAILED] == 0) {
        result->color = "lightgrey";
    } else {
        result->color = "red";
    }
}

static void replicas_result(const struct ks_service_state *state, struct ks_result *result)
{
    ks_result_message(result, "%" PRId32 "/%" PRId32, state->pods_ready, state->desired);
    if (state->pods_ready < state->desired || state->pods_ready < state->pods) {
        result->color = "red";
    } else {
        result->color = state->desired > 0 ? "green" : "lightgrey";
    }
}

static void age_result(const struct ks_service_state *state, int64_t now, struct ks_result *result)
{
    int64_t since = state->oldest ? state->oldest : state->created;
    char text[KS_CLOCK_TEXT_SIZE] = "none";

    if (since) {
        ks_clock_age_text(now - since, text);
    }
    ks_result_message(result, "%s", text);
    result->color = since ? "blue" : "lightgrey";
}

void ks_check_result(enum ks_check check, const struct ks_service_state *state, int64_t now, int64_t age,
                     struct ks_result *result)
{
    *result = (struct ks_result){.age = age, .color = "lightgrey"};
    snprintf(result->label, sizeof result->label, "%s", names[check]);
    switch (check) {
    case KS_CHECK_VERSION:
        version_message(state, result);
        break;
    case KS_CHECK_REPLICAS:
        replicas_result(state, result);
        break;
    case KS_CHECK_RESTARTS:
        ks_result_message(result, "%" PRId32, state->restarts);
        result->color = now < state->yellow_until ? "yellow" : "green";
        break;
    case KS_CHECK_AGE:
        age_result(state, now, result);
        break;
    case KS_CHECK_STATE:
        state_result(state, result);
        break;
    default:
        health_message(state, result);
        result->color = health_color(state, now);
    }
}

static void put_tally(struct ks_buf *out, const struct ks_tally *tally)
{
    ks_buf_literal(out, "{");
    for (uint32_t i = 0; i < tally->used; i++) {
        if (i) {
            ks_buf_literal(out, ",");
        }
        ks_buf_json(out, tally->entries[i].text);
        ks_buf_printf(out, ":%" PRId32, tally->entries[i].count);
    }
    if (tally->others) {
        ks_buf_printf(out, "%s\"others\":%" PRId32, tally->used ? "," : "", tally->others);
    }
    ks_buf_literal(out, "}");
}

/* Writes Unix seconds, or null for 0. */
static void put_time(struct ks_buf *out, const char *name, int64_t time)
{
    if (time) {
        ks_buf_printf(out, ",\"%s\":%" PRId64, name, time);
    } else {
        ks_buf_printf(out, ",\"%s\":null", name);
    }
}

void ks_check_raw(const struct ks_service_state *state, const struct ks_result *result, struct ks_buf *out)
{
    ks_buf_printf(out, "{\"ready\":%" PRId32 ",\"total\":%" PRId32 ",\"restarts\":%" PRId32 ",\"color\":", state->ready,
                  state->total, state->restarts);
    ks_buf_json(out, result->color);
    ks_buf_literal(out, ",\"label\":");
    ks_buf_json(out, result->label);
    ks_buf_literal(out, ",\"message\":");
    ks_buf_json(out, result->message);
    ks_buf_printf(out, ",\"pods\":%" PRId32 ",\"pods_ready\":%" PRId32 ",\"pods_desired\":%" PRId32, state->pods,
                  state->pods_ready, state->desired);
    ks_buf_literal(out, ",\"reasons\":");
    put_tally(out, &state->reasons);
    ks_buf_literal(out, ",\"versions\":");
    put_tally(out, &state->versions);
    put_time(out, "created", state->created);
    put_time(out, "oldest_pod", state->oldest);
    put_time(out, "newest_pod", state->newest);
    ks_buf_printf(out, ",\"age\":%" PRId64 "}", result->age);
}

/* "DiskPressure, MemoryPressure, ": the numbers come last. Returns whether there are any. */
static bool put_pressures(const struct ks_nodes_state *nodes, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        if (nodes->pressures[i] > 0 && used < size) {
            used += (size_t)snprintf(text + used, size - used, "%s, ", ks_pressure_name((enum ks_pressure)i));
        }
    }
    return used > 0;
}

void ks_check_nodes_result(const struct ks_nodes_state *nodes, int64_t age, struct ks_result *result)
{
    char pressures[KS_PRESSURE_COUNT * 32];
    bool is_short = put_pressures(nodes, pressures, sizeof pressures);

    *result = (struct ks_result){.age = age, .label = "nodes"};
    ks_result_message(result, "%s%" PRId32 "/%" PRId32, pressures, nodes->ready, nodes->total);
    if (nodes->ready < nodes->total) {
        result->color = "red";
    } else if (is_short) {
        result->color = "yellow";
    } else {
        result->color = nodes->total > 0 ? "green" : "lightgrey";
    }
}

void ks_check_nodes_raw(const struct ks_nodes_state *nodes, const struct ks_result *result, struct ks_buf *out)
{
    const char *separator = "";

    ks_buf_printf(out, "{\"ready\":%" PRId32 ",\"total\":%" PRId32 ",\"cordoned\":%" PRId32 ",\"color\":", nodes->ready,
                  nodes->total, nodes->cordoned);
    ks_buf_json(out, result->color);
    ks_buf_literal(out, ",\"message\":");
    ks_buf_json(out, result->message);
    ks_buf_literal(out, ",\"pressures\":{");
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        if (nodes->pressures[i] > 0) {
            ks_buf_printf(out, "%s\"%s\":%" PRId32, separator, ks_pressure_name((enum ks_pressure)i),
                          nodes->pressures[i]);
            separator = ",";
        }
    }
    ks_buf_printf(out, "},\"age\":%" PRId64 "}", result->age);
}
