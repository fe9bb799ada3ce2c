#include "config.h"

#include "apiserver/reflector.h"

#include <stdlib.h>
#include <string.h>

#include "apiserver/listwatch.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "kube/path.h"

#define SHORT_WATCH_MS 1000 /* a watch that ends sooner without an event has failed */
#define RETRY_LATER_MS 300000

struct ks_kube_reflector {
    struct ks_loop *loop;
    struct ks_kube_client *client;
    struct ks_reflector_options options;
    struct ks_reflector_owner owner;
    enum ks_reflector_state state;
    struct ks_timer timer;
    struct ks_backoff backoff;
    bool fresh;    /* the next request opens a new connection */
    bool complete; /* it has listed once, so it has something to lose */
    bool json_only;
    unsigned version;       /* of the API, for kinds that have moved */
    char *resource_version; /* to watch from; NULL: list */
    bool expired;           /* the last one was too old: list from etcd, since a cache may lag */
    int64_t as_of;
    int64_t failing_since;
    bool steady;            /* since its last failure that was not part of normal life */
    unsigned gone;          /* 410s since the last success */
    unsigned version_tries; /* of other API versions since then */

    /* The request in flight. */
    struct ks_listwatch *request;
    enum ks_kube_stream stream;
    uint64_t credentials_generation;
    int status; /* HTTP, of the latest one that ended; 0: none */
    int64_t started;
    int64_t watch_timeout_ms;
    bool had_event;
    char *list_version; /* resourceVersion of the list that streams in */
};

static void start(struct ks_kube_reflector *reflector);

static void recover(struct ks_kube_reflector *reflector);

/* A backoff is over; or a watch has lasted for long enough. */
static void on_timer(void *arg)
{
    struct ks_kube_reflector *reflector = arg;

    if (reflector->request) {
        recover(reflector);
    } else {
        start(reflector);
    }
}

int ks_kube_reflector_new(struct ks_kube_reflector **out, struct ks_loop *loop, struct ks_kube_client *client,
                          const struct ks_reflector_options *options, const struct ks_reflector_owner *owner,
                          struct ks_error *err)
{
    struct ks_kube_reflector *reflector = calloc(1, sizeof *reflector);

    if (!reflector) {
        return ks_error_memory(err);
    }
    reflector->loop = loop;
    reflector->client = client;
    reflector->options = *options;
    reflector->owner = *owner;
    ks_timer_init(&reflector->timer, loop, on_timer, reflector);
    *out = reflector;
    return 0;
}

static void drop_request(struct ks_kube_reflector *reflector)
{
    ks_listwatch_cancel(reflector->request);
    reflector->request = NULL;
    free(reflector->list_version);
    reflector->list_version = NULL;
}

void ks_kube_reflector_free(struct ks_kube_reflector *reflector)
{
    if (!reflector) {
        return;
    }
    drop_request(reflector);
    ks_timer_stop(&reflector->timer);
    free(reflector->resource_version);
    free(reflector);
}

enum ks_reflector_state ks_kube_reflector_state(const struct ks_kube_reflector *reflector)
{
    return reflector->state;
}

const char *ks_kube_reflector_version(const struct ks_kube_reflector *reflector)
{
    return reflector->resource_version;
}

bool ks_kube_reflector_is_complete(const struct ks_kube_reflector *reflector)
{
    return reflector->complete;
}

bool ks_kube_reflector_is_old_api(const struct ks_kube_reflector *reflector)
{
    return reflector->version > 0;
}

int ks_kube_reflector_status(const struct ks_kube_reflector *reflector)
{
    return reflector->status;
}

int64_t ks_kube_reflector_not_before(const struct ks_kube_reflector *reflector)
{
    (void)reflector;
    return 0;
}

int64_t ks_kube_reflector_as_of(const struct ks_kube_reflector *reflector)
{
    return reflector->as_of;
}

void ks_kube_reflector_touch(struct ks_kube_reflector *reflector)
{
    if (reflector->state == KS_REFLECTOR_LIVE) {
        reflector->as_of = ks_clock_monotonic();
    }
}

static void set_state(struct ks_kube_reflector *reflector, enum ks_reflector_state state, const struct ks_error *err)
{
    if (state != reflector->state || err) {
        reflector->state = state;
        reflector->owner.state(reflector->owner.arg, state, err);
    }
}

static void forget_version(struct ks_kube_reflector *reflector)
{
    free(reflector->resource_version);
    reflector->resource_version = NULL;
}

/* Ends a series of failures. */
static void recover(struct ks_kube_reflector *reflector)
{
    reflector->backoff.failures = 0;
    reflector->gone = 0;
    reflector->version_tries = 0;
    set_state(reflector, KS_REFLECTOR_LIVE, NULL);
    if (!reflector->steady) {
        reflector->steady = true;
        reflector->owner.steady(reflector->owner.arg);
    }
}

