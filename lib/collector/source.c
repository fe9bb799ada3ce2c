/* Passes on what the reflectors report: objects and lists to the store, states to whoever judges them. */
#include "config.h"

#include <inttypes.h>

#include "base/clock.h"
#include "collector/private.h"

static const char component[] = "kubernetes";

static void on_list_begin(void *arg)
{
    struct collected *collected = arg;

    collected->has_begun = true;
    ks_heartbeat_hope(collected->collector);
    ks_store_list_begin(collected->collector->store, collected->group, collected->kind);
}

/* batch/v1beta1 is from before CronJobs said when they last succeeded. */
static const struct ks_kube_object *in_new_form(const struct collected *collected, const struct ks_kube_object *object,
                                                struct ks_kube_object *space)
{
    if (object->kind != KS_KIND_CRONJOB || !ks_kube_reflector_is_old_api(collected->reflector)) {
        return object;
    }
    *space = *object;
    space->workload.has_last_success = space->workload.last_success != 0;
    return space;
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct collected *collected = arg;
    struct ks_kube_object older;

    ks_collected_publish_event(collected);
    return ks_store_apply(collected->collector->store, collected->group, event, in_new_form(collected, object, &older),
                          err);
}

static void on_list_end(void *arg)
{
    struct collected *collected = arg;

    collected->is_foreign = false;
    ks_store_list_end(collected->collector->store, collected->group, collected->kind);
}

static void settle(struct collected *collected)
{
    struct ks_collector *collector = collected->collector;

    if (collected->settled) {
        return;
    }
    collected->settled = true;
    collector->settled++;
    if (collector->list_only && collector->settled == collector->count) {
        collector->on_settled(collector);
    }
}

static bool has_pods(const struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        const struct collected *collected = &collector->collected[i];

        if (collected->kind == KS_KIND_POD && collected->published != KS_SOURCE_OFF) {
            return true;
        }
    }
    return false;
}

/* Without pods nothing can be shown, though every source has settled. */
static void say_synchronised(struct ks_collector *collector)
{
    if (collector->list_only || collector->is_synchronised || collector->settled < collector->count ||
        !has_pods(collector)) {
        return;
    }
    collector->is_synchronised = true;
    ks_log(collector->options.log, KS_LOG_INFO, component, "%s: synchronised after %" PRId64 " ms",
           ks_kube_client_config(collector->client)->server, ks_clock_monotonic() - collector->started);
}

/* A request that waits for one answer should learn soon that there will be none. */
static void count_silence(struct ks_collector *collector, struct ks_cause cause)
{
    if (collector->list_only && ks_cause_is_silence(cause) && ++collector->unreachable_count > collector->count) {
        collector->hopeless = true;
        collector->on_settled(collector);
    }
}

static void on_state(void *arg, enum ks_reflector_state state, const struct ks_error *err)
{
    struct collected *collected = arg;

    ks_collected_publish(collected);
    if (err) {
        collected->failure = *err;
        collected->cause = ks_cause_of(err, ks_kube_reflector_status(collected->reflector));
        ks_report_failure(collected, state, err);
        count_silence(collected->collector, collected->cause);
        if (!collected->is_excused) {
            ks_heartbeat_doubt(collected->collector, collected->cause);
        }
    }
    if (state == KS_REFLECTOR_LIVE) {
        ks_heartbeat_hope(collected->collector);
    }
    if (state == KS_REFLECTOR_LIVE || state == KS_REFLECTOR_FORBIDDEN || state == KS_REFLECTOR_ABSENT) {
        settle(collected);
        say_synchronised(collected->collector);
    }
}

/* The end of a failure counts only once it has lasted: a failure that comes back at once never ended. */
static void on_steady(void *arg)
{
    struct collected *collected = arg;

    collected->is_excused = false;
    collected->cause = (struct ks_cause){.kind = KS_ERROR_NONE};
    ks_report_life(collected->collector);
}

/* ---- a list beside the watch ---- */

static void on_compare_begin(void *arg, const char *told)
{
    struct collected *collected = arg;

    ks_store_compare_begin(collected->collector->store, collected->group, collected->kind, told);
}

static int on_compare(void *arg, const struct ks_kube_object *object, struct ks_error *err)
{
    struct collected *collected = arg;
    struct ks_kube_object older;

    return ks_store_compare(collected->collector->store, collected->group, in_new_form(collected, object, &older), err);
}

static void on_compare_end(void *arg)
{
    struct collected *collected = arg;

    ks_store_compare_end(collected->collector->store, collected->group, collected->kind);
}

static void on_compare_settle(void *arg)
{
    struct collected *collected = arg;
    struct ks_store_difference difference;

    ks_store_compare_settle(collected->collector->store, collected->group, collected->kind, &difference);
    ks_report_difference(collected, &difference);
}

static void on_compare_failed(void *arg, const struct ks_error *err)
{
    ks_report_no_comparison(arg, err);
}

static void on_went_back(void *arg, const char *ours, const char *theirs)
{
    struct collected *collected = arg;

    ks_past_went_back(collected->collector, collected, ours, theirs);
}

int ks_collected_init(struct collected *collected, struct ks_error *err)
{
    struct ks_collector *collector = collected->collector;
    const struct ks_collector_options *options = &collector->options;
    const struct ks_reflector_owner owner = {.list_begin = on_list_begin,
                                             .object = on_object,
                                             .list_end = on_list_end,
                                             .compare_begin = on_compare_begin,
                                             .compare = on_compare,
                                             .compare_end = on_compare_end,
                                             .compare_settle = on_compare_settle,
                                             .compare_failed = on_compare_failed,
                                             .went_back = on_went_back,
                                             .state = on_state,
                                             .steady = on_steady,
                                             .arg = collected};
    const struct ks_reflector_options reflector = {
        .kind = collected->kind,
        .namespace_name = collected->namespace_name,
        .excluded = options->excluded,
        .watch_timeout_ms = options->watch_timeout_ms,
        .relist_ms = options->relist_ms,
        .object_limit = options->object_limit,
        .list_only = collector->list_only,
    };

    return ks_kube_reflector_new(&collected->reflector, collector->loop, collector->client, &reflector, &owner, err);
}
