/* One signed GET, and the verification of its answer. */
#include "config.h"

#include "peers/get.h"

#include <stdio.h>
#include <string.h>

#include "loop/http.h"
#include "loop/loop.h"
#include "peers/headers.h"
#include "base/url.h"

#define BODY_MOST   ((size_t)64 << 20)
#define TARGET_SIZE (KS_PEER_URL_SIZE + KS_URL_SIZE)

struct transfer {
    struct ks_loop *loop;
    struct ks_http_transfer *http;
    struct ks_keyring_claim claim;
    const char *target;
    int status;
    struct ks_buf *out;
    bool failed;
    struct ks_error error;
};

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct transfer *transfer = arg;

    (void)content_type;
    (void)err;
    transfer->status = status;
    return 0;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct transfer *transfer = arg;

    if (length > BODY_MOST - transfer->out->length) {
        return ks_error_set(err, KS_ERROR_LIMIT, "more than %zu bytes", BODY_MOST);
    }
    ks_buf_bytes(transfer->out, data, length);
    return ks_buf_check(transfer->out, err);
}

/* Whether the answer comes from somebody who has the secret. */
static int judge(const struct transfer *transfer, struct ks_error *err)
{
    const char *signature;

    if (ks_http_header(transfer->http, KS_AUTH_HEADER, &signature, err)) {
        return -1;
    }
    if (!signature[0] && transfer->status == 403) {
        return ks_peer_headers_refused(err);
    }
    if (!signature[0] && transfer->status >= 300 && transfer->status < 400) {
        return ks_error_set(err, KS_ERROR_FORBIDDEN, "the answer is not signed, and no redirect is followed");
    }
    return ks_keyring_verify_answer(&transfer->claim, transfer->status, transfer->out->data, transfer->out->length,
                                    signature, err);
}

static void on_done(void *arg, const struct ks_error *err)
{
    struct transfer *transfer = arg;

    if (err) {
        transfer->failed = true;
        transfer->error = *err;
    } else if (judge(transfer, &transfer->error)) {
        transfer->failed = true;
        ks_error_wrap(&transfer->error, "GET %.*s: HTTP %d", (int)strcspn(transfer->target, "?"), transfer->target,
                      transfer->status);
    }
    transfer->http = NULL;
    ks_loop_stop(transfer->loop);
}

static int put_target(const struct ks_peer_get *get, char target[static TARGET_SIZE], struct ks_error *err)
{
    struct ks_url url;

    if (ks_url_parse(&url, get->target, err)) {
        return -1;
    }
    /* A fragment would be signed, but not sent. */
    if (strchr(get->target, '#')) {
        return ks_error_set(err, KS_ERROR_INVALID, "request target: '#' must be percent-escaped");
    }
    snprintf(target, TARGET_SIZE, "%s%s", get->address->prefix, get->target);
    return 0;
}

static int start(const struct ks_peer_get *get, struct transfer *transfer, const struct ks_http_server *server,
                 struct ks_error *err)
{
    struct ks_peer_headers headers;
    const struct ks_http_request request = {.path = get->target,
                                            .headers = headers.lines,
                                            .connect_timeout_ms = get->timeout_ms,
                                            .total_timeout_ms = get->timeout_ms,
                                            .compressed = true,
                                            .response = on_response,
                                            .data = on_data,
                                            .done = on_done,
                                            .arg = transfer};

    if (ks_peer_headers_sign(&headers, get->address, transfer->target, get->keyring, err)) {
        return -1;
    }
    transfer->claim = headers.claim;
    return ks_http_start(&transfer->http, transfer->loop, server, &request, err);
}

static int run(const struct ks_peer_get *get, struct transfer *transfer, struct ks_error *err)
{
    const struct ks_http_server server = {
        .url = get->address->url, .ca.path = get->ca, .certificate.path = get->certificate, .key.path = get->key};

    if (start(get, transfer, &server, err)) {
        return -1;
    }
    if (ks_loop_run(transfer->loop, -1, err)) {
        ks_http_cancel(transfer->http);
        return -1;
    }
    return transfer->failed ? ks_error_set(err, transfer->error.kind, "%s", transfer->error.text) : 0;
}

int ks_peer_get(const struct ks_peer_get *get, int *status, struct ks_buf *out, struct ks_error *err)
{
    char target[TARGET_SIZE];
    struct transfer transfer = {.target = target, .out = out};
    bool failed;

    ks_buf_reset(out);
    failed = put_target(get, target, err) || ks_loop_new(&transfer.loop, err) || run(get, &transfer, err);
    ks_loop_free(transfer.loop);
    ks_keyring_claim_fini(&transfer.claim);
    if (failed) {
        ks_buf_reset(out); /* it is not verified */
        return ks_error_wrap(err, "peer %s", get->address->name);
    }
    *status = transfer.status;
    return 0;
}