static void follow(struct ks_kube_reflector *reflector, const struct ks_reflector_verdict *verdict)
{
    int64_t backoff = ks_backoff_next(&reflector->backoff);

    if (verdict->list_again) {
        forget_version(reflector);
        reflector->expired = true;
    }
    if (verdict->json_only) {
        reflector->json_only = true;
    }
    if (verdict->next_version) {
        reflector->version = (reflector->version + 1) % ks_kube_path_versions(reflector->options.kind);
        reflector->version_tries++;
    }
    if (verdict->json_only || verdict->next_version) {
        reflector->backoff.failures = 0; /* we asked what the server can do: that is not a failure */
    }
    if (verdict->refresh_credentials) {
        ks_kube_client_refused(reflector->client, reflector->credentials_generation);
    }
    switch (verdict->retry) {
    case KS_REFLECTOR_RETRY_NOW:
        ks_timer_start(&reflector->timer, 0);
        break;
    case KS_REFLECTOR_RETRY_BACKOFF:
        ks_timer_start(&reflector->timer, backoff);
        break;
    case KS_REFLECTOR_RETRY_LATER:
        ks_timer_start(&reflector->timer, RETRY_LATER_MS);
        break;
    }
}

static void fail(struct ks_kube_reflector *reflector, const struct ks_error *cause)
{
    struct ks_error error = *cause;
    int64_t now = ks_clock_monotonic();
    struct ks_reflector_failure failure = {
        .kind = cause->kind,
        .state = reflector->state,
        .complete = reflector->complete,
        .json_only = reflector->json_only,
        .more_versions = reflector->version_tries + 1 < ks_kube_path_versions(reflector->options.kind),
        .failures = reflector->backoff.failures + 1,
    };
    struct ks_reflector_verdict verdict;

    if (reflector->backoff.failures == 0) {
        reflector->failing_since = now;
    }
    reflector->gone += cause->kind == KS_ERROR_GONE;
    failure.gone = reflector->gone;
    failure.failing_ms = now - reflector->failing_since;
    verdict = ks_reflector_judge_failure(&failure);
    reflector->steady = reflector->steady && verdict.quiet;
    follow(reflector, &verdict);
    if (!verdict.quiet) {
        ks_error_wrap(&error, "%s %s", reflector->stream == KS_KUBE_LIST ? "list" : "watch",
                      ks_kind_plural(reflector->options.kind));
        set_state(reflector, verdict.state, &error);
    }
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct ks_kube_reflector *reflector = arg;
    char *version;

    if (reflector->owner.object(reflector->owner.arg, event, object, err)) {
        return -1;
    }
    if (reflector->stream == KS_KUBE_LIST) {
        return 0;
    }
    if (!object->meta.resource_version[0]) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "an event without a resourceVersion");
    }
    version = strdup(object->meta.resource_version);
    if (!version) {
        return ks_error_memory(err);
    }
    forget_version(reflector);
    reflector->resource_version = version;
    reflector->had_event = true;
    recover(reflector);
    return 0;
}

static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct ks_kube_reflector *reflector = arg;
    char *version = strdup(meta->resource_version);

    if (!version) {
        return ks_error_memory(err);
    }
    free(reflector->list_version);
    reflector->list_version = version;
    return 0;
}

static void on_begun(void *arg)
{
    struct ks_kube_reflector *reflector = arg;

    if (reflector->stream == KS_KUBE_LIST) {
        reflector->owner.list_begin(reflector->owner.arg);
    } else if (reflector->backoff.failures == 0) {
        recover(reflector);
    } else {
        set_state(reflector, KS_REFLECTOR_LIVE, NULL);
        ks_timer_start(&reflector->timer, SHORT_WATCH_MS);
    }
}

static void on_data(void *arg)
{
    struct ks_kube_reflector *reflector = arg;

    if (reflector->stream == KS_KUBE_WATCH) {
        reflector->as_of = ks_clock_monotonic();
    }
}

/* A watch that ends at once has failed. */
static int judge_end(const struct ks_kube_reflector *reflector, struct ks_error *err)
{
    if (reflector->stream == KS_KUBE_WATCH && !reflector->had_event &&
        ks_clock_monotonic() - reflector->started < SHORT_WATCH_MS &&
        reflector->watch_timeout_ms > 2 * SHORT_WATCH_MS) {
        return ks_error_set(err, KS_ERROR_UNAVAILABLE, "it ended at once, without an event");
    }
    return 0;
}

