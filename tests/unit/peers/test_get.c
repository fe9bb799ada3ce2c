/* Answers of a peer, and which are accepted. */
#include "config.h"

#include "support/testing.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/http_server.h"
#include "peers/get.h"

#define BODY         "{\"services\":[]}"
#define UNSIGNED     "the answer is not signed; does the other shield have the same secret?"
#define NOT_AS_IT_IS "the answer is not what was signed; does a proxy change its status or body?"

/* BODY, packed */
static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56,
                                       0x2a, 0x4e, 0x2d, 0x2a, 0xcb, 0x4c, 0x4e, 0x2d, 0x56, 0xb2, 0x8a, 0x8e,
                                       0xad, 0x05, 0x00, 0x9d, 0xd1, 0xe4, 0x56, 0x0f, 0x00, 0x00, 0x00};

static char folder[] = "/tmp/test_peer_get.XXXXXX";

enum behaviour {
    SIGNS,
    SIGNS_TWICE,
    SIGNS_PACKED,
    SIGNS_ANOTHER_STATUS,
    SIGNS_ANOTHER_BODY,
    SIGNS_WITH_ANOTHER_KEY,
    SIGNS_IN_TRAILER,
    SIGNS_NOTHING,
    SAYS_NOTHING,
    SAYS_NOTHING_AND_STAYS,
    SAYS_MUCH,
};

/* A peer with the secret. */
struct peer {
    struct ks_keyring *keyring, *other; /* of another secret */
    struct ks_peer_addresses addresses;
    struct http_server server;
    enum behaviour behaviour;
    int status;
    char host[256], target[1024], text[KS_AUTH_TEXT_SIZE]; /* of the request, and why it was refused */
};

/* The value of a request's header, or of its first line's second word where name is "". */
static void copy_part(const char *request, const char *name, char *out, size_t size)
{
    const char *start = *name ? strstr(request, name) : strchr(request, ' ');
    size_t length = 0;

    if (start) {
        start += *name ? strlen(name) : 1;
        length = strcspn(start, *name ? "\r" : " ");
    }
    assert_true(length < size);
    if (length) {
        memcpy(out, start, length);
    }
    out[length] = '\0';
}

/* The signed answer, which may differ from the one that is sent. */
static void sign(const struct peer *peer, const struct ks_keyring_claim *claim, struct ks_buf *body,
                 char signature[static KS_AUTH_HEADER_SIZE])
{
    int status = peer->behaviour == SIGNS_ANOTHER_STATUS ? 404 : peer->status;
    const char *text = peer->behaviour == SIGNS_ANOTHER_BODY ? "{\"services\":{}}" : BODY;
    struct ks_error err;

    if (peer->behaviour == SAYS_MUCH) {
        char *zeros = calloc(1, (size_t)1 << 20);

        for (int i = 0; i < 65; i++) {
            ks_buf_bytes(body, zeros, (size_t)1 << 20);
        }
        free(zeros);
    } else if (peer->behaviour == SIGNS_PACKED) {
        ks_buf_bytes(body, packed, sizeof packed);
    } else {
        ks_buf_literal(body, BODY);
    }
    assert_int_equal(ks_keyring_sign_answer(claim, status, text, strlen(text), signature, &err), 0);
}

static void put_answer(const struct peer *peer, const char *signature, const struct ks_buf *body, struct ks_buf *answer)
{
    bool is_trailer = peer->behaviour == SIGNS_IN_TRAILER;

    ks_buf_printf(answer, "HTTP/1.1 %d Status\r\nConnection: close\r\nLocation: %s/elsewhere\r\n", peer->status,
                  peer->server.url);
    if (peer->behaviour != SIGNS_NOTHING && !is_trailer) {
        ks_buf_printf(answer, "intra-shield: %s\r\n", signature);
    }
    if (peer->behaviour == SIGNS_TWICE) {
        ks_buf_printf(answer, "Intra-Shield: %s\r\n", signature);
    }
    ks_buf_printf(answer, "%s%s\r\n", peer->behaviour == SIGNS_PACKED ? "Content-Encoding: gzip\r\n" : "",
                  is_trailer ? "Transfer-Encoding: chunked\r\n" : "");
    if (is_trailer) {
        ks_buf_printf(answer, "%zx\r\n", body->length);
    }
    ks_buf_bytes(answer, body->data, body->length);
    if (is_trailer) {
        ks_buf_printf(answer, "\r\n0\r\nIntra-Shield: %s\r\n\r\n", signature);
    }
}

