/* A peer for tests: a thread that sends one prepared answer per request, and holds requests until it has one. */
#ifndef KS_TEST_PEER_SERVER_H
#define KS_TEST_PEER_SERVER_H

#include "support/testing.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "document/document.h"

#define PEER_SECRET      "0123456789abcdef of the tests"
#define PEER_CONNECTIONS 16
#define PEER_REQUESTS    256
#define PEER_ANSWERS     64

enum peer_trick {
    PEER_HONEST = 0,
    PEER_UNSIGNED = 1,
    PEER_WRONG_KEY = 2,
    PEER_ALTERED = 4, /* one byte is changed after signing */
    PEER_GZIP = 8,
    PEER_ENDLESS = 16,
    PEER_DRIP = 32, /* a byte now and then */
    PEER_HANG_UP = 64,
    PEER_REPLAYED = 128, /* signed for the previous request */
    PEER_FOREVER = 256,  /* also the answer to all later requests */
    PEER_TRAILING = 512, /* bytes after the packed body */
    PEER_HOARD = 1024,   /* as much as may be sent, and then nothing */
};

struct peer_answer {
    int status; /* 0: 200 */
    unsigned tricks;
    const char *header; /* "Location: …\r\n"; or NULL */
    char *body;         /* owned; NULL: none */
};

struct peer_request {
    char target[512];
    char host[128];
    bool accepted;
    bool takes_gzip;
};

struct peer_server {
    int listener, wake;
    uint16_t port;
    pthread_t thread;
    struct ks_auth_keys keys;
    struct ks_auth_key *wrong_key;
    unsigned char last_mac[KS_AUTH_MAC_BYTES];
    struct {
        int fd;
        char request[4096];
        size_t length;
    } connections[PEER_CONNECTIONS];

    pthread_mutex_t lock;
    pthread_cond_t requested;
    bool stopping;
    struct peer_answer answers[PEER_ANSWERS];
    size_t answer_count, answered;
    struct peer_request requests[PEER_REQUESTS];
    size_t request_count;
};

/* ---- answering ---- */

static inline bool peer_send(int fd, const void *data, size_t length)
{
    const char *at = data;

    while (length > 0) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

        if (sent <= 0) {
            return false;
        }
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

static inline bool peer_is_stopping(struct peer_server *server)
{
    bool stopping;

    pthread_mutex_lock(&server->lock);
    stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return stopping;
}

/* One gzip member of one stored block (RFC 1952, RFC 1951). */
static inline void peer_gzip(struct ks_buf *out, const char *text)
{
    size_t length = strlen(text);
    uint32_t crc = 0xffffffff;
    unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, 0, 0, 0, 0};
    unsigned char tail[8];

    assert_true(length <= UINT16_MAX);
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    crc = ~crc;
    for (int i = 0; i < 2; i++) {
        head[11 + i] = (unsigned char)(length >> 8 * i);
        head[13 + i] = (unsigned char)~head[11 + i];
    }
    for (int i = 0; i < 4; i++) {
        tail[i] = (unsigned char)(crc >> 8 * i);
        tail[4 + i] = (unsigned char)(length >> 8 * i);
    }
    ks_buf_bytes(out, head, sizeof head);
    ks_buf_bytes(out, text, length);
    ks_buf_bytes(out, tail, sizeof tail);
}

static inline void peer_sign(struct peer_server *server, const struct peer_answer *answer,
                             const struct ks_auth_claim *claim, char header[static KS_AUTH_HEADER_SIZE])
{
    struct ks_auth_key *key = answer->tricks & PEER_WRONG_KEY ? server->wrong_key : server->keys.keys[0];
    const unsigned char *mac = answer->tricks & PEER_REPLAYED ? server->last_mac : claim->mac;
    struct ks_auth_answer *signing;
    struct ks_error err;

    assert_int_equal(ks_auth_answer_new(&signing, key, mac, answer->status ? answer->status : 200, &err), 0);
    ks_auth_answer_add(signing, answer->body ? answer->body : "", answer->body ? strlen(answer->body) : 0);
    ks_auth_answer_sign(signing, header);
    ks_auth_answer_free(signing);
}

/* Sends until the client stops reading. */
static inline void peer_send_endless(struct peer_server *server, int fd, unsigned tricks)
{
    static char data[65536];
    const struct timespec moment = {.tv_nsec = 20000000};

    memset(data, ' ', sizeof data);
    while (!peer_is_stopping(server) && peer_send(fd, data, tricks & PEER_DRIP ? 1 : sizeof data)) {
        if (tricks & PEER_DRIP) {
            nanosleep(&moment, NULL);
        }
    }
}

static inline void peer_send_hoard(struct peer_server *server, int fd)
{
    static char data[1 << 20];
    const struct timespec moment = {.tv_nsec = 20000000};
    bool taken = true;

    memset(data, ' ', sizeof data);
    for (size_t i = 0; i < KS_DOCUMENT_MOST / sizeof data && taken; i++) {
        taken = peer_send(fd, data, sizeof data);
    }
    while (taken && !peer_is_stopping(server)) {
        nanosleep(&moment, NULL);
    }
}

