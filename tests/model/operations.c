#include "config.h"

#include "model/operations.h"

#include <stdio.h>

#include "model/record.h"

#define OTHER_DAY 1000 /* versions */

static void say(const struct model_stage *stage, const char *what)
{
    model_record_line(stage->server->record, "== %s", what);
}

/* One kind, or all of them. */
static size_t some_kind(const struct model_stage *stage)
{
    return model_pick(stage->random, MODEL_KINDS + 1);
}

/* When something ends that lasts for a while; or, now and then, not before everything is mended. */
static int64_t for_a_while(const struct model_stage *stage)
{
    return model_chance(stage->random, 30) ? FOREVER : stage->now + 1 + model_pick(stage->random, 400);
}

/* ---- objects ---- */

static void change(struct model_stage *stage)
{
    for (unsigned i = 1 + model_pick(stage->random, 4); i > 0; i--) {
        say(stage, model_cluster_change(&stage->server->cluster, stage->random));
    }
}

static void pass(struct model_stage *stage)
{
    model_cluster_pass(&stage->server->cluster, 1 + model_pick(stage->random, 50));
}

static void compact(struct model_stage *stage)
{
    model_cluster_compact(&stage->server->cluster);
}

static void lose(struct model_stage *stage)
{
    if (stage->may_lose) {
        stage->server->cluster.lose[model_pick(stage->random, MODEL_KINDS)] += 1 + model_pick(stage->random, 3);
        stage->has_lost = true;
        change(stage);
    }
}

/* Backups are of another day, so that the versions after a restore are far below those that were told. Versions that
 * overtake these are another operation. */
static void back_up(struct model_stage *stage)
{
    if (!stage->has_restored) {
        model_cluster_back_up(&stage->server->cluster);
        model_cluster_pass(&stage->server->cluster, OTHER_DAY);
    }
}

static void choose_future(struct model_stage *stage)
{
    stage->server->faults.future = (enum model_future)model_pick(stage->random, MODEL_FUTURES);
}

/* etcd is restored; its API servers may have been restarted for it, or their watches stand. Nobody can tell from
 * versions that were never told, so the client must know later ones than those after the restore. */
static void restore(struct model_stage *stage)
{
    struct model_server *server = stage->server;
    size_t undone = model_chance(stage->random, 20) ? 1 + model_pick(stage->random, MODEL_CACHES) : 0;

    if (server->known < server->cluster.backup.version + OTHER_DAY - 100 ||
        !model_cluster_restore(&server->cluster, undone)) {
        say(stage, "there is no backup of long ago");
        return;
    }
    model_record_line(server->record, "   %zu caches hold what was undone", undone);
    model_server_forget(server);
    stage->has_restored = true;
    server->cluster.has_backup = false;
    choose_future(stage);
    if (model_chance(stage->random, 60)) {
        model_server_reset(server, MODEL_KINDS);
    } else if (model_chance(stage->random, 30)) {
        model_server_end_watches(server, MODEL_KINDS);
    }
    if (stage->may_lose && model_chance(stage->random, 30)) {
        say(stage, "its versions overtake those before");
        model_cluster_pass(&server->cluster, 100000);
        stage->has_lost = true;
    }
}

/* ---- watches ---- */

static void bookmark(struct model_stage *stage)
{
    model_server_bookmark(stage->server, some_kind(stage));
}

static void end_watches(struct model_stage *stage)
{
    model_server_end_watches(stage->server, some_kind(stage));
}

static void end_watches_for_a_while(struct model_stage *stage)
{
    stage->server->faults.ends_watches = for_a_while(stage);
}

static void reset(struct model_stage *stage)
{
    model_server_reset(stage->server, some_kind(stage));
}

static void error_event(struct model_stage *stage)
{
    static const struct {
        int code;
        const char *reason, *message;
    } errors[] = {
        {410, "Expired", "too old resource version"},
        {504, "Timeout", "Too large resource version: 9, current: 8"},
        {500, "InternalError", "etcdserver: no leader"},
        {401, "Unauthorized", "Unauthorized"},
        {403, "Forbidden", "forbidden"},
        {429, "TooManyRequests", "storage is (re)initializing"},
    };
    size_t which = model_pick(stage->random, sizeof errors / sizeof errors[0]);

    model_server_error_event(stage->server, some_kind(stage), errors[which].code, errors[which].reason,
                             errors[which].message);
}

static void garbage(struct model_stage *stage)
{
    static const char *const bytes[] = {"}{", "<html>", "{\"type\":\"ADDED\"}\n",
                                        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{}}}\n",
                                        "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"na"};

    model_server_disturb(stage->server, some_kind(stage),
                         bytes[model_pick(stage->random, sizeof bytes / sizeof bytes[0])],
                         model_chance(stage->random, 60));
}

