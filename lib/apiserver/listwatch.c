#include "config.h"

#include "apiserver/listwatch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/escape.h"
#include "kube/path.h"
#include "loop/http_retry_after.h"
#include "loop/loop.h"

#define CONNECT_TIMEOUT_MS   10000
#define LIST_IDLE_TIMEOUT_MS 30000
#define WATCH_GRACE_MS       15000 /* a watch that is silent for this long after its timeout is dead */
#define SLICE_MS             4
#define PATH_CEILING         16384
#define STATUS_MOST          65536 /* bytes to read of an error's body */

static const char accept_protobuf[] = "application/vnd.kubernetes.protobuf,application/json";
static const char accept_json[] = "application/json";

struct ks_listwatch {
    struct ks_listwatch_options options; /* its texts are not valid after the start */
    struct ks_listwatch_owner owner;
    struct ks_http_transfer *transfer;
    struct ks_kube_decoder *decoder;
    struct ks_timer stall; /* of an event whose rest does not come */
    uint64_t credentials_generation;
    int status;
    int64_t retry_after_ms;
    size_t error_bytes;
    bool has_version; /* of a list */
    bool is_over;     /* it is freed when `ended` returns */
};

static void listwatch_free(struct ks_listwatch *listwatch)
{
    ks_http_cancel(listwatch->transfer);
    ks_timer_stop(&listwatch->stall);
    ks_kube_decoder_free(listwatch->decoder);
    free(listwatch);
}

static bool is_refused(const struct ks_listwatch *listwatch)
{
    return ks_http_status_kind(listwatch->status) != KS_ERROR_NONE;
}

/* ---- how it ended ---- */

/* A Status with this code shows that the server works, and knows us. */
static bool shows_life(int code)
{
    return code < 500 && code != 401 && code != 429;
}

static bool is_answer(const struct ks_listwatch *listwatch, struct ks_kube_refusal refusal)
{
    if (is_refused(listwatch)) {
        return refusal.is_status && shows_life(listwatch->status);
    }
    return listwatch->decoder && (!refusal.is_status || shows_life(refusal.code));
}

static void end(struct ks_listwatch *listwatch, const struct ks_error *err)
{
    struct ks_kube_refusal refusal = {.is_status = false};
    struct ks_listwatch_end end = {.err = err,
                                   .status = listwatch->status,
                                   .retry_after_ms = listwatch->retry_after_ms,
                                   .credentials_generation = listwatch->credentials_generation};

    if (listwatch->decoder) {
        refusal = ks_kube_decoder_refusal(listwatch->decoder);
    }
    end.is_answer = is_answer(listwatch, refusal);
    end.is_version_too_large = refusal.is_too_large;
    listwatch->is_over = true;
    listwatch->owner.ended(listwatch->owner.arg, &end);
    listwatch_free(listwatch);
}

/* Returns 0 if a request ended well, otherwise -1 with the reason. */
static int judge_end(const struct ks_listwatch *listwatch, const struct ks_error *cause, struct ks_error *err)
{
    if (cause) {
        *err = *cause;
        return -1;
    }
    if (is_refused(listwatch)) {
        return ks_error_set(err, ks_http_status_kind(listwatch->status), "HTTP %d", listwatch->status);
    }
    if (ks_kube_decoder_finish(listwatch->decoder, err)) {
        return -1;
    }
    if (listwatch->options.stream == KS_KUBE_LIST && !listwatch->has_version) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "a list without a resourceVersion");
    }
    return 0;
}

static void on_done(void *arg, const struct ks_error *cause)
{
    struct ks_listwatch *listwatch = arg;
    struct ks_error error = {.kind = KS_ERROR_NONE};
    bool failed = judge_end(listwatch, cause, &error) != 0;

    listwatch->transfer = NULL;
    end(listwatch, failed ? &error : NULL);
}

static void on_stall(void *arg)
{
    struct ks_error error;

    ks_error_set(&error, KS_ERROR_TIMEOUT, "it stopped inside an event");
    end(arg, &error);
}

/* ---- what comes ---- */

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct ks_listwatch *listwatch = arg;

    return listwatch->owner.object(listwatch->owner.arg, event, object, err);
}

static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct ks_listwatch *listwatch = arg;

    if (meta->is_partial && listwatch->options.limit == 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "the server answered with a part of the list");
    }
    listwatch->has_version = meta->resource_version[0] != '\0';
    return listwatch->owner.list_meta(listwatch->owner.arg, meta, err);
}

static int64_t retry_after(const struct ks_listwatch *listwatch)
{
    const char *value;

    if ((listwatch->status != 429 && listwatch->status < 500) ||
        ks_http_header(listwatch->transfer, "Retry-After", &value, NULL)) {
        return 0;
    }
    return ks_http_retry_after(value, ks_clock_wall());
}

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct ks_listwatch *listwatch = arg;
    const struct ks_kube_sink sink = {.object = on_object, .list_meta = on_list_meta, .arg = listwatch};
    enum ks_kube_encoding encoding = KS_KUBE_JSON;
    bool refused;

    listwatch->status = status;
    listwatch->retry_after_ms = retry_after(listwatch);
    refused = is_refused(listwatch);
    if (ks_kube_encoding_of(content_type, &encoding, refused ? NULL : err)) {
        /* The body of an error need not be a Status: the code says enough. */
        return refused ? 0 : -1;
    }
    if (ks_kube_decoder_new(&listwatch->decoder, listwatch->options.kind, encoding,
                            refused ? KS_KUBE_LIST : listwatch->options.stream, listwatch->options.object_limit, sink,
                            err)) {
        return -1;
    }
    if (!refused && listwatch->owner.begun) {
        listwatch->owner.begun(listwatch->owner.arg);
    }
    return 0;
}

