#include "config.h"

#include "model/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/answer.h"

#define REQUEST_MOST ((size_t)64 << 10)
#define ANSWERS_MOST ((size_t)4 << 20)

/* ---- connections ---- */

static void watch_fd(struct model_connection *connection, bool writes)
{
    struct epoll_event event = {.events = EPOLLIN | (writes ? EPOLLOUT : 0U), .data.ptr = connection};

    if (connection->writes != writes) {
        connection->writes = writes;
        epoll_ctl(connection->server->epoll, EPOLL_CTL_MOD, connection->fd, &event);
    }
}

static void end_connection(struct model_connection *connection, bool by_reset)
{
    const struct linger linger = {.l_onoff = 1};

    if (connection->is_over) {
        return;
    }
    if (by_reset) {
        setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
    close(connection->fd);
    connection->is_over = true;
    connection->task = MODEL_IDLE;
}

/* Frees what is over. Not while events of this turn may still name it. */
static void sweep(struct model_server *server)
{
    struct model_connection **at = &server->connections;

    while (*at) {
        struct model_connection *connection = *at;

        if (!connection->is_over) {
            at = &connection->next;
            continue;
        }
        *at = connection->next;
        ks_buf_fini(&connection->in);
        ks_buf_fini(&connection->out);
        free(connection);
    }
}

static void accept_one(struct model_server *server)
{
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct model_connection *connection = fd >= 0 ? calloc(1, sizeof *connection) : NULL;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    const int yes = 1;

    if (!connection) {
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->server = server;
    connection->fd = fd;
    connection->cache = model_pick(&server->random, MODEL_CACHES);
    ks_buf_init(&connection->in, REQUEST_MOST);
    ks_buf_init(&connection->out, ANSWERS_MOST);
    connection->next = server->connections;
    server->connections = connection;
    epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* ---- sending ---- */

static void finish(struct model_connection *connection)
{
    struct model_server *server = connection->server;

    ks_buf_reset(&connection->out);
    connection->sent = connection->stop = connection->pace = 0;
    if (connection->task == MODEL_ANSWERS) {
        connection->task = MODEL_IDLE;
        if (!connection->is_beat && !connection->is_beside) {
            server->beats_of_peace = 0;
        }
        model_answer_is_told(connection);
    }
    if (connection->ends_after) {
        end_connection(connection, false);
    }
}

static void stop_in_the_middle(struct model_connection *connection)
{
    switch (connection->body) {
    case MODEL_RESET:
        end_connection(connection, true);
        break;
    case MODEL_GARBAGE:
        connection->out.length = connection->stop;
        ks_buf_literal(&connection->out, "\r\n6\r\n\x01}{]]\"\r\n0\r\n\r\n");
        connection->stop = 0;
        connection->ends_after = true;
        break;
    default:
        connection->is_lost = true;
        break;
    }
}

static void send_more(struct model_connection *connection)
{
    size_t most = connection->stop ? connection->stop : connection->out.length;

    if (connection->is_over || connection->is_lost) {
        return;
    }
    if (connection->pace && most > connection->sent + connection->pace) {
        most = connection->sent + connection->pace;
    }
    while (connection->sent < most) {
        ssize_t count =
            send(connection->fd, connection->out.data + connection->sent, most - connection->sent, MSG_NOSIGNAL);

        if (count < 0) {
            if (errno != EAGAIN) {
                end_connection(connection, true);
                return;
            }
            break;
        }
        connection->sent += (size_t)count;
        if (connection->task == MODEL_WATCHED) {
            connection->server->beats_of_peace = 0;
        }
    }
    watch_fd(connection, connection->sent < most);
    if (connection->stop && connection->sent == connection->stop) {
        stop_in_the_middle(connection);
    } else if (connection->sent == connection->out.length && (connection->sent || connection->ends_after)) {
        finish(connection);
    }
}

/* ---- receiving ---- */

static void take_request(struct model_connection *connection)
{
    char *end = strstr(connection->in.data, "\r\n\r\n");
    char line[1024];

    if (!end || connection->task != MODEL_IDLE) {
        return;
    }
    snprintf(line, sizeof line, "%.*s", (int)strcspn(connection->in.data, "\r"), connection->in.data);
    ks_buf_reset(&connection->in);
    if (ks_clock_monotonic() < connection->server->faults.resets) {
        model_record_line(connection->server->record, "reset: %s", line);
        model_answer_ask(connection, line);
        end_connection(connection, true);
        return;
    }
    model_answer_ask(connection, line);
    model_answer_try(connection);
    send_more(connection);
}

static void receive(struct model_connection *connection)
{
    char part[4096];
    ssize_t count;

    while ((count = recv(connection->fd, part, sizeof part, 0)) > 0) {
        ks_buf_bytes(&connection->in, part, (size_t)count);
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        end_connection(connection, false);
        return;
    }
    take_request(connection);
}

void model_server_event(void *arg, uint32_t events)
{
    struct model_connection *connection = arg;

    if (connection->is_over) {
        return;
    }
    if (connection->fd < 0) { /* it stands for the listener */
        accept_one(connection->server);
        return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        receive(connection);
    }
    if (events & EPOLLOUT) {
        send_more(connection);
    }
}

/* ---- life ---- */

static int listen_again(struct model_server *server)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(server->port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &server->gate};
    socklen_t length = sizeof address;
    const int yes = 1;

    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->listener < 0 || setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0) {
        return -1;
    }
    server->port = ntohs(address.sin_port);
    return epoll_ctl(server->epoll, EPOLL_CTL_ADD, server->listener, &event);
}

static void listen_if_it_may(struct model_server *server, int64_t now)
{
    bool may = now >= server->faults.refuses;

    if (may && server->listener < 0 && listen_again(server) != 0) {
        server->defect = "the model's own port was taken";
    } else if (!may && server->listener >= 0) {
        close(server->listener);
        server->listener = -1;
    }
}

int model_server_init(struct model_server *server, int epoll, struct model_record *record)
{
    server->epoll = epoll;
    server->record = record;
    server->gate = (struct model_connection){.server = server, .fd = -1};
    model_cluster_init(&server->cluster);
    return listen_again(server);
}

void model_server_fini(struct model_server *server)
{
    model_server_reset(server, MODEL_KINDS);
    sweep(server);
    if (server->listener >= 0) {
        close(server->listener);
    }
}

static void go_on(struct model_connection *connection, int64_t now)
{
    if (connection->task == MODEL_WAITS) {
        model_answer_try(connection);
    } else if (connection->task == MODEL_WATCHED) {
        model_answer_go_on(connection, now);
    }
    if (connection->out.length > connection->sent || connection->ends_after) {
        send_more(connection);
    }
}

void model_server_turn(struct model_server *server, int64_t now)
{
    listen_if_it_may(server, now);
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        if (now >= server->faults.lags[i] && now >= server->faults.fills[i] && now >= server->faults.hangs &&
            server->cluster.caches[i].version < server->cluster.now.version) {
            model_cache_advance(&server->cluster, i);
        }
    }
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (!connection->is_over) {
            go_on(connection, now);
        }
    }
    sweep(server);
}

