/* The heartbeat: asks for one object from etcd. Its decisions are in life.c. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "apiserver/continuity.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "collector/private.h"

#define PROBE_TIMEOUT_MS 10000

static bool is_off(const struct collected *collected)
{
    enum ks_reflector_state state = ks_kube_reflector_state(collected->reflector);

    return state == KS_REFLECTOR_FORBIDDEN || state == KS_REFLECTOR_ABSENT;
}

static void copy_version(char to[static KS_TOLD_SIZE], const char *version)
{
    size_t length = version ? strlen(version) : 0;

    memcpy(to, version ? version : "", length < KS_TOLD_SIZE ? length + 1 : 0);
    to[length < KS_TOLD_SIZE ? length : 0] = '\0';
}

/* ---- what follows from an answer ---- */

static void publish_all(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        ks_collected_publish(&collector->collected[i]);
    }
}

static void restart_live(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        if (ks_kube_reflector_state(collector->collected[i].reflector) == KS_REFLECTOR_LIVE) {
            ks_kube_reflector_restart(collector->collected[i].reflector);
        }
    }
}

/* Those that fail again afterwards have a reason of their own, and keep their backoff. */
static void poke(struct ks_collector *collector, bool all)
{
    for (size_t i = 0; i < collector->count; i++) {
        struct collected *collected = &collector->collected[i];

        if (ks_collected_waits(collected) || (all && is_off(collected))) {
            ks_kube_reflector_poke(collected->reflector);
            collected->is_excused = true;
        }
    }
}

/* Versions do not show every restore: a server that has written enough since then is after ours again. */
static void compare_soon(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_compare_soon(collector->collected[i].reflector);
    }
}

static void touch_all(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_touch(collector->collected[i].reflector);
    }
}

/* What etcd has is never before what it had. */
static void compare_versions(struct ks_collector *collector)
{
    struct heartbeat *heartbeat = &collector->heartbeat;

    if (heartbeat->highest_of != heartbeat->asked) {
        heartbeat->highest[0] = '\0';
        heartbeat->highest_of = heartbeat->asked;
    }
    if (ks_version_is_before(heartbeat->told, heartbeat->highest)) {
        ks_past_went_back(collector, NULL, heartbeat->highest, heartbeat->told);
    } else if (ks_version_is_before(heartbeat->told, heartbeat->asked_version)) {
        ks_past_went_back(collector, NULL, heartbeat->asked_version, heartbeat->told);
    }
    if (heartbeat->told[0] && !heartbeat->is_of_the_past) {
        copy_version(heartbeat->highest, heartbeat->told);
    }
}

static void on_life(struct ks_collector *collector, struct ks_life_verdict verdict)
{
    touch_all(collector);
    if (verdict.poke_all) {
        publish_all(collector);
    }
    compare_versions(collector);
    if (verdict.compare) {
        compare_soon(collector);
    }
    if (verdict.poke) {
        poke(collector, verdict.poke_all);
    }
    if (is_off(collector->heartbeat.asked)) {
        ks_kube_reflector_poke(collector->heartbeat.asked->reflector); /* it no longer should be */
    }
    ks_identity_ask(collector, verdict.is_turn);
    ks_report_life(collector);
}

static void on_no_life(struct ks_collector *collector, struct ks_life_verdict verdict, const struct ks_error *cause)
{
    struct ks_error error = *cause;

    ks_error_wrap(&error, "no sign of life");
    ks_report_no_life(collector, &error, collector->heartbeat.life.cause);
    if (verdict.is_turn) {
        publish_all(collector);
    }
    if (verdict.restart) {
        restart_live(collector);
    }
}

static void schedule(struct ks_collector *collector, int64_t retry_after_ms)
{
    struct heartbeat *heartbeat = &collector->heartbeat;

    heartbeat->not_before = ks_clock_monotonic() + retry_after_ms;
    ks_timer_start(&heartbeat->timer, ks_life_next_ms(&heartbeat->life, collector->options.heartbeat_ms, retry_after_ms,
                                                      ks_random_between(0, 500)));
}

/* is_answer: see struct ks_listwatch_end. */
static void judge(struct ks_collector *collector, const struct ks_error *err, int status, bool is_answer)
{
    /* An object that is too large for us came from etcd, too. */
    bool is_life = !err || (err->kind == KS_ERROR_LIMIT && is_answer);
    struct ks_cause cause = ks_cause_of(is_life ? NULL : err, status);
    struct ks_life_verdict verdict = ks_life_heartbeat(&collector->heartbeat.life, cause);

    collector->trouble.is_stale = true;
    if (is_life) {
        on_life(collector, verdict);
    } else {
        on_no_life(collector, verdict, err);
    }
}

/* ---- the request ---- */

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)arg;
    (void)event;
    (void)object;
    (void)err;
    return 0;
}

static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct ks_collector *collector = arg;

    (void)err;
    copy_version(collector->heartbeat.told, meta->resource_version);
    return 0;
}

static void on_ended(void *arg, const struct ks_listwatch_end *end)
{
    struct ks_collector *collector = arg;

    collector->heartbeat.request = NULL;
    if (end->status == 401) {
        ks_kube_client_refused(collector->client, end->credentials_generation);
    }
    judge(collector, end->err, end->status, end->is_answer);
    schedule(collector, end->retry_after_ms);
}