/* Reads the Status of an HTTP error; the kind of error depends on the code. */
static int read_refusal(struct ks_listwatch *listwatch, const void *data, size_t length, struct ks_error *err)
{
    enum ks_error_kind kind = ks_http_status_kind(listwatch->status);
    struct ks_error status = {.kind = KS_ERROR_NONE};

    listwatch->error_bytes += length;
    if (listwatch->error_bytes > STATUS_MOST) {
        return ks_error_set(err, kind, "HTTP %d", listwatch->status);
    }
    if (listwatch->decoder && ks_kube_decoder_feed(listwatch->decoder, data, length, &status)) {
        return ks_error_set(err, kind, "HTTP %d: %s", listwatch->status, status.text);
    }
    return 0;
}

/* A watch may be silent for long between events, but not inside one: an event is sent in one piece. */
static void look_for_stall(struct ks_listwatch *listwatch)
{
    int64_t timeout = listwatch->options.watch_timeout_ms;

    if (!ks_kube_decoder_is_inside(listwatch->decoder)) {
        ks_timer_stop(&listwatch->stall);
    } else {
        ks_timer_start(&listwatch->stall, timeout < WATCH_GRACE_MS ? timeout : WATCH_GRACE_MS);
    }
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct ks_listwatch *listwatch = arg;

    if (is_refused(listwatch)) {
        return read_refusal(listwatch, data, length, err);
    }
    if (ks_kube_decoder_feed(listwatch->decoder, data, length, err)) {
        return -1;
    }
    if (listwatch->options.stream == KS_KUBE_WATCH) {
        look_for_stall(listwatch);
    }
    return 0;
}

/* ---- the request ---- */

static void put_path(const struct ks_listwatch_options *options, struct ks_buf *path)
{
    ks_kube_path_put(path, options->kind, options->api_version, options->namespace_name);
    if (options->name) {
        ks_buf_literal(path, "fieldSelector=metadata.name%3D");
        ks_buf_url(path, options->name);
        ks_buf_literal(path, "&");
    } else if (!options->namespace_name && options->kind != KS_KIND_NODE) {
        ks_kube_path_put_excluded(path, options->excluded);
    }
    if (options->stream == KS_KUBE_WATCH) {
        ks_buf_printf(path, "watch=true&allowWatchBookmarks=true&timeoutSeconds=%" PRId64 "&",
                      (options->watch_timeout_ms + 999) / 1000);
    }
    if (options->limit > 0) {
        ks_buf_printf(path, "limit=%u&", options->limit);
    }
    if (options->resource_version) {
        ks_buf_literal(path, "resourceVersion=");
        ks_buf_url(path, options->resource_version);
    }
}

static int64_t shorter(int64_t timeout, int64_t total)
{
    return total > 0 && total < timeout ? total : timeout;
}

static enum ks_kube_start send_request(struct ks_listwatch *listwatch, struct ks_kube_client *client,
                                       struct ks_error *err)
{
    const struct ks_listwatch_options *options = &listwatch->options;
    bool is_list = options->stream == KS_KUBE_LIST;
    struct ks_buf path KS_CLEANUP_BUF;
    struct ks_kube_request request = {
        .accept = options->json_only ? accept_json : accept_protobuf,
        .http = {.connect_timeout_ms = shorter(CONNECT_TIMEOUT_MS, options->total_timeout_ms),
                 .response_timeout_ms = is_list ? LIST_IDLE_TIMEOUT_MS : WATCH_GRACE_MS,
                 .idle_timeout_ms = is_list ? LIST_IDLE_TIMEOUT_MS : options->watch_timeout_ms + WATCH_GRACE_MS,
                 .total_timeout_ms = options->total_timeout_ms,
                 .fresh = options->fresh,
                 .slice_ms = options->in_slices ? SLICE_MS : 0,
                 .response = on_response,
                 .data = on_data,
                 .done = on_done,
                 .arg = listwatch},
    };

    ks_buf_init(&path, PATH_CEILING);
    put_path(options, &path);
    if (ks_buf_check(&path, err)) {
        return KS_KUBE_FAILED;
    }
    request.http.path = path.data;
    return ks_kube_client_get(client, &request, &listwatch->transfer, &listwatch->credentials_generation, err);
}

enum ks_kube_start ks_listwatch_start(struct ks_listwatch **out, struct ks_kube_client *client,
                                      const struct ks_listwatch_options *options,
                                      const struct ks_listwatch_owner *owner, struct ks_error *err)
{
    struct ks_listwatch *listwatch = calloc(1, sizeof *listwatch);
    enum ks_kube_start outcome;

    if (!listwatch) {
        ks_error_memory(err);
        return KS_KUBE_FAILED;
    }
    listwatch->options = *options;
    listwatch->owner = *owner;
    ks_timer_init(&listwatch->stall, ks_kube_client_loop(client), on_stall, listwatch);
    outcome = send_request(listwatch, client, err);
    if (outcome == KS_KUBE_STARTED) {
        *out = listwatch;
    } else {
        listwatch_free(listwatch);
    }
    return outcome;
}

void ks_listwatch_cancel(struct ks_listwatch *listwatch)
{
    if (listwatch && !listwatch->is_over) {
        listwatch_free(listwatch);
    }
}
