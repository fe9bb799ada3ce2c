/* Random histories of objects: afterwards, everything belongs where it would if the same objects had just come. */
#include "config.h"

#include "support/store_sample.h"

#include "store/private.h"

#define HISTORIES 300
#define STEPS     60
#define MINUTES   10

/* The objects of a history: pods 0 to 7, whose drivers have smaller numbers; links, whose names pods have as owners;
 * budgets; and Deployments. */
#define PODS    8
#define LINKS   3
#define OBJECTS 19

static const char *const pod_names[PODS] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"};
static const char *const link_names[LINKS] = {"web-abc", "web-x7k2p", "db-27891234"};

struct history {
    uint32_t seed;
    struct ks_store *store;
    struct sample objects[OBJECTS];
    bool is_there[OBJECTS];
};

static uint32_t pick(struct history *history, uint32_t count)
{
    history->seed = history->seed * 1103515245u + 12345u;
    return (history->seed >> 16) % count;
}

static struct sample make_pod(struct history *history, size_t number)
{
    static const char *const kinds[] = {"ReplicaSet", "Job", "Pod", "Gadget", "ReplicationController"};
    const char *kind = kinds[pick(history, COUNT(kinds))];
    const char *owner = link_names[pick(history, LINKS)];

    if (strcmp(kind, "Pod") == 0) {
        owner = number == 0 ? "nobody" : pod_names[pick(history, (uint32_t)number)];
    }
    return (struct sample){.name = pod_names[number],
                           .owner_kind = kind,
                           .owner_name = owner,
                           .to_completion = pick(history, 2),
                           .labels = pick(history, 2) ? "app=a" : "app=b"};
}

static struct sample make_link(struct history *history, enum ks_kind kind, const char *owner_kind, size_t number)
{
    static const char *const owners[] = {"web", "db"};
    static const char *const kinds[] = {"", "Gadget", NULL};
    const char *chosen = kinds[pick(history, COUNT(kinds))];

    chosen = chosen ? chosen : owner_kind;
    return (struct sample){.kind = kind,
                           .name = link_names[number],
                           .owner_kind = chosen,
                           .owner_name = chosen[0] ? owners[pick(history, COUNT(owners))] : "",
                           .workload = {.desired = (int32_t)pick(history, 3)}};
}

static struct sample make_object(struct history *history, size_t number)
{
    if (number < PODS) {
        return make_pod(history, number);
    }
    number -= PODS;
    if (number < LINKS) {
        return make_link(history, KS_KIND_REPLICASET, "Rollout", number);
    }
    if (number < 2 * LINKS) {
        return make_link(history, KS_KIND_JOB, "CronJob", number - LINKS);
    }
    if (number < 3 * LINKS) {
        return (struct sample){.kind = KS_KIND_BUDGET,
                               .name = link_names[number - 2 * LINKS],
                               .budget = {.selector = pick(history, 2) ? "app=a" : "app=b",
                                          .expected = (int32_t)pick(history, 4),
                                          .is_exact = pick(history, 2)}};
    }
    return (struct sample){
        .kind = KS_KIND_DEPLOYMENT, .name = number == 3 * LINKS ? "web" : "db", .workload = {.desired = 1}};
}

/* Pods stay where they are after what showed their service has gone, so only these go: others, and budgets. */
static bool may_go(const struct history *history, size_t number)
{
    if (!history->is_there[number] || (number >= PODS && history->objects[number].kind != KS_KIND_BUDGET)) {
        return false;
    }
    for (size_t i = 0; i < PODS; i++) {
        const struct sample *pod = &history->objects[i];

        if (history->is_there[i] && strcmp(pod->owner_kind, "Pod") == 0 &&
            strcmp(pod->owner_name, history->objects[number].name) == 0) {
            return false;
        }
    }
    return true;
}

static void apply(struct ks_store *store, const struct sample *object, enum ks_kube_event event)
{
    struct sample copy = *object;

    copy.event = event;
    sample_apply(store, &copy);
}

