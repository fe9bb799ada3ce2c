#include "config.h"

#include "health/automatic.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/utf8.h"
#include "health/judges.h"
#include "health/outcome.h"

/* Between the reasons and the outcomes that are only slow: see reason.c and outcome.c. */
#define MISSING_SEVERITY 4

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

static bool has_color(const struct ks_service_state *state, const char *color)
{
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (state->services[i] > 0 && strcmp(ks_outcome_look((enum ks_outcome)i)->color, color) == 0) {
            return true;
        }
    }
    return false;
}

static const char *health_color(const struct ks_service_state *state, int64_t now)
{
    if (state->down > 0) {
        return "red";
    }
    if (has_color(state, "yellow") || now < state->yellow_until) {
        return "yellow";
    }
    if (state->services[KS_OUTCOME_UNKNOWN] > 0) {
        return "lightgrey";
    }
    return has_color(state, "green") ? "green" : "lightgrey";
}

/* "7/8 (1 restart), 1 failed, 2 rolling out" */
static void sum_message(const struct ks_service_state *state, struct ks_result *result)
{
    /* From the worst to the least bad. */
    static const enum ks_outcome order[] = {
        KS_OUTCOME_FAILED,           KS_OUTCOME_ROLLOUT_FAILED, KS_OUTCOME_ROLLING_OUT,
        KS_OUTCOME_NOT_AVAILABLE,    KS_OUTCOME_PAUSED,         KS_OUTCOME_IN_PROGRESS,
        KS_OUTCOME_SUSPENDED_FAILED, KS_OUTCOME_GATED,          KS_OUTCOME_UNKNOWN,
    };
    char text[KS_RESULT_MESSAGE_SIZE] = "";
    size_t used = 0;

    for (size_t i = 0; i < sizeof order / sizeof order[0] && used < sizeof text; i++) {
        int32_t count = state->services[order[i]];

        if (count > 0) {
            used += (size_t)snprintf(text + used, sizeof text - used, ", %" PRId32 " %s", count,
                                     ks_outcome_look(order[i])->counted);
        }
    }
    ks_result_message(result, "%" PRId32 "/%" PRId32 " (%" PRId32 " restart%s)%s", state->ready, state->total,
                      state->restarts, state->restarts == 1 ? "" : "s", text);
}