/* False if the connection must be closed. */
static inline bool peer_send_answer(struct peer_server *server, int fd, const struct peer_answer *answer,
                                    const struct ks_auth_claim *claim)
{
    bool endless = answer->tricks & (PEER_ENDLESS | PEER_DRIP | PEER_HOARD);
    char signature[KS_AUTH_HEADER_SIZE];
    struct ks_buf body KS_CLEANUP_BUF;
    struct ks_buf head KS_CLEANUP_BUF;

    ks_buf_init(&body, CEILING);
    ks_buf_init(&head, CEILING);
    if (answer->tricks & PEER_GZIP) {
        peer_gzip(&body, answer->body);
    } else if (answer->body) {
        ks_buf_bytes(&body, answer->body, strlen(answer->body));
    }
    if (answer->tricks & PEER_TRAILING) {
        ks_buf_literal(&body, "and more");
    }
    if (answer->tricks & PEER_ALTERED) {
        body.data[body.length / 2] ^= 1;
    }
    ks_buf_printf(&head, "HTTP/1.1 %d Test\r\nContent-Type: application/json\r\n",
                  answer->status ? answer->status : 200);
    if (!(answer->tricks & PEER_UNSIGNED)) {
        peer_sign(server, answer, claim, signature);
        ks_buf_printf(&head, "Intra-Shield: %s\r\n", signature);
    }
    ks_buf_printf(&head, "%s%s", answer->header ? answer->header : "",
                  answer->tricks & PEER_GZIP ? "Content-Encoding: gzip\r\n" : "");
    if (endless) {
        ks_buf_literal(&head, "Connection: close\r\n\r\n");
    } else {
        ks_buf_printf(&head, "Content-Length: %zu\r\n\r\n", body.length);
    }
    if (!peer_send(fd, head.data, head.length) || !peer_send(fd, body.data, body.length)) {
        return false;
    }
    if (answer->tricks & PEER_HOARD) {
        peer_send_hoard(server, fd);
    } else if (endless) {
        peer_send_endless(server, fd, answer->tricks);
    }
    memcpy(server->last_mac, claim->mac, sizeof server->last_mac);
    return !endless;
}

/* ---- requests ---- */

static inline void peer_header(const char *request, const char *name, char *value, size_t size)
{
    char line[64];
    const char *found;

    snprintf(line, sizeof line, "\r\n%s: ", name);
    found = strcasestr(request, line);
    value[0] = '\0';
    if (found) {
        found += strlen(line);
        snprintf(value, size, "%.*s", (int)strcspn(found, "\r"), found);
    }
}

static inline void peer_read_request(const struct peer_server *server, const char *text, struct peer_request *request,
                                     struct ks_auth_claim *claim)
{
    struct ks_auth_request signed_request = {.method = "GET", .host = request->host, .target = request->target};
    char signature[1024];
    char encodings[64];

    snprintf(request->target, sizeof request->target, "%.*s", (int)strcspn(text + 4, " "), text + 4);
    peer_header(text, "Host", request->host, sizeof request->host);
    peer_header(text, KS_AUTH_HEADER, signature, sizeof signature);
    peer_header(text, "Accept-Encoding", encodings, sizeof encodings);
    request->takes_gzip = strstr(encodings, "gzip");
    request->accepted = strncmp(text, "GET ", 4) == 0 &&
                        ks_auth_verify(claim, &server->keys, &signed_request, signature, ks_clock_wall()) == KS_AUTH_OK;
}

/* Answers a complete request if an answer is prepared. */
static inline void peer_serve(struct peer_server *server, size_t i)
{
    struct peer_request request;
    struct ks_auth_claim claim = {.key = NULL};
    struct peer_answer answer;

    if (!memmem(server->connections[i].request, server->connections[i].length, "\r\n\r\n", 4)) {
        return;
    }
    pthread_mutex_lock(&server->lock);
    if (server->answered == server->answer_count) {
        pthread_mutex_unlock(&server->lock);
        return;
    }
    answer = server->answers[server->answered];
    server->answered += !(answer.tricks & PEER_FOREVER);
    pthread_mutex_unlock(&server->lock);
    peer_read_request(server, server->connections[i].request, &request, &claim);
    server->connections[i].length = 0;
    pthread_mutex_lock(&server->lock);
    assert_true(server->request_count < PEER_REQUESTS);
    server->requests[server->request_count++] = request;
    pthread_cond_broadcast(&server->requested);
    pthread_mutex_unlock(&server->lock);
    if (answer.tricks & PEER_HANG_UP || !peer_send_answer(server, server->connections[i].fd, &answer, &claim)) {
        close(server->connections[i].fd);
        server->connections[i].fd = -1;
    }
}

