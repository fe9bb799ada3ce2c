#include "config.h"

#include "collector/collector.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "collector/private.h"
#include "loop/process.h"

#define HEARTBEAT_PATH "/version"
#define CLOCK_MS       60000

static const char component[] = "kubernetes";

/* ---- flushing: at once while that is cheap, and never for more than a fifth of the time. Peers publish their answers
 * themselves, so nothing here waits for them, and silent ones cost nothing per turn. ---- */

static void flush(struct ks_collector *collector)
{
    struct ks_error error;
    int64_t begin = ks_clock_monotonic();
    int64_t end;

    ks_store_tick(collector->store, begin);
    if (ks_store_flush(collector->store, &error)) {
        ks_log(collector->options.log, KS_LOG_ERROR, "store", "%s", error.text);
    }
    end = ks_clock_monotonic();
    collector->flush_at = end + 4 * (end - begin);
    if (collector->options.observer) {
        collector->options.observer->published(collector->options.observer->arg);
    }
}

/* A check gets the namespaces of its service, so checks wait until these are published. */
static void release_checks(struct ks_collector *collector)
{
    if (collector->settled == collector->count && !ks_store_is_dirty(collector->store)) {
        collector->checks_wait = false;
        ks_scheduler_synced(collector->checks);
    } else if (collector->unreachable) {
        ks_scheduler_go(collector->checks);
    }
}

static void after_turn(void *arg)
{
    struct ks_collector *collector = arg;
    int64_t now;

    if (ks_store_is_dirty(collector->store)) {
        now = ks_clock_monotonic();
        if (now >= collector->flush_at) {
            flush(collector);
        } else if (!collector->flush_timer.running) {
            ks_timer_start(&collector->flush_timer, collector->flush_at - now);
        }
    }
    if (collector->checks_wait) {
        release_checks(collector);
    }
}

static void on_flush_timer(void *arg)
{
    (void)arg; /* it only wakes the loop, whose turn ends in after_turn */
}

/* The turn ends in after_turn, which publishes what this changes. */
static void on_clock(void *arg)
{
    struct ks_collector *collector = arg;

    ks_store_tick(collector->store, ks_clock_monotonic());
    ks_timer_start(&collector->clock_timer, CLOCK_MS);
}

/* ---- the heartbeat: a silent watch may be dead ---- */

/* After a sign of life, live watches are known to be right until now, and those that wait because nobody answered need
 * not wait longer. */
static void pass_on_life(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        struct collected *collected = &collector->collected[i];
        enum ks_reflector_state state = ks_kube_reflector_state(collected->reflector);
        bool waits = state == KS_REFLECTOR_AWAY || state == KS_REFLECTOR_STARTING;

        ks_kube_reflector_touch(collected->reflector);
        if (waits && (collected->failure.kind == KS_ERROR_NETWORK || collected->failure.kind == KS_ERROR_TIMEOUT)) {
            ks_kube_reflector_poke(collected->reflector);
        }
    }
}

static void restart_live(struct ks_collector *collector, const struct ks_error *err)
{
    bool is_logged = false;

    for (size_t i = 0; i < collector->count; i++) {
        if (ks_kube_reflector_state(collector->collected[i].reflector) != KS_REFLECTOR_LIVE) {
            continue;
        }
        if (!is_logged) {
            ks_log(collector->options.log, KS_LOG_WARNING, component, "no sign of life: %s; starting watches again",
                   err->text);
            is_logged = true;
        }
        ks_kube_reflector_restart(collector->collected[i].reflector);
    }
}

static void on_heartbeat_done(void *arg, const struct ks_error *err)
{
    struct ks_collector *collector = arg;

    collector->heartbeat_transfer = NULL;
    if (err) {
        restart_live(collector, err);
    } else {
        pass_on_life(collector);
    }
}

/* Any answer is a sign of life. */
static int on_heartbeat_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    (void)arg;
    (void)status;
    (void)content_type;
    (void)err;
    return 0;
}

static int on_heartbeat_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    (void)arg;
    (void)data;
    (void)length;
    (void)err;
    return 0;
}

static void on_heartbeat(void *arg)
{
    struct ks_collector *collector = arg;
    struct ks_error error;
    uint64_t generation;
    const struct ks_kube_request request = {
        .accept = "application/json",
        .http = {.path = HEARTBEAT_PATH,
                 .connect_timeout_ms = collector->options.heartbeat_ms,
                 .total_timeout_ms = collector->options.heartbeat_ms,
                 .response = on_heartbeat_response,
                 .data = on_heartbeat_data,
                 .done = on_heartbeat_done,
                 .arg = collector},
    };

    ks_timer_start(&collector->heartbeat, collector->options.heartbeat_ms);
    if (!collector->heartbeat_transfer &&
        ks_kube_client_get(collector->client, &request, &collector->heartbeat_transfer, &generation, &error) ==
            KS_KUBE_FAILED) {
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "heartbeat: %s", error.text);
    }
}

