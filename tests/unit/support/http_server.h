/* A server on 127.0.0.1 in a thread: one request after another, each on its own connection. */
#ifndef KS_TEST_HTTP_SERVER_H
#define KS_TEST_HTTP_SERVER_H

#include "support/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

struct http_server {
    /* Fills the whole answer, headers included. If it stays empty, the connection is closed without a byte. Returns
     * true to keep the connection open for as long as the other side wants. */
    bool (*answer)(void *arg, const char *request, struct ks_buf *answer);
    void *arg;
    atomic_uint requests;
    char url[64]; /* http://127.0.0.1:port */
    int fd;
    pthread_t thread;
};

/* Reads up to the empty line. */
static inline void http_server_read(int fd, struct ks_buf *request)
{
    char part[4096];
    ssize_t count;

    while (!strstr(request->data, "\r\n\r\n") && (count = recv(fd, part, sizeof part, 0)) > 0) {
        ks_buf_bytes(request, part, (size_t)count);
    }
}

static inline void http_server_serve(struct http_server *server, int fd)
{
    struct ks_buf request;
    struct ks_buf answer;
    char byte;
    bool stays;
    size_t sent = 0;

    ks_buf_init(&request, CEILING);
    ks_buf_init(&answer, (size_t)96 << 20);
    http_server_read(fd, &request);
    atomic_fetch_add(&server->requests, 1);
    stays = server->answer(server->arg, request.data, &answer);
    while (sent < answer.length) {
        ssize_t count = send(fd, answer.data + sent, answer.length - sent, MSG_NOSIGNAL);

        if (count <= 0) {
            break;
        }
        sent += (size_t)count;
    }
    while (stays && recv(fd, &byte, 1, 0) > 0) {
    }
    ks_buf_fini(&request);
    ks_buf_fini(&answer);
    close(fd);
}

static inline void *http_server_run(void *arg)
{
    struct http_server *server = arg;
    int fd;

    while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
        http_server_serve(server, fd);
    }
    return NULL;
}

static inline void http_server_start(struct http_server *server,
                                     bool (*answer)(void *arg, const char *request, struct ks_buf *answer), void *arg)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    memset(server, 0, sizeof *server);
    server->answer = answer;
    server->arg = arg;
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->fd >= 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->fd, 16), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &length), 0);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, http_server_run, server), 0);
}

static inline void http_server_stop(struct http_server *server)
{
    shutdown(server->fd, SHUT_RDWR); /* wakes accept(2) */
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    close(server->fd);
}

#endif
