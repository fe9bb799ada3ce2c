/* The store while memory runs out and objects are written: after a second try they are there, and counted once. */
#include "config.h"

#include "support/scarce_store.h"

#include "store/private.h"

#define GROWS_FROM 105
#define GROWS_TO   195

/* ---- objects ---- */

static int apply_some(struct ks_store *store, struct ks_error *err)
{
    return TRY(store, err, .name = "web-0") || TRY(store, err, .name = "web-1") ||
           TRY(store, err, .name = "db-0", .owner_name = "db") ||
           TRY(store, err, .name = "p", .owner_kind = "Gadget", .owner_name = "thing", .generate_name = "gadget-") ||
           TRY(store, err, .kind = KS_KIND_STATEFULSET, .name = "web", .workload = {.desired = 2},
               .annotations = {.label = "Web"}) ||
           TRY(store, err, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
}

/* Objects that come, change, move and go; one also gets another name from kube-shields 0.0.6. */
static int change_some(struct ks_store *store, struct ks_error *err)
{
    return TRY(store, err, .event = KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true, .restarts = 3) ||
           TRY(store, err, .event = KS_KUBE_DELETED, .name = "db-0", .owner_name = "db") ||
           TRY(store, err, .name = "mail-0", .owner_name = "mail", .generate_name = "old-web-", .image = "mail:2") ||
           TRY(store, err, .event = KS_KUBE_MODIFIED, .name = "p", .owner_kind = "Gadget", .owner_name = "other") ||
           TRY(store, err, CRONJOB_POD(.not_ready = true)) ||
           TRY(store, err, CRONJOB_JOB(.workload = {.desired = 1})) ||
           TRY(store, err, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_STATEFULSET, .name = "web",
               .workload = {.desired = 3}, .annotations = {.label = "Other", .link = "https://a/"}) ||
           TRY(store, err, .kind = KS_KIND_DEPLOYMENT, .name = "new", .workload = {.desired = 1}) ||
           TRY(store, err, .kind = KS_KIND_NODE, .name = "two", .node = {.ready = true}) ||
           TRY(store, err, .event = KS_KUBE_DELETED, .kind = KS_KIND_NODE, .name = "one");
}

/* A list of everything: objects that it does not name are gone. */
static int list_pods(struct ks_store *store, struct ks_error *err)
{
    ks_store_list_begin(store, 0, KS_KIND_POD);
    if (TRY(store, err, .name = "web-1") || TRY(store, err, .name = "web-2", .not_ready = true) ||
        TRY(store, err, .name = "q", .owner_name = "queue", .generate_name = "old-web-")) {
        return -1;
    }
    ks_store_list_end(store, 0, KS_KIND_POD);
    return 0;
}

/* Objects that say where others belong, and how many there should be. */
static int apply_links(struct ks_store *store, struct ks_error *err)
{
    return TRY(store, err, .name = "g-0", .owner_kind = "Gadget", .owner_name = "thing", .labels = "app=thing") ||
           TRY(store, err, .name = "g-1", .owner_kind = "Gadget", .owner_name = "thing", .labels = "app=thing") ||
           TRY(store, err, .kind = KS_KIND_BUDGET, .name = "b",
               .budget = {.selector = "app=thing", .expected = 2, .is_exact = true}) ||
           TRY(store, err, .name = "w-0", .owner_kind = "Widget", .owner_name = "other", .labels = "app=other") ||
           TRY(store, err, .name = "r-0", .owner_kind = "ReplicaSet", .owner_name = "web-abc") ||
           TRY(store, err, .name = "exec", .owner_kind = "Pod", .owner_name = "driver", .to_completion = true) ||
           TRY(store, err, .name = "db-0", .owner_name = "db", .on_node = "one", .is_condition_not_true = true) ||
           TRY(store, err, .kind = KS_KIND_NODE, .name = "one", .node = {.ready = true});
}

static int change_links(struct ks_store *store, struct ks_error *err)
{
    return TRY(store, err, .event = KS_KUBE_DELETED, .name = "g-0") ||
           TRY(store, err, .event = KS_KUBE_DELETED, .name = "g-1") ||
           TRY(store, err, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_BUDGET, .name = "b",
               .budget = {.selector = "app=thing", .expected = 0, .is_exact = true}) ||
           TRY(store, err, .kind = KS_KIND_BUDGET, .name = "c", .budget = {.selector = "app=other", .expected = 3}) ||
           TRY(store, err, .kind = KS_KIND_REPLICASET, .name = "web-abc", .owner_kind = "Rollout", .owner_name = "web",
               .workload = {.desired = 2, .containers_per_pod = 1}) ||
           TRY(store, err, .name = "driver", .owner_kind = "Spark", .owner_name = "pi-x7k2p", .to_completion = true) ||
           TRY(store, err, .event = KS_KUBE_MODIFIED, .name = "db-0", .owner_name = "db", .on_node = "two",
               .is_condition_not_true = true) ||
           TRY(store, err, .kind = KS_KIND_NODE, .name = "two");
}

static int list_budgets(struct ks_store *store, struct ks_error *err)
{
    ks_store_list_begin(store, 0, KS_KIND_BUDGET);
    if (TRY(store, err, .kind = KS_KIND_BUDGET, .name = "d", .budget = {.selector = "app=thing", .expected = 4})) {
        return -1;
    }
    ks_store_list_end(store, 0, KS_KIND_BUDGET);
    return 0;
}

/* A list beside the watch, during which pods go and come. What ran out of memory is found by the next one. */
static int compare_pods(struct ks_store *store, struct ks_error *err)
{
    struct ks_store_difference difference;

    ks_store_compare_begin(store, 0, KS_KIND_POD, "9");
    if (TRY(store, err, .event = KS_KUBE_DELETED, .name = "web-0", .version = "10") ||
        TRY(store, err, .is_compared = true, .name = "web-0") ||
        TRY(store, err, .is_compared = true, .name = "web-1", .not_ready = true) ||
        TRY(store, err, .is_compared = true, .name = "mail-0", .owner_name = "mail") ||
        TRY(store, err, .name = "mail-1", .owner_name = "mail", .version = "11")) {
        return -1;
    }
    ks_store_compare_end(store, 0, KS_KIND_POD);
    ks_store_compare_settle(store, 0, KS_KIND_POD, &difference);
    return 0;
}

static void objects_come_and_go(void **state)
{
    static const struct store_story stories[] = {
        {"first objects", NULL, apply_some, NULL, false},
        {"first objects, half of them seen", NULL, apply_some, NULL, true},
        {"changes", apply_some, change_some, NULL, false},
        {"changes, half of them seen", apply_some, change_some, NULL, true},
        {"a list", apply_some, list_pods, NULL, false},
        {"a list, half of it seen", apply_some, list_pods, NULL, true},
        {"a comparison", apply_some, compare_pods, compare_pods, false},
        {"a comparison, half of it seen", apply_some, compare_pods, compare_pods, true},
        {"owners and budgets", NULL, apply_links, NULL, false},
        {"owners and budgets, half of them seen", NULL, apply_links, NULL, true},
        {"owners and budgets that change", apply_links, change_links, NULL, false},
        {"owners and budgets that change, half of them seen", apply_links, change_links, NULL, true},
        {"a list of budgets", apply_links, list_budgets, NULL, false},
        {"a list of budgets, half of it seen", apply_links, list_budgets, NULL, true},
    };

    (void)state;
    scarce_tell_stories(stories, COUNT(stories));
}

/* ---- tables that grow ---- */

static int apply_many(struct ks_store *store, int first, int end, struct ks_error *err)
{
    for (int i = first; i < end; i++) {
        char name[16];

        snprintf(name, sizeof name, "s%d", i);
        if (TRY(store, err, .name = name, .owner_name = name) ||
            TRY(store, err, .kind = KS_KIND_STATEFULSET, .name = name, .workload = {.desired = 1}) ||
            TRY(store, err, .kind = KS_KIND_NODE, .name = name) || put_check(store, name, "hits", "1", err)) {
            return -1;
        }
    }
    return 0;
}

static int apply_most(struct ks_store *store, struct ks_error *err)
{
    return apply_many(store, 0, GROWS_FROM, err);
}

static int apply_rest(struct ks_store *store, struct ks_error *err)
{
    return apply_many(store, GROWS_FROM, GROWS_TO, err);
}

static void tables_grow(void **state)
{
    static const struct store_story story = {"tables that grow", apply_most, apply_rest, NULL, false};

    (void)state;
    scarce_tell_stories(&story, 1);
}

/* ---- the store itself, and what stays ---- */

static int make_store(void *arg, struct ks_error *err)
{
    const struct ks_store_options options = {.namespaces = (const char *const[]){"shop", "blog", NULL},
                                             .excluded = (const char *const[]){"kube-system", NULL}};
    struct ks_store *store;

    (void)arg;
    if (ks_store_new(&store, &options, err)) {
        return -1;
    }
    ks_store_free(store);
    return 0;
}

static void a_store_is_made(void **state)
{
    (void)state;
    scarce_tell("a store", make_store, NULL);
}

static void note_total(void *arg, const struct ks_store_sum *sum)
{
    *(int32_t *)arg = sum->state.total;
}

/* The only pod, so that its table is freed with it. */
static int change_the_only_pod(void *arg, struct ks_error *err)
{
    const struct ks_store_selector web = {.name = "web"};
    const struct ks_store_options options = {.namespaces = NULL};
    struct ks_store *store;
    int32_t total = 0;
    int outcome;

    (void)arg;
    scarce.counts = false;
    if (ks_store_new(&store, &options, err)) {
        return -1;
    }
    outcome = TRY(store, err, .name = "web-0") || ks_store_flush(store, err) ? -1 : 0;
    if (outcome == 0) {
        scarce.counts = true;
        outcome = TRY(store, err, .event = KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true);
        scarce.counts = false;
        ks_store_flush(store, NULL);
        ks_store_read_sum(store, &web, note_total, &total);
    }
    ks_store_free(store);
    return total == 1 ? outcome : ks_error_set(err, KS_ERROR_INVALID, "the pod is gone");
}

static void a_pod_stays_as_it_was_until_its_change_is_kept(void **state)
{
    (void)state;
    scarce_tell("the only pod", change_the_only_pod, NULL);
}

/* Otherwise it would wait for ever for a pod that may never come again. */
static int lose_a_pod(void *arg, struct ks_error *err)
{
    const struct ks_store_options options = {.namespaces = NULL};
    struct ks_store *store;
    bool is_clean;
    int outcome;

    (void)arg;
    scarce.counts = false;
    if (ks_store_new(&store, &options, err)) {
        return -1;
    }
    scarce.counts = true;
    outcome = TRY(store, err, .name = "web-0");
    scarce.counts = false;
    ks_store_flush(store, NULL);
    is_clean = outcome == 0 || !store->services;
    ks_store_free(store);
    return is_clean ? outcome : ks_error_set(err, KS_ERROR_INVALID, "an empty service is left");
}

static void a_service_is_removed_if_its_first_pod_could_not_be_stored(void **state)
{
    (void)state;
    scarce_tell("the first pod", lose_a_pod, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_is_made),
        cmocka_unit_test(objects_come_and_go),
        cmocka_unit_test(a_pod_stays_as_it_was_until_its_change_is_kept),
        cmocka_unit_test(a_service_is_removed_if_its_first_pod_could_not_be_stored),
        cmocka_unit_test(tables_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
