/* One check in the schedule: it waits for its turn, runs, and puts its answer into the store. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/private.h"

#define LATE_AFTER_MS 5000 /* an answer may be this late before it counts as late */

void ks_scheduler_put(struct ks_scheduler *scheduler, const struct ks_custom_state *state)
{
    struct ks_error error;

    if (ks_store_custom_put(scheduler->store, state, &error)) {
        ks_log(scheduler->options->log, KS_LOG_ERROR, KS_SCHEDULER_COMPONENT, "%s/%s: %s", state->service, state->check,
               error.text);
    }
}

void ks_scheduled_put_answer(const struct ks_scheduled *scheduled, const struct ks_answer *answer, int64_t took_ms)
{
    const struct ks_definition *definition = &scheduled->definition;
    int64_t now = ks_clock_monotonic();
    const struct ks_custom_state state = {
        .service = definition->service,
        .check = definition->check,
        .phase = KS_CUSTOM_ANSWERED,
        .failed = answer->failed,
        .label = definition->label[0] ? definition->label : answer->label,
        .message = answer->message,
        .color = answer->color,
        .reason = answer->reason,
        .mistake = answer->mistake,
        .raw = answer->raw ? answer->raw : "",
        .ran_at = ks_clock_wall(),
        .took_ms = took_ms,
        .answered_at = now,
        .late_at = now + definition->interval_ms + definition->timeout_ms + LATE_AFTER_MS,
    };

    ks_scheduler_put(scheduled->scheduler, &state);
}

static bool is_same_failure(const struct ks_scheduled *scheduled, const struct ks_answer *answer)
{
    return scheduled->failed && strcmp(scheduled->message, answer->message) == 0 &&
           ks_log_is_repeat(scheduled->reason, answer->reason);
}

/* Logs a failure when it begins, when it changes, and when it is over. */
static void log_answer(struct ks_scheduled *scheduled, const struct ks_answer *answer)
{
    const struct ks_log *log = scheduled->scheduler->options->log;
    const struct ks_definition *definition = &scheduled->definition;

    if (answer->failed && !is_same_failure(scheduled, answer)) {
        ks_log(log, KS_LOG_WARNING, KS_SCHEDULER_COMPONENT, "%s/%s: %s", definition->service, definition->check,
               answer->reason);
        memcpy(scheduled->message, answer->message, sizeof scheduled->message);
        memcpy(scheduled->reason, answer->reason, sizeof scheduled->reason);
    } else if (!answer->failed && scheduled->failed) {
        ks_log(log, KS_LOG_INFO, KS_SCHEDULER_COMPONENT, "%s/%s: answers again", definition->service,
               definition->check);
    }
    if (answer->mistake[0]) {
        ks_log(log, KS_LOG_DEBUG, KS_SCHEDULER_COMPONENT, "%s/%s: %s", definition->service, definition->check,
               answer->mistake);
    }
    scheduled->failed = answer->failed;
}

/* ---- running ---- */

void ks_scheduled_enqueue(struct ks_scheduled *scheduled)
{
    ks_queue_wait(&scheduled->entry, ks_clock_monotonic());
}

void ks_scheduled_cancel(struct ks_scheduled *scheduled)
{
    ks_run_cancel(scheduled->run);
    scheduled->run = NULL;
    ks_queue_end(&scheduled->scheduler->queue, &scheduled->entry);
}

void ks_scheduled_again(struct ks_scheduled *scheduled)
{
    ks_scheduled_cancel(scheduled);
    ks_timer_stop(&scheduled->timer);
    ks_scheduled_enqueue(scheduled);
}

/* Until the next run: each check runs at its phase, counted from the scheduler's epoch. */
static int64_t delay_to_next(const struct ks_scheduled *scheduled)
{
    int64_t interval = scheduled->definition.interval_ms;
    int64_t phase = (int64_t)(scheduled->phase * (double)interval);
    int64_t since = ks_clock_monotonic() - scheduled->scheduler->epoch;

    return interval - ((since - phase) % interval + interval) % interval;
}

