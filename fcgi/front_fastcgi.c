/* The FastCGI front: one thread collects; the others accept, answer and accept again. */
#include "config.h"

#include <errno.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "base/clock.h"
#include "dispatch.h"
#include "front.h"
#include "listen.h"

#define DEFAULT_SOCKET   "/run/kube-shields/fastcgi.sock"
#define STACK_SIZE       (512 * 1024)
#define DRAIN_EVERY_MS   20
#define ACCEPT_PAUSE_MS  100
#define ACCEPT_REMIND_MS 60000
#define WAKE_SIGNAL      SIGUSR1
#define COLLECTOR_FAILED SIGUSR2

struct server;

struct worker {
    struct server *server;
    pthread_t thread;
    FCGX_Request request;
    atomic_bool accepting; /* waits for a request, so it may be woken */
    atomic_bool ended;
};

struct server {
    struct app app;
    struct backend backend;
    struct ks_logos *logos;
    struct ks_address address;
    int fd;
    struct worker *workers;
    size_t worker_count;
    atomic_bool stopping;
    pthread_t main_thread;
    atomic_bool collector_failed;
    _Atomic int64_t accept_logged_at; /* CLOCK_MONOTONIC, ms */
};

static bool is_there_twice(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    int count = 0;

    for (; *environment; environment++) {
        count += strncmp(*environment, name, length) == 0 && (*environment)[length] == '=';
    }
    return count > 1;
}

/* A header that came twice is two variables (nginx before 1.23), of which libfcgi finds the first. The protocol refuses
 * two signatures, so they become a value that cannot be valid. */
static const char *variable(void *arg, const char *name)
{
    FCGX_Request *request = arg;

    if (strcmp(name, "HTTP_INTRA_SHIELD") == 0 && is_there_twice(request->envp, name)) {
        return "twice";
    }
    return FCGX_GetParam(name, request->envp);
}

static void serve(struct worker *worker)
{
    FCGX_Request *request = &worker->request;
    const char *method = variable(request, "REQUEST_METHOD");
    char memory[RESPONSE_HEADERS_SIZE];
    struct ks_buf headers;
    struct response response;

    ks_buf_init_fixed(&headers, memory, sizeof memory);
    response_init(&response);
    dispatch(&worker->server->app, variable, request, &response);
    response_headers(&response, &headers);
    /* Ignore errors: the client went away. */
    FCGX_PutStr(headers.data, (int)headers.length, request->out);
    if (!method || strcmp(method, "HEAD") != 0) {
        FCGX_PutStr(response.body.data, (int)response.body.length, request->out);
    }
    response_fini(&response);
}

/* Most likely we are out of descriptors: wait a moment rather than spin, and log it once a minute. */
static void wait_after_failure(struct server *server, int errnum)
{
    const struct timespec pause = {.tv_nsec = ACCEPT_PAUSE_MS * 1000000};
    int64_t now = ks_clock_monotonic();
    int64_t logged_at = atomic_load(&server->accept_logged_at);

    if ((logged_at == 0 || now - logged_at > ACCEPT_REMIND_MS) &&
        atomic_compare_exchange_strong(&server->accept_logged_at, &logged_at, now)) {
        ks_log(server->app.log, KS_LOG_WARNING, "serve", "accept: %s", strerrordesc_np(errnum));
    }
    nanosleep(&pause, NULL);
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct server *server = worker->server;

    while (!atomic_load(&server->stopping)) {
        int accepted;

        atomic_store(&worker->accepting, true);
        accepted = FCGX_Accept_r(&worker->request);
        atomic_store(&worker->accepting, false);
        if (accepted == 0) {
            serve(worker);
            FCGX_Finish_r(&worker->request);
        } else if (!atomic_load(&server->stopping)) {
            wait_after_failure(server, errno);
        }
    }
    atomic_store(&worker->ended, true);
    return NULL;
}

static void *collect(void *arg)
{
    struct server *server = arg;
    struct ks_error error;

    if (ks_collector_run(server->backend.collector, &error)) {
        ks_log(server->app.log, KS_LOG_ERROR, "kubernetes", "%s", error.text);
        atomic_store(&server->collector_failed, true);
        pthread_kill(server->main_thread, COLLECTOR_FAILED);
    }
    return NULL;
}