static bool may_be_asked(const struct collected *collected, int64_t now)
{
    return !is_off(collected) && ks_kube_reflector_not_before(collected->reflector) <= now;
}

/* The first one that may be asked for, pods only or any kind. */
static const struct collected *find(const struct ks_collector *collector, bool only_pods)
{
    int64_t now = ks_clock_monotonic();

    for (size_t i = 0; i < collector->count; i++) {
        const struct collected *collected = &collector->collected[i];

        if (may_be_asked(collected, now) && (!only_pods || collected->kind == KS_KIND_POD)) {
            return collected;
        }
    }
    return NULL;
}

/* Pods that are off everywhere; NULL if they are not. Without pods nothing is known, so we want to know when they are
 * back, and other kinds would not tell. */
static const struct collected *find_refused_pods(const struct ks_collector *collector)
{
    const struct collected *refused = NULL;

    for (size_t i = 0; i < collector->count; i++) {
        const struct collected *collected = &collector->collected[i];

        if (collected->kind == KS_KIND_POD && !is_off(collected)) {
            return NULL;
        }
        if (collected->kind == KS_KIND_POD && !refused) {
            refused = collected;
        }
    }
    return refused;
}

/* The kind to list; NULL: the server wants to be left alone. */
static const struct collected *choose(const struct ks_collector *collector)
{
    const struct collected *chosen = find_refused_pods(collector);

    chosen = chosen ? chosen : find(collector, true);
    return chosen ? chosen : find(collector, false);
}

static enum ks_kube_start send_request(struct ks_collector *collector, const struct collected *asked,
                                       struct ks_error *err)
{
    struct heartbeat *heartbeat = &collector->heartbeat;
    int64_t timeout = collector->options.heartbeat_ms;
    const struct ks_listwatch_options options = {
        .stream = KS_KUBE_LIST,
        .kind = asked->kind,
        .api_version = ks_kube_reflector_is_old_api(asked->reflector) ? 1 : 0,
        .namespace_name = asked->namespace_name,
        .limit = 1,
        .total_timeout_ms = timeout < PROBE_TIMEOUT_MS ? timeout : PROBE_TIMEOUT_MS,
        .object_limit = collector->options.object_limit,
        .json_only = true, /* every server has it */
        .fresh = heartbeat->life.state == KS_LIFE_LOST,
    };
    const struct ks_listwatch_owner owner = {
        .object = on_object, .list_meta = on_list_meta, .ended = on_ended, .arg = collector};

    heartbeat->asked = asked;
    heartbeat->is_of_the_past = false;
    heartbeat->told[0] = '\0';
    copy_version(heartbeat->asked_version, ks_kube_reflector_version(asked->reflector));
    return ks_listwatch_start(&heartbeat->request, collector->client, &options, &owner, err);
}

static void on_timer(void *arg)
{
    struct ks_collector *collector = arg;
    const struct collected *asked = choose(collector);
    struct ks_error error;

    if (ks_kube_client_is_outdated(collector->client)) {
        atomic_store(&collector->reload, true);
        ks_loop_stop(collector->loop);
    }
    if (collector->heartbeat.request) {
        return; /* its end schedules the next one */
    }
    switch (asked ? send_request(collector, asked, &error) : KS_KUBE_WAIT) {
    case KS_KUBE_STARTED:
        break;
    case KS_KUBE_WAIT:
        schedule(collector, 0);
        break;
    case KS_KUBE_FAILED:
        judge(collector, &error, 0, false);
        schedule(collector, 0);
        break;
    }
}

/* ---- life ---- */

void ks_heartbeat_init(struct ks_collector *collector)
{
    ks_timer_init(&collector->heartbeat.timer, collector->loop, on_timer, collector);
}

void ks_heartbeat_start(struct ks_collector *collector)
{
    if (collector->count) {
        ks_timer_start(&collector->heartbeat.timer, collector->options.heartbeat_ms);
    }
}

void ks_heartbeat_doubt(struct ks_collector *collector, struct ks_cause cause)
{
    struct heartbeat *heartbeat = &collector->heartbeat;

    if (!collector->list_only && ks_life_doubt(&heartbeat->life, cause) && !heartbeat->request) {
        schedule(collector, 0);
    }
}

void ks_heartbeat_hope(struct ks_collector *collector)
{
    struct heartbeat *heartbeat = &collector->heartbeat;

    if (heartbeat->life.state == KS_LIFE_LOST && !heartbeat->request && ks_clock_monotonic() >= heartbeat->not_before) {
        ks_timer_start(&heartbeat->timer, 0);
    }
}

void ks_heartbeat_reset(struct ks_collector *collector)
{
    struct heartbeat *heartbeat = &collector->heartbeat;

    ks_listwatch_cancel(heartbeat->request);
    heartbeat->request = NULL;
    heartbeat->highest[0] = '\0';
    heartbeat->not_before = 0;
    if (collector->count) {
        ks_timer_start(&heartbeat->timer, 0);
    }
}

void ks_heartbeat_fini(struct ks_collector *collector)
{
    ks_listwatch_cancel(collector->heartbeat.request);
    ks_timer_stop(&collector->heartbeat.timer);
}
