/* Lists all pods beside what is known of them, in slices and without: bench_relist KUBECONFIG [ROUNDS]
 * A line for each list, at its end: how long it took, how late at most a timer of the same loop was, what differed,
 * and the store's version before and after. relist_5000.py starts a server for it. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apiserver/listwatch.h"
#include "loop/loop.h"
#include "store/store.h"

#define PROBE_MS     1
#define OBJECT_LIMIT ((size_t)4 << 20)

enum way {
    FIRST_LIST,
    RELIST,
    RELIST_IN_SLICES
};

struct bench {
    struct ks_loop *loop;
    struct ks_kube_client *client;
    struct ks_store *store;
    struct ks_timer probe;
    double probed, waited; /* ms: when the timer fired, and how long it was late at most */
    double spent, worked;  /* ms of our own: until the timer fired, and between two times at most */
    enum way way;
    size_t objects;
    char version[64];
};

static double now(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void stop(const char *what, const struct ks_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    exit(1);
}

static double larger(double one, double other)
{
    return one > other ? one : other;
}

static void on_probe(void *arg)
{
    struct bench *bench = arg;
    double time = now(CLOCK_MONOTONIC);
    double spent = now(CLOCK_THREAD_CPUTIME_ID);

    bench->waited = larger(bench->waited, time - bench->probed - PROBE_MS);
    bench->worked = larger(bench->worked, spent - bench->spent);
    bench->probed = time;
    bench->spent = spent;
    ks_timer_start(&bench->probe, PROBE_MS);
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct bench *bench = arg;

    bench->objects++;
    return bench->way == FIRST_LIST ? ks_store_apply(bench->store, 0, event, object, err)
                                    : ks_store_compare(bench->store, 0, object, err);
}

static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct bench *bench = arg;

    (void)err;
    snprintf(bench->version, sizeof bench->version, "%s", meta->resource_version);
    return 0;
}

static void on_ended(void *arg, const struct ks_listwatch_end *end)
{
    struct bench *bench = arg;

    if (end->err) {
        stop("list", end->err);
    }
    on_probe(bench); /* the last wait counts */
    ks_loop_stop(bench->loop);
}

static void on_changed(void *arg)
{
    (void)arg;
}

static void list(struct bench *bench)
{
    const struct ks_listwatch_options options = {.stream = KS_KUBE_LIST,
                                                 .kind = KS_KIND_POD,
                                                 .object_limit = OBJECT_LIMIT,
                                                 .in_slices = bench->way == RELIST_IN_SLICES};
    const struct ks_listwatch_owner owner = {
        .object = on_object, .list_meta = on_list_meta, .ended = on_ended, .arg = bench};
    struct ks_listwatch *listwatch;
    struct ks_error err = {.text = "no credentials"};

    bench->objects = 0;
    bench->waited = 0;
    bench->worked = 0;
    bench->probed = now(CLOCK_MONOTONIC);
    bench->spent = now(CLOCK_THREAD_CPUTIME_ID);
    ks_timer_start(&bench->probe, PROBE_MS);
    if (ks_listwatch_start(&listwatch, bench->client, &options, &owner, &err) != KS_KUBE_STARTED ||
        ks_loop_run(bench->loop, -1, &err)) {
        stop("list", &err);
    }
    ks_timer_stop(&bench->probe);
}

static uint64_t version_of(const struct bench *bench)
{
    struct ks_store_stats stats;

    ks_store_stats(bench->store, &stats);
    return stats.version;
}

static void measure(struct bench *bench, enum way way)
{
    static const char *const names[] = {"first list", "relist", "relist in slices"};
    struct ks_store_difference difference = {.missing = 0};
    uint64_t before = version_of(bench);
    double begin = now(CLOCK_MONOTONIC);
    double busy = now(CLOCK_THREAD_CPUTIME_ID);
    double settling;
    struct ks_error err;

    bench->way = way;
    if (way == FIRST_LIST) {
        ks_store_list_begin(bench->store, 0, KS_KIND_POD);
        list(bench);
        ks_store_list_end(bench->store, 0, KS_KIND_POD);
    } else {
        ks_store_compare_begin(bench->store, 0, KS_KIND_POD, bench->version);
        list(bench);
        ks_store_compare_end(bench->store, 0, KS_KIND_POD);
    }
    settling = now(CLOCK_MONOTONIC);
    if (way != FIRST_LIST) {
        ks_store_compare_settle(bench->store, 0, KS_KIND_POD, &difference);
    }
    if (ks_store_is_dirty(bench->store) && ks_store_flush(bench->store, &err)) {
        stop("flush", &err);
    }
    printf(
        "%s: %zu pods in %.0f ms, %.0f ms of our own; a timer was late by %.1f ms at most, %.1f ms of our own; end and "
        "flush %.1f ms; %zu missing, %zu outdated, %zu superfluous; version %" PRIu64 " -> %" PRIu64 "\n",
        names[way], bench->objects, settling - begin, now(CLOCK_THREAD_CPUTIME_ID) - busy, bench->waited, bench->worked,
        now(CLOCK_MONOTONIC) - settling, difference.missing, difference.outdated, difference.superfluous, before,
        version_of(bench));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const struct ks_access_source source = {.kubeconfig = argc > 1 ? argv[1] : NULL};
    const struct ks_store_options options = {.namespaces = NULL};
    int rounds = argc > 2 ? atoi(argv[2]) : 3;
    struct bench bench = {.loop = NULL};
    struct ks_error err;

    if (argc < 2) {
        printf("give it a kubeconfig, or start tests/bench/relist_5000.py\n");
        return 0;
    }
    if (ks_loop_new(&bench.loop, &err) ||
        ks_kube_client_new(&bench.client, bench.loop, &source, on_changed, NULL, &err) ||
        ks_store_new(&bench.store, &options, &err)) {
        stop("start", &err);
    }
    ks_timer_init(&bench.probe, bench.loop, on_probe, &bench);
    measure(&bench, FIRST_LIST);
    for (int i = 0; i < rounds; i++) {
        measure(&bench, RELIST);
        measure(&bench, RELIST_IN_SLICES);
    }
    ks_store_free(bench.store);
    ks_kube_client_free(bench.client);
    ks_loop_free(bench.loop);
    return 0;
}
