/* Ends the process while the library has threads: says how many are left once its own handlers have run. Usage:
 *   library_exit return|exit-in-callback|free-in-callback|blocked|fork [MILLISECONDS]
 * waits so long before it ends. */
#include <kubeshields/kubeshields.h>

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ks_cluster *cluster;
static const char *mode;
static int ends[2]; /* of a pipe: the change function has been called */
static int threads_before;

static int threads(void)
{
    DIR *folder = opendir("/proc/self/task");
    int count = 0;

    while (folder && readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count;
}

/* Registered before the library registers anything, so it is called later. */
static void show_threads(void)
{
    printf("%d threads left\n", threads() - threads_before);
    fflush(stdout);
}

static void on_change(void *arg, enum ks_change change, const struct ks_service *service)
{
    (void)arg;
    (void)service;
    if (change != KS_CHANGE_RESET) {
        return;
    }
    if (strcmp(mode, "free-in-callback") == 0) {
        ks_cluster_free(cluster);
    }
    if (write(ends[1], "", 1) < 0) {
        perror("write");
    }
    if (strcmp(mode, "exit-in-callback") == 0) {
        exit(0);
    }
    if (strcmp(mode, "blocked") == 0) {
        poll(NULL, 0, -1);
    }
}

static void *return_at_once(void *arg)
{
    return arg;
}

/* A sanitizer starts a thread of its own with the first of the program. */
static int start_sanitizer(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, return_at_once, NULL) || pthread_join(thread, NULL)) {
        return -1;
    }
    poll(NULL, 0, 100); /* a thread that was joined may be listed for a moment */
    return 0;
}

/* A child has none of its parent's threads, but may have its own. */
static int fork_child(const struct ks_cluster_options *options)
{
    struct ks_error error;
    int status;
    pid_t child = fork();

    if (child == 0) {
        threads_before = threads();
        exit(ks_cluster_new(&cluster, options, &error) ? 1 : 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
    struct ks_cluster_options options;
    struct ks_error error;
    char byte;

    if (argc < 2 || pipe(ends) || atexit(show_threads) || start_sanitizer()) {
        return 2;
    }
    mode = argv[1];
    threads_before = threads();
    ks_cluster_options_init(&options);
    options.changed = on_change;
    if (ks_cluster_new(&cluster, &options, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    if (strcmp(mode, "return") != 0 && read(ends[0], &byte, 1) != 1) {
        return 2;
    }
    if (strcmp(mode, "exit-in-callback") == 0) {
        poll(NULL, 0, -1);
    }
    if (argc > 2) {
        poll(NULL, 0, atoi(argv[2]));
    }
    return strcmp(mode, "fork") == 0 ? fork_child(&options) : 0;
}
