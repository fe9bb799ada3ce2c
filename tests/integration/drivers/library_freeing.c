/* Frees a cluster inside a change function: first on the library's thread, then while it dispatches. There it also
 * tries to dispatch again. */
#include <kubeshields/kubeshields.h>

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static struct ks_cluster *cluster;

struct heard {
    int changes;
    int dispatches;
    int done; /* the pipe's end to write to, once it is freed */
};

static void free_it(void *arg, enum ks_change change, const struct ks_service *service)
{
    struct heard *heard = (struct heard *)arg;
    struct ks_error error;

    (void)service;
    heard->changes++;
    if (heard->dispatches &&
        (ks_cluster_dispatch(cluster, free_it, heard, &error) == 0 || error.kind != KS_ERROR_INVALID)) {
        printf("dispatched inside a dispatch\n");
    }
    if (change == KS_CHANGE_SERVICE) {
        ks_cluster_free(cluster);
        if (write(heard->done, "", 1) < 0) {
            perror("write");
        }
    }
}

int main(void)
{
    struct ks_cluster_options options;
    struct ks_error error;
    struct pollfd polled;
    struct heard heard = {0, 0, 0};
    int ends[2];
    char byte;

    ks_cluster_options_init(&options);
    if (pipe(ends)) {
        return 1;
    }
    heard.done = ends[1];
    options.changed = free_it;
    options.changed_arg = &heard;
    if (ks_cluster_new(&cluster, &options, &error) || read(ends[0], &byte, 1) != 1) {
        return 1;
    }
    printf("own thread: %d\n", heard.changes);
    options.changed = NULL;
    heard.changes = 0;
    heard.dispatches = 1;
    if (ks_cluster_new(&cluster, &options, &error) || ks_cluster_wait_ready(cluster, 10000, &error)) {
        return 1;
    }
    while (heard.changes == 0) {
        polled.fd = ks_cluster_fd(cluster);
        polled.events = POLLIN;
        poll(&polled, 1, 10000);
        if (ks_cluster_dispatch(cluster, free_it, &heard, &error)) {
            return 1;
        }
    }
    printf("dispatched: %d\n", heard.changes);
    return 0;
}