/* ---- life ---- */

static void on_credentials_changed(void *arg)
{
    struct ks_collector *collector = arg;

    for (size_t i = 0; i < collector->count; i++) {
        if (collector->collected[i].reflector) {
            ks_kube_reflector_poke(collector->collected[i].reflector);
        }
    }
}

static size_t group_count(const struct ks_collector_options *options)
{
    size_t count = 0;

    if (!options->namespaces) {
        return 1;
    }
    while (options->namespaces[count]) {
        count++;
    }
    return count;
}

/* Runs checks even if their orphans cannot be found: most leave none behind. */
static int start_checks(struct ks_collector *collector, struct ks_error *err)
{
    const struct ks_collector_options *options = &collector->options;
    struct ks_error error;

    if (ks_process_adopt(collector->loop, &error)) {
        ks_log(options->log, KS_LOG_WARNING, "checks", "%s: processes that checks leave behind will not be ended",
               error.text);
    }
    return ks_scheduler_new(&collector->checks, collector->loop, options->checks, collector->store, err);
}

/* Ends the loop if a request waits and nothing more will come. */
static void on_settled(struct ks_collector *collector)
{
    bool is_over = collector->hopeless || collector->settled == collector->count;

    if (collector->waiting && is_over && collector->peers_settled == collector->peer_count) {
        ks_loop_stop(collector->loop);
    }
}

/* Refuses options that would hang, spin or collect nothing. */
static int check_options(const struct ks_collector_options *options, struct ks_error *err)
{
    if (options->heartbeat_ms < 1 || options->watch_timeout_ms < 1) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "collector: heartbeat %" PRId64 " ms, watch timeout %" PRId64 " ms: must be 1 or more",
                            options->heartbeat_ms, options->watch_timeout_ms);
    }
    if (options->object_limit == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "collector: object limit 0: must be 1 byte or more");
    }
    if (options->kinds >> KS_KIND_COUNT) {
        return ks_error_set(err, KS_ERROR_INVALID, "collector: kinds %#" PRIx32 ": must be bits below %#x",
                            options->kinds, 1U << KS_KIND_COUNT);
    }
    if (!options->kinds && !options->checks && !options->peer_count) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "collector: nothing to collect: there must be kinds, custom checks or peers");
    }
    return 0;
}

int ks_collector_new(struct ks_collector **out, const struct ks_collector_options *options, struct ks_store *store,
                     struct ks_error *err)
{
    struct ks_collector *collector;

    if (check_options(options, err)) {
        return -1;
    }
    collector = calloc(1, sizeof *collector);
    if (!collector) {
        return ks_error_memory(err);
    }
    collector->options = *options;
    collector->store = store;
    collector->on_settled = on_settled;
    collector->collected = calloc(group_count(options) * KS_KIND_COUNT + 1, sizeof *collector->collected);
    if (!collector->collected) {
        free(collector);
        return ks_error_memory(err);
    }
    if (ks_loop_new(&collector->loop, err)) {
        ks_collector_free(collector);
        return -1;
    }
    ks_timer_init(&collector->heartbeat, collector->loop, on_heartbeat, collector);
    ks_timer_init(&collector->clock_timer, collector->loop, on_clock, collector);
    ks_timer_init(&collector->flush_timer, collector->loop, on_flush_timer, collector);
    ks_loop_set_after(collector->loop, after_turn, collector);
    if (ks_kube_client_new(&collector->client, collector->loop, &options->source, on_credentials_changed, collector,
                           err)) {
        ks_collector_free(collector);
        return -1;
    }
    if (options->checks && start_checks(collector, err)) {
        ks_collector_free(collector);
        return -1;
    }
    *out = collector;
    return 0;
}

void ks_collector_free(struct ks_collector *collector)
{
    if (!collector) {
        return;
    }
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_free(collector->collected[i].reflector);
    }
    ks_scheduler_free(collector->checks);
    ks_collector_peers_free(collector);
    if (collector->loop) {
        ks_http_cancel(collector->heartbeat_transfer);
        ks_timer_stop(&collector->heartbeat);
        ks_timer_stop(&collector->clock_timer);
        ks_timer_stop(&collector->flush_timer);
    }
    ks_kube_client_free(collector->client);
    ks_loop_free(collector->loop);
    free(collector->collected);
    free(collector);
}

