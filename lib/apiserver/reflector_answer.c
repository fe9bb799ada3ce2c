#include "config.h"

#include <stdio.h>

#include "apiserver/reflector_private.h"
#include "base/clock.h"
#include "kube/path.h"

#define VERSION_SHOWN 32

/* ---- states ---- */

void ks_reflector_set_state(struct ks_kube_reflector *reflector, enum ks_reflector_state state,
                            const struct ks_error *err)
{
    if (state != reflector->state || err) {
        reflector->state = state;
        reflector->owner.state(reflector->owner.arg, state, err);
    }
}

void ks_reflector_set_away(struct ks_kube_reflector *reflector)
{
    if (reflector->complete) {
        ks_reflector_set_state(reflector, KS_REFLECTOR_AWAY, NULL);
    }
}

void ks_reflector_set_steady(struct ks_kube_reflector *reflector)
{
    ks_reflector_set_state(reflector, KS_REFLECTOR_LIVE, NULL);
    if (!reflector->steady) {
        reflector->steady = true;
        reflector->owner.steady(reflector->owner.arg);
    }
}

/* ---- failures ---- */

static void follow(struct ks_kube_reflector *reflector, const struct ks_reflector_verdict *verdict)
{
    if (verdict->ask > reflector->next) {
        reflector->next = verdict->ask;
    }
    reflector->steady = reflector->steady && verdict->quiet;
    if (verdict->json_only || verdict->next_version) {
        reflector->json_only = reflector->json_only || verdict->json_only;
        reflector->api_version =
            (reflector->api_version + verdict->next_version) % ks_kube_path_versions(reflector->options.kind);
        reflector->version_tries += verdict->next_version;
        ks_series_uncount(&reflector->series);
        ks_timer_start(&reflector->timer, 0);
        return;
    }
    ks_timer_start(&reflector->timer, ks_series_delay(&reflector->series, verdict->retry));
}

void ks_reflector_fail(struct ks_kube_reflector *reflector, const struct ks_listwatch_end *end)
{
    struct ks_error error = *end->err;
    struct ks_reflector_failure failure = {
        .asked = reflector->asked,
        .state = reflector->state,
        .complete = reflector->complete,
        .json_only = reflector->json_only,
        .more_versions = reflector->version_tries + 1 < ks_kube_path_versions(reflector->options.kind),
    };
    struct ks_reflector_verdict verdict;

    ks_series_count(&reflector->series, end, ks_clock_monotonic(), &failure);
    verdict = ks_reflector_judge_failure(&failure);
    if (verdict.refresh_credentials) {
        ks_kube_client_refused(reflector->client, end->credentials_generation);
    }
    follow(reflector, &verdict);
    if (!verdict.quiet) {
        ks_error_wrap(&error, "%s %s", reflector->asked == KS_REFLECTOR_ASK_WATCH ? "watch" : "list",
                      ks_kind_plural(reflector->options.kind));
        ks_reflector_set_state(reflector, verdict.state, &error);
    }
}

/* The server has another past than we were told: takes the version that was offered. */
static void go_back(struct ks_kube_reflector *reflector)
{
    char ours[VERSION_SHOWN], theirs[VERSION_SHOWN];

    snprintf(ours, sizeof ours, "%s", reflector->history.told);
    snprintf(theirs, sizeof theirs, "%s", reflector->history.offered);
    ks_history_take(&reflector->history);
    ks_reflector_doubt_cache(reflector);
    reflector->owner.went_back(reflector->owner.arg, ours, theirs);
}

/* ---- what comes ---- */

static int on_event(struct ks_kube_reflector *reflector, enum ks_kube_event event, const struct ks_kube_object *object,
                    struct ks_error *err)
{
    if (!object->meta.resource_version[0]) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "an event without a resourceVersion");
    }
    if (ks_history_offer(&reflector->history, object->meta.resource_version, err) ||
        reflector->owner.object(reflector->owner.arg, event, object, err)) {
        return -1;
    }
    ks_history_take(&reflector->history);
    ks_series_event(&reflector->series);
    reflector->had_event = true;
    reflector->as_of = ks_clock_monotonic();
    ks_reflector_set_steady(reflector);
    return 0;
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct ks_kube_reflector *reflector = arg;

    if (reflector->asked == KS_REFLECTOR_ASK_WATCH) {
        return on_event(reflector, event, object, err);
    }
    if (reflector->asked == KS_REFLECTOR_ASK_CACHE) {
        return 0;
    }
    return reflector->owner.object(reflector->owner.arg, event, object, err);
}

/* A cache may lag, so a list of one that is before ours says nothing. What etcd says is so. */
static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct ks_kube_reflector *reflector = arg;
    struct ks_error error;

    if (reflector->asked == KS_REFLECTOR_ASK_CACHE) {
        return ks_reflector_note_cache(reflector, meta->resource_version, err);
    }
    if (ks_history_offer(&reflector->history, meta->resource_version, &error) &&
        (error.kind != KS_ERROR_GONE || reflector->asked != KS_REFLECTOR_ASK_ETCD)) {
        *err = error;
        return -1;
    }
    return 0;
}