static void finish_once(struct ks_scheduler *scheduler)
{
    if (scheduler->once && scheduler->is_complete && scheduler->queue.running == 0 && !scheduler->once_done.running) {
        ks_timer_start(&scheduler->once_done, 0);
    }
}

static void on_answer(void *arg, struct ks_answer *answer, int64_t took_ms)
{
    struct ks_scheduled *scheduled = arg;
    struct ks_scheduler *scheduler = scheduled->scheduler;

    scheduled->run = NULL;
    ks_queue_end(&scheduler->queue, &scheduled->entry);
    log_answer(scheduled, answer);
    ks_scheduled_put_answer(scheduled, answer, took_ms);
    ks_answer_fini(answer);
    if (!scheduler->once) {
        ks_timer_start(&scheduled->timer, delay_to_next(scheduled));
    }
    ks_scheduler_pump(scheduler);
}

static void start_run(struct ks_scheduled *scheduled)
{
    struct ks_scheduler *scheduler = scheduled->scheduler;
    struct ks_run_job job = {.options = scheduler->options, .definition = &scheduled->definition};
    struct ks_buf namespaces KS_CLEANUP_BUF;
    struct ks_error error;

    ks_buf_init(&namespaces, KS_SCHEDULED_NAMESPACES_MOST);
    ks_store_namespaces_of(scheduler->store, scheduled->definition.service, &namespaces);
    job.namespaces = namespaces.data;
    if (namespaces.out_of_memory) {
        ks_error_memory(&error); /* with only some namespaces, the check might be wrong */
    } else if (ks_run_start(&scheduled->run, scheduler->loop, &job, on_answer, scheduled, &error) == 0) {
        scheduled->began_at = ks_clock_monotonic();
        return;
    }
    ks_queue_end(&scheduler->queue, &scheduled->entry);
    ks_log(scheduler->options->log, KS_LOG_ERROR, KS_SCHEDULER_COMPONENT, "%s/%s: %s", scheduled->definition.service,
           scheduled->definition.check, error.text);
    if (!scheduler->once) {
        ks_timer_start(&scheduled->timer, delay_to_next(scheduled));
    }
}

void ks_scheduler_pump(struct ks_scheduler *scheduler)
{
    struct ks_queue_entry *entry;

    while (!scheduler->is_held && (entry = ks_queue_next(&scheduler->queue))) {
        start_run(entry->owner);
    }
    ks_scheduler_watch_queue(scheduler);
    finish_once(scheduler);
}

static void on_due(void *arg)
{
    struct ks_scheduled *scheduled = arg;

    ks_scheduled_enqueue(scheduled);
    ks_scheduler_pump(scheduled->scheduler);
}

/* ---- life ---- */

void ks_scheduled_define(struct ks_scheduled *scheduled, struct ks_definition *definition)
{
    ks_definition_fini(&scheduled->definition);
    scheduled->definition = *definition;
    *definition = (struct ks_definition){.path = NULL};
    scheduled->entry.is_patient = scheduled->definition.timeout_ms > scheduled->scheduler->options->timeout_ms;
}

int ks_scheduled_init(struct ks_scheduled *scheduled, struct ks_scheduler *scheduler, struct ks_definition *definition,
                      struct ks_error *err)
{
    scheduled->scheduler = scheduler;
    scheduled->entry.owner = scheduled;
    ks_timer_init(&scheduled->timer, scheduler->loop, on_due, scheduled);
    if (ks_queue_add(&scheduler->queue, &scheduled->entry, definition->service, err)) {
        return -1;
    }
    ks_scheduled_define(scheduled, definition);
    return 0;
}

void ks_scheduled_free(struct ks_scheduled *scheduled)
{
    ks_scheduled_cancel(scheduled);
    ks_queue_remove(&scheduled->scheduler->queue, &scheduled->entry);
    ks_timer_stop(&scheduled->timer);
    ks_definition_fini(&scheduled->definition);
    free(scheduled);
}