const struct ks_access *ks_collector_config(const struct ks_collector *collector)
{
    return ks_kube_client_config(collector->client);
}

static int make_reflectors(struct ks_collector *collector, struct ks_error *err)
{
    size_t groups = group_count(&collector->options);

    for (size_t group = 0; group < groups; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            struct collected *collected = &collector->collected[collector->count];

            if (!(collector->options.kinds & (1U << kind)) || (kind == KS_KIND_NODE && group > 0)) {
                continue;
            }
            *collected = (struct collected){.collector = collector, .kind = (enum ks_kind)kind, .group = group};
            if (ks_collected_init(collected, err)) {
                return -1;
            }
            collector->count++;
        }
    }
    return 0;
}

static int start(struct ks_collector *collector, bool list_only, struct ks_error *err)
{
    collector->list_only = list_only;
    collector->started = ks_clock_monotonic();
    if (make_reflectors(collector, err)) {
        return -1;
    }
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_poke(collector->collected[i].reflector);
    }
    return ks_collector_peers_start(collector, err);
}

/* Requests use the old configuration, so they must end first. What is known stays. */
static void reload(struct ks_collector *collector)
{
    struct ks_error error;

    ks_http_cancel(collector->heartbeat_transfer);
    collector->heartbeat_transfer = NULL;
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_reset(collector->collected[i].reflector);
    }
    if (ks_kube_client_reload(collector->client, &error)) {
        ks_log(collector->options.log, KS_LOG_ERROR, component, "%s; keeping the configuration in use", error.text);
    } else {
        ks_log(collector->options.log, KS_LOG_INFO, component, "%s: configuration read again",
               ks_kube_client_config(collector->client)->server);
    }
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_restart(collector->collected[i].reflector);
    }
}

int ks_collector_run(struct ks_collector *collector, struct ks_error *err)
{
    if (start(collector, false, err)) {
        return -1;
    }
    ks_timer_start(&collector->heartbeat, collector->options.heartbeat_ms);
    ks_timer_start(&collector->clock_timer, CLOCK_MS);
    if (collector->checks) {
        collector->checks_wait = true;
        ks_scheduler_start(collector->checks);
    }
    ks_collector_keyring_start(collector);
    for (;;) {
        if (ks_loop_run(collector->loop, -1, err)) {
            return -1;
        }
        if (atomic_load(&collector->stop)) {
            return 0;
        }
        if (atomic_exchange(&collector->reload, false)) {
            reload(collector);
        }
    }
}

void ks_collector_stop(struct ks_collector *collector)
{
    atomic_store(&collector->stop, true);
    ks_loop_stop(collector->loop);
}

void ks_collector_reload(struct ks_collector *collector)
{
    atomic_store(&collector->reload, true);
    ks_loop_stop(collector->loop);
}

int ks_collector_collect(struct ks_collector *collector, int64_t deadline, struct ks_error *err)
{
    int outcome;

    if (start(collector, true, err)) {
        return -1;
    }
    collector->waiting = true;
    outcome = ks_loop_run(collector->loop, deadline, err);
    collector->waiting = false;
    ks_collector_peers_expire(collector);
    if (outcome || ks_store_flush(collector->store, err)) {
        return -1;
    }
    for (size_t i = 0; i < collector->count; i++) {
        const struct collected *collected = &collector->collected[i];

        if (collected->settled) {
            continue;
        }
        if (collected->failure.kind != KS_ERROR_NONE) {
            *err = collected->failure;
            return -1;
        }
        return ks_error_set(err, KS_ERROR_TIMEOUT, "list %s: still incomplete at the deadline",
                            ks_kind_plural(collected->kind));
    }
    return 0;
}

static void on_checked(void *arg)
{
    ks_loop_stop(((struct ks_collector *)arg)->loop);
}

int ks_collector_check(struct ks_collector *collector, const struct ks_store_selector *selector, const char *check,
                       int64_t deadline, struct ks_error *err)
{
    const struct ks_scheduler_request once = {
        .selector = selector, .check = check, .done = on_checked, .arg = collector};
    int outcome;

    if (!collector->checks) {
        return 0;
    }
    ks_scheduler_once(collector->checks, &once);
    outcome = ks_loop_run(collector->loop, deadline, err);
    ks_scheduler_expire(collector->checks);
    return outcome || ks_store_flush(collector->store, err) ? -1 : 0;
}