static bool answer_request(void *arg, const char *request, struct ks_buf *answer)
{
    struct peer *peer = arg;
    const struct ks_auth_request signed_request = {.method = "GET", .host = peer->host, .target = peer->target};
    char header[KS_AUTH_HEADER_SIZE];
    char signature[KS_AUTH_HEADER_SIZE];
    struct ks_keyring_claim claim;
    struct ks_error err;
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, (size_t)80 << 20);
    copy_part(request, "", peer->target, sizeof peer->target);
    copy_part(request, "\r\nHost: ", peer->host, sizeof peer->host);
    copy_part(request, "\r\nIntra-Shield: ", header, sizeof header);
    if (peer->behaviour == SAYS_NOTHING || peer->behaviour == SAYS_NOTHING_AND_STAYS) {
        return peer->behaviour == SAYS_NOTHING_AND_STAYS;
    }
    if (!ks_keyring_verify(peer->keyring, &signed_request, header, ks_clock_wall(), &claim, peer->text)) {
        ks_buf_literal(answer, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nno\n");
        return false;
    }
    if (peer->behaviour == SIGNS_WITH_ANOTHER_KEY) {
        char unused[KS_AUTH_HEADER_SIZE];
        struct ks_keyring_claim other;

        assert_int_equal(ks_keyring_sign(peer->other, &signed_request, unused, &other, &err), 0);
        memcpy(other.mac, claim.mac, sizeof other.mac);
        sign(peer, &other, &body, signature);
        ks_keyring_claim_fini(&other);
    } else {
        sign(peer, &claim, &body, signature);
    }
    ks_keyring_claim_fini(&claim);
    put_answer(peer, signature, &body, answer);
    return false;
}