/* As Kubernetes says to do after a restore. */
static void end_undone_pasts(struct model_server *server)
{
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        if (server->cluster.caches[i].version <= server->cluster.now.version) {
            continue;
        }
        model_cache_advance(&server->cluster, i);
        for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
            if (connection->cache == i) {
                end_connection(connection, true);
            }
        }
    }
}

void model_server_welcome(struct model_server *server)
{
    end_undone_pasts(server);
    server->is_forgotten = true;
    model_server_forget(server);
}

void model_server_mend(struct model_server *server)
{
    const enum model_future future = server->faults.future;

    memset(&server->faults, 0, sizeof server->faults);
    server->faults.future = future;
    memset(server->cluster.lose, 0, sizeof server->cluster.lose);
    memset(server->told_at, 0, sizeof server->told_at);
    end_undone_pasts(server);
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        model_cache_advance(&server->cluster, i);
    }
    server->is_mended = true;
    server->beats = server->beats_of_peace = 0;
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (!connection->is_lost || connection->is_over) {
            continue;
        }
        if (model_chance(&server->random, 50)) {
            end_connection(connection, true);
        }
        connection->is_lost = false;
        connection->stop = connection->pace = 0;
    }
}

void model_server_forget(struct model_server *server)
{
    server->known = 0;
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        connection->beat = 0;
    }
}

/* ---- what a driver does to connections ---- */

void model_server_refuse(struct model_server *server, int64_t until)
{
    server->faults.refuses = until;
    listen_if_it_may(server, ks_clock_monotonic());
}

static bool is_watch_of(const struct model_connection *connection, size_t kind)
{
    return connection->task == MODEL_WATCHED && (kind == MODEL_KINDS || kind == connection->kind);
}

void model_server_reset(struct model_server *server, size_t kind)
{
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (kind == MODEL_KINDS || is_watch_of(connection, kind)) {
            end_connection(connection, true);
        }
    }
}

void model_server_end_watches(struct model_server *server, size_t kind)
{
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (is_watch_of(connection, kind)) {
            connection->ends_at = 0;
        }
    }
}

void model_server_bookmark(struct model_server *server, size_t kind)
{
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (is_watch_of(connection, kind)) {
            model_answer_bookmark(connection);
        }
    }
}

void model_server_disturb(struct model_server *server, size_t kind, const char *bytes, bool then_ends)
{
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (is_watch_of(connection, kind)) {
            ks_buf_printf(&connection->out, "%zx\r\n%s\r\n", strlen(bytes), bytes);
            connection->ends_after = then_ends;
        }
    }
}

void model_server_error_event(struct model_server *server, size_t kind, int code, const char *reason,
                              const char *message)
{
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (is_watch_of(connection, kind)) {
            model_answer_error_event(connection, code, reason, message);
        }
    }
}

void model_server_stall(struct model_server *server, size_t kind)
{
    for (struct model_connection *connection = server->connections; connection; connection = connection->next) {
        if (is_watch_of(connection, kind)) {
            connection->is_lost = true;
        }
    }
}
