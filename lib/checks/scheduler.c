/* The life of the scheduler: start, requests, end. */
#include "config.h"

#include <stdlib.h>

#include "checks/private.h"
#include "base/clock.h"

#define HELD_MS 10000 /* how long the first runs wait, at most */

static void on_once_done(void *arg)
{
    struct ks_scheduler *scheduler = arg;
    const struct ks_scheduler_request *once = scheduler->once;

    if (once) {
        scheduler->once = NULL;
        once->done(once->arg);
    }
}

static int on_loaded(void *arg, struct ks_catalog *catalog)
{
    struct ks_scheduler *scheduler = arg;
    bool is_partial = catalog->is_partial;
    int outcome = ks_scheduler_load(scheduler, catalog);

    scheduler->is_complete = !is_partial;
    ks_store_custom_starting(scheduler->store, is_partial || outcome);
    if (!scheduler->expired) {
        ks_scheduler_pump(scheduler);
    }
    return outcome;
}

static void on_held(void *arg)
{
    ks_scheduler_go(arg);
}

static bool is_wanted(void *arg, const char *service)
{
    const struct ks_scheduler *scheduler = arg;

    return !scheduler->once || ks_scheduler_wants(scheduler->once, service);
}

int ks_scheduler_new(struct ks_scheduler **out, struct ks_loop *loop, const struct ks_checks_options *options,
                     struct ks_store *store, struct ks_error *err)
{
    struct ks_scheduler *scheduler = calloc(1, sizeof *scheduler);

    if (!scheduler) {
        return ks_error_memory(err);
    }
    scheduler->options = options;
    scheduler->loop = loop;
    scheduler->store = store;
    scheduler->epoch = ks_clock_monotonic();
    ks_queue_init(&scheduler->queue, options->concurrency);
    ks_timer_init(&scheduler->once_done, loop, on_once_done, scheduler);
    ks_timer_init(&scheduler->held, loop, on_held, scheduler);
    ks_timer_init(&scheduler->late, loop, ks_scheduler_on_late, scheduler);
    ks_store_custom_starting(store, true);
    if (ks_loader_new(&scheduler->loader, loop, options, on_loaded, scheduler, err)) {
        free(scheduler);
        return -1;
    }
    *out = scheduler;
    return 0;
}

void ks_scheduler_free(struct ks_scheduler *scheduler)
{
    if (!scheduler) {
        return;
    }
    ks_loader_free(scheduler->loader);
    for (size_t i = 0; i < scheduler->count; i++) {
        ks_scheduled_free(scheduler->checks[i]);
    }
    ks_timer_stop(&scheduler->once_done);
    ks_timer_stop(&scheduler->held);
    ks_timer_stop(&scheduler->late);
    free(scheduler->checks);
    ks_refusals_free(scheduler->refusals, scheduler->refusal_count);
    free(scheduler);
}

void ks_scheduler_start(struct ks_scheduler *scheduler)
{
    scheduler->is_held = true;
    ks_timer_start(&scheduler->held, HELD_MS);
    ks_loader_start(scheduler->loader, false);
}

static void release(struct ks_scheduler *scheduler)
{
    scheduler->is_held = false;
    ks_timer_stop(&scheduler->held);
    ks_queue_restart(&scheduler->queue, ks_clock_monotonic());
    ks_scheduler_pump(scheduler);
}

void ks_scheduler_go(struct ks_scheduler *scheduler)
{
    if (scheduler->is_held) {
        release(scheduler);
    }
}

void ks_scheduler_synced(struct ks_scheduler *scheduler)
{
    for (size_t i = 0; !scheduler->is_held && i < scheduler->count; i++) {
        struct ks_buf namespaces KS_CLEANUP_BUF;

        ks_buf_init(&namespaces, KS_SCHEDULED_NAMESPACES_MOST);
        ks_store_namespaces_of(scheduler->store, scheduler->checks[i]->definition.service, &namespaces);
        if (namespaces.length > 0 || namespaces.out_of_memory) {
            ks_scheduled_again(scheduler->checks[i]);
        }
    }
    release(scheduler);
}

void ks_scheduler_once(struct ks_scheduler *scheduler, const struct ks_scheduler_request *once)
{
    scheduler->once = once;
    ks_loader_select(scheduler->loader, is_wanted);
    ks_loader_start(scheduler->loader, true);
}

void ks_scheduler_expire(struct ks_scheduler *scheduler)
{
    struct ks_answer answer;

    scheduler->expired = true;
    ks_loader_expire(scheduler->loader);
    for (size_t i = 0; i < scheduler->count; i++) {
        struct ks_scheduled *scheduled = scheduler->checks[i];

        if (scheduled->entry.state == KS_QUEUE_IDLE) {
            continue;
        }
        ks_scheduled_cancel(scheduled);
        ks_answer_init(&answer);
        ks_answer_fail(&answer, "timeout", "no answer within the time of the request");
        ks_scheduled_put_answer(scheduled, &answer, 0);
        ks_answer_fini(&answer);
    }
    ks_timer_stop(&scheduler->once_done);
    scheduler->once = NULL;
}
