/* Follows one cluster twice: by a function on the library's thread, and by a descriptor in a loop of its own, until its
 * standard input ends. Then says what is left in the process. */
#define _GNU_SOURCE
#include <kubeshields/kubeshields.h>

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static pthread_t main_thread;
static int dispatched; /* changes of the loop */

static int entries(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;

    while (folder && readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count;
}

static void show(void *arg, enum ks_change change, const struct ks_service *service)
{
    int is_dispatched = pthread_equal(pthread_self(), main_thread);

    if (is_dispatched) {
        dispatched++;
    }
    printf("%s%s %s", (const char *)arg, is_dispatched ? "" : " (thread)", ks_change_name(change));
    if (service) {
        printf(" %s/%s %s", ks_service_namespace(service), ks_service_name(service), ks_service_color(service));
    }
    printf("\n");
    fflush(stdout);
}

static void log_line(void *arg, enum ks_log_level level, const char *component, const char *message)
{
    fprintf(stderr, "%s%s %s: %s\n", (const char *)arg, ks_log_level_name(level), component, message);
}

static int fail(const struct ks_error *err)
{
    printf("failed: %s: %s\n", ks_error_kind_name(err->kind), err->text);
    return 1;
}

static int follow(struct ks_cluster *cluster, struct ks_error *err)
{
    struct pollfd polled[] = {{.fd = ks_cluster_fd(cluster), .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    char byte;

    for (;;) {
        poll(polled, 2, -1);
        dispatched = 0;
        if (polled[0].revents && ks_cluster_dispatch(cluster, show, "loop", err)) {
            return -1;
        }
        if (polled[0].revents && !dispatched) {
            printf("loop nothing\n");
        }
        if (polled[1].revents && read(0, &byte, 1) <= 0) {
            return 0;
        }
    }
}

/* A thread that was joined may be listed for a moment. */
static int threads_left(void)
{
    poll(NULL, 0, 100);
    return entries("/proc/self/task");
}

int main(void)
{
    struct ks_cluster_options options;
    struct ks_cluster *called, *polled;
    struct ks_error error;
    struct sigaction action;
    int files, subreaper = -1, outcome, threads;
    int32_t total, ready;

    main_thread = pthread_self();
    ks_cluster_options_init(&options);
    options.heartbeat_ms = 1000;
    options.log = log_line;
    options.log_arg = "log ";
    if (ks_cluster_new(&polled, &options, &error)) { /* libraries open what they keep: the first time does not count */
        return fail(&error);
    }
    ks_cluster_free(polled);
    files = entries("/proc/self/fd");
    threads = threads_left(); /* a sanitizer has one of its own */
    if (ks_cluster_new(&polled, &options, &error)) {
        return fail(&error);
    }
    options.changed = show;
    options.changed_arg = "call";
    if (ks_cluster_new(&called, &options, &error)) {
        return fail(&error);
    }
    outcome = ks_cluster_wait_ready(polled, 10000, &error);
    if (outcome == 0) {
        printf("ready: %s %s\n", ks_cluster_context(polled), ks_cluster_state_name(ks_cluster_state(polled)));
        outcome = follow(polled, &error) || ks_cluster_nodes(polled, &total, &ready, NULL, &error);
    }
    if (outcome) {
        fail(&error);
    } else {
        printf("nodes: %d/%d\n", (int)ready, (int)total);
    }
    ks_cluster_free(polled);
    ks_cluster_free(called);
    sigaction(SIGCHLD, NULL, &action);
    prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
    printf("left: %d files, %d threads, handler %d, subreaper %d\n", entries("/proc/self/fd") - files,
           threads_left() - threads, action.sa_handler != SIG_DFL, subreaper);
    return 0;
}
