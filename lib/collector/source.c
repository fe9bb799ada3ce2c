/* Passes on reports of the reflectors: to the store as the state of its sources, to the log once per failure. */
#include "config.h"

#include <inttypes.h>

#include "base/clock.h"
#include "collector/private.h"

#define REMIND_MS 600000 /* until a failure that lasts is logged again */
#define SAME_MS   1000   /* failures of one kind within this time have one cause */

static const char component[] = "kubernetes";

static void on_list_begin(void *arg)
{
    struct collected *collected = arg;

    ks_store_list_begin(collected->collector->store, collected->group, collected->kind);
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct collected *collected = arg;
    struct ks_kube_object older;

    /* batch/v1beta1 is from before CronJobs said when they last succeeded. */
    if (object->kind == KS_KIND_CRONJOB && ks_kube_reflector_is_old_api(collected->reflector)) {
        older = *object;
        older.workload.has_last_success = older.workload.last_success != 0;
        object = &older;
    }
    return ks_store_apply(collected->collector->store, collected->group, event, object, err);
}

static void on_list_end(void *arg)
{
    struct collected *collected = arg;

    ks_store_list_end(collected->collector->store, collected->group, collected->kind);
}

/* Returns the namespace for a log line, or "", and the words before it. */
static const char *where(const struct collected *collected, const char **before)
{
    const char *const *namespaces = collected->collector->options.namespaces;
    bool one = namespaces && collected->kind != KS_KIND_NODE;

    *before = one ? " in namespace " : "";
    return one ? namespaces[collected->group] : "";
}

static bool is_unreachable(enum ks_error_kind kind)
{
    return kind == KS_ERROR_NETWORK || kind == KS_ERROR_TIMEOUT;
}

static const char *trying_again(const struct ks_collector *collector)
{
    return collector->settled == collector->count ? "last known values stay, trying again" : "trying again";
}

/* An unreachable server is one event, however many watches it ends. */
static void log_unreachable(struct ks_collector *collector, const struct ks_error *err)
{
    const char *server = ks_kube_client_config(collector->client)->server;

    if (collector->unreachable) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "%s", err->text);
        return;
    }
    collector->unreachable = true;
    collector->unreachable_since = ks_clock_monotonic();
    ks_log(collector->options.log, KS_LOG_WARNING, component, "%s: %s; %s", server, err->text, trying_again(collector));
}

static void log_reached(struct ks_collector *collector)
{
    char age[KS_CLOCK_TEXT_SIZE];

    if (!collector->unreachable) {
        return;
    }
    collector->unreachable = false;
    ks_clock_age_text((ks_clock_monotonic() - collector->unreachable_since) / 1000, age);
    ks_log(collector->options.log, KS_LOG_INFO, component, "%s: reached again after %s",
           ks_kube_client_config(collector->client)->server, age);
}

static void log_failure(struct collected *collected, enum ks_reflector_state state, const struct ks_error *err)
{
    struct ks_collector *collector = collected->collector;
    int64_t now = ks_clock_monotonic();
    const char *in;
    const char *namespace_name = where(collected, &in);
    bool is_off = state == KS_REFLECTOR_FORBIDDEN || state == KS_REFLECTOR_ABSENT;

    if (is_unreachable(err->kind)) {
        log_unreachable(collector, err);
        return;
    }
    if (collected->logged == err->kind && (is_off || now - collected->logged_at < REMIND_MS)) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "%s%s%s", err->text, in, namespace_name);
        return;
    }
    collected->logged = err->kind;
    collected->logged_at = now;
    if (!is_off && collector->logged == err->kind && now - collector->logged_at < SAME_MS) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "%s%s%s", err->text, in, namespace_name);
        return;
    }
    collector->logged = err->kind;
    collector->logged_at = now;
    ks_log(collector->options.log, KS_LOG_WARNING, component, "%s%s%s; %s", err->text, in, namespace_name,
           is_off ? "continuing without them" : trying_again(collector));
}

/* After an outage the other reflectors need not wait for the end of their backoff. */
static void poke_others(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        enum ks_reflector_state state = ks_kube_reflector_state(collector->collected[i].reflector);

        if (state == KS_REFLECTOR_AWAY || state == KS_REFLECTOR_STARTING) {
            ks_kube_reflector_poke(collector->collected[i].reflector);
        }
    }
}

