#include "config.h"

#include "loop/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "loop/http_connection.h"
#include "loop/http_headers.h"
#include "loop/curl.h"

/* libcurl keeps all headers, those of 1xx answers and trailers included. */
#define HEADERS_MOST ((size_t)256 << 10) /* bytes */

struct ks_http_transfer {
    struct ks_loop *loop;
    struct ks_loop_transfer in_loop;
    struct ks_http_request request; /* path and headers are not valid after the start */
    CURL *easy;
    struct curl_slist *headers;
    struct ks_timer idle;
    int64_t last_byte;      /* CLOCK_MONOTONIC, ms: when we had read what had come */
    struct ks_timer resume; /* runs while it is paused */
    uint64_t slice_turn;    /* the turn of the loop that the slice is for */
    int64_t slice_end;
    size_t header_bytes;
    bool responded;
    bool sent;
    int64_t expired_ms; /* how long it was silent, if that was too long */
    bool failed;        /* a callback stopped it, and set error */
    struct ks_error error;
    char curl_error[CURL_ERROR_SIZE];
    struct ks_http_target target;
    char *path; /* for messages: without the query */
};

/* After this nothing happens to the transfer, but its headers can still be read. */
static void leave_loop(struct ks_http_transfer *transfer)
{
    if (transfer->easy) {
        curl_multi_remove_handle(ks_loop_multi(transfer->loop), transfer->easy);
    }
    ks_timer_stop(&transfer->idle);
    ks_timer_stop(&transfer->resume);
}

static void transfer_free(struct ks_http_transfer *transfer)
{
    leave_loop(transfer);
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    ks_http_target_fini(&transfer->target);
    free(transfer->path);
    free(transfer);
}

static int report_response(struct ks_http_transfer *transfer)
{
    long status = 0;
    char *type = NULL;

    if (transfer->request.compressed && ks_http_response_check_encoding(transfer->easy, &transfer->error)) {
        return -1;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    return transfer->request.response(transfer->request.arg, (int)status, type ? type : "", &transfer->error);
}

/* Reports status and type before the first byte of the body, or at the end if the body is empty. */
static int respond(struct ks_http_transfer *transfer)
{
    if (!transfer->responded) {
        transfer->responded = true;
        transfer->failed = report_response(transfer) != 0;
    }
    return transfer->failed ? -1 : 0;
}

static void start_slice(struct ks_http_transfer *transfer, uint64_t turn)
{
    transfer->slice_turn = turn;
    transfer->slice_end = ks_clock_monotonic() + transfer->request.slice_ms;
}

static bool is_slice_over(struct ks_http_transfer *transfer)
{
    if (transfer->request.slice_ms == 0) {
        return false;
    }
    if (ks_loop_turn(transfer->loop) > transfer->slice_turn) {
        start_slice(transfer, ks_loop_turn(transfer->loop));
    }
    return ks_clock_monotonic() >= transfer->slice_end;
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
    struct ks_http_transfer *transfer = arg;
    size_t length = size * count;

    if (is_slice_over(transfer)) {
        ks_timer_start(&transfer->resume, 0);
        return CURL_WRITEFUNC_PAUSE;
    }
    if (respond(transfer)) {
        return CURL_WRITEFUNC_ERROR;
    }
    if (transfer->request.data(transfer->request.arg, data, length, &transfer->error)) {
        transfer->failed = true;
        return CURL_WRITEFUNC_ERROR;
    }
    transfer->last_byte = ks_clock_monotonic();
    return length;
}

/* A watch has headers long before its first event: they show that it is established. */
static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
    struct ks_http_transfer *transfer = arg;
    size_t length = size * count;
    long status = 0;

    transfer->last_byte = ks_clock_monotonic();
    transfer->header_bytes += length;
    if (transfer->header_bytes > HEADERS_MOST) {
        ks_error_set(&transfer->error, KS_ERROR_LIMIT, "more than %zu bytes of headers", HEADERS_MOST);
        transfer->failed = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (length > 2 || (length > 0 && data[0] != '\r' && data[0] != '\n')) {
        return length;
    }
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && respond(transfer)) {
        return CURL_WRITEFUNC_ERROR;
    }
    return length;
}

/* libcurl sends a request again by itself if a kept connection closes without a byte. */
static int on_send(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    struct ks_http_transfer *transfer = arg;
    bool again = transfer->sent;

    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    transfer->sent = true;
    if (!again || !transfer->request.once) {
        return CURL_PREREQFUNC_OK;
    }
    ks_error_set(&transfer->error, KS_ERROR_NETWORK, "the connection was closed before an answer");
    transfer->failed = true;
    return CURL_PREREQFUNC_ABORT;
}

static int add_header(struct ks_http_transfer *transfer, const char *header)
{
    struct curl_slist *list = curl_slist_append(transfer->headers, header);

    if (!list) {
        return -1;
    }
    transfer->headers = list;
    return 0;
}

static int copy_headers(struct ks_http_transfer *transfer, const char *const *headers)
{
    if (transfer->target.host && add_header(transfer, transfer->target.host)) {
        return -1;
    }
    for (; headers && *headers; headers++) {
        if (add_header(transfer, *headers)) {
            return -1;
        }
    }
    return 0;
}

static void set_options(struct ks_http_transfer *transfer, const struct ks_http_server *server)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* A DNS lookup must not delay the end of the loop. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->request.connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transfer->request.total_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, transfer->request.fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, transfer->request.compressed ? "gzip" : NULL);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->curl_error);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer->in_loop);
    ks_http_set_connection(easy, server, &transfer->target);
}