static void end_list(struct ks_kube_reflector *reflector)
{
    forget_version(reflector);
    reflector->resource_version = reflector->list_version;
    reflector->list_version = NULL;
    reflector->expired = false;
    reflector->complete = true;
    reflector->as_of = ks_clock_monotonic();
    reflector->owner.list_end(reflector->owner.arg);
    if (reflector->options.list_only) {
        set_state(reflector, KS_REFLECTOR_LIVE, NULL);
    }
}

static void on_ended(void *arg, const struct ks_listwatch_end *end)
{
    struct ks_kube_reflector *reflector = arg;
    struct ks_error error = {.kind = KS_ERROR_NONE};
    enum ks_kube_stream stream = reflector->stream;

    ks_timer_stop(&reflector->timer);
    reflector->credentials_generation = end->credentials_generation;
    reflector->status = end->status;
    if (end->err) {
        error = *end->err;
    } else if (stream == KS_KUBE_LIST) {
        end_list(reflector);
    } else {
        judge_end(reflector, &error);
    }
    reflector->request = NULL;
    drop_request(reflector);
    if (stream == KS_KUBE_WATCH && ks_http_status_kind(end->status) == KS_ERROR_NONE &&
        ks_clock_monotonic() - reflector->started >= SHORT_WATCH_MS) {
        reflector->backoff.failures = 0;
        reflector->gone = 0;
    }
    if (error.kind != KS_ERROR_NONE) {
        fail(reflector, &error);
        return;
    }
    if (!reflector->options.list_only) {
        ks_timer_start(&reflector->timer, 0);
    }
}

static enum ks_kube_start send_request(struct ks_kube_reflector *reflector, struct ks_error *err)
{
    const char *list_version = reflector->expired ? NULL : "0";
    const struct ks_listwatch_options options = {
        .stream = reflector->stream,
        .kind = reflector->options.kind,
        .api_version = reflector->version,
        .namespace_name = reflector->options.namespace_name,
        .excluded = reflector->options.excluded,
        .resource_version = reflector->stream == KS_KUBE_WATCH ? reflector->resource_version : list_version,
        .watch_timeout_ms = reflector->watch_timeout_ms,
        .object_limit = reflector->options.object_limit,
        .json_only = reflector->json_only,
        .fresh = reflector->fresh,
    };
    const struct ks_listwatch_owner owner = {.begun = on_begun,
                                             .object = on_object,
                                             .list_meta = on_list_meta,
                                             .data = on_data,
                                             .ended = on_ended,
                                             .arg = reflector};

    return ks_listwatch_start(&reflector->request, reflector->client, &options, &owner, err);
}

static void start(struct ks_kube_reflector *reflector)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};
    int64_t timeout = reflector->options.watch_timeout_ms;

    if (reflector->request) {
        return;
    }
    ks_timer_stop(&reflector->timer);
    reflector->stream = reflector->resource_version ? KS_KUBE_WATCH : KS_KUBE_LIST;
    reflector->watch_timeout_ms = timeout + ks_random_between(0, timeout);
    reflector->started = ks_clock_monotonic();
    reflector->had_event = false;
    reflector->status = 0;
    switch (send_request(reflector, &error)) {
    case KS_KUBE_STARTED:
        reflector->fresh = false;
        break;
    case KS_KUBE_WAIT:
        break; /* for credentials: then we are poked */
    case KS_KUBE_FAILED:
        fail(reflector, &error);
        break;
    }
}

void ks_kube_reflector_poke(struct ks_kube_reflector *reflector)
{
    /* By timer, since libcurl cannot start a transfer from inside a callback of another. */
    if (!reflector->request) {
        ks_timer_start(&reflector->timer, 0);
    }
}

void ks_kube_reflector_reset(struct ks_kube_reflector *reflector)
{
    drop_request(reflector);
    forget_version(reflector);
    reflector->expired = false;
    reflector->json_only = false;
    reflector->version = 0;
    reflector->backoff.failures = 0;
    reflector->gone = 0;
    reflector->version_tries = 0;
    ks_timer_stop(&reflector->timer);
}

void ks_kube_reflector_relist(struct ks_kube_reflector *reflector)
{
    drop_request(reflector);
    forget_version(reflector);
    reflector->expired = true;
    if (reflector->complete) {
        set_state(reflector, KS_REFLECTOR_AWAY, NULL);
    }
    ks_timer_start(&reflector->timer, 0);
}

void ks_kube_reflector_restart(struct ks_kube_reflector *reflector)
{
    drop_request(reflector);
    reflector->fresh = true;
    if (reflector->complete) {
        set_state(reflector, KS_REFLECTOR_AWAY, NULL);
    }
    start(reflector);
}
