/* The store, where memory runs out while it is written: what is written again is there, and was counted once. */
#include "config.h"

#include "scarce_store.h"

#include "store_private.h"

#define TRY(store, err, ...) sample_try((store), &(const struct sample){__VA_ARGS__}, (err))
#define GROWS_FROM           105
#define GROWS_TO             195

static int put(struct ks_store *store, const char *service, const char *check, const char *message,
               struct ks_error *err)
{
    const struct ks_custom_state state = {.service = service,
                                          .check = check,
                                          .phase = check[0] ? KS_CUSTOM_ANSWERED : KS_CUSTOM_REFUSED,
                                          .label = "",
                                          .message = message,
                                          .color = "green",
                                          .reason = "",
                                          .mistake = "",
                                          .raw = "{}"};

    return ks_store_custom_put(store, &state, err);
}

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

/* One of each: comes, changes, moves, goes; with another of the ancestor's names. */
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

/* All that is there: what is not named is gone. */
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

static void objects_come_and_go(void **state)
{
    static const struct store_story stories[] = {
        {"first objects", NULL, apply_some, NULL, false},
        {"first objects, half of them seen", NULL, apply_some, NULL, true},
        {"changes", apply_some, change_some, NULL, false},
        {"changes, half of them seen", apply_some, change_some, NULL, true},
        {"a list", apply_some, list_pods, NULL, false},
        {"a list, half of it seen", apply_some, list_pods, NULL, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(stories); i++) {
        scarce_tell_store(&stories[i]);
    }
}

/* ---- custom checks ---- */

static int put_some(struct ks_store *store, struct ks_error *err)
{
    return TRY(store, err, .name = "web-0") || put(store, "web", "age", "1", err) ||
           put(store, "web", "hits", "2", err) || put(store, "zoo", "", "refused", err);
}

static int change_checks(struct ks_store *store, struct ks_error *err)
{
    ks_store_custom_remove(store, "zoo", "");
    return put(store, "web", "hits", "3", err) || put(store, "web", "size", "4", err) ||
           put(store, "mail", "", "refused", err);
}

/* Readers find new services only with a new index, which is made after that of the checks. */
static int remove_check(struct ks_store *store, struct ks_error *err)
{
    ks_store_custom_remove(store, "web", "age");
    return TRY(store, err, .name = "new-0", .owner_name = "new");
}

static int put_it_again(struct ks_store *store, struct ks_error *err)
{
    return remove_check(store, err) || put(store, "web", "age", "5", err) || put(store, "web", "hits", "6", err);
}

static void checks_come_and_go(void **state)
{
    static const struct store_story stories[] = {
        {"first checks", NULL, put_some, NULL, false},
        {"first checks, half of them seen", NULL, put_some, NULL, true},
        {"answers", put_some, change_checks, NULL, false},
        {"answers, half of them seen", put_some, change_checks, NULL, true},
        {"a check that goes", put_some, remove_check, NULL, false},
        {"a check that goes and comes again", put_some, remove_check, put_it_again, false},
        {"a check that goes and comes in one", put_some, put_it_again, NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(stories); i++) {
        scarce_tell_store(&stories[i]);
    }
}

/* ---- a peer's ---- */

static int put_remote(struct ks_store *store, const char *name, int32_t ready, struct ks_error *err)
{
    const struct ks_service_state service = {
        .ready = ready,
        .total = 2,
        .reasons = {.entries = {{"Error", 2}}, .used = 1},
        .versions = {.entries = {{"1.2", 1}}, .used = 1},
        .annotations = {.label = "Label", .color = "", .link = ""},
    };
    const struct ks_remote_service remote = {
        .namespace_name = "shop", .kind = "Deployment", .name = name, .state = &service, .as_of = INT64_MAX};

    return ks_store_remote_put(store, &remote, err);
}

static int tell_all(struct ks_store *store, struct ks_error *err)
{
    ks_store_remote_begin(store);
    if (put_remote(store, "web", 1, err) || put_remote(store, "db", 2, err) || put(store, "web", "hits", "1", err) ||
        put(store, "web", "age", "2", err)) {
        return -1;
    }
    ks_store_remote_end(store);
    ks_store_remote_nodes(store, &(const struct ks_nodes_state){.total = 3, .ready = 2});
    return 0;
}

static int tell_all_anew(struct ks_store *store, struct ks_error *err)
{
    ks_store_remote_begin(store);
    if (put_remote(store, "web", 2, err) || put_remote(store, "mail", 0, err) || put(store, "web", "hits", "3", err)) {
        return -1;
    }
    ks_store_remote_end(store);
    return 0;
}

static int tell_changes(struct ks_store *store, struct ks_error *err)
{
    ks_store_remote_remove(store, "shop", "Deployment", "db");
    ks_store_custom_remove(store, "web", "age");
    return put_remote(store, "web", 2, err) || put_remote(store, "mail", 1, err) ||
           put(store, "mail", "queue", "4", err);
}

static void a_peers_services_come_and_go(void **state)
{
    static const struct store_story stories[] = {
        {"a peer's first document", NULL, tell_all, NULL, false},
        {"a peer's document anew", tell_all, tell_all_anew, NULL, false},
        {"a peer's document anew, half of it seen", tell_all, tell_all_anew, NULL, true},
        {"a peer's changes", tell_all, tell_changes, NULL, false},
        {"a peer's changes, then all of it", tell_all, tell_changes, tell_all_anew, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(stories); i++) {
        scarce_tell_store(&stories[i]);
    }
}

/* ---- tables that grow ---- */

static int apply_many(struct ks_store *store, int first, int end, struct ks_error *err)
{
    for (int i = first; i < end; i++) {
        char name[16];

        snprintf(name, sizeof name, "s%d", i);
        if (TRY(store, err, .name = name, .owner_name = name) ||
            TRY(store, err, .kind = KS_KIND_STATEFULSET, .name = name, .workload = {.desired = 1}) ||
            TRY(store, err, .kind = KS_KIND_NODE, .name = name) || put(store, name, "hits", "1", err)) {
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
    scarce_tell_store(&story);
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

/* The only pod, so that its table goes with it. */
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

/* It would wait for ever for a pod that may never come again. */
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

static void a_service_goes_where_its_first_pod_was_not_kept(void **state)
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
        cmocka_unit_test(a_service_goes_where_its_first_pod_was_not_kept),
        cmocka_unit_test(checks_come_and_go),
        cmocka_unit_test(a_peers_services_come_and_go),
        cmocka_unit_test(tables_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