static void write_secret(const char *name, const char *text, char path[static 128])
{
    int fd;

    snprintf(path, 128, "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* prefix: "" or "/prefix" */
static void peer_init(struct peer *peer, const char *prefix)
{
    char path[128];
    char word[256];
    const char *const words[] = {word, NULL};
    struct ks_error err;

    memset(peer, 0, sizeof *peer);
    peer->status = 200;
    write_secret("one", "the first of all secrets\n", path);
    assert_int_equal(ks_keyring_new(&peer->keyring, path, false, NULL, &err), 0);
    write_secret("two", "the second of the secrets\n", path);
    assert_int_equal(ks_keyring_new(&peer->other, path, false, NULL, &err), 0);
    http_server_start(&peer->server, answer_request, peer);
    snprintf(word, sizeof word, "eu=%s%s", peer->server.url, prefix);
    assert_int_equal(ks_peer_addresses_parse(&peer->addresses, words, NULL, &err), 0);
}

static void peer_fini(struct peer *peer)
{
    http_server_stop(&peer->server);
    ks_peer_addresses_fini(&peer->addresses);
    ks_keyring_free(peer->keyring);
    ks_keyring_free(peer->other);
}

static int ask(struct peer *peer, const char *target, int *status, struct ks_buf *out, struct ks_error *err)
{
    const struct ks_peer_get get = {.address = peer->addresses.peers,
                                    .target = target,
                                    .timeout_ms = peer->behaviour == SAYS_NOTHING_AND_STAYS ? 200 : 20000,
                                    .keyring = peer->keyring};

    return ks_peer_get(&get, status, out, err);
}

static void a_signed_answer_counts_whatever_its_status(void **state)
{
    static const struct {
        enum behaviour behaviour;
        int status;
    } rows[] = {{SIGNS, 200}, {SIGNS, 404}, {SIGNS, 403}, {SIGNS, 301}, {SIGNS, 500}, {SIGNS_PACKED, 200}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct peer peer;
        struct ks_error err = {.text = ""};
        struct ks_buf out KS_CLEANUP_BUF;
        int status = 0;

        ks_buf_init(&out, CEILING);
        ks_buf_literal(&out, "what was in it before");
        peer_init(&peer, "");
        peer.behaviour = rows[i].behaviour;
        peer.status = rows[i].status;
        ask(&peer, "/services/?full", &status, &out, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(status, rows[i].status);
        assert_string_equal(out.data, BODY);
        assert_int_equal(atomic_load(&peer.server.requests), 1);
        peer_fini(&peer);
    }
}

static void an_answer_without_a_valid_signature_is_an_error(void **state)
{
    static const struct {
        enum behaviour behaviour;
        int status;
        enum ks_error_kind kind;
        const char *error;
    } rows[] = {
        {SIGNS_ANOTHER_STATUS, 200, KS_ERROR_FORBIDDEN, "HTTP 200: " NOT_AS_IT_IS},
        {SIGNS_ANOTHER_BODY, 200, KS_ERROR_FORBIDDEN, "HTTP 200: " NOT_AS_IT_IS},
        {SIGNS_WITH_ANOTHER_KEY, 200, KS_ERROR_FORBIDDEN, "HTTP 200: " NOT_AS_IT_IS},
        {SIGNS_TWICE, 200, KS_ERROR_PROTOCOL, "HTTP 200: 2 headers Intra-Shield: must be one"},
        {SIGNS_IN_TRAILER, 200, KS_ERROR_FORBIDDEN, "HTTP 200: " UNSIGNED},
        {SIGNS_NOTHING, 200, KS_ERROR_FORBIDDEN, "HTTP 200: " UNSIGNED},
        {SIGNS_NOTHING, 502, KS_ERROR_FORBIDDEN, "HTTP 502: " UNSIGNED},
        {SIGNS_NOTHING, 302, KS_ERROR_FORBIDDEN, "HTTP 302: the answer is not signed, and no redirect is followed"},
        {SIGNS_NOTHING, 403, KS_ERROR_FORBIDDEN,
         "HTTP 403: it has none of our keys, or its clock and ours differ by more than 10 s; its log says why"},
        {SIGNS_ANOTHER_BODY, 403, KS_ERROR_FORBIDDEN, "HTTP 403: " NOT_AS_IT_IS},
        {SAYS_NOTHING, 200, KS_ERROR_NETWORK, ""},
        {SAYS_NOTHING_AND_STAYS, 200, KS_ERROR_TIMEOUT, ""},
        {SAYS_MUCH, 200, KS_ERROR_LIMIT, "more than 67108864 bytes"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char wanted[KS_ERROR_TEXT_SIZE];
        struct peer peer;
        struct ks_error err = {.text = ""};
        struct ks_buf out KS_CLEANUP_BUF;
        int status = 7;

        ks_buf_init(&out, (size_t)1 << 30);
        peer_init(&peer, "");
        peer.behaviour = rows[i].behaviour;
        peer.status = rows[i].status;
        snprintf(wanted, sizeof wanted, "peer eu: GET /services/: %s", rows[i].error);
        assert_row_number(wanted, ask(&peer, "/services/?full", &status, &out, &err), -1);
        assert_row_number(wanted, err.kind, rows[i].kind);
        assert_row_part("error", err.text, wanted);
        assert_row_number(wanted, status, 7);
        assert_row_text(wanted, out.data, "");
        assert_row_number(wanted, atomic_load(&peer.server.requests), 1);
        peer_fini(&peer);
    }
}

static void another_secret_is_explained(void **state)
{
    struct peer peer;
    struct ks_keyring *keyring;
    struct ks_error err;
    struct ks_buf out KS_CLEANUP_BUF;
    int status;

    (void)state;
    ks_buf_init(&out, CEILING);
    peer_init(&peer, "");
    keyring = peer.keyring;
    peer.keyring = peer.other;
    peer.other = keyring;
    assert_int_equal(
        ks_peer_get(&(struct ks_peer_get){.address = peer.addresses.peers, .target = "/", .keyring = keyring}, &status,
                    &out, &err),
        -1);
    assert_string_equal(err.text, "peer eu: GET /: HTTP 403: it has none of our keys, or its clock and ours differ by "
                                  "more than 10 s; its log says why");
    peer_fini(&peer);
}

static void the_request_is_sent_as_signed(void **state)
{
    static const struct {
        const char *prefix, *target, *sent;
    } rows[] = {
        {"", "/", "/"},
        {"", "/?", "/?"},
        {"/shields", "/", "/shields/"},
        {"/shields/eu%20west", "/_/web%2Ffront/health/?raw", "/shields/eu%20west/_/web%2Ffront/health/?raw"},
        {"", "/_/%c3%a9%C3%A9/...?a=b+c&d=%2e%2E/../x", "/_/%c3%a9%C3%A9/...?a=b+c&d=%2e%2E/../x"},
        {"", "/a'b(c)*!$;,:@&=~[]{}|^`\"<>\\", "/a'b(c)*!$;,:@&=~[]{}|^`\"<>\\"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct peer peer;
        struct ks_error err = {.text = ""};
        struct ks_buf out KS_CLEANUP_BUF;
        int status = 0;

        ks_buf_init(&out, CEILING);
        peer_init(&peer, rows[i].prefix);
        snprintf(peer.addresses.peers->host, sizeof peer.addresses.peers->host, "shields.example.org");
        ask(&peer, rows[i].target, &status, &out, &err);
        assert_row_text(rows[i].target, peer.text, "");
        assert_row_text(rows[i].target, err.text, "");
        assert_row_text(rows[i].target, peer.target, rows[i].sent);
        assert_row_text(rows[i].target, peer.host, "shields.example.org");
        peer_fini(&peer);
    }
}

static void a_url_that_curl_would_change_is_refused(void **state)
{
    static const struct {
        const char *target, *error;
    } rows[] = {
        {"services/", "peer eu: path \"services/\": must begin with '/'"},
        {"", "peer eu: path \"\": must begin with '/'"},
        {"/a/../b", "peer eu: path: must not have empty segments, \".\" or \"..\""},
        {"//other.example.org/", "peer eu: path: must not have empty segments, \".\" or \"..\""},
        {"/a b", "peer eu: request target: byte 20 must be percent-escaped"},
        {"/a\r\nHost: x", "peer eu: request target: byte 0D must be percent-escaped"},
        {"/a#b", "peer eu: request target: '#' must be percent-escaped"},
        {"/a?b#c", "peer eu: request target: '#' must be percent-escaped"},
    };
    struct peer peer;

    (void)state;
    peer_init(&peer, "");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_error err = {.kind = KS_ERROR_NONE};
        struct ks_buf out KS_CLEANUP_BUF;
        int status;

        ks_buf_init(&out, CEILING);
        assert_row_number(rows[i].target, ask(&peer, rows[i].target, &status, &out, &err), -1);
        assert_row_number(rows[i].target, err.kind, KS_ERROR_INVALID);
        assert_row_text(rows[i].target, err.text, rows[i].error);
    }
    assert_int_equal(atomic_load(&peer.server.requests), 0);
    peer_fini(&peer);
}

static void the_callers_ceiling_counts_too(void **state)
{
    struct peer peer;
    struct ks_error err;
    struct ks_buf out KS_CLEANUP_BUF;
    int status;

    (void)state;
    ks_buf_init(&out, strlen(BODY) - 1);
    peer_init(&peer, "");
    assert_int_equal(ask(&peer, "/", &status, &out, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
    peer_fini(&peer);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/one", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/two", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_answer_counts_whatever_its_status),
        cmocka_unit_test(an_answer_without_a_valid_signature_is_an_error),
        cmocka_unit_test(another_secret_is_explained),
        cmocka_unit_test(the_request_is_sent_as_signed),
        cmocka_unit_test(a_url_that_curl_would_change_is_refused),
        cmocka_unit_test(the_callers_ceiling_counts_too),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
