/* An API server with a script, on the loop of whoever asks it: what each request in turn
 * gets. It writes down what they ask for. */
#ifndef KS_TEST_KUBE_SERVER_H
#define KS_TEST_KUBE_SERVER_H

#include "support/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apiserver/client.h"
#include "loop/loop.h"

#define ANSWER(status, type, body) "HTTP/1.1 " status "\r\nConnection: close\r\nContent-Type: " type "\r\n\r\n" body
#define OK(body)                   ANSWER("200 OK", "application/json", body)
#define CUT(body)                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n" body
#define STATUS(code, message)      ANSWER(code " No", "application/json", STATUS_BODY(code, message))
#define STATUS_BODY(code, message) "{\"kind\":\"Status\",\"code\":" code ",\"message\":\"" message "\"}"
#define TOO_LARGE(code)                                                                                                \
    "{\"kind\":\"Status\",\"code\":" code ",\"details\":{\"causes\":[{\"reason\":\"ResourceVersionTooLarge\"}]}}"
#define POD(name, version)   "{\"metadata\":{\"name\":\"" name "\",\"resourceVersion\":\"" version "\"}}"
#define LIST(version, items) OK("{\"metadata\":{\"resourceVersion\":\"" version "\"},\"items\":[" items "]}")
#define EVENT(type, object)  "{\"type\":\"" type "\",\"object\":" object "}\n"
#define ADDED(name, version) EVENT("ADDED", POD(name, version))
#define BOOKMARK(version)    EVENT("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"" version "\"}}")

/* A kubeconfig in memory, so that nothing has to be removed. */
struct kube_config {
    int fd;
    char path[64];
};

static inline void kube_config_init(struct kube_config *config, const char *url)
{
    config->fd = memfd_create("kubeconfig", MFD_CLOEXEC);
    assert_true(config->fd >= 0);
    assert_true(dprintf(config->fd,
                        "current-context: x\nclusters: [{name: c, cluster: {server: '%s'}}]\n"
                        "users: [{name: u, user: {}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n",
                        url) > 0);
    snprintf(config->path, sizeof config->path, "/proc/self/fd/%d", config->fd);
}

static inline void kube_config_fini(struct kube_config *config)
{
    close(config->fd);
}

struct kube_step {
    const char *answer; /* NULL: none, if the connection stays, or its end */
    bool stays;         /* the connection, for as long as the other side wants */
};

struct kube_connection {
    struct kube_server *server;
    int fd; /* -1: none */
    struct ks_descriptor descriptor;
    struct ks_buf request;
};

struct kube_server {
    struct ks_loop *loop;
    struct ks_kube_client *client; /* which asks it */
    const struct kube_step *steps; /* up to one without an answer, which all later requests get */
    struct ks_buf asked;           /* all requests so far: "list 0, watch 12, v1beta1 list" */
    int fd;
    struct ks_descriptor descriptor;
    struct kube_connection connections[8];
    struct kube_config config;
};

static inline void kube_connection_close(struct kube_connection *connection)
{
    if (connection->fd >= 0) {
        ks_descriptor_stop(&connection->descriptor);
        close(connection->fd);
        ks_buf_fini(&connection->request);
        connection->fd = -1;
    }
}

/* "GET /api/v1/pods?watch=true&resourceVersion=12 HTTP/1.1…" is "watch 12". A list of an object that cannot exist is a
 * question for the version of a cache. */
static inline void kube_server_note(struct kube_server *server, const char *request)
{
    bool is_question = strstr(request, "fieldSelector=metadata.name%3D-&resourceVersion=0 ") != NULL;
    const char *version = strstr(request, "resourceVersion=");
    int length = version ? (int)strcspn(version + strlen("resourceVersion="), "& ") : 0;

    if (is_question) {
        ks_buf_printf(&server->asked, ", cache");
        return;
    }
    ks_buf_printf(&server->asked, "%s%s%s%s%.*s", server->asked.length ? ", " : "",
                  strstr(request, "/v1beta1/") ? "v1beta1 " : "", strstr(request, "watch=true") ? "watch" : "list",
                  length ? " " : "", length, version ? version + strlen("resourceVersion=") : "");
}

static inline void kube_server_answer(struct kube_server *server, struct kube_connection *connection)
{
    const struct kube_step *step = server->steps;
    size_t length = step->answer ? strlen(step->answer) : 0;

    kube_server_note(server, connection->request.data);
    if (length) {
        server->steps++;
        assert_int_equal(send(connection->fd, step->answer, length, MSG_NOSIGNAL), length);
    }
    if (!step->stays) {
        kube_connection_close(connection);
    }
}

static inline void kube_connection_ready(void *arg, short revents)
{
    struct kube_connection *connection = arg;
    char part[4096];
    ssize_t count = recv(connection->fd, part, sizeof part, 0);

    (void)revents;
    if (count <= 0) {
        kube_connection_close(connection);
        return;
    }
    ks_buf_bytes(&connection->request, part, (size_t)count);
    if (strstr(connection->request.data, "\r\n\r\n")) {
        kube_server_answer(connection->server, connection);
    }
}

static inline void kube_server_ready(void *arg, short revents)
{
    struct kube_server *server = arg;
    struct kube_connection *connection = server->connections;

    (void)revents;
    while (connection->fd >= 0) {
        connection++;
        assert_true(connection < server->connections + COUNT(server->connections));
    }
    connection->fd = accept(server->fd, NULL, NULL);
    assert_true(connection->fd >= 0);
    ks_buf_init(&connection->request, CEILING);
    ks_descriptor_watch(&connection->descriptor, connection->fd, POLLIN);
}

static inline void kube_server_ignore(void *arg)
{
    (void)arg;
}

static inline void kube_server_make_client(struct kube_server *server, unsigned port)
{
    const struct ks_access_source source = {.kubeconfig = server->config.path};
    struct ks_error err;
    char url[64];

    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    kube_config_init(&server->config, url);
    if (ks_kube_client_new(&server->client, server->loop, &source, kube_server_ignore, NULL, &err)) {
        fail_msg("%s", err.text);
    }
}

static inline void kube_server_init(struct kube_server *server, const struct kube_step *steps)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct ks_error err;

    memset(server, 0, sizeof *server);
    server->steps = steps;
    ks_buf_init(&server->asked, CEILING);
    assert_int_equal(ks_loop_new(&server->loop, &err), 0);
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->fd >= 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->fd, 16), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &length), 0);
    ks_descriptor_init(&server->descriptor, server->loop, kube_server_ready, server);
    ks_descriptor_watch(&server->descriptor, server->fd, POLLIN);
    for (size_t i = 0; i < COUNT(server->connections); i++) {
        server->connections[i] = (struct kube_connection){.server = server, .fd = -1};
        ks_descriptor_init(&server->connections[i].descriptor, server->loop, kube_connection_ready,
                           &server->connections[i]);
    }
    kube_server_make_client(server, ntohs(address.sin_port));
}

static inline void kube_server_fini(struct kube_server *server)
{
    ks_kube_client_free(server->client);
    kube_config_fini(&server->config);
    for (size_t i = 0; i < COUNT(server->connections); i++) {
        kube_connection_close(&server->connections[i]);
    }
    ks_descriptor_stop(&server->descriptor);
    close(server->fd);
    ks_loop_free(server->loop);
    ks_buf_fini(&server->asked);
}

#endif
