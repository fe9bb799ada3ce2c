#include "config.h"

#include "apiserver/relist.h"

#include "base/backoff.h"
#include "base/clock.h"

#define RETRY_MS  120000
#define SOON_MS   3000
#define SPACE_MS  30000 /* between two lists, however often somebody wants one soon */
#define SETTLE_MS 10000 /* an event that the server has sent is here after this long */

static int64_t shorter(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static void plan(struct ks_relist *relist, int64_t delay)
{
    ks_timer_start(&relist->timer, delay + ks_random_between(0, delay));
}

static void plan_again(struct ks_relist *relist, int64_t retry_after_ms)
{
    int64_t delay = shorter(RETRY_MS, relist->interval_ms);

    plan(relist, delay > retry_after_ms ? delay : retry_after_ms);
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct ks_relist *relist = arg;

    (void)event;
    return relist->owner->compare(relist->owner->arg, object, err);
}

static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct ks_relist *relist = arg;

    return ks_history_offer(&relist->history, meta->resource_version, err);
}

static void on_ended(void *arg, const struct ks_listwatch_end *end)
{
    struct ks_relist *relist = arg;
    struct ks_history history = relist->history;

    relist->request = NULL;
    relist->history = (struct ks_history){.told = NULL};
    if (history.is_back) {
        relist->watch.went_back(relist->watch.arg, history.told, history.offered);
    } else if (end->err) {
        relist->owner->compare_failed(relist->owner->arg, end->err);
        relist->watch.patience(relist->watch.arg, end->retry_after_ms);
        plan_again(relist, end->retry_after_ms);
    } else {
        relist->owner->compare_end(relist->owner->arg);
        ks_timer_start(&relist->settle, shorter(SETTLE_MS, relist->interval_ms));
    }
    ks_history_fini(&history);
}

/* Without a watch, events may be missing for longer than usual, and what they would tell is not a difference. */
static void on_settle(void *arg)
{
    struct ks_relist *relist = arg;
    struct ks_listwatch_options options;

    if (!relist->watch.look(relist->watch.arg, &options)) {
        plan_again(relist, 0);
        return;
    }
    relist->owner->compare_settle(relist->owner->arg);
    plan(relist, relist->interval_ms);
}

static enum ks_kube_start ask(struct ks_relist *relist, struct ks_listwatch_options *options, struct ks_error *err)
{
    const struct ks_listwatch_owner owner = {
        .object = on_object, .list_meta = on_list_meta, .ended = on_ended, .arg = relist};

    options->stream = KS_KUBE_LIST;
    options->resource_version = NULL;
    options->in_slices = true;
    return ks_listwatch_start(&relist->request, relist->client, options, &owner, err);
}

static void on_timer(void *arg)
{
    struct ks_relist *relist = arg;
    struct ks_listwatch_options options;
    const char *told = relist->watch.look(relist->watch.arg, &options);
    struct ks_error error = {.kind = KS_ERROR_NONE};

    if (told && ks_history_offer(&relist->history, told, &error) == 0) {
        ks_history_take(&relist->history);
        if (ask(relist, &options, &error) == KS_KUBE_STARTED) {
            relist->listed_at = ks_clock_monotonic();
            relist->owner->compare_begin(relist->owner->arg, relist->history.told);
            return;
        }
    }
    ks_history_fini(&relist->history);
    if (error.kind != KS_ERROR_NONE) {
        relist->owner->compare_failed(relist->owner->arg, &error);
    }
    plan_again(relist, 0);
}

void ks_relist_init(struct ks_relist *relist, struct ks_kube_client *client, const struct ks_reflector_owner *owner,
                    struct ks_relist_watch watch, int64_t interval_ms)
{
    *relist = (struct ks_relist){.client = client, .owner = owner, .watch = watch, .interval_ms = interval_ms};
    ks_timer_init(&relist->timer, ks_kube_client_loop(client), on_timer, relist);
    ks_timer_init(&relist->settle, ks_kube_client_loop(client), on_settle, relist);
}

void ks_relist_fini(struct ks_relist *relist)
{
    ks_relist_stop(relist);
}

void ks_relist_start(struct ks_relist *relist)
{
    ks_relist_stop(relist);
    relist->listed_at = ks_clock_monotonic();
    if (relist->interval_ms > 0) {
        plan(relist, relist->interval_ms);
    }
}

void ks_relist_soon(struct ks_relist *relist)
{
    int64_t rest = relist->listed_at + SPACE_MS - ks_clock_monotonic();

    if (relist->timer.running) {
        plan(relist, shorter(rest > SOON_MS ? rest : SOON_MS, relist->interval_ms));
    }
}

void ks_relist_stop(struct ks_relist *relist)
{
    ks_listwatch_cancel(relist->request);
    relist->request = NULL;
    ks_timer_stop(&relist->timer);
    ks_timer_stop(&relist->settle);
    ks_history_fini(&relist->history);
}