static void stall(struct model_stage *stage)
{
    model_server_stall(stage->server, some_kind(stage));
}

/* ---- servers ---- */

static void refuse(struct model_stage *stage)
{
    model_server_refuse(stage->server, for_a_while(stage));
    if (model_chance(stage->random, 70)) {
        model_server_reset(stage->server, MODEL_KINDS);
    }
}

static void reset_for_a_while(struct model_stage *stage)
{
    stage->server->faults.resets = for_a_while(stage);
}

static void restart(struct model_stage *stage)
{
    if (model_chance(stage->random, 50)) {
        model_server_refuse(stage->server, stage->now + model_pick(stage->random, 300));
    }
    model_server_reset(stage->server, MODEL_KINDS);
    choose_future(stage);
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        stage->server->faults.fills[i] = stage->now + model_pick(stage->random, 300);
    }
}

static void answer_wrong(struct model_stage *stage)
{
    size_t kind = some_kind(stage);

    stage->server->faults.of[kind].wrong = &model_wrongs[model_pick(stage->random, MODEL_WRONGS)];
    stage->server->faults.of[kind].until = for_a_while(stage);
    model_record_line(stage->server->record, "   %zu: %s", kind, stage->server->faults.of[kind].wrong->name);
    if (model_chance(stage->random, 50)) {
        model_server_reset(stage->server, kind);
    }
}

static void hang(struct model_stage *stage)
{
    stage->server->faults.hangs = for_a_while(stage);
}

static void lag(struct model_stage *stage)
{
    choose_future(stage);
    stage->server->faults.lags[model_pick(stage->random, MODEL_CACHES)] = for_a_while(stage);
}

static void spoil_a_list(struct model_stage *stage)
{
    size_t kind = model_pick(stage->random, MODEL_KINDS);

    stage->server->faults.body[kind] = (enum model_body)(1 + model_pick(stage->random, MODEL_BODIES - 1));
    if (model_chance(stage->random, 70)) {
        model_server_error_event(stage->server, kind, 410, "Expired", "too old resource version");
    }
}

static void reload(struct model_stage *stage)
{
    model_server_welcome(stage->server);
    ks_collector_reload(stage->collector);
}

/* ---- choosing ---- */

static const struct operation {
    const char *name;
    unsigned weight;
    void (*run)(struct model_stage *stage);
} operations[] = {
    {"objects change", 30, change},
    {"time passes", 4, pass},
    {"compaction", 3, compact},
    {"an event is lost", 6, lose},
    {"backup", 3, back_up},
    {"restore", 6, restore},
    {"bookmark", 5, bookmark},
    {"watches end", 4, end_watches},
    {"watches end at once for a while", 2, end_watches_for_a_while},
    {"reset", 5, reset},
    {"ERROR event", 4, error_event},
    {"garbage in a watch", 3, garbage},
    {"watches stall", 3, stall},
    {"connections are refused", 2, refuse},
    {"connections are reset", 2, reset_for_a_while},
    {"the server restarts", 4, restart},
    {"wrong answers", 6, answer_wrong},
    {"etcd hangs", 3, hang},
    {"a cache lags", 4, lag},
    {"a list is spoilt", 4, spoil_a_list},
    {"reload", 1, reload},
};

#define OPERATIONS (sizeof operations / sizeof operations[0])

size_t model_operate(struct model_stage *stage)
{
    unsigned sum = 0, chosen;
    size_t i = 0;

    for (size_t at = 0; at < OPERATIONS; at++) {
        sum += operations[at].weight;
    }
    for (chosen = model_pick(stage->random, sum); chosen >= operations[i].weight; i++) {
        chosen -= operations[i].weight;
    }
    say(stage, operations[i].name);
    operations[i].run(stage);
    return i;
}

void model_kill(struct model_stage *stage)
{
    struct model_faults *faults = &stage->server->faults;
    uint32_t how = model_pick(stage->random, 3 + MODEL_WRONGS);

    say(stage, "the end of life, until it is mended");
    if (how == 0) {
        model_server_refuse(stage->server, FOREVER);
    } else if (how == 1) {
        faults->resets = FOREVER;
    } else if (how == 2) {
        faults->hangs = FOREVER;
    } else {
        faults->of[MODEL_KINDS].wrong = &model_wrongs[how - 3];
        faults->of[MODEL_KINDS].until = FOREVER;
        say(stage, model_wrongs[how - 3].name);
    }
    /* A connection that stands is enough for heartbeats, whoever listens. */
    if (how == 0 || model_chance(stage->random, 50)) {
        model_server_reset(stage->server, MODEL_KINDS);
    } else {
        model_server_stall(stage->server, MODEL_KINDS);
    }
    change(stage);
}

size_t model_operation_count(void)
{
    return OPERATIONS;
}

const char *model_operation_name(size_t operation)
{
    return operations[operation].name;
}