static enum ks_error_kind kind_of(const struct ks_http_transfer *transfer, CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return KS_ERROR_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
        return KS_ERROR_LIMIT;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
        return KS_ERROR_PROTOCOL;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
        return KS_ERROR_INVALID;
    case CURLE_UNSUPPORTED_PROTOCOL:
        /* The scheme of our own URL, or an answer that is not HTTP/1 or later. */
        return transfer->sent ? KS_ERROR_PROTOCOL : KS_ERROR_INVALID;
    default:
        return KS_ERROR_NETWORK;
    }
}

static const char *text_of(const struct ks_http_transfer *transfer, CURLcode code)
{
    /* libcurl says this most often when a header line is longer than it takes. */
    if (code == CURLE_OUT_OF_MEMORY) {
        return "a header line is too long for libcurl, or out of memory";
    }
    /* None of our callbacks failed, so it was the unpacking: libcurl takes one gzip member and not a byte after it. */
    if (code == CURLE_WRITE_ERROR && transfer->request.compressed) {
        return "its gzip is not one stream";
    }
    return transfer->curl_error[0] ? transfer->curl_error : curl_easy_strerror(code);
}

/* Ends a transfer: reports to its owner once, and frees it. */
static void finish(struct ks_http_transfer *transfer, CURLcode code)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};

    if (code == CURLE_OK && respond(transfer)) {
        code = CURLE_WRITE_ERROR;
    }
    if (transfer->failed) {
        error = transfer->error;
    } else if (transfer->expired_ms) {
        ks_error_set(&error, KS_ERROR_TIMEOUT, "no byte for %lld ms", (long long)transfer->expired_ms);
    } else if (code != CURLE_OK) {
        ks_error_set(&error, kind_of(transfer, code), "%s", text_of(transfer, code));
        error.errnum = code == CURLE_PEER_FAILED_VERIFICATION ? EKEYREJECTED : 0;
    }
    if (error.kind != KS_ERROR_NONE) {
        ks_error_wrap(&error, "GET %s", transfer->path);
    }
    leave_loop(transfer);
    transfer->request.done(transfer->request.arg, error.kind == KS_ERROR_NONE ? NULL : &error);
    transfer_free(transfer);
}

static void on_ended(void *arg, CURLcode code)
{
    finish(arg, code);
}

static int64_t idle_limit(const struct ks_http_transfer *transfer)
{
    return transfer->responded ? transfer->request.idle_timeout_ms : transfer->request.response_timeout_ms;
}

/* libcurl has kept the data that came while the transfer was paused, and passes it on from here. */
static void on_resume(void *arg)
{
    struct ks_http_transfer *transfer = arg;
    CURLcode code;

    /* The next turn begins with the same transfer, so this slice is for both. */
    start_slice(transfer, ks_loop_turn(transfer->loop) + 1);
    code = curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
    if (code != CURLE_OK) {
        finish(transfer, code);
    }
}

/* While it is paused, it is us who are slow. */
static void on_idle(void *arg)
{
    struct ks_http_transfer *transfer = arg;
    int64_t limit = idle_limit(transfer);
    int64_t left = transfer->resume.running ? limit : transfer->last_byte + limit - ks_clock_monotonic();

    if (left > 0) {
        ks_timer_start(&transfer->idle, left);
        return;
    }
    transfer->expired_ms = limit;
    finish(transfer, CURLE_OPERATION_TIMEDOUT);
}

int ks_http_start(struct ks_http_transfer **out, struct ks_loop *loop, const struct ks_http_server *server,
                  const struct ks_http_request *request, struct ks_error *err)
{
    struct ks_http_transfer *transfer = calloc(1, sizeof *transfer);
    CURLMcode code;

    if (!transfer) {
        return ks_error_memory(err);
    }
    transfer->loop = loop;
    transfer->in_loop = (struct ks_loop_transfer){.ended = on_ended, .arg = transfer};
    transfer->request = *request;
    transfer->last_byte = ks_clock_monotonic();
    ks_timer_init(&transfer->idle, loop, on_idle, transfer);
    ks_timer_init(&transfer->resume, loop, on_resume, transfer);
    transfer->path = strndup(request->path, strcspn(request->path, "?"));
    if (!transfer->path || ks_http_make_target(&transfer->target, server, request->path) ||
        copy_headers(transfer, request->headers) || !(transfer->easy = curl_easy_init())) {
        transfer_free(transfer);
        return ks_error_memory(err);
    }
    set_options(transfer, server);
    code = curl_multi_add_handle(ks_loop_multi(loop), transfer->easy);
    if (code != CURLM_OK) {
        transfer_free(transfer);
        return ks_error_set(err, KS_ERROR_SYSTEM, "libcurl: %s", curl_multi_strerror(code));
    }
    if (request->idle_timeout_ms > 0) {
        ks_timer_start(&transfer->idle, idle_limit(transfer));
    }
    *out = transfer;
    return 0;
}

int ks_http_header(const struct ks_http_transfer *transfer, const char *name, const char **value, struct ks_error *err)
{
    return ks_http_response_header(transfer->easy, name, value, err);
}

void ks_http_cancel(struct ks_http_transfer *transfer)
{
    if (transfer) {
        transfer_free(transfer);
    }
}

enum ks_error_kind ks_http_status_kind(int status)
{
    switch (status) {
    case 401:
        return KS_ERROR_UNAUTHORIZED;
    case 403:
        return KS_ERROR_FORBIDDEN;
    case 404:
        return KS_ERROR_NOT_FOUND;
    case 406:
        return KS_ERROR_NOT_ACCEPTABLE;
    case 410:
        return KS_ERROR_GONE;
    case 429:
        return KS_ERROR_UNAVAILABLE;
    default:
        if (status >= 500) {
            return KS_ERROR_UNAVAILABLE;
        }
        return status >= 200 && status < 300 ? KS_ERROR_NONE : KS_ERROR_PROTOCOL;
    }
}
