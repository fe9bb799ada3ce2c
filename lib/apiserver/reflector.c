#include "config.h"

#include "apiserver/reflector.h"

#include <stdlib.h>

#include "apiserver/reflector_private.h"
#include "base/backoff.h"
#include "base/clock.h"

#define NOBODY      "-"  /* no object may have this name */
#define PATIENCE_MS 2000 /* without a watch for longer than this, what we know is no longer known to be right */

/* ---- what it asks ---- */

static void fill_options(const struct ks_kube_reflector *reflector, struct ks_listwatch_options *options)
{
    *options = (struct ks_listwatch_options){
        .kind = reflector->options.kind,
        .api_version = reflector->api_version,
        .namespace_name = reflector->options.namespace_name,
        .excluded = reflector->options.excluded,
        .object_limit = reflector->options.object_limit,
        .json_only = reflector->json_only,
    };
}

static enum ks_kube_start ask(struct ks_kube_reflector *reflector, struct ks_error *err)
{
    static const char *const list_versions[] = {
        [KS_REFLECTOR_ASK_LIST] = "0", [KS_REFLECTOR_ASK_ETCD] = NULL, [KS_REFLECTOR_ASK_CACHE] = "0"};
    bool is_watch = reflector->asked == KS_REFLECTOR_ASK_WATCH;
    const struct ks_listwatch_owner owner = ks_reflector_answers(reflector);
    struct ks_listwatch_options options;

    fill_options(reflector, &options);
    options.stream = is_watch ? KS_KUBE_WATCH : KS_KUBE_LIST;
    options.resource_version = is_watch ? reflector->history.told : list_versions[reflector->asked];
    options.watch_timeout_ms = reflector->watch_timeout_ms;
    options.name = reflector->asked == KS_REFLECTOR_ASK_CACHE ? NOBODY : NULL;
    options.fresh = reflector->fresh;
    return ks_listwatch_start(&reflector->request, reflector->client, &options, &owner, err);
}

static void begin(struct ks_kube_reflector *reflector)
{
    int64_t timeout = reflector->options.watch_timeout_ms;
    struct ks_error error;
    const struct ks_listwatch_end failure = {.err = &error};

    reflector->asked = reflector->next;
    reflector->watch_timeout_ms = timeout + ks_random_between(0, timeout);
    reflector->started = ks_clock_monotonic();
    reflector->had_event = false;
    reflector->status = 0;
    reflector->lacks_credentials = false;
    if (reflector->asked != KS_REFLECTOR_ASK_WATCH) {
        ks_relist_stop(&reflector->relist);
    }
    switch (ask(reflector, &error)) {
    case KS_KUBE_STARTED:
        reflector->fresh = false;
        ks_timer_start(&reflector->timer, PATIENCE_MS);
        break;
    case KS_KUBE_WAIT:
        reflector->lacks_credentials = true;
        ks_reflector_set_away(reflector);
        break;
    case KS_KUBE_FAILED:
        ks_reflector_fail(reflector, &failure);
        break;
    }
}

static void start(struct ks_kube_reflector *reflector)
{
    int64_t now = ks_clock_monotonic();
    int64_t due = ks_series_due(&reflector->series);

    if (reflector->request) {
        return;
    }
    if (now < due) {
        ks_timer_start(&reflector->timer, due - now);
        if (reflector->state == KS_REFLECTOR_LIVE) {
            ks_reflector_set_away(reflector);
        }
    } else {
        ks_timer_stop(&reflector->timer);
        begin(reflector);
    }
}

/* A backoff is over, a watch has lasted for long enough, or the next one does not begin. */
static void on_timer(void *arg)
{
    struct ks_kube_reflector *reflector = arg;

    if (!reflector->request) {
        start(reflector);
    } else if (reflector->stands) {
        ks_reflector_set_steady(reflector);
    } else if (reflector->state == KS_REFLECTOR_LIVE) {
        ks_reflector_set_away(reflector);
    }
}

/* ---- beside the watch ---- */

static const char *on_relist_look(void *arg, struct ks_listwatch_options *options)
{
    const struct ks_kube_reflector *reflector = arg;

    fill_options(reflector, options);
    return reflector->stands ? reflector->history.told : NULL;
}

static void on_relist_went_back(void *arg, const char *ours, const char *theirs)
{
    struct ks_kube_reflector *reflector = arg;

    ks_kube_reflector_relist(reflector, 0);
    reflector->owner.went_back(reflector->owner.arg, ours, theirs);
}

static void on_relist_patience(void *arg, int64_t retry_after_ms)
{
    struct ks_kube_reflector *reflector = arg;

    ks_series_wait(&reflector->series, retry_after_ms, ks_clock_monotonic());
}

