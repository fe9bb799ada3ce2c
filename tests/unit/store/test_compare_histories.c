/* Random histories of a server, told by a watch that lags and at times loses an event, and by lists beside it: after a
 * comparison the store is as the server, and where nothing was lost a comparison finds and touches nothing. */
#include "config.h"

#include "support/store_compared.h"

#include "store/private.h"

#define HISTORIES 400
#define ROUNDS    8
#define OBJECTS   8
#define LOG_MOST  400

/* Objects of a kind: pods of two StatefulSets or of none, StatefulSets, budgets, nodes. */
static const enum ks_kind kinds[] = {KS_KIND_POD, KS_KIND_STATEFULSET, KS_KIND_BUDGET, KS_KIND_NODE};
static const char *const names[OBJECTS] = {"o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7"};

struct server_object {
    bool is_there;
    int version;
    int content;
};

/* What the server's log says. */
struct change {
    size_t object;
    struct server_object after;
    int version;
    bool is_lost;
};

struct history {
    uint32_t seed;
    enum ks_kind kind;
    struct ks_store *store;
    struct server_object truth[OBJECTS];
    struct server_object list[OBJECTS]; /* the truth when the list was made */
    struct change log[LOG_MOST];
    size_t logged, told; /* changes */
    int version;
    bool loses; /* events */
};

static uint32_t pick(struct history *history, uint32_t count)
{
    history->seed = history->seed * 1103515245u + 12345u;
    return (history->seed >> 16) % count;
}

static void tell(struct ks_store *store, enum ks_kind kind, size_t object, const struct server_object *content,
                 enum ks_kube_event event, bool is_compared)
{
    char version[16];
    struct sample sample = {.kind = kind,
                            .name = names[object],
                            .version = version,
                            .event = event,
                            .is_compared = is_compared,
                            .owner_kind = kind == KS_KIND_POD && content->content % 5 ? "StatefulSet" : "",
                            .owner_name = content->content % 2 ? "web" : "db",
                            .not_ready = content->content % 3 == 0,
                            .restarts = content->content / 5,
                            .node = {.ready = content->content % 2, .unschedulable = content->content % 3 == 0},
                            .budget = {.expected = content->content, .selector = "app=a"},
                            .workload = {.desired = content->content}};

    snprintf(version, sizeof version, "%d", content->version);
    sample_apply(store, &sample);
}

/* The server changes something. */
static void change(struct history *history)
{
    size_t number = pick(history, OBJECTS);
    struct server_object *object = &history->truth[number];

    if (history->logged == LOG_MOST) {
        return;
    }
    history->version += 1 + (int)pick(history, 3);
    object->is_there = !object->is_there || pick(history, 3);
    object->version = history->version;
    object->content = (int)pick(history, 10);
    history->log[history->logged++] = (struct change){
        .object = number, .after = *object, .version = history->version, .is_lost = history->loses && pick(history, 2)};
}

/* The watch tells the next change. */
static void deliver(struct history *history)
{
    const struct change *next = &history->log[history->told];

    if (history->told == history->logged) {
        return;
    }
    history->told++;
    if (!next->is_lost) {
        tell(history->store, history->kind, next->object, &next->after,
             next->after.is_there ? KS_KUBE_MODIFIED : KS_KUBE_DELETED, false);
    }
}

static void go_on(struct history *history)
{
    uint32_t chance = pick(history, 6);

    if (chance < 2) {
        change(history);
    } else if (chance < 5) {
        deliver(history);
    } else {
        sample_flush(history->store);
    }
}

/* What is kept of each object. A pod without a controller is not. */
static void put_picture(struct ks_store *store, enum ks_kind kind, struct ks_buf *out)
{
    for (size_t i = 0; i < OBJECTS; i++) {
        const struct sample sample = {.name = names[i]};
        struct ks_kube_object object = {.kind = kind, .meta = {.namespace_name = "shop", .name = sample.name}};
        char key[OBJECT_KEY_SIZE];
        const struct mark *mark;

        assert_int_equal(ks_object_key(&object, key, NULL), 0);
        mark = ks_mark_find(store, kind, key);
        if (mark) {
            ks_buf_printf(out, "%s of %d, ", names[i], (int)mark->version);
        }
    }
    ks_store_read_services(store, sample_put_service, out);
}

static void assert_truth(struct history *history, const char *row)
{
    struct ks_store *fresh = sample_store(NULL, NULL);
    struct ks_buf seen KS_CLEANUP_BUF;
    struct ks_buf wanted KS_CLEANUP_BUF;

    ks_buf_init(&seen, CEILING);
    ks_buf_init(&wanted, CEILING);
    sample_live(fresh, 0);
    for (size_t i = 0; i < OBJECTS; i++) {
        if (history->truth[i].is_there) {
            tell(fresh, history->kind, i, &history->truth[i], KS_KUBE_ADDED, false);
        }
    }
    sample_flush(fresh);
    sample_flush(history->store);
    put_picture(history->store, history->kind, &seen);
    put_picture(fresh, history->kind, &wanted);
    assert_row_text(row, seen.data, wanted.data);
    ks_store_free(fresh);
}