static void settle(struct collected *collected)
{
    struct ks_collector *collector = collected->collector;

    if (collected->settled) {
        return;
    }
    collected->settled = true;
    collector->settled++;
    if (collector->settled < collector->count) {
        return;
    }
    if (collector->list_only) {
        collector->on_settled(collector);
        return;
    }
    ks_log(collector->options.log, KS_LOG_INFO, component, "%s: synchronised after %" PRId64 " ms",
           ks_kube_client_config(collector->client)->server, ks_clock_monotonic() - collector->started);
}

static enum ks_source_state source_state(const struct collected *collected, enum ks_reflector_state state)
{
    switch (state) {
    case KS_REFLECTOR_LIVE:
        return KS_SOURCE_LIVE;
    case KS_REFLECTOR_AWAY:
        return KS_SOURCE_AWAY;
    case KS_REFLECTOR_FORBIDDEN:
    case KS_REFLECTOR_ABSENT:
        /* Pods that we have seen do not vanish if we lose a role: they grow old. */
        return collected->kind == KS_KIND_POD && ks_kube_reflector_is_complete(collected->reflector) ? KS_SOURCE_AWAY
                                                                                                     : KS_SOURCE_OFF;
    default:
        return KS_SOURCE_STARTING;
    }
}

static void tell_observer(const struct collected *collected, enum ks_reflector_state state, const struct ks_error *err)
{
    const struct ks_collector_observer *observer = collected->collector->options.observer;

    if (!observer) {
        return;
    }
    if (collected->kind == KS_KIND_POD && source_state(collected, state) == KS_SOURCE_OFF) {
        observer->pods_off(observer->arg, err);
    }
    observer->failed(observer->arg, err);
}

static void on_state(void *arg, enum ks_reflector_state state, const struct ks_error *err)
{
    struct collected *collected = arg;
    struct ks_collector *collector = collected->collector;

    ks_store_source(collector->store, collected->group, collected->kind, source_state(collected, state),
                    ks_kube_reflector_as_of(collected->reflector));
    if (err) {
        collected->failure = *err;
        tell_observer(collected, state, err);
        log_failure(collected, state, err);
        /* A request that waits for one answer should learn soon that there will be none. */
        if (collector->list_only && is_unreachable(err->kind) && ++collector->unreachable_count > collector->count) {
            collector->hopeless = true;
            collector->on_settled(collector);
        }
    }
    if (state == KS_REFLECTOR_LIVE || state == KS_REFLECTOR_FORBIDDEN || state == KS_REFLECTOR_ABSENT) {
        settle(collected);
    }
}

static bool is_failing(const struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        enum ks_reflector_state state = ks_kube_reflector_state(collector->collected[i].reflector);

        if (state == KS_REFLECTOR_AWAY || state == KS_REFLECTOR_STARTING) {
            return true;
        }
    }
    return false;
}

/* Logs the end of a failure only once that has lasted: a failure that comes back at once never ended. */
static void on_steady(void *arg)
{
    struct collected *collected = arg;
    struct ks_collector *collector = collected->collector;
    const char *in;
    const char *namespace_name = where(collected, &in);
    bool was_unreachable = collector->unreachable;

    log_reached(collector);
    if (collector->options.observer && !is_failing(collector)) {
        collector->options.observer->recovered(collector->options.observer->arg);
    }
    if (collected->logged != KS_ERROR_NONE) {
        ks_log(collector->options.log, KS_LOG_INFO, component, "%s%s%s: watched again", ks_kind_plural(collected->kind),
               in, namespace_name);
        collected->logged = KS_ERROR_NONE;
    }
    if (was_unreachable) {
        poke_others(collector);
    }
}

int ks_collected_init(struct collected *collected, struct ks_error *err)
{
    struct ks_collector *collector = collected->collector;
    const struct ks_collector_options *options = &collector->options;
    const struct ks_reflector_owner owner = {.list_begin = on_list_begin,
                                             .object = on_object,
                                             .list_end = on_list_end,
                                             .state = on_state,
                                             .steady = on_steady,
                                             .arg = collected};
    const struct ks_reflector_options reflector = {
        .kind = collected->kind,
        .namespace_name = options->namespaces ? options->namespaces[collected->group] : NULL,
        .excluded = options->excluded,
        .watch_timeout_ms = options->watch_timeout_ms,
        .object_limit = options->object_limit,
        .list_only = collector->list_only,
    };

    return ks_kube_reflector_new(&collected->reflector, collector->loop, collector->client, &reflector, &owner, err);
}