/* ---- what the owner does with it ---- */

int ks_kube_reflector_new(struct ks_kube_reflector **out, struct ks_loop *loop, struct ks_kube_client *client,
                          const struct ks_reflector_options *options, const struct ks_reflector_owner *owner,
                          struct ks_error *err)
{
    struct ks_kube_reflector *reflector = calloc(1, sizeof *reflector);
    const struct ks_relist_watch watch = {
        .look = on_relist_look, .went_back = on_relist_went_back, .patience = on_relist_patience, .arg = reflector};

    if (!reflector) {
        return ks_error_memory(err);
    }
    reflector->client = client;
    reflector->options = *options;
    reflector->owner = *owner;
    reflector->next = KS_REFLECTOR_ASK_LIST;
    ks_timer_init(&reflector->timer, loop, on_timer, reflector);
    ks_relist_init(&reflector->relist, client, &reflector->owner, watch, options->relist_ms);
    *out = reflector;
    return 0;
}

static void drop_request(struct ks_kube_reflector *reflector)
{
    ks_reflector_count_watch(reflector);
    ks_listwatch_cancel(reflector->request);
    reflector->request = NULL;
    reflector->stands = false;
    ks_history_drop(&reflector->history);
}

void ks_kube_reflector_free(struct ks_kube_reflector *reflector)
{
    if (!reflector) {
        return;
    }
    drop_request(reflector);
    ks_relist_fini(&reflector->relist);
    ks_timer_stop(&reflector->timer);
    ks_history_fini(&reflector->history);
    free(reflector->cached);
    free(reflector);
}

void ks_kube_reflector_poke(struct ks_kube_reflector *reflector)
{
    /* By timer, since libcurl cannot start a transfer from inside a callback of another. */
    if (!reflector->request) {
        ks_timer_start(&reflector->timer, 0);
    }
}

void ks_kube_reflector_credentials_changed(struct ks_kube_reflector *reflector)
{
    if (reflector->lacks_credentials) {
        ks_kube_reflector_poke(reflector);
    }
}

void ks_kube_reflector_reset(struct ks_kube_reflector *reflector)
{
    drop_request(reflector);
    ks_relist_stop(&reflector->relist);
    ks_timer_stop(&reflector->timer);
    ks_history_fini(&reflector->history);
    reflector->series = (struct ks_series){.failures = 0};
    reflector->next = ks_reflector_doubts_cache(reflector) ? KS_REFLECTOR_ASK_CACHE : KS_REFLECTOR_ASK_LIST;
    reflector->json_only = false;
    reflector->api_version = 0;
    reflector->version_tries = 0;
}

void ks_kube_reflector_relist(struct ks_kube_reflector *reflector, int64_t delay_ms)
{
    drop_request(reflector);
    ks_relist_stop(&reflector->relist);
    ks_history_fini(&reflector->history);
    ks_reflector_doubt_cache(reflector);
    ks_reflector_set_away(reflector);
    ks_series_rest(&reflector->series, ks_clock_monotonic() + delay_ms);
    ks_timer_start(&reflector->timer, 0);
}

void ks_kube_reflector_compare_soon(struct ks_kube_reflector *reflector)
{
    ks_relist_soon(&reflector->relist);
}

void ks_kube_reflector_restart(struct ks_kube_reflector *reflector)
{
    drop_request(reflector);
    reflector->fresh = true;
    ks_reflector_set_away(reflector);
    start(reflector);
}

const char *ks_kube_reflector_version(const struct ks_kube_reflector *reflector)
{
    return reflector->history.told;
}

enum ks_reflector_state ks_kube_reflector_state(const struct ks_kube_reflector *reflector)
{
    return reflector->state;
}

bool ks_kube_reflector_is_complete(const struct ks_kube_reflector *reflector)
{
    return reflector->complete;
}

bool ks_kube_reflector_is_old_api(const struct ks_kube_reflector *reflector)
{
    return reflector->api_version > 0;
}

int ks_kube_reflector_status(const struct ks_kube_reflector *reflector)
{
    return reflector->status;
}

int64_t ks_kube_reflector_not_before(const struct ks_kube_reflector *reflector)
{
    return reflector->series.not_before;
}

int64_t ks_kube_reflector_as_of(const struct ks_kube_reflector *reflector)
{
    return reflector->as_of;
}

void ks_kube_reflector_touch(struct ks_kube_reflector *reflector)
{
    if (reflector->stands) {
        reflector->as_of = ks_clock_monotonic();
    }
}