/* The list shows what the server had at one moment, while server and watch go on. Returns how much differed. */
static size_t compare(struct history *history, const char *row)
{
    size_t made = pick(history, OBJECTS);
    struct ks_store_difference difference;
    char told[16];
    size_t until;

    snprintf(told, sizeof told, "%d", history->told ? history->log[history->told - 1].version : 1);
    ks_store_compare_begin(history->store, 0, history->kind, told);
    for (size_t i = 0; i < made; i++) {
        go_on(history);
    }
    memcpy(history->list, history->truth, sizeof history->list);
    until = history->logged;
    for (size_t i = 0; i < OBJECTS; i++) {
        size_t object = (made + 3 * i) % OBJECTS;

        go_on(history);
        if (history->list[object].is_there) {
            tell(history->store, history->kind, object, &history->list[object], KS_KUBE_ADDED, true);
        }
        go_on(history);
    }
    ks_store_compare_end(history->store, 0, history->kind);
    while (history->told < until || pick(history, 3)) {
        deliver(history);
        go_on(history);
    }
    ks_store_compare_settle(history->store, 0, history->kind, &difference);
    assert_row_number(row, difference.example[0] != '\0', compared_count(&difference) > 0);
    return compared_count(&difference);
}

static void tell_history(uint32_t seed)
{
    struct history history = {
        .seed = seed, .kind = kinds[seed % COUNT(kinds)], .store = sample_store(NULL, NULL), .version = 1};
    char row[64];

    sample_live(history.store, 0);
    for (int round = 0; round < ROUNDS; round++) {
        bool loses = pick(&history, 2);
        uint64_t version;

        snprintf(row, sizeof row, "history %u, round %d", seed, round);
        history.loses = loses;
        for (int i = 0; i < 20; i++) {
            go_on(&history);
        }
        history.loses = false;
        while (loses && history.told < history.logged) {
            deliver(&history); /* so that nothing is lost while the list is on its way */
        }
        if (compare(&history, row) && !loses) {
            fail_msg("%s: a difference, although nothing was lost", row);
        }
        while (history.told < history.logged) {
            deliver(&history);
        }
        assert_truth(&history, row);
        version = sample_version(history.store);
        history.told = history.logged;
        ks_store_compare_begin(history.store, 0, history.kind, "1");
        for (size_t i = 0; i < OBJECTS; i++) {
            if (history.truth[i].is_there) {
                tell(history.store, history.kind, i, &history.truth[i], KS_KUBE_ADDED, true);
            }
        }
        ks_store_compare_end(history.store, 0, history.kind);
        ks_store_compare_settle(history.store, 0, history.kind, &(struct ks_store_difference){.missing = 0});
        assert_row_number(row, ks_store_is_dirty(history.store), false);
        assert_row_number(row, (int64_t)sample_version(history.store), (int64_t)version);
    }
    ks_store_free(history.store);
}

static void a_comparison_makes_the_store_as_the_server_is(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= HISTORIES; seed++) {
        tell_history(seed);
    }
}

/* Counts what differs if the server is quiet: the objects whose last event was lost, as far as it mattered. */
static void each_lost_event_is_found_once(void **state)
{
    size_t found = 0;

    (void)state;
    for (uint32_t seed = 1; seed <= HISTORIES; seed++) {
        struct history history = {
            .seed = seed, .kind = KS_KIND_NODE, .store = sample_store(NULL, NULL), .version = 1, .loses = true};
        bool is_kept[OBJECTS] = {false};
        struct server_object kept[OBJECTS];
        size_t wanted = 0;
        char row[64];

        sample_live(history.store, 0);
        for (int i = 0; i < 30; i++) {
            change(&history);
        }
        for (size_t i = 0; i < history.logged; i++) {
            const struct change *told = &history.log[i];

            deliver(&history);
            if (!told->is_lost) {
                is_kept[told->object] = told->after.is_there;
                kept[told->object] = told->after;
            }
        }
        for (size_t i = 0; i < OBJECTS; i++) {
            const struct server_object *truth = &history.truth[i];

            /* A node has two flags here. */
            wanted += is_kept[i] != truth->is_there ||
                      (is_kept[i] && (kept[i].content % 2 != truth->content % 2 ||
                                      (kept[i].content % 3 == 0) != (truth->content % 3 == 0)));
        }
        snprintf(row, sizeof row, "history %u", seed);
        ks_store_compare_begin(history.store, 0, history.kind, "999999");
        for (size_t i = 0; i < OBJECTS; i++) {
            if (history.truth[i].is_there) {
                tell(history.store, history.kind, i, &history.truth[i], KS_KUBE_ADDED, true);
            }
        }
        ks_store_compare_end(history.store, 0, history.kind);
        {
            struct ks_store_difference difference;

            ks_store_compare_settle(history.store, 0, history.kind, &difference);
            assert_row_number(row, (int64_t)compared_count(&difference), (int64_t)wanted);
            found += wanted;
        }
        assert_truth(&history, row);
        ks_store_free(history.store);
    }
    assert_true(found > HISTORIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comparison_makes_the_store_as_the_server_is),
        cmocka_unit_test(each_lost_event_is_found_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
