/* The container of the tests on a real node: one static program in an image of its own.
 *
 *     tiny pause             does nothing: the image that keeps a pod's namespaces
 *     tiny exit CODE         ends at once
 *     tiny eat               takes all memory that it gets
 *     tiny serve PORT READY  answers HTTP requests; READY is 1, or 0 if it is not ready in the beginning
 *
 * A test tells a server what to do next, so no test depends on how long something takes:
 *
 *     /ready      200 or 503, for readiness probes      /on /off    from now on, ready or not
 *     /exit/CODE  ends                                  /eat        takes all memory that it gets
 *     /deaf       ignores SIGTERM
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE (1 << 20)

static void fail(const char *what)
{
    perror(what);
    exit(111);
}

/* As process 1 it would not end by a signal without a handler. */
static void end(int signal)
{
    (void)signal;
    _exit(0);
}

static void eat(void)
{
    for (;;) {
        char *piece = malloc(PIECE);
        if (!piece)
            fail("malloc");
        memset(piece, 1, PIECE);
    }
}

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ||
        bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 16))
        fail("listen");
    return fd;
}

static void answer(int fd, bool is_ok)
{
    const char *text = is_ok ? "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"
                             : "HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    if (write(fd, text, strlen(text)) < 0)
        perror("write");
    /* Not closed before the client has closed its side, or what it has sent meanwhile would reset the connection. */
    shutdown(fd, SHUT_WR);
    for (char rest[512]; read(fd, rest, sizeof rest) > 0;)
        ;
    close(fd);
}

static void serve(int port, bool is_ready)
{
    int listener = listen_on(port);

    for (;;) {
        char request[512] = "";
        int fd = accept(listener, NULL, NULL), code;
        if (fd < 0)
            continue;
        /* A request comes in one piece; a client that sends nothing costs nobody else's time. */
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 1}, sizeof(struct timeval));
        if (read(fd, request, sizeof request - 1) < 0)
            perror("read");
        if (!strncmp(request, "GET /on ", 8) || !strncmp(request, "GET /off ", 9))
            is_ready = request[6] == 'n';
        if (!strncmp(request, "GET /deaf ", 10))
            signal(SIGTERM, SIG_IGN);
        answer(fd, strncmp(request, "GET /ready ", 11) || is_ready);
        if (sscanf(request, "GET /exit/%d", &code) == 1)
            exit(code);
        if (!strncmp(request, "GET /eat ", 9))
            eat();
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";

    signal(SIGTERM, end);
    signal(SIGINT, end);
    if (!strcmp(mode, "exit") && argc == 3)
        return atoi(argv[2]);
    if (!strcmp(mode, "eat"))
        eat();
    if (!strcmp(mode, "serve") && argc == 4)
        serve(atoi(argv[2]), atoi(argv[3]));
    signal(SIGCHLD, SIG_IGN); /* so that nobody stays a zombie */
    while (!strcmp(mode, "pause"))
        pause();
    fputs("usage: tiny pause | exit CODE | eat | serve PORT READY\n", stderr);
    return 2;
}
