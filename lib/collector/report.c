/* Says in the log what is wrong, and when it is over: an outage of the server once, however many watches it ends; what
 * one kind has for itself once per kind. The observer hears of each failure. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collector/private.h"

#define REMIND_MS  600000 /* until a failure that lasts is logged again */
#define SAME_MS    1000   /* failures of one kind within this time have one cause */
#define SHARED_MS  12000  /* and so has a heartbeat that fails in the same way within this time */
#define PLACE_SIZE 320    /* "namespace shop: " */

static const char component[] = "kubernetes";

static const char *server_of(const struct ks_collector *collector)
{
    return ks_kube_client_config(collector->client)->server;
}

/* The namespace, for the front of a log line: behind a server's message it would read like a part of that. */
static void put_place(const struct collected *collected, char place[static PLACE_SIZE])
{
    const char *name = collected->namespace_name;

    snprintf(place, PLACE_SIZE, "%s%s%s", name ? "namespace " : "", name ? name : "", name ? ": " : "");
}

static const char *trying_again(const struct ks_collector *collector)
{
    return collector->is_synchronised ? "last known values stay, trying again" : "trying again";
}

/* The error in words for people. */
static struct ks_error worded(const struct ks_error *err, struct ks_cause cause)
{
    struct ks_error error = *err;
    char *status = cause.status == 401 ? strstr(error.text, "HTTP 401") : NULL;

    if (status) {
        snprintf(status, sizeof error.text - (size_t)(status - error.text), "HTTP 401: our credentials are refused");
    }
    return error;
}

/* ---- the server as a whole ---- */

static void say_outage(struct ks_collector *collector, const struct ks_error *err, struct ks_cause cause)
{
    const struct ks_error error = worded(err, cause);
    enum ks_log_level level = KS_LOG_DEBUG;

    collector->outage_seen_at = ks_clock_monotonic();
    if (ks_outage_note(&collector->outage, cause, collector->outage_seen_at)) {
        level = KS_LOG_WARNING;
    }
    ks_log(collector->options.log, level, component, "%s: %s; %s", server_of(collector), error.text,
           trying_again(collector));
}

/* A kind that was the first to meet the outage may have said it already. */
static void take_over(struct ks_collector *collector, struct ks_cause cause)
{
    int64_t now = ks_clock_monotonic();

    if (!collector->outage.is_on && ks_cause_is_same(collector->logged, cause) &&
        now - collector->logged_at < SHARED_MS) {
        ks_outage_note(&collector->outage, cause, collector->logged_at);
    }
    for (size_t i = 0; i < collector->count; i++) {
        if (!collector->collected[i].is_logged_as_off) {
            collector->collected[i].logged = (struct ks_cause){.kind = KS_ERROR_NONE};
        }
    }
}

void ks_report_no_life(struct ks_collector *collector, const struct ks_error *err, struct ks_cause cause)
{
    const struct ks_collector_observer *observer = collector->options.observer;

    take_over(collector, cause);
    say_outage(collector, err, cause);
    if (observer) {
        observer->failed(observer->arg, err);
    }
}

static bool is_failing(const struct ks_collector *collector, bool by_silence)
{
    for (size_t i = 0; i < collector->count; i++) {
        const struct collected *collected = &collector->collected[i];

        if (ks_collected_waits(collected) && (!by_silence || ks_cause_is_silence(collected->cause))) {
            return true;
        }
    }
    return collector->heartbeat.life.state == KS_LIFE_LOST;
}

static void end_outage(struct ks_collector *collector, int64_t now)
{
    char age[KS_CLOCK_TEXT_SIZE];

    if (ks_flap_may_end(&collector->outage_flap, collector->outage_seen_at, now)) {
        collector->outage.is_on = false;
        ks_clock_age_text((now - collector->outage.since) / 1000, age);
        ks_log(collector->options.log, KS_LOG_INFO, component, "%s: reached again after %s", server_of(collector), age);
    }
}

static void end_failure(struct collected *collected, int64_t now)
{
    char place[PLACE_SIZE];

    put_place(collected, place);
    if (collected->is_said && !ks_flap_may_end(&collected->flap, collected->failed_at, now)) {
        return;
    }
    if (collected->is_said) {
        ks_log(collected->collector->options.log, KS_LOG_INFO, component, "%s%s: watched again", place,
               ks_kind_plural(collected->kind));
    }
    collected->logged = (struct ks_cause){.kind = KS_ERROR_NONE};
    collected->is_logged_as_off = false;
}

void ks_report_life(struct ks_collector *collector)
{
    const struct ks_collector_observer *observer = collector->options.observer;
    int64_t now = ks_clock_monotonic();

    if (collector->outage.is_on && !is_failing(collector, true)) {
        end_outage(collector, now);
    }
    for (size_t i = 0; i < collector->count; i++) {
        struct collected *collected = &collector->collected[i];

        if (collected->logged.kind != KS_ERROR_NONE && collected->cause.kind == KS_ERROR_NONE) {
            end_failure(collected, now);
        }
    }
    if (observer && !is_failing(collector, false)) {
        observer->recovered(observer->arg);
    }
}

/* ---- one kind ---- */

static void tell_observer(const struct collected *collected, const struct ks_error *err)
{
    const struct ks_collector_observer *observer = collected->collector->options.observer;

    if (!observer) {
        return;
    }
    if (collected->kind == KS_KIND_POD && collected->published == KS_SOURCE_OFF) {
        observer->pods_off(observer->arg, err);
    }
    observer->failed(observer->arg, err);
}