static void list_again(struct history *history)
{
    static const enum ks_kind kinds[] = {KS_KIND_POD, KS_KIND_REPLICASET, KS_KIND_JOB, KS_KIND_BUDGET};
    enum ks_kind kind = kinds[pick(history, COUNT(kinds))];

    ks_store_list_begin(history->store, 0, kind);
    for (size_t i = 0; i < OBJECTS; i++) {
        if (history->is_there[i] && history->objects[i].kind == kind) {
            apply(history->store, &history->objects[i], KS_KUBE_ADDED);
        }
    }
    ks_store_list_end(history->store, 0, kind);
}

static void go_on(struct history *history, int step)
{
    size_t number = pick(history, OBJECTS);

    if (pick(history, 6) == 0 && may_go(history, number)) {
        apply(history->store, &history->objects[number], KS_KUBE_DELETED);
        history->is_there[number] = false;
    } else {
        history->objects[number] = make_object(history, number);
        apply(history->store, &history->objects[number], history->is_there[number] ? KS_KUBE_MODIFIED : KS_KUBE_ADDED);
        history->is_there[number] = true;
    }
    if (pick(history, 25) == 0) {
        list_again(history);
    }
    if (pick(history, 20) == 0) {
        ks_store_tick(history->store, (int64_t)step * MINUTES * 60 * 1000);
    }
    if (pick(history, 3) == 0) {
        sample_flush(history->store);
    }
}

static struct ks_store *tell_afresh(struct history *history)
{
    struct ks_store *store = sample_store(NULL, NULL);
    size_t first = pick(history, OBJECTS);

    sample_live(store, 0);
    for (size_t i = 0; i < OBJECTS; i++) {
        size_t number = (first + 7 * i) % OBJECTS;

        if (history->is_there[number]) {
            apply(store, &history->objects[number], KS_KUBE_ADDED);
        }
    }
    sample_flush(store);
    return store;
}

static int32_t count_covered(struct ks_store *store, const char *budget_name, const struct service *service)
{
    const struct budget *budget;
    char key[64];

    snprintf(key, sizeof key, "shop/%s", budget_name);
    HASH_FIND_STR(store->budgets, key, budget);
    for (const struct cover *cover = budget ? budget->covers : NULL; cover; cover = cover->next) {
        if (cover->guess->service == service) {
            return cover->count;
        }
    }
    return 0;
}

/* Where each pod is, and what budgets cover there. */
static void put_picture(struct ks_store *store, struct ks_buf *out)
{
    for (size_t i = 0; i < PODS; i++) {
        const struct pod *pod = ks_pod_find(store, "shop", pod_names[i]);

        if (!pod) {
            continue;
        }
        ks_buf_printf(out, "%s%s in %s/%s", pod_names[i], pod->is_helper ? " helps" : "", pod->service->kind,
                      pod->service->name);
        for (size_t at = 0; at < LINKS; at++) {
            ks_buf_printf(out, " %d", (int)count_covered(store, link_names[at], pod->service));
        }
        ks_buf_literal(out, ", ");
    }
}

static void the_way_there_does_not_matter(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= HISTORIES; i++) {
        struct history history = {.seed = i, .store = sample_store(NULL, NULL)};
        struct ks_store *fresh;
        struct ks_buf seen KS_CLEANUP_BUF;
        struct ks_buf wanted KS_CLEANUP_BUF;
        char row[32];

        ks_buf_init(&seen, CEILING);
        ks_buf_init(&wanted, CEILING);
        sample_live(history.store, 0);
        for (int step = 0; step < STEPS; step++) {
            go_on(&history, step);
        }
        sample_flush(history.store);
        fresh = tell_afresh(&history);
        put_picture(history.store, &seen);
        put_picture(fresh, &wanted);
        snprintf(row, sizeof row, "history %u", i);
        assert_row_text(row, seen.data, wanted.data);
        ks_store_free(history.store);
        ks_store_free(fresh);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_there_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
