/* One poll: signed and bounded; its answer is used only if it is signed, too. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "peers/headers.h"
#include "peers/private.h"

#define PATH               "/services/"
#define CONNECT_TIMEOUT_MS 5000
#define ERROR_BODY_MOST    65536
#define TARGET_CEILING     (KS_PEER_URL_SIZE + 512)

static int refuse_unsigned(int status, struct ks_error *err)
{
    if (status == 403) {
        ks_peer_headers_refused(err);
        return ks_error_wrap(err, "answers 403");
    }
    return ks_error_set(err, KS_ERROR_FORBIDDEN, "answers %d, but does not sign it", status);
}

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct ks_peer *peer = arg;
    const char *signature;

    (void)content_type;
    peer->arrived = ks_clock_monotonic();
    peer->status = status;
    if (ks_http_header(peer->transfer, KS_AUTH_HEADER, &signature, err)) {
        return -1;
    }
    if (!signature[0]) {
        return refuse_unsigned(status, err);
    }
    if (strlen(signature) >= sizeof peer->signature) {
        return ks_error_set(err, KS_ERROR_FORBIDDEN, "a signature of more than %zu bytes", sizeof peer->signature - 1);
    }
    memcpy(peer->signature, signature, strlen(signature) + 1);
    if (status != 200) {
        peer->body.ceiling = ERROR_BODY_MOST;
    }
    return 0;
}

/* Its body was dropped, and the poll is about to end. */
static bool is_evicted(const struct ks_peer *peer)
{
    return peer->eviction.running;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct ks_peer *peer = arg;

    peer->report.bytes += length;
    if (is_evicted(peer)) {
        return ks_peer_group_refuse_body(peer, err);
    }
    return ks_peer_group_add_to_body(peer, data, length, err);
}

/* Path and query as the peer sees them, which are signed. */
static int put_target(const struct ks_peer *peer, struct ks_buf *target, struct ks_error *err)
{
    const char *prefix = peer->options.address->prefix;

    ks_buf_bytes(target, prefix, strlen(prefix));
    ks_buf_printf(target, PATH "?full&format=%d", KS_DOCUMENT_FORMAT);
    if (ks_peer_copy_is_known(&peer->copy)) {
        ks_buf_literal(target, "&since=");
        ks_buf_url(target, peer->copy.instance);
        ks_buf_printf(target, ".%" PRIu64, peer->copy.version);
    }
    if (!peer->options.once && peer->state != KS_PEER_STATE_AWAY) {
        ks_buf_printf(target, "&wait=%" PRId64, peer->options.wait_ms / 1000);
    }
    return ks_buf_check(target, err);
}

static int ask(struct ks_peer *peer, struct ks_http_request *request, struct ks_error *err)
{
    const struct ks_peer_address *address = peer->options.address;
    struct ks_buf target KS_CLEANUP_BUF;
    struct ks_peer_headers headers;

    ks_buf_init(&target, TARGET_CEILING);
    if (put_target(peer, &target, err) ||
        ks_peer_headers_sign(&headers, address, target.data, peer->options.keyring, err)) {
        return -1;
    }
    peer->claim = headers.claim;
    headers.lines[2] = "Accept: application/json";
    request->path = target.data + strlen(address->prefix);
    request->headers = headers.lines;
    return ks_http_start(&peer->transfer, peer->loop, &peer->server, request, err);
}

/* A stream that fell silent may share a dead connection with others: the next poll takes a new one. */
static bool is_broken(const struct ks_peer *peer)
{
    return peer->failure == KS_ERROR_NETWORK || peer->failure == KS_ERROR_TIMEOUT;
}

int ks_peer_poll_start(struct ks_peer *peer, void (*done)(void *arg, const struct ks_error *err), struct ks_error *err)
{
    struct ks_http_request request = {.connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                      .total_timeout_ms = peer->options.timeout_ms,
                                      .fresh = is_broken(peer),
                                      .compressed = true,
                                      .once = true, /* the same request again would be refused as a replay */
                                      .response = on_response,
                                      .data = on_data,
                                      .done = done,
                                      .arg = peer};

    peer->started = ks_clock_monotonic();
    ks_buf_init(&peer->body, KS_DOCUMENT_MOST);
    return ask(peer, &request, err);
}

/* The body is not even parsed before its signature is verified. */
int ks_peer_poll_read(struct ks_peer *peer, enum ks_peer_news *news, struct ks_error *err)
{
    if (is_evicted(peer)) {
        return ks_peer_group_refuse_body(peer, err);
    }
    if (ks_keyring_verify_answer(&peer->claim, peer->status, peer->body.data, peer->body.length, peer->signature,
                                 err)) {
        return -1;
    }
    if (peer->status != 200) {
        enum ks_error_kind kind = ks_http_status_kind(peer->status);

        return ks_error_set(err, kind == KS_ERROR_NONE ? KS_ERROR_PROTOCOL : kind, "answers %d", peer->status);
    }
    return ks_peer_copy_apply(&peer->copy, &peer->body, peer->arrived, news, err);
}

void ks_peer_poll_drop(struct ks_peer *peer)
{
    ks_http_cancel(peer->transfer);
    peer->transfer = NULL;
    ks_keyring_claim_fini(&peer->claim);
    ks_timer_stop(&peer->eviction);
    ks_peer_group_free_body(peer);
}
