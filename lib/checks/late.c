/* Reports how long checks wait for a place: to the store always, to the log if one waits longer than an ordinary run
 * takes. */
#include "config.h"

#include "checks/private.h"
#include "base/clock.h"

/* The check that has run longest, or NULL. */
static const struct ks_scheduled *find_longest(const struct ks_scheduler *scheduler)
{
    const struct ks_scheduled *longest = NULL;

    for (size_t i = 0; i < scheduler->count; i++) {
        const struct ks_scheduled *scheduled = scheduler->checks[i];

        if (scheduled->run && (!longest || scheduled->began_at < longest->began_at)) {
            longest = scheduled;
        }
    }
    return longest;
}

static void warn(const struct ks_scheduler *scheduler, const struct ks_queue_entry *oldest,
                 const struct ks_scheduled *longest)
{
    const struct ks_scheduled *scheduled = oldest->owner;
    int64_t now = ks_clock_monotonic();
    char waits[KS_CLOCK_TEXT_SIZE];
    char runs[KS_CLOCK_TEXT_SIZE];

    ks_clock_age_text((now - oldest->since) / 1000, waits);
    ks_clock_age_text((now - longest->began_at) / 1000, runs);
    ks_log(scheduler->options->log, KS_LOG_WARNING, KS_SCHEDULER_COMPONENT,
           "%s/%s: has waited %s for a place: %zu of %zu are taken, the longest for %s by %s/%s",
           scheduled->definition.service, scheduled->definition.check, waits, scheduler->queue.running,
           scheduler->queue.places, runs, longest->definition.service, longest->definition.check);
}

static void forget_late(struct ks_scheduler *scheduler)
{
    ks_timer_stop(&scheduler->late);
    if (scheduler->is_late) {
        scheduler->is_late = false;
        ks_log(scheduler->options->log, KS_LOG_INFO, KS_SCHEDULER_COMPONENT, "no check waits for a place any more");
    }
}

void ks_scheduler_on_late(void *arg)
{
    struct ks_scheduler *scheduler = arg;
    const struct ks_queue_entry *oldest = ks_queue_oldest(&scheduler->queue);
    const struct ks_scheduled *longest = find_longest(scheduler);
    int64_t left = oldest ? oldest->since + scheduler->options->timeout_ms - ks_clock_monotonic() : 0;

    if (left > 0) {
        ks_timer_start(&scheduler->late, left);
    } else if (oldest && longest) {
        scheduler->is_late = true;
        warn(scheduler, oldest, longest);
    }
}

void ks_scheduler_watch_queue(struct ks_scheduler *scheduler)
{
    const struct ks_queue_entry *oldest = ks_queue_oldest(&scheduler->queue);
    int64_t since = oldest && !scheduler->is_held ? oldest->since : 0; /* while held, it does not wait for a place */

    if (since != scheduler->waits_since) {
        scheduler->waits_since = since;
        ks_store_custom_waiting(scheduler->store, since);
    }
    if (scheduler->once || scheduler->is_held) {
        return;
    }
    if (!oldest) {
        forget_late(scheduler);
    } else if (!scheduler->is_late && !scheduler->late.running) {
        ks_timer_start(&scheduler->late, scheduler->options->timeout_ms);
    }
}