static bool is_off_state(enum ks_reflector_state state)
{
    return state == KS_REFLECTOR_FORBIDDEN || state == KS_REFLECTOR_ABSENT;
}

static void say_off(const struct collected *collected, enum ks_reflector_state state, const struct ks_error *err)
{
    const struct ks_log *log = collected->collector->options.log;
    const char *kind = ks_kind_plural(collected->kind);
    char place[PLACE_SIZE];

    put_place(collected, place);
    if (!ks_collected_has_told(collected)) {
        ks_log(log, KS_LOG_WARNING, component, "%s%s; %s", place, err->text,
               collected->kind == KS_KIND_POD ? "nothing can be shown without them" : "continuing without them");
    } else if (state == KS_REFLECTOR_ABSENT) {
        ks_log(log, KS_LOG_WARNING, component,
               "%s%s; what they told stays and grows old: the server no longer has any %s", place, err->text, kind);
    } else {
        ks_log(log, KS_LOG_WARNING, component,
               "%s%s; what they told stays and grows old: grant \"list\" and \"watch\" of %s again", place, err->text,
               kind);
    }
}

/* Several kinds fail at once if the server does. */
static bool is_said_by_another(const struct collected *collected)
{
    const struct ks_collector *collector = collected->collector;

    return ks_cause_is_same(collector->logged, collected->cause) &&
           collected->logged_at - collector->logged_at < SAME_MS;
}

static bool is_news(const struct collected *collected, bool is_off)
{
    if (!ks_cause_is_same(collected->logged, collected->cause) || collected->is_logged_as_off != is_off) {
        return true;
    }
    return !is_off && ks_clock_monotonic() - collected->logged_at >= REMIND_MS;
}

static void say_failure(struct collected *collected, enum ks_reflector_state state, const struct ks_error *err)
{
    struct ks_collector *collector = collected->collector;
    bool is_off = is_off_state(state);
    char place[PLACE_SIZE];
    struct ks_error error;

    put_place(collected, place);
    if (!is_news(collected, is_off)) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "%s%s", place, err->text);
        return;
    }
    collected->logged = collected->cause;
    collected->logged_at = ks_clock_monotonic();
    collected->is_logged_as_off = is_off;
    if (is_off) {
        collected->is_said = true;
        say_off(collected, state, err);
        return;
    }
    collected->is_said = !is_said_by_another(collected);
    if (!collected->is_said) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "%s%s", place, err->text);
        return;
    }
    collector->logged = collected->cause;
    collector->logged_at = collected->logged_at;
    error = worded(err, collected->cause);
    ks_log(collector->options.log, KS_LOG_WARNING, component, "%s: %s%s; %s", server_of(collector), place, error.text,
           trying_again(collector));
}

void ks_report_failure(struct collected *collected, enum ks_reflector_state state, const struct ks_error *err)
{
    struct ks_collector *collector = collected->collector;
    bool is_refusal = err->kind == KS_ERROR_FORBIDDEN || err->kind == KS_ERROR_NOT_FOUND;
    bool is_refused = is_off_state(state) && is_refusal;
    char place[PLACE_SIZE];

    put_place(collected, place);
    collected->failed_at = ks_clock_monotonic();
    tell_observer(collected, err);
    if ((!is_refused && collector->heartbeat.life.state == KS_LIFE_LOST) || (is_off_state(state) && !is_refusal)) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "%s%s", place, err->text);
    } else if (ks_cause_is_silence(collected->cause)) {
        say_outage(collector, err, collected->cause);
    } else {
        say_failure(collected, state, err);
    }
}

/* ---- what a list showed, and what a kubeconfig says ---- */

static void put_count(struct ks_buf *out, size_t count, const char *what)
{
    if (count) {
        ks_buf_printf(out, "%s%zu %s", out->length ? ", " : "", count, what);
    }
}

void ks_report_difference(const struct collected *collected, const struct ks_store_difference *difference)
{
    size_t sum = difference->missing + difference->outdated + difference->superfluous;
    char place[PLACE_SIZE];
    struct ks_buf counts KS_CLEANUP_BUF;

    put_place(collected, place);
    ks_buf_init(&counts, 256);
    if (sum == 0) {
        return;
    }
    put_count(&counts, difference->missing, "missing");
    put_count(&counts, difference->outdated, "outdated");
    put_count(&counts, difference->superfluous, "gone");
    ks_log(collected->collector->options.log, KS_LOG_WARNING, component,
           "%s%s: the watch had not told %zu %s (%s), first: %s; corrected", place, ks_kind_plural(collected->kind),
           sum, sum == 1 ? "change" : "changes", counts.data, difference->example);
}

void ks_report_no_comparison(const struct collected *collected, const struct ks_error *err)
{
    char place[PLACE_SIZE];

    put_place(collected, place);
    ks_log(collected->collector->options.log, KS_LOG_DEBUG, component, "%slist %s beside the watch: %s", place,
           ks_kind_plural(collected->kind), err->text);
}

void ks_report_warnings(const struct ks_collector *collector)
{
    char **warnings = ks_kube_client_config(collector->client)->warnings;

    for (size_t i = 0; warnings && warnings[i]; i++) {
        ks_log(collector->options.log, KS_LOG_WARNING, component, "%s", warnings[i]);
    }
}
