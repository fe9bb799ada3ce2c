#include "config.h"

#include "collector/collector.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "collector/private.h"
#include "loop/process.h"

#define CLOCK_MS 60000

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
    } else if (collector->outage.is_on) {
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
    ks_trouble_look(collector);
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

/* ---- life ---- */

static void on_credentials_changed(void *arg)
{
    struct ks_collector *collector = arg;

    for (size_t i = 0; i < collector->count; i++) {
        if (collector->collected[i].reflector) {
            ks_kube_reflector_credentials_changed(collector->collected[i].reflector);
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
    ks_heartbeat_init(collector);
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
        ks_heartbeat_fini(collector);
        ks_identity_cancel(collector);
        ks_timer_stop(&collector->trouble.timer);
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
    const char *const *namespaces = collector->options.namespaces;
    size_t groups = group_count(&collector->options);

    for (size_t group = 0; group < groups; group++) {
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            struct collected *collected = &collector->collected[collector->count];

            if (!(collector->options.kinds & (1U << kind)) || (kind == KS_KIND_NODE && group > 0)) {
                continue;
            }
            *collected = (struct collected){
                .collector = collector,
                .kind = (enum ks_kind)kind,
                .group = group,
                .namespace_name = namespaces && kind != KS_KIND_NODE ? namespaces[group] : NULL,
            };
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

/* What is known stays. If the configuration cannot be loaded, nothing happens. */
static void reload(struct ks_collector *collector)
{
    struct ks_error error;

    if (ks_kube_client_reload(collector->client, &error)) {
        ks_log(collector->options.log, KS_LOG_ERROR, component, "%s; keeping the configuration in use", error.text);
        return;
    }
    ks_log(collector->options.log, KS_LOG_INFO, component, "%s: configuration read again",
           ks_kube_client_config(collector->client)->server);
    ks_report_warnings(collector);
    ks_heartbeat_reset(collector);
    ks_identity_cancel(collector);
    collector->past = (struct past){.at = 0};
    for (size_t i = 0; i < collector->count; i++) {
        ks_kube_reflector_reset(collector->collected[i].reflector);
        ks_kube_reflector_restart(collector->collected[i].reflector);
    }
    ks_identity_ask(collector, true);
}

int ks_collector_run(struct ks_collector *collector, struct ks_error *err)
{
    if (start(collector, false, err)) {
        return -1;
    }
    ks_report_warnings(collector);
    ks_heartbeat_start(collector);
    ks_identity_ask(collector, true);
    ks_trouble_start(collector);
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
    ks_trouble_say(collector);
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
