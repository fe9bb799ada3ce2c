#include "config.h"

#include "model/world.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define BEATS_OF_PEACE 4 /* heartbeats after which whatever was told must show */
/* A server that is restored too often is asked more and more seldom, so a new collector begins now and then. */
#define ROUNDS_OF_A_LIFE 8
#define LIMIT_MS         120000 /* for what must happen some day */
#define BEATS_MOST       300    /* and as many heartbeats, so that a slow machine has more time */
#define SOON_MS          2000
#define ASKED_MOST       300 /* requests between two heartbeats: more is a loop */

/* ---- starting ---- */

static void must(bool is_well, const char *what)
{
    if (!is_well) {
        fprintf(stderr, "model: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static void on_log(void *arg, enum ks_log_level level, const char *component, const char *message)
{
    struct model_world *world = arg;

    (void)component;
    if (strstr(message, "no sign of life")) {
        atomic_store(&world->has_missed_life, true);
    }
    model_record_line(&world->record, "%s: %s", ks_log_level_name(level), message);
}

static void *run_collector(void *arg)
{
    struct model_world *world = arg;
    struct ks_error error;

    if (ks_collector_run(world->collector, &error)) {
        model_record_line(&world->record, "the collector ended: %s", error.text);
    }
    return NULL;
}

static void write_kubeconfig(struct model_world *world)
{
    FILE *file;

    snprintf(world->kubeconfig, sizeof world->kubeconfig, "%s/%u", world->run->folder, world->number);
    file = fopen(world->kubeconfig, "we");
    must(file, world->kubeconfig);
    fprintf(file,
            "apiVersion: v1\nkind: Config\ncurrent-context: model\n"
            "clusters: [{name: model, cluster: {server: 'http://127.0.0.1:%u'}}]\n"
            "users: [{name: model, user: {}}]\n"
            "contexts: [{name: model, context: {cluster: model, user: model}}]\n",
            (unsigned)world->server.port);
    must(fclose(file) == 0, world->kubeconfig);
}

/* Every fourth world lists beside its watches all the time; and of these, every second one loses events. */
static int64_t relist_ms_of(const struct model_world *world)
{
    return world->number % 4 == 3 ? 1000 : 0;
}

static bool may_lose(const struct model_world *world)
{
    return world->number % 8 == 7;
}

static void begin_life(struct model_world *world)
{
    struct ks_error error = {.text = ""};

    world->store = model_picture_store();
    if (ks_collector_new(&world->collector, &world->options, world->store, &error)) {
        fprintf(stderr, "model: %s\n", error.text);
        exit(1);
    }
    must(pthread_create(&world->thread, NULL, run_collector, world) == 0, "thread");
}

static void end_life(struct model_world *world)
{
    ks_collector_stop(world->collector);
    pthread_join(world->thread, NULL);
    ks_collector_free(world->collector);
    ks_store_free(world->store);
}

void model_world_start(struct model_world *world, struct model_run *run, unsigned number)
{
    world->run = run;
    world->number = number;
    world->numbers.operations = calloc(model_operation_count(), sizeof *world->numbers.operations);
    must(world->numbers.operations, "memory");
    model_record_init(&world->record);
    must(model_server_init(&world->server, run->epoll, &world->record) == 0, "127.0.0.1");
    world->server.random = model_random_of(run->seed, number, UINT64_MAX);
    write_kubeconfig(world);
    world->log = (struct ks_log){.fd = -1, .level = KS_LOG_DEBUG, .function = on_log, .arg = world};
    world->options = (struct ks_collector_options){
        .source = {.kubeconfig = world->kubeconfig},
        .watch_timeout_ms = number % 3 == 0 ? 2000 : 60000,
        .heartbeat_ms = run->heartbeat_ms,
        .relist_ms = relist_ms_of(world),
        .object_limit = 65536,
        .log = &world->log,
    };
    for (size_t kind = 0; kind < MODEL_KINDS; kind++) {
        world->options.kinds |= 1U << model_kinds[kind];
    }
    begin_life(world);
    world->phase = MODEL_DONE;
}

void model_world_stop(struct model_world *world)
{
    end_life(world);
    model_server_fini(&world->server);
    model_record_fini(&world->record);
    unlink(world->kubeconfig);
    free(world->numbers.operations);
}

/* ---- failing ---- */

static void show(struct model_world *world, const char *why, const struct model_picture *seen)
{
    struct ks_store_stats stats;

    ks_store_stats(world->store, &stats);
    printf("\n==== seed %" PRIu64 ", world %u, round %u: %s\n", world->run->seed, world->number, world->round, why);
    model_record_print(&world->record);
    model_picture_print("the store says", seen);
    model_picture_print("the truth is", &world->truth);
    for (size_t kind = 0; kind < MODEL_KINDS; kind++) {
        const size_t *states = stats.sources[model_kinds[kind]];

        printf("    %s: %zu starting, %zu live, %zu away, %zu off\n", ks_kind_plural(model_kinds[kind]),
               states[KS_SOURCE_STARTING], states[KS_SOURCE_LIVE], states[KS_SOURCE_AWAY], states[KS_SOURCE_OFF]);
    }
    fflush(stdout);
}

static void fail(struct model_world *world, const char *why, const struct model_picture *seen)
{
    show(world, why, seen);
    world->phase = MODEL_FAILED;
}

/* ---- a round ---- */

static struct model_stage stage_of(struct model_world *world, int64_t now)
{
    return (struct model_stage){.server = &world->server,
                                .collector = world->collector,
                                .random = &world->random,
                                .now = now,
                                .may_lose = may_lose(world),
                                .has_restored = world->has_restored};
}

static void learn_the_truth(struct model_world *world)
{
    struct ks_store *store = model_picture_store();

    model_picture_tell(store, &world->server.cluster.now);
    model_picture_take(&world->truth, store);
    ks_store_free(store);
}

static void enter(struct model_world *world, enum model_phase phase, int64_t now)
{
    world->phase = phase;
    world->since = now;
    world->dishonest_at = 0;
}

/* Whether all that the server has to tell was told, and has had time to show. */
static bool is_settled(const struct model_world *world)
{
    const struct model_server *server = &world->server;
    /* What a list beside a watch did not show goes some time after it, at most one interval. */
    unsigned settle = (unsigned)(world->options.relist_ms / world->run->heartbeat_ms) + 2 * BEATS_OF_PEACE;

    if (!world->has_lost) {
        return server->beats_of_peace >= BEATS_OF_PEACE;
    }
    for (size_t kind = 0; kind < MODEL_KINDS; kind++) {
        if (!server->told_at[kind] || server->beats < server->told_at[kind] + settle) {
            return false;
        }
    }
    return true;
}

static void begin_round(struct model_world *world, int64_t now)
{
    if (world->run->begun >= world->run->rounds) {
        return;
    }
    world->run->begun++;
    if (++world->round % ROUNDS_OF_A_LIFE == 0) {
        end_life(world);
        model_server_welcome(&world->server);
        begin_life(world);
    }
    world->random = model_random_of(world->run->seed, world->number, world->round);
    /* What was lost in an earlier round may be missing still, where it made no difference. */
    world->has_lost = world->has_lost && !is_settled(world);
    world->has_restored = false;
    world->server.is_mended = false;
    if (world->server.is_forgotten) {
        world->server.is_forgotten = false;
        memset(world->server.not_before, 0, sizeof world->server.not_before);
    }
    model_record_round(&world->record, world->round);
    /* Restored versions are usually long ago. */
    model_cluster_pass(&world->server.cluster, 1000);
    world->left = 1 + model_pick(&world->random, 10);
    world->next_at = now;
    world->must_be_judged = model_chance(&world->random, 25);
    enter(world, MODEL_STORM, now);
}

static void mend(struct model_world *world, int64_t now)
{
    model_record_line(&world->record, "== all is well again");
    model_server_mend(&world->server);
    if (world->round % 2 == 0) {
        model_server_bookmark(&world->server, MODEL_KINDS);
    }
    learn_the_truth(world);
    enter(world, MODEL_QUIET, now);
}

static void end_storm(struct model_world *world, int64_t now)
{
    struct model_stage stage = stage_of(world, now);

    if (!model_chance(&world->random, 15)) {
        mend(world, now);
        return;
    }
    model_kill(&stage);
    learn_the_truth(world);
    world->numbers.held++;
    atomic_store(&world->has_missed_life, false);
    enter(world, MODEL_HELD, now);
}

static void storm(struct model_world *world, int64_t now)
{
    struct model_stage stage = stage_of(world, now);

    if (now < world->next_at) {
        return;
    }
    if (world->left == 0) {
        end_storm(world, now);
        return;
    }
    world->left--;
    world->numbers.operations[model_operate(&stage)]++;
    world->has_lost = world->has_lost || stage.has_lost;
    world->has_restored = world->has_restored || stage.has_restored;
    world->must_be_judged = world->must_be_judged || stage.has_restored;
    world->next_at = now + model_pick(&world->random, 101);
}

/* ---- what must be true ---- */

static void hold(struct model_world *world, int64_t now)
{
    struct model_picture seen;

    model_picture_take(&seen, world->store);
    if (model_picture_is_honest(&seen, &world->truth) && !model_picture_is_fresh(&seen)) {
        /* The identity is asked for when life returns, so it must have been missed. */
        if (atomic_load(&world->has_missed_life) && model_chance(&world->random, 30)) {
            model_record_line(&world->record, "== another cluster");
            model_cluster_replace(&world->server.cluster, &world->random);
            model_server_forget(&world->server);
        }
        mend(world, now);
    } else if (now - world->since > LIMIT_MS) {
        fail(world, "nobody answers, and the store does not say that it is old", &seen);
    }
}

static void end_round(struct model_world *world, const struct model_picture *seen, int64_t now)
{
    int64_t took = now - world->since;

    if (world->run->show_ms && took > world->run->show_ms) {
        show(world, "slow", seen);
    }
    world->numbers.rounds++;
    world->numbers.soon += took <= SOON_MS;
    world->numbers.slowest_ms = took > world->numbers.slowest_ms ? took : world->numbers.slowest_ms;
    enter(world, MODEL_DONE, now);
}

static void judge(struct model_world *world, const struct model_picture *seen, int64_t now)
{
    unsigned beats = world->server.beats;

    if (model_picture_is_honest(seen, &world->truth)) {
        world->numbers.judged += is_settled(world);
        world->dishonest_at = 0;
    } else if (!is_settled(world)) {
        world->dishonest_at = 0;
    } else if (!world->dishonest_at) {
        world->dishonest_at = beats;
    } else if (beats >= world->dishonest_at + 2) {
        fail(world, "fresh, but wrong", seen);
        return;
    }
    if (now - world->since > LIMIT_MS && beats > BEATS_MOST) {
        fail(world, "not equal after a long time", seen);
    }
}

static void be_quiet(struct model_world *world, int64_t now)
{
    struct model_picture seen;

    model_picture_take(&seen, world->store);
    if (!model_picture_is_equal(&seen, &world->truth) || !model_picture_is_fresh(&seen)) {
        judge(world, &seen, now);
    } else if (!world->must_be_judged || world->server.beats_of_peace >= BEATS_OF_PEACE) {
        end_round(world, &seen, now);
    }
}

static void look_for_defects(struct model_world *world)
{
    const char *why = world->server.defect;
    struct model_picture seen;

    if (world->server.asked_most > ASKED_MOST) {
        why = "it asks without a pause";
    }
    if (why) {
        model_picture_take(&seen, world->store);
        fail(world, why, &seen);
    }
}

void model_world_turn(struct model_world *world, int64_t now)
{
    static void (*const phases[])(struct model_world * world, int64_t now) = {
        [MODEL_STORM] = storm, [MODEL_HELD] = hold, [MODEL_QUIET] = be_quiet, [MODEL_DONE] = begin_round};

    model_server_turn(&world->server, now);
    if (world->phase == MODEL_FAILED) {
        return;
    }
    phases[world->phase](world, now);
    look_for_defects(world);
}
