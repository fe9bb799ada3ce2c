/* The model test: many clusters with one scripted API server each, and real collectors that follow them, through
 * thousands of random interleavings of events, errors, restarts and restores. After each, the store must be equal to
 * the truth, or say honestly that it is old. world.h has the rules; operations.c has what may happen.
 *
 *   KS_MODEL_ROUNDS        how many interleavings, of all worlds together
 *   KS_MODEL_SEED          the seed that an earlier run printed: the same operations and pauses
 *   KS_MODEL_WORLDS        how many worlds there are, side by side
 *   KS_MODEL_WORLD         only the world of this number: the rounds of one world do not depend on the others
 *   KS_MODEL_HEARTBEAT_MS
 *   KS_MODEL_SHOW_MS       shows rounds that needed longer until all was equal, as it shows failures
 *
 * A failure prints its seed, world and round, what happened in that round and the one before it, and two pictures. To
 * see it again, run that world alone for that many rounds:
 *
 *   KS_MODEL_SEED=… KS_MODEL_WORLD=7 KS_MODEL_ROUNDS=31 tests/model/model
 *
 * The operations and pauses are then the same; when packets arrive is up to the machine, so try more than once. */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "model/world.h"

#define TURN_MS     5
#define EVENTS_MOST 256

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text && text[0] ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- running ---- */

static bool is_running(const struct model_world *worlds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (worlds[i].phase < MODEL_DONE) {
            return true;
        }
    }
    return false;
}

static void handle_events(int epoll)
{
    struct epoll_event events[EVENTS_MOST];
    int count = epoll_wait(epoll, events, EVENTS_MOST, TURN_MS);

    for (int i = 0; i < count; i++) {
        model_server_event(events[i].data.ptr, events[i].events);
    }
}

static void go(struct model_run *run, struct model_world *worlds, size_t count)
{
    int64_t turned = 0;

    do {
        int64_t now;

        handle_events(run->epoll);
        now = ks_clock_monotonic();
        if (now - turned < TURN_MS) {
            continue;
        }
        turned = now;
        for (size_t i = 0; i < count; i++) {
            model_world_turn(&worlds[i], now);
        }
    } while (turned == 0 || is_running(worlds, count));
}

/* ---- reporting ---- */

static int report(const struct model_world *worlds, size_t count, int64_t took)
{
    struct model_numbers sum = {.rounds = 0};
    unsigned failed = 0, asked = 0;

    for (size_t i = 0; i < count; i++) {
        const struct model_numbers *one = &worlds[i].numbers;

        sum.rounds += one->rounds;
        sum.soon += one->soon;
        sum.judged += one->judged;
        sum.held += one->held;
        sum.slowest_ms = one->slowest_ms > sum.slowest_ms ? one->slowest_ms : sum.slowest_ms;
        failed += worlds[i].phase == MODEL_FAILED;
        asked = worlds[i].server.asked_most > asked ? worlds[i].server.asked_most : asked;
    }
    printf("model: %u interleavings in %zu worlds, %" PRId64
           " s: %u equal within 2 s of quiet, the slowest after %" PRId64
           " ms; honest and not equal yet %u times; without life %u times; at most %u requests between heartbeats; "
           "%u failed\n",
           sum.rounds, count, took / 1000, sum.soon, sum.slowest_ms, sum.judged, sum.held, asked, failed);
    for (size_t operation = 0; operation < model_operation_count(); operation++) {
        unsigned times = 0;

        for (size_t i = 0; i < count; i++) {
            times += worlds[i].numbers.operations[operation];
        }
        printf("%s%s %u", operation ? ", " : "model: ", model_operation_name(operation), times);
    }
    printf("\n");
    return failed ? 1 : 0;
}

int main(void)
{
    char folder[] = "/tmp/ks-model.XXXXXX";
    size_t count = setting("KS_MODEL_WORLDS", 24), first = 0;
    struct model_run run = {.seed = setting("KS_MODEL_SEED", (uint64_t)ks_random_between(1, 1000000000)),
                            .rounds = (unsigned)setting("KS_MODEL_ROUNDS", 200),
                            .heartbeat_ms = (int64_t)setting("KS_MODEL_HEARTBEAT_MS", 300),
                            .show_ms = (int64_t)setting("KS_MODEL_SHOW_MS", 0),
                            .epoll = epoll_create1(EPOLL_CLOEXEC),
                            .folder = mkdtemp(folder)};
    struct model_world *worlds;
    int64_t began = ks_clock_monotonic();
    int outcome;

    if (getenv("KS_MODEL_WORLD")) {
        first = setting("KS_MODEL_WORLD", 0);
        count = 1;
    }
    worlds = calloc(count, sizeof *worlds);
    if (run.epoll < 0 || !run.folder || !worlds) {
        perror("model");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    printf("model: seed %" PRIu64 "\n", run.seed);
    fflush(stdout);
    for (size_t i = 0; i < count; i++) {
        model_world_start(&worlds[i], &run, (unsigned)(first + i));
    }
    go(&run, worlds, count);
    outcome = report(worlds, count, ks_clock_monotonic() - began);
    for (size_t i = 0; i < count; i++) {
        model_world_stop(&worlds[i]);
    }
    free(worlds);
    close(run.epoll);
    rmdir(run.folder);
    return outcome;
}
