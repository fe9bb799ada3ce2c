#include "config.h"

#include "apiserver/reflector.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/escape.h"
#include "kube/path.h"

#define CONNECT_TIMEOUT_MS   10000
#define LIST_IDLE_TIMEOUT_MS 30000
#define WATCH_GRACE_MS       15000 /* a watch that is silent for this long after its timeout is dead */
#define SHORT_WATCH_MS       1000  /* a watch that ends sooner without an event has failed */
#define RETRY_LATER_MS       300000
#define PATH_CEILING         16384
#define STATUS_MOST          65536 /* bytes to read of an error's body */

static const char accept_protobuf[] = "application/vnd.kubernetes.protobuf,application/json";
static const char accept_json[] = "application/json";

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
    struct ks_http_transfer *transfer;
    enum ks_kube_stream stream;
    struct ks_kube_decoder *decoder;
    uint64_t credentials_generation;
    int status;
    size_t error_bytes;
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

    if (reflector->transfer) {
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
    ks_http_cancel(reflector->transfer);
    reflector->transfer = NULL;
    ks_kube_decoder_free(reflector->decoder);
    reflector->decoder = NULL;
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

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct ks_kube_reflector *reflector = arg;
    bool is_error = ks_http_status_kind(status) != KS_ERROR_NONE;
    const struct ks_kube_sink sink = {.object = on_object, .list_meta = on_list_meta, .arg = reflector};
    enum ks_kube_encoding encoding = KS_KUBE_JSON;

    reflector->status = status;
    reflector->error_bytes = 0;
    if (ks_kube_encoding_of(content_type, &encoding, is_error ? NULL : err)) {
        /* The body of an error need not be a Status: the code says enough. */
        return is_error ? 0 : -1;
    }
    if (ks_kube_decoder_new(&reflector->decoder, reflector->options.kind, encoding,
                            is_error ? KS_KUBE_LIST : reflector->stream, reflector->options.object_limit, sink, err)) {
        return -1;
    }
    if (is_error) {
        return 0;
    }
    if (reflector->stream == KS_KUBE_LIST) {
        reflector->owner.list_begin(reflector->owner.arg);
    } else if (reflector->backoff.failures == 0) {
        recover(reflector);
    } else {
        set_state(reflector, KS_REFLECTOR_LIVE, NULL);
        ks_timer_start(&reflector->timer, SHORT_WATCH_MS);
    }
    return 0;
}

/* Reads the Status of an HTTP error; the kind of error depends on the code. */
static int http_error(struct ks_kube_reflector *reflector, const void *data, size_t length, struct ks_error *err)
{
    struct ks_error status = {.kind = KS_ERROR_NONE};

    reflector->error_bytes += length;
    if (reflector->error_bytes > STATUS_MOST) {
        return ks_error_set(err, ks_http_status_kind(reflector->status), "HTTP %d", reflector->status);
    }
    if (reflector->decoder && ks_kube_decoder_feed(reflector->decoder, data, length, &status)) {
        return ks_error_set(err, ks_http_status_kind(reflector->status), "HTTP %d: %s", reflector->status, status.text);
    }
    return 0;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct ks_kube_reflector *reflector = arg;

    if (ks_http_status_kind(reflector->status) != KS_ERROR_NONE) {
        return http_error(reflector, data, length, err);
    }
    if (ks_kube_decoder_feed(reflector->decoder, data, length, err)) {
        return -1;
    }
    if (reflector->stream == KS_KUBE_WATCH) {
        reflector->as_of = ks_clock_monotonic();
    }
    return 0;
}

/* Returns 0 if a request ended well, otherwise -1 with the reason. */
static int judge_end(struct ks_kube_reflector *reflector, const struct ks_error *cause, struct ks_error *err)
{
    if (cause) {
        *err = *cause;
        return -1;
    }
    if (ks_http_status_kind(reflector->status) != KS_ERROR_NONE) {
        return ks_error_set(err, ks_http_status_kind(reflector->status), "HTTP %d", reflector->status);
    }
    if (ks_kube_decoder_finish(reflector->decoder, err)) {
        return -1;
    }
    if (reflector->stream == KS_KUBE_LIST && (!reflector->list_version || !reflector->list_version[0])) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "a list without a resourceVersion");
    }
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

static void on_done(void *arg, const struct ks_error *cause)
{
    struct ks_kube_reflector *reflector = arg;
    struct ks_error error = {.kind = KS_ERROR_NONE};
    enum ks_kube_stream stream = reflector->stream;
    bool failed = judge_end(reflector, cause, &error) != 0;

    reflector->transfer = NULL;
    ks_timer_stop(&reflector->timer);
    if (!failed && stream == KS_KUBE_LIST) {
        end_list(reflector);
    }
    drop_request(reflector);
    if (stream == KS_KUBE_WATCH && ks_http_status_kind(reflector->status) == KS_ERROR_NONE &&
        ks_clock_monotonic() - reflector->started >= SHORT_WATCH_MS) {
        reflector->backoff.failures = 0;
        reflector->gone = 0;
    }
    if (failed) {
        fail(reflector, &error);
        return;
    }
    if (!reflector->options.list_only) {
        ks_timer_start(&reflector->timer, 0);
    }
}

static void put_list_path(struct ks_kube_reflector *reflector, struct ks_buf *path)
{
    ks_kube_path_put(path, reflector->options.kind, reflector->version, reflector->options.namespace_name);
    if (!reflector->options.namespace_name && reflector->options.kind != KS_KIND_NODE) {
        ks_kube_path_put_excluded(path, reflector->options.excluded);
    }
    if (reflector->stream == KS_KUBE_WATCH) {
        ks_buf_printf(path, "watch=true&allowWatchBookmarks=true&timeoutSeconds=%" PRId64 "&resourceVersion=",
                      (reflector->watch_timeout_ms + 999) / 1000);
        ks_buf_url(path, reflector->resource_version);
    } else if (!reflector->expired) {
        ks_buf_literal(path, "resourceVersion=0");
    }
}

static enum ks_kube_start send_request(struct ks_kube_reflector *reflector, struct ks_error *err)
{
    struct ks_buf path KS_CLEANUP_BUF;
    struct ks_kube_request request = {
        .accept = reflector->json_only ? accept_json : accept_protobuf,
        .http = {.connect_timeout_ms = CONNECT_TIMEOUT_MS,
                 .response_timeout_ms = reflector->stream == KS_KUBE_LIST ? LIST_IDLE_TIMEOUT_MS : WATCH_GRACE_MS,
                 .idle_timeout_ms = reflector->stream == KS_KUBE_LIST ? LIST_IDLE_TIMEOUT_MS
                                                                      : reflector->watch_timeout_ms + WATCH_GRACE_MS,
                 .fresh = reflector->fresh,
                 .response = on_response,
                 .data = on_data,
                 .done = on_done,
                 .arg = reflector},
    };

    ks_buf_init(&path, PATH_CEILING);
    put_list_path(reflector, &path);
    if (ks_buf_check(&path, err)) {
        return KS_KUBE_FAILED;
    }
    request.http.path = path.data;
    return ks_kube_client_get(reflector->client, &request, &reflector->transfer, &reflector->credentials_generation,
                              err);
}

static void start(struct ks_kube_reflector *reflector)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};
    int64_t timeout = reflector->options.watch_timeout_ms;

    if (reflector->transfer) {
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
    if (!reflector->transfer) {
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
