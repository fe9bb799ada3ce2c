#include "config.h"

#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

bool listen_is_socket(int fd)
{
    int listening = 0;
    socklen_t size = sizeof listening;

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

static void fill_path(struct sockaddr_un *socket_address, const char *path)
{
    *socket_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(socket_address->sun_path, path, strlen(path) + 1);
}

/* Removes a socket that is left over. Fails if the path is anything else. */
static int clear_path(const char *path, struct ks_error *err)
{
    struct sockaddr_un socket_address;
    struct stat status;
    int fd;
    int failure;

    if (lstat(path, &status)) {
        return errno == ENOENT ? 0 : ks_error_system(err, errno, "%s", path);
    }
    if (!S_ISSOCK(status.st_mode)) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s: a file that is not a socket is in the way", path);
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return ks_error_system(err, errno, "socket");
    }
    fill_path(&socket_address, path);
    failure = connect(fd, (struct sockaddr *)&socket_address, sizeof socket_address) ? errno : 0;
    close(fd);
    if (failure == ECONNREFUSED) {
        return unlink(path) && errno != ENOENT ? ks_error_system(err, errno, "%s", path) : 0;
    }
    /* If the queue is full (EAGAIN), somebody listens, too. */
    if (failure == 0 || failure == EAGAIN) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s: another process listens on it", path);
    }
    return ks_error_system(err, failure, "%s", path);
}

static int open_unix(int *out, const struct ks_address *address, int64_t mode, struct ks_error *err)
{
    struct sockaddr_un socket_address;
    int fd;

    if (clear_path(address->host, err)) {
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return ks_error_system(err, errno, "socket");
    }
    fill_path(&socket_address, address->host);
    if (bind(fd, (struct sockaddr *)&socket_address, sizeof socket_address)) {
        ks_error_system(err, errno, "%s: must be in a folder that exists and that we may write to", address->host);
        close(fd);
        return -1;
    }
    if (chmod(address->host, (mode_t)mode) || listen(fd, BACKLOG)) {
        ks_error_system(err, errno, "%s", address->host);
        close(fd);
        return -1;
    }
    *out = fd;
    return 0;
}

static int try_tcp(const struct addrinfo *info)
{
    const int on = 1;
    int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC, info->ai_protocol);
    int saved;

    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, BACKLOG)) {
        saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static int open_tcp(int *out, const struct ks_address *address, struct ks_error *err)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    char port[8];
    int failure;
    int fd = -1;

    snprintf(port, sizeof port, "%u", address->port);
    failure = getaddrinfo(address->host, port, &hints, &list);
    if (failure) {
        return ks_error_set(err, KS_ERROR_INVALID, "tcp:%s:%s: %s", address->host, port, gai_strerror(failure));
    }
    for (const struct addrinfo *info = list; info && fd < 0; info = info->ai_next) {
        fd = try_tcp(info);
    }
    failure = errno;
    freeaddrinfo(list);
    if (fd < 0) {
        return ks_error_system(err, failure, "tcp:%s:%s", address->host, port);
    }
    *out = fd;
    return 0;
}

int listen_open(int *fd, const struct ks_address *address, int64_t mode, struct ks_error *err)
{
    switch (address->type) {
    case KS_ADDRESS_UNIX:
        return open_unix(fd, address, mode, err);
    case KS_ADDRESS_TCP:
        return open_tcp(fd, address, err);
    default:
        if (!listen_is_socket(address->fd)) {
            return ks_error_set(err, KS_ERROR_INVALID, "fd:%d: must be a listening socket", address->fd);
        }
        *fd = address->fd;
        return 0;
    }
}

void listen_close(int fd, const struct ks_address *address)
{
    close(fd);
    if (address->type == KS_ADDRESS_UNIX) {
        unlink(address->host);
    }
}