static void health_message(const struct ks_service_state *state, struct ks_result *result)
{
    enum ks_outcome common = ks_outcome_common(state);
    const struct ks_outcome_look *look = common == KS_OUTCOME_COUNT ? NULL : ks_outcome_look(common);
    bool has_words = look && (look->message == KS_MESSAGE_ALWAYS ||
                              (look->message == KS_MESSAGE_WORDS && state->ready == state->total));

    if (has_words) {
        ks_result_message(result, "%s", look->text);
    } else if (look && look->message == KS_MESSAGE_NUMBERS) {
        ks_result_message(result, "%" PRId32 "/%" PRId32 " (%s)", state->ready, state->total, look->text);
    } else {
        sum_message(state, result);
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

/* A word of the check `state`. */
struct word {
    const char *text;
    int severity;
    const char *color;
};

static void take_worse(struct word *worst, const char *text, int severity, const char *color)
{
    if (severity > worst->severity) {
        *worst = (struct word){text, severity, color};
    }
}

/* The next try of a run may fix what stopped this one, so its reason is no worse than the run. */
static bool is_between_tries(const struct ks_service_state *state)
{
    return state->down == 0 && state->services[KS_OUTCOME_IN_PROGRESS] > 0 &&
           state->services[KS_OUTCOME_ROLLING_OUT] == 0;
}

/* Where nothing is down, a pod that is not ready yet is a stage of a rollout. */
static bool is_stage(const struct ks_service_state *state, const char *reason)
{
    return ks_reason_is_passing(reason) || (state->down == 0 && strcmp(reason, "NotReady") == 0);
}

static const char *reason_color(const struct ks_service_state *state, const char *reason)
{
    if (strcmp(reason, "SchedulingGated") == 0) {
        return "lightgrey";
    }
    return is_stage(state, reason) || is_between_tries(state) ? "yellow" : "red";
}

/* What services say that have nothing to complain of. */
static struct word calm_word(const struct ks_service_state *state)
{
    enum ks_outcome common = ks_outcome_common(state);
    const struct ks_outcome_look *look = NULL;

    if (common != KS_OUTCOME_COUNT) {
        look = ks_outcome_look(common);
    } else if (state->services[KS_OUTCOME_RUNNING] > 0) {
        look = ks_outcome_look(KS_OUTCOME_RUNNING);
    } else if (state->services[KS_OUTCOME_SUCCEEDED] > 0) {
        look = ks_outcome_look(KS_OUTCOME_SUCCEEDED);
    }
    return look ? (struct word){look->state, 0, look->color} : (struct word){"Idle", 0, "lightgrey"};
}

/* The most severe reason, or else the word of the most severe outcome. */
static void state_result(const struct ks_service_state *state, struct ks_result *result)
{
    struct word worst = calm_word(state);

    for (uint32_t i = 0; i < state->reasons.used; i++) {
        const char *reason = state->reasons.entries[i].text;

        take_worse(&worst, reason, ks_reason_severity(reason), reason_color(state, reason));
    }
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        const struct ks_outcome_look *look = ks_outcome_look((enum ks_outcome)i);

        if (state->services[i] > 0) {
            take_worse(&worst, look->state, look->severity, look->color);
        }
    }
    if (state->down > 0 && state->services[KS_OUTCOME_RUNNING] > 0 && state->pods < state->desired) {
        take_worse(&worst, "MissingPods", MISSING_SEVERITY, "red");
    }
    ks_result_message(result, "%s", worst.text);
    result->color = worst.color;
}

/* As bad as health, as far as pods are concerned. */
static const char *replicas_color(const struct ks_service_state *state)
{
    bool lacks_pods = state->pods_ready < state->desired || state->pods_ready < state->pods;

    if (state->services[KS_OUTCOME_ROLLOUT_FAILED] > 0 || (state->down > 0 && lacks_pods)) {
        return "red";
    }
    if (state->desired == 0) {
        return "lightgrey";
    }
    if (state->services[KS_OUTCOME_ROLLING_OUT] > 0 || state->services[KS_OUTCOME_PAUSED] > 0 ||
        state->services[KS_OUTCOME_NOT_AVAILABLE] > 0 || state->services[KS_OUTCOME_IN_PROGRESS] > 0) {
        return "yellow";
    }
    return lacks_pods || state->services[KS_OUTCOME_UNKNOWN] > 0 ? "lightgrey" : "green";
}

static void replicas_result(const struct ks_service_state *state, struct ks_result *result)
{
    ks_result_message(result, "%" PRId32 "/%" PRId32, state->pods_ready, state->desired);
    result->color = replicas_color(state);
}

static void restarts_result(const struct ks_service_state *state, int64_t now, struct ks_result *result)
{
    ks_result_message(result, "%" PRId32, state->restarts);
    if (now < state->yellow_until) {
        result->color = "yellow";
    } else {
        result->color = state->services[KS_OUTCOME_UNKNOWN] > 0 ? "lightgrey" : "green";
    }
}

/* Nothing is known of the numbers. */
static bool is_unknown(const struct ks_service_state *state)
{
    return ks_outcome_common(state) == KS_OUTCOME_UNKNOWN;
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
    if (is_unknown(state) && (check == KS_CHECK_REPLICAS || check == KS_CHECK_RESTARTS)) {
        ks_result_message(result, "%s", ks_outcome_look(KS_OUTCOME_UNKNOWN)->text);
        return;
    }
    switch (check) {
    case KS_CHECK_VERSION:
        version_message(state, result);
        break;
    case KS_CHECK_REPLICAS:
        replicas_result(state, result);
        break;
    case KS_CHECK_RESTARTS:
        restarts_result(state, now, result);
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

static void put_outcome(struct ks_buf *out, enum ks_outcome outcome)
{
    if (outcome == KS_OUTCOME_COUNT) {
        ks_buf_literal(out, "null");
    } else {
        ks_buf_json(out, ks_outcome_words[outcome]);
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
    ks_buf_printf(out, ",\"pods_desired_guessed\":%s,\"outcome\":", state->guessed > 0 ? "true" : "false");
    put_outcome(out, ks_outcome_common(state));
    ks_buf_literal(out, ",\"reasons\":");
    put_tally(out, &state->reasons);
    ks_buf_literal(out, ",\"versions\":");
    put_tally(out, &state->versions);
    ks_buf_literal(out, ",\"doubts\":");
    put_tally(out, &state->doubts);
    ks_buf_literal(out, ",\"judged_without\":");
    ks_judges_put(out, state->without);
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