static void wake(int signal_number)
{
    (void)signal_number; /* the signal only interrupts accept */
}

/* The main thread waits for signals; all others block them. WAKE_SIGNAL ends a wait in accept. */
static void set_up_signals(sigset_t *waited)
{
    struct sigaction action = {.sa_handler = wake};

    sigaction(WAKE_SIGNAL, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigemptyset(waited);
    sigaddset(waited, SIGTERM);
    sigaddset(waited, SIGINT);
    sigaddset(waited, SIGHUP);
    sigaddset(waited, COLLECTOR_FAILED);
    pthread_sigmask(SIG_BLOCK, waited, NULL);
}

static int start_workers(struct server *server, struct ks_error *err)
{
    pthread_attr_t attributes;
    size_t wanted = (size_t)server->app.settings->threads;
    int failure = 0;

    server->workers = calloc(wanted, sizeof *server->workers);
    if (!server->workers) {
        return ks_error_memory(err);
    }
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (server->worker_count < wanted && !failure) {
        struct worker *worker = &server->workers[server->worker_count];

        worker->server = server;
        if (FCGX_InitRequest(&worker->request, server->fd, FCGI_FAIL_ACCEPT_ON_INTR)) {
            failure = EINVAL;
            break;
        }
        failure = pthread_create(&worker->thread, &attributes, work, worker);
        server->worker_count += failure == 0;
    }
    pthread_attr_destroy(&attributes);
    return failure ? ks_error_system(err, failure, "thread %zu of %zu", server->worker_count + 1, wanted) : 0;
}

/* Kept connections are closed for reading, so that a request that has already arrived is still answered.
 * FCGX_ShutdownPending would not wake a thread, and makes libfcgi close descriptors twice. */
static bool nudge_workers(struct server *server)
{
    bool all_ended = true;

    for (size_t i = 0; i < server->worker_count; i++) {
        struct worker *worker = &server->workers[i];

        if (atomic_load(&worker->ended)) {
            continue;
        }
        all_ended = false;
        if (!atomic_load(&worker->accepting)) {
            continue;
        }
        if (worker->request.ipcFd >= 0) {
            shutdown(worker->request.ipcFd, SHUT_RD);
        } else {
            pthread_kill(worker->thread, WAKE_SIGNAL);
        }
    }
    return all_ended;
}

/* Returns false if requests were still being answered after the stop timeout. */
static bool stop_workers(struct server *server)
{
    const struct timespec pause = {.tv_nsec = DRAIN_EVERY_MS * 1000000};
    int64_t deadline = ks_clock_monotonic() + server->app.settings->stop_timeout;

    atomic_store(&server->stopping, true);
    ks_store_end_waits(server->backend.store);
    while (!nudge_workers(server)) {
        if (ks_clock_monotonic() >= deadline) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
    for (size_t i = 0; i < server->worker_count; i++) {
        pthread_join(server->workers[i].thread, NULL);
        FCGX_Free(&server->workers[i].request, 1);
    }
    return true;
}

/* Waits for signals until one says to stop. */
static void wait_for_stop(struct server *server, const sigset_t *waited)
{
    int signal_number = 0;

    for (;;) {
        if (sigwait(waited, &signal_number)) {
            continue;
        }
        if (signal_number == SIGHUP) {
            ks_collector_reload(server->backend.collector);
        } else if (signal_number != COLLECTOR_FAILED) {
            ks_log(server->app.log, KS_LOG_INFO, "stop", "%s", sigdescr_np(signal_number));
            return;
        } else if (server->collector_failed) { /* it was the collector, not another process */
            return;
        }
    }
}

static void choose_address(struct server *server)
{
    server->address = server->app.settings->listen;
    if (server->address.type != KS_ADDRESS_NONE) {
        return;
    }
    if (listen_is_socket(STDIN_FILENO)) {
        server->address = (struct ks_address){.type = KS_ADDRESS_FD, .fd = STDIN_FILENO};
    } else {
        server->address = (struct ks_address){.type = KS_ADDRESS_UNIX, .host = DEFAULT_SOCKET};
    }
}

static void log_start(const struct server *server)
{
    const struct ks_address *address = &server->address;
    const struct ks_access *cluster = ks_collector_config(server->backend.collector);
    char text[sizeof address->host + 32];

    if (address->type == KS_ADDRESS_UNIX) {
        snprintf(text, sizeof text, "unix:%s", address->host);
    } else if (address->type == KS_ADDRESS_TCP) {
        snprintf(text, sizeof text, "tcp:%s:%u", address->host, address->port);
    } else {
        snprintf(text, sizeof text, "fd:%d", address->fd);
    }
    ks_log(server->app.log, KS_LOG_INFO, "start", "%s %s on %s, %d threads; cluster %s, context %s", PACKAGE_NAME,
           PACKAGE_VERSION, text, (int)server->app.settings->threads, cluster->server, cluster->context);
}

/* Answers the first questions of somebody who starts it for the first time. */
static void log_audience(const struct app *app)
{
    if (!app->is_public) {
        ks_log(app->log, KS_LOG_INFO, "start",
               "OTHER_SHIELDS is not set: except for probes, only requests signed with the secret are answered");
    }
    for (size_t i = 0; i < app->peer_count; i++) {
        ks_log(app->log, KS_LOG_INFO, "start", "peer %s: %s", app->peers[i].address->name, app->peers[i].address->url);
    }
}

static int run(struct server *server, const sigset_t *waited, struct ks_error *err)
{
    pthread_t collector;
    bool drained;
    int failure;
    int outcome;

    log_start(server);
    log_audience(&server->app);
    failure = pthread_create(&collector, NULL, collect, server);
    if (failure) {
        return ks_error_system(err, failure, "thread");
    }
    outcome = start_workers(server, err);
    if (outcome == 0) {
        wait_for_stop(server, waited);
    }
    /* The collector ends first: afterwards only the workers open and close descriptors. */
    ks_collector_stop(server->backend.collector);
    pthread_join(collector, NULL);
    drained = stop_workers(server);
    if (!drained) {
        /* Their threads still use what would be freed, so exit without freeing it. */
        ks_log(server->app.log, KS_LOG_WARNING, "stop", "the stop timeout has passed; some requests are cut off");
        listen_close(server->fd, &server->address);
        _exit(0);
    }
    free(server->workers);
    return outcome;
}

/* Shields work without named logos, so it is not an error if there are none. */
static void open_logos(struct server *server)
{
    struct ks_error error;

    if (ks_logos_open(&server->logos, server->app.settings->logos, &error) == 0) {
        server->app.logos = server->logos;
    } else if (error.kind == KS_ERROR_NOT_FOUND) {
        ks_log(server->app.log, KS_LOG_INFO, "start", "no named logos: %s does not exist", server->app.settings->logos);
    } else {
        ks_log(server->app.log, KS_LOG_INFO, "start", "no named logos: %s", error.text);
    }
}

/* After a failure nothing is left to release. */
static int open_server(struct server *server, struct ks_error *err)
{
    const struct backend_wants wants = {.kinds = (1U << KS_KIND_COUNT) - 1};
    const struct settings *settings = server->app.settings;
    const struct ks_log *log = server->app.log;
    int failure = FCGX_Init();

    if (failure) {
        /* An errno, or a number that only libfcgi knows. */
        return ks_error_system(err, failure, "cannot start libfcgi (%d)", failure);
    }
    if (backend_open(&server->backend, settings, log, false, err) ||
        backend_add_stores(&server->backend, settings, log, &wants, err)) {
        return -1;
    }
    backend_fill_app(&server->backend, &server->app);
    return 0;
}

int front_fastcgi(const struct settings *settings, const struct ks_log *log)
{
    struct server server = {.app = {.settings = settings, .log = log, .is_public = settings->other_shields != NULL},
                            .main_thread = pthread_self()};
    struct ks_error error;
    sigset_t waited;
    int outcome;

    set_up_signals(&waited);
    choose_address(&server);
    if (open_server(&server, &error)) {
        ks_log(log, KS_LOG_ERROR, "start", "%s", error.text);
        return 1;
    }
    outcome = listen_open(&server.fd, &server.address, settings->listen_mode, &error);
    if (outcome == 0) {
        open_logos(&server);
        outcome = run(&server, &waited, &error);
        listen_close(server.fd, &server.address);
    }
    if (outcome) {
        ks_log(log, KS_LOG_ERROR, "start", "%s", error.text);
    }
    ks_logos_close(server.logos);
    backend_fini(&server.backend);
    return outcome || atomic_load(&server.collector_failed) ? 1 : 0;
}
