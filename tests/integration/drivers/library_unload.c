/* Loads the library given as argument, opens a cluster that its own change function frees, and unloads the library at
 * once, again and again. */
#include <kubeshields/kubeshields.h>

#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define TIMES 20

static struct ks_cluster *cluster;
static int ends[2];
static int (*cluster_new)(struct ks_cluster **, const struct ks_cluster_options *, struct ks_error *);
static void (*cluster_free)(struct ks_cluster *);

static void on_change(void *arg, enum ks_change change, const struct ks_service *service)
{
    (void)arg;
    (void)service;
    if (change == KS_CHANGE_RESET) {
        cluster_free(cluster);
        if (write(ends[1], "", 1) < 0) {
            perror("write");
        }
    }
}

static int use(const char *path)
{
    struct ks_cluster_options options;
    struct ks_error error;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    char byte;

    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return -1;
    }
    *(void **)&cluster_new = dlsym(library, "ks_cluster_new");
    *(void **)&cluster_free = dlsym(library, "ks_cluster_free");
    ks_cluster_options_init(&options);
    options.changed = on_change;
    if (cluster_new(&cluster, &options, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return -1;
    }
    return read(ends[0], &byte, 1) == 1 ? dlclose(library) : -1;
}

int main(int argc, char **argv)
{
    if (argc < 2 || pipe(ends)) {
        return 2;
    }
    for (int i = 0; i < TIMES; i++) {
        if (use(argv[1])) {
            return 1;
        }
    }
    poll(NULL, 0, 200);
    printf("unloaded %d times\n", TIMES);
    return 0;
}