static void on_begun(void *arg)
{
    struct ks_kube_reflector *reflector = arg;

    ks_series_answer(&reflector->series);
    if (reflector->asked == KS_REFLECTOR_ASK_CACHE) {
        return;
    }
    if (reflector->asked != KS_REFLECTOR_ASK_WATCH) {
        reflector->owner.list_begin(reflector->owner.arg);
        return;
    }
    reflector->stands = true;
    reflector->version_tries = 0;
    ks_timer_stop(&reflector->timer);
    if (reflector->series.failures == 0) {
        ks_reflector_set_steady(reflector);
    } else {
        ks_reflector_set_state(reflector, KS_REFLECTOR_LIVE, NULL);
        ks_timer_start(&reflector->timer, KS_SERIES_SHORT_MS);
    }
}

/* Begins to watch what was listed, unless the watch would tell another past. */
static void continue_list(struct ks_kube_reflector *reflector)
{
    struct ks_error error;
    const struct ks_listwatch_end failure = {.err = &error, .status = reflector->status};

    if (reflector->options.list_only) {
        ks_reflector_set_state(reflector, KS_REFLECTOR_LIVE, NULL);
    } else if (ks_reflector_judge_cache(reflector, &error)) {
        ks_reflector_doubt_cache(reflector);
        ks_reflector_fail(reflector, &failure);
    } else {
        ks_timer_start(&reflector->timer, 0);
        ks_relist_start(&reflector->relist);
    }
}

static void end_list(struct ks_kube_reflector *reflector)
{
    reflector->next = KS_REFLECTOR_ASK_WATCH;
    reflector->complete = true;
    reflector->as_of = ks_clock_monotonic();
    ks_series_list(&reflector->series);
    reflector->owner.list_end(reflector->owner.arg);
    if (reflector->history.is_back) {
        go_back(reflector);
    } else {
        ks_history_take(&reflector->history);
    }
    continue_list(reflector);
}

/* A server that does not understand the question is not asked again. */
static void end_cache(struct ks_kube_reflector *reflector, const struct ks_listwatch_end *end)
{
    if (end->err) {
        ks_reflector_fail(reflector, end);
    } else {
        ks_timer_start(&reflector->timer, 0);
    }
    if (!end->err || end->err->kind == KS_ERROR_PROTOCOL) {
        reflector->next = KS_REFLECTOR_ASK_ETCD;
    }
}

/* Whether a watch that ends at once must have been ended by somebody else than we asked. */
static bool is_hasty(const struct ks_kube_reflector *reflector)
{
    return reflector->asked == KS_REFLECTOR_ASK_WATCH && reflector->watch_timeout_ms > 2 * KS_SERIES_SHORT_MS;
}

void ks_reflector_count_watch(struct ks_kube_reflector *reflector)
{
    if (reflector->stands && is_hasty(reflector)) {
        ks_series_watched(&reflector->series, reflector->started, ks_clock_monotonic());
    }
}

/* An end without an error clears no failure, nor is it one, unless the watch ended at once. */
static void end_watch(struct ks_kube_reflector *reflector, const struct ks_listwatch_end *end)
{
    struct ks_listwatch_end failure = *end;
    struct ks_error error;

    if (!reflector->had_event && is_hasty(reflector) &&
        ks_clock_monotonic() - reflector->started < KS_SERIES_SHORT_MS) {
        ks_error_set(&error, KS_ERROR_UNAVAILABLE, "it ended at once, without an event");
        failure.err = &error;
        ks_reflector_fail(reflector, &failure);
    } else {
        ks_timer_start(&reflector->timer, 0);
    }
}

static void on_ended(void *arg, const struct ks_listwatch_end *end)
{
    struct ks_kube_reflector *reflector = arg;

    ks_reflector_count_watch(reflector);
    reflector->request = NULL;
    reflector->stands = false;
    reflector->status = end->status;
    ks_timer_stop(&reflector->timer);
    if (reflector->asked == KS_REFLECTOR_ASK_CACHE) {
        end_cache(reflector, end);
    } else if (end->err) {
        ks_reflector_fail(reflector, end);
    } else if (reflector->asked == KS_REFLECTOR_ASK_WATCH) {
        end_watch(reflector, end);
    } else {
        end_list(reflector);
    }
    if (reflector->history.is_back && reflector->asked == KS_REFLECTOR_ASK_WATCH) {
        go_back(reflector);
    }
    ks_history_drop(&reflector->history);
}

struct ks_listwatch_owner ks_reflector_answers(struct ks_kube_reflector *reflector)
{
    return (struct ks_listwatch_owner){
        .begun = on_begun, .object = on_object, .list_meta = on_list_meta, .ended = on_ended, .arg = reflector};
}