static inline void peer_accept(struct peer_server *server)
{
    int fd = accept(server->listener, NULL, NULL);

    for (size_t i = 0; i < PEER_CONNECTIONS; i++) {
        if (server->connections[i].fd < 0) {
            server->connections[i].fd = fd;
            server->connections[i].length = 0;
            return;
        }
    }
    close(fd);
}

static inline void peer_receive(struct peer_server *server, size_t i)
{
    size_t length = server->connections[i].length;
    ssize_t count = recv(server->connections[i].fd, server->connections[i].request + length,
                         sizeof server->connections[i].request - 1 - length, 0);

    if (count <= 0) {
        close(server->connections[i].fd);
        server->connections[i].fd = -1;
        return;
    }
    server->connections[i].length += (size_t)count;
    server->connections[i].request[server->connections[i].length] = '\0';
}

static inline void *peer_thread(void *arg)
{
    struct peer_server *server = arg;
    struct pollfd polled[PEER_CONNECTIONS + 2];
    uint64_t count;

    while (!peer_is_stopping(server)) {
        for (size_t i = 0; i < PEER_CONNECTIONS; i++) {
            polled[i] = (struct pollfd){.fd = server->connections[i].fd, .events = POLLIN};
        }
        polled[PEER_CONNECTIONS] = (struct pollfd){.fd = server->listener, .events = POLLIN};
        polled[PEER_CONNECTIONS + 1] = (struct pollfd){.fd = server->wake, .events = POLLIN};
        poll(polled, COUNT(polled), -1);
        if (polled[PEER_CONNECTIONS + 1].revents && read(server->wake, &count, sizeof count) < 0) {
            return NULL;
        }
        for (size_t i = 0; i < PEER_CONNECTIONS; i++) {
            if (polled[i].revents) {
                peer_receive(server, i);
            }
            if (server->connections[i].fd >= 0) {
                peer_serve(server, i);
            }
        }
        if (polled[PEER_CONNECTIONS].revents) {
            peer_accept(server);
        }
    }
    return NULL;
}

/* ---- life ---- */

static inline void peer_wake(struct peer_server *server)
{
    const uint64_t one = 1;

    assert_int_equal(write(server->wake, &one, sizeof one), sizeof one);
}

/* port 0: any free port. */
static inline void peer_server_start(struct peer_server *server, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    const int on = 1;
    struct ks_error err;

    memset(server, 0, sizeof *server);
    assert_int_equal(ks_auth_init(&err), 0);
    assert_int_equal(ks_auth_key_make(&server->keys.keys[0], PEER_SECRET, strlen(PEER_SECRET), &err), 0);
    server->keys.count = 1;
    assert_int_equal(ks_auth_key_make(&server->wrong_key, "another secret than that", 24, &err), 0);
    for (size_t i = 0; i < PEER_CONNECTIONS; i++) {
        server->connections[i].fd = -1;
    }
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->requested, NULL);
    server->wake = eventfd(0, EFD_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 256), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, peer_thread, server), 0);
}

static inline void peer_server_stop(struct peer_server *server)
{
    if (!server->port) {
        return;
    }
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_mutex_unlock(&server->lock);
    peer_wake(server);
    pthread_join(server->thread, NULL);
    for (size_t i = 0; i < PEER_CONNECTIONS; i++) {
        if (server->connections[i].fd >= 0) {
            close(server->connections[i].fd);
        }
    }
    for (size_t i = 0; i < server->answer_count; i++) {
        free(server->answers[i].body);
    }
    close(server->listener);
    close(server->wake);
    pthread_mutex_destroy(&server->lock);
    pthread_cond_destroy(&server->requested);
    ks_auth_keys_fini(&server->keys);
    ks_auth_key_unref(server->wrong_key);
    server->port = 0;
}

/* Prepares the next answer. body: copied, or NULL. */
static inline void peer_server_push(struct peer_server *server, const struct peer_answer *answer, const char *body)
{
    pthread_mutex_lock(&server->lock);
    assert_true(server->answer_count < PEER_ANSWERS);
    server->answers[server->answer_count] = *answer;
    server->answers[server->answer_count++].body = body ? strdup(body) : NULL;
    pthread_mutex_unlock(&server->lock);
    peer_wake(server);
}

static inline size_t peer_server_requests(struct peer_server *server)
{
    size_t count;

    pthread_mutex_lock(&server->lock);
    count = server->request_count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

/* Waits for the next request, and returns whether its signature was right. */
static inline bool peer_server_wait(struct peer_server *server)
{
    struct timespec deadline;
    size_t count;
    bool accepted;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 10;
    pthread_mutex_lock(&server->lock);
    count = server->request_count;
    while (server->request_count == count) {
        assert_int_equal(pthread_cond_timedwait(&server->requested, &server->lock, &deadline), 0);
    }
    accepted = server->requests[count].accepted;
    pthread_mutex_unlock(&server->lock);
    return accepted;
}

#endif
