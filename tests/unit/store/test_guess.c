/* How many pods services should have that no controller object speaks for: by budgets, or as many as were there lately.
 */
#include "config.h"

#include "support/store_orders.h"

#include "store/private.h"

#define MINUTE                   ((int64_t)60 * 1000)
#define HOUR                     (60 * MINUTE)

#define GADGET(pod, ...)         .name = (pod), .owner_kind = "Gadget", .owner_name = "web", .labels = "app=web", __VA_ARGS__
#define BUDGET(budget_name, ...) .kind = KS_KIND_BUDGET, .name = (budget_name), .budget = __VA_ARGS__
#define OF(labels, ...)                                                                                                \
    {                                                                                                                  \
        .selector = (labels), __VA_ARGS__                                                                              \
    }
#define NUMBERS(...) OF("app=web", __VA_ARGS__)
#define EXACTLY(n)   NUMBERS(.expected = (n), .is_exact = true)

/* "3", "3?" if it is a guess; "none" if nothing is expected; "gone" if there is no such service. */
static void assert_expected_in(struct ks_store *store, const char *namespace_name, const char *kind, const char *name,
                               const char *wanted, const char *row)
{
    struct ks_evidence evidence = {.expected = 0};
    const struct service *service;
    char text[32] = "none";

    sample_flush(store);
    service = ks_service_find(store, namespace_name, kind, name);
    if (!service) {
        assert_row_text(row, "gone", wanted);
        return;
    }
    assert_true(service->listed);
    if (service->guess) {
        ks_guess_expect(store, service->guess, service->guess->current, &evidence);
    }
    if (evidence.expected > 0) {
        snprintf(text, sizeof text, "%d%s", (int)evidence.expected, evidence.expected_is_guess ? "?" : "");
    }
    assert_row_text(row, text, wanted);
}

static void assert_expected(struct ks_store *store, const char *name, const char *wanted)
{
    assert_expected_in(store, "shop", "Gadget", name, wanted, name);
}

static void put_gadgets(struct ks_store *store, int count)
{
    for (int i = 0; i < count; i++) {
        char name[16];

        snprintf(name, sizeof name, "web-%d", i);
        APPLY(store, GADGET(name));
    }
}

static void remove_gadgets(struct ks_store *store, int from, int end)
{
    for (int i = from; i < end; i++) {
        char name[16];

        snprintf(name, sizeof name, "web-%d", i);
        APPLY(store, .event = KS_KUBE_DELETED, GADGET(name));
    }
}

/* ---- lately ---- */

static void as_many_as_there_were_within_the_hour(void **state)
{
    ks_store_tick(*state, 1);
    put_gadgets(*state, 3);
    assert_expected(*state, "web", "3?");
    ks_store_tick(*state, 10 * HOUR); /* they are still there */
    remove_gadgets(*state, 2, 3);
    assert_expected(*state, "web", "3?");
    ks_store_tick(*state, 10 * HOUR + 30 * MINUTE);
    remove_gadgets(*state, 1, 2);
    assert_expected(*state, "web", "3?");
    ks_store_tick(*state, 11 * HOUR - 1);
    assert_false(ks_store_is_dirty(*state));
    ks_store_tick(*state, 11 * HOUR);
    assert_true(ks_store_is_dirty(*state));
    assert_expected(*state, "web", "2?");
    ks_store_tick(*state, 11 * HOUR + 30 * MINUTE);
    assert_expected(*state, "web", "1?");
    ks_store_tick(*state, 100 * HOUR);
    assert_false(ks_store_is_dirty(*state));
    assert_expected(*state, "web", "1?");
}

static void more_pods_are_the_new_number(void **state)
{
    put_gadgets(*state, 2);
    assert_expected(*state, "web", "2?");
    remove_gadgets(*state, 0, 1);
    assert_expected(*state, "web", "2?");
    put_gadgets(*state, 4);
    assert_expected(*state, "web", "4?");
    remove_gadgets(*state, 3, 4);
    sample_flush(*state);
    ks_store_tick(*state, HOUR - 1);
    assert_expected(*state, "web", "4?");
    ks_store_tick(*state, HOUR);
    assert_expected(*state, "web", "3?");
}

static void many_steps_down_keep_the_largest_numbers(void **state)
{
    put_gadgets(*state, 9);
    assert_expected(*state, "web", "9?");
    for (int left = 8; left >= 0; left--) {
        remove_gadgets(*state, left, left + 1);
        ks_store_tick(*state, (9 - left) * MINUTE);
        assert_expected(*state, "web", "9?");
    }
    ks_store_tick(*state, MINUTE + HOUR);
    assert_expected(*state, "web", "8?");
    ks_store_tick(*state, 20 * HOUR);
    assert_expected(*state, "web", "gone");
}

static void a_service_stays_for_an_hour_after_its_last_pod(void **state)
{
    uint64_t version;

    put_gadgets(*state, 1);
    assert_expected(*state, "web", "1?");
    version = sample_version(*state);
    remove_gadgets(*state, 0, 1);
    assert_expected(*state, "web", "1?");
    assert_true(sample_version(*state) > version);
    ks_store_tick(*state, HOUR - 1);
    assert_expected(*state, "web", "1?");
    assert_int_equal(((struct ks_store *)*state)->tombstones.count, 0);
    ks_store_tick(*state, HOUR);
    assert_expected(*state, "web", "gone");
    assert_services(*state, "");
    assert_int_equal(((struct ks_store *)*state)->tombstones.count, 1);
    assert_null(((struct ks_store *)*state)->spaces);
    /* It comes again as if it were new. */
    put_gadgets(*state, 2);
    assert_expected(*state, "web", "2?");
    ks_store_tick(*state, 5 * HOUR);
    assert_expected(*state, "web", "2?");
}

static void only_pods_that_run_for_ever_count(void **state)
{
    static const struct {
        const char *row;
        struct sample pod;
        const char *expected;
    } rows[] = {
        {"a pod", {GADGET("p")}, "1?"},
        {"one that is not ready", {GADGET("p", .not_ready = true)}, "1?"},
        {"one that is ending", {GADGET("p", .deleting = true)}, "none"},
        {"one that has failed", {GADGET("p", .phase = KS_POD_FAILED)}, "none"},
        {"one that runs to completion", {GADGET("p", .to_completion = true)}, "none"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_store *store = sample_store(NULL, NULL);

        sample_live(store, 0);
        sample_apply(store, &rows[i].pod);
        assert_expected_in(store, "shop", "Gadget", "web", rows[i].expected, rows[i].row);
        ks_store_free(store);
    }
}

/* Services of these owners go with their last pod: nothing is missing, or their objects would say so. */
static void a_service_goes_with_its_pods_if_nothing_is_missing(void **state)
{
    static const struct {
        const char *kind, *name;
        bool to_completion;
    } rows[] = {
        {"StatefulSet", "web", false}, {"ReplicaSet", "web", false}, {"Node", "n1", false},
        {"Pod", "driver", false},      {"Job", "web", true},         {"Workflow", "web-x7k2p", true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        APPLY(*state, .name = "p", .owner_kind = rows[i].kind, .owner_name = rows[i].name,
              .to_completion = rows[i].to_completion);
        sample_flush(*state);
        APPLY(*state, .event = KS_KUBE_DELETED, .name = "p", .owner_kind = rows[i].kind, .owner_name = rows[i].name,
              .to_completion = rows[i].to_completion);
        sample_flush(*state);
        assert_services(*state, "");
    }
}

static void a_controllers_object_ends_the_guess(void **state)
{
    static const struct sample replicaset = {.kind = KS_KIND_REPLICASET,
                                             .name = "web-5d4",
                                             .owner_kind = "Rollout",
                                             .owner_name = "web",
                                             .workload = {.desired = 1, .containers_per_pod = 1}};
    static const struct sample gone = {.event = KS_KUBE_DELETED,
                                       .kind = KS_KIND_REPLICASET,
                                       .name = "web-5d4",
                                       .owner_kind = "Rollout",
                                       .owner_name = "web"};

    APPLY(*state, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4",
          .labels = "rollouts-pod-template-hash=5d4");
    assert_expected_in(*state, "shop", "Rollout", "web", "1?", "before");
    sample_apply(*state, &replicaset);
    assert_expected_in(*state, "shop", "Rollout", "web", "none", "with it");
    /* Its pods go after it: that is how a deletion looks. */
    sample_apply(*state, &gone);
    assert_expected_in(*state, "shop", "Rollout", "web", "none", "after it");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4");
    sample_flush(*state);
    assert_services(*state, "");
}

static void jobs_beside_pods_that_run_for_ever_do_not_decide(void **state)
{
    put_gadgets(*state, 2);
    APPLY(*state, .kind = KS_KIND_JOB, .name = "web-x7k2p", .owner_kind = "Gadget", .owner_name = "web",
          .workload = {.outcome = KS_JOB_COMPLETE});
    assert_expected(*state, "web", "2?");
    assert_services(*state, "shop/Gadget/web 2/2");
    remove_gadgets(*state, 0, 1);
    assert_expected(*state, "web", "2?");
    assert_services(*state, "shop/Gadget/web 1/2");
    remove_gadgets(*state, 1, 2);
    assert_expected(*state, "web", "2?");
    ks_store_tick(*state, HOUR);
    assert_expected(*state, "web", "none");
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_JOB, .name = "web-x7k2p", .owner_kind = "Gadget",
          .owner_name = "web");
    assert_expected(*state, "web", "gone");
}

static void what_a_source_wanted_is_expected_after_it_is_turned_off(void **state)
{
    static const struct {
        enum ks_kind kind;
        const char *name;
    } kinds[] = {
        {KS_KIND_DEPLOYMENT, "Deployment"},   {KS_KIND_REPLICASET, "ReplicaSet"},
        {KS_KIND_STATEFULSET, "StatefulSet"}, {KS_KIND_REPLICATIONCONTROLLER, "ReplicationController"},
        {KS_KIND_DAEMONSET, "DaemonSet"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct ks_store *store = sample_store(NULL, NULL);

        sample_live(store, 0);
        APPLY(store, .kind = kinds[i].kind, .name = "web", .workload = {.desired = 3, .containers_per_pod = 1});
        APPLY(store, .kind = kinds[i].kind, .name = "idle");
        APPLY(store, .kind = kinds[i].kind, .name = "bad", .workload = {.desired = -3});
        APPLY(store, .name = "a", .owner_kind = kinds[i].name, .owner_name = "web");
        assert_expected_in(store, "shop", kinds[i].name, "web", "none", "live");
        sample_source(store, 0, kinds[i].kind, KS_SOURCE_OFF, 0);
        assert_expected_in(store, "shop", kinds[i].name, "web", "3?", kinds[i].name);
        assert_expected_in(store, "shop", kinds[i].name, "idle", "gone", kinds[i].name);
        assert_expected_in(store, "shop", kinds[i].name, "bad", "gone", kinds[i].name);
        APPLY(store, .event = KS_KUBE_DELETED, .name = "a", .owner_kind = kinds[i].name, .owner_name = "web");
        assert_expected_in(store, "shop", kinds[i].name, "web", "3?", kinds[i].name);
        ks_store_tick(store, HOUR);
        assert_expected_in(store, "shop", kinds[i].name, "web", "gone", kinds[i].name);
        ks_store_free(store);
    }
}

static void pods_of_a_source_that_was_never_there_are_guessed(void **state)
{
    ks_store_source(*state, 0, KS_KIND_STATEFULSET, KS_SOURCE_OFF, 0);
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    assert_expected_in(*state, "shop", "StatefulSet", "web", "2?", "both");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-1");
    assert_expected_in(*state, "shop", "StatefulSet", "web", "2?", "one");
    ks_store_source(*state, 0, KS_KIND_STATEFULSET, KS_SOURCE_STARTING, 0);
    APPLY(*state, .kind = KS_KIND_STATEFULSET, .name = "web", .workload = {.desired = 1, .containers_per_pod = 1});
    assert_expected_in(*state, "shop", "StatefulSet", "web", "none", "watched again");
}

/* ---- budgets ---- */

static void a_budget_says_how_many_pods_there_should_be(void **state)
{
    static const struct {
        const char *row;
        struct sample budgets[2];
        const char *expected;
    } rows[] = {
        {"none", {{.kind = KS_KIND_NODE}}, "2?"},
        {"exact", {{BUDGET("b", EXACTLY(3))}}, "3"},
        {"exact, fewer than there are", {{BUDGET("b", EXACTLY(1))}}, "1"},
        {"exact, but it does not know", {{BUDGET("b", EXACTLY(0))}}, "2?"},
        {"at least", {{BUDGET("b", NUMBERS(.expected = 2, .desired_healthy = 4))}}, "4?"},
        {"at least fewer", {{BUDGET("b", NUMBERS(.expected = 1, .desired_healthy = 1))}}, "2?"},
        {"two", {{BUDGET("b", EXACTLY(3))}, {BUDGET("c", EXACTLY(4))}}, "4"},
        {"two of different sorts", {{BUDGET("b", EXACTLY(3))}, {BUDGET("c", NUMBERS(.desired_healthy = 9))}}, "3"},
        {"of others", {{BUDGET("b", OF("app=db", .expected = 5, .is_exact = true))}}, "2?"},
        {"of nobody", {{BUDGET("b", OF("", .expected = 5, .is_exact = true))}}, "2?"},
        {"with more conditions", {{BUDGET("b", OF("app=web,tier=1", .expected = 5, .is_exact = true))}}, "2?"},
        {"in another namespace", {{BUDGET("b", EXACTLY(5), .namespace_name = "blog")}}, "2?"},
        {"of healthier pods", {{BUDGET("b", NUMBERS(.expected = 5, .is_exact = true, .current_healthy = 3))}}, "2?"},
        {"of as healthy pods", {{BUDGET("b", NUMBERS(.expected = 5, .is_exact = true, .current_healthy = 2))}}, "5"},
        {"negative", {{BUDGET("b", EXACTLY(-1))}}, "2?"},
        {"negative, at least", {{BUDGET("b", NUMBERS(.expected = 5, .desired_healthy = -1))}}, "2?"},
        {"negative health", {{BUDGET("b", NUMBERS(.expected = 5, .is_exact = true, .current_healthy = -1))}}, "2?"},
        {"absurd", {{BUDGET("b", EXACTLY(KS_COUNT_MOST + 1))}}, "2?"},
        {"large", {{BUDGET("b", EXACTLY(KS_COUNT_MOST))}}, "1000000"},
        {"one absurd, one not", {{BUDGET("b", EXACTLY(INT32_MAX))}, {BUDGET("c", EXACTLY(3))}}, "3"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int order = 0; order < 2; order++) {
            struct ks_store *store = sample_store(NULL, NULL);

            sample_live(store, 0);
            if (order) {
                put_gadgets(store, 2);
                sample_flush(store);
            }
            for (size_t at = 0; at < 2 && rows[i].budgets[at].kind; at++) {
                sample_apply(store, &rows[i].budgets[at]);
            }
            if (!order) {
                put_gadgets(store, 2);
            }
            assert_expected_in(store, "shop", "Gadget", "web", rows[i].expected, rows[i].row);
            ks_store_free(store);
        }
    }
}

static void a_budget_of_several_services_is_not_used(void **state)
{
    APPLY(*state, BUDGET("b", EXACTLY(5)));
    put_gadgets(*state, 1);
    assert_expected(*state, "web", "5");
    APPLY(*state, .name = "x", .owner_kind = "Widget", .owner_name = "db", .labels = "app=web");
    assert_expected(*state, "web", "1?");
    assert_expected_in(*state, "shop", "Widget", "db", "1?", "db");
    /* A pod that is relabelled is not covered any more. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "x", .owner_kind = "Widget", .owner_name = "db",
          .labels = "app=db");
    assert_expected(*state, "web", "5");
    assert_expected_in(*state, "shop", "Widget", "db", "1?", "db");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "x", .owner_kind = "Widget", .owner_name = "db",
          .labels = "app=web");
    assert_expected(*state, "web", "1?");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "x", .owner_kind = "Widget", .owner_name = "db");
    assert_expected(*state, "web", "5");
}

static void services_are_judged_again_when_a_budget_changes(void **state)
{
    put_gadgets(*state, 1);
    assert_expected(*state, "web", "1?");
    APPLY(*state, BUDGET("b", EXACTLY(3)));
    assert_expected(*state, "web", "3");
    APPLY(*state, .event = KS_KUBE_MODIFIED, BUDGET("b", EXACTLY(4)));
    assert_true(ks_store_is_dirty(*state));
    assert_expected(*state, "web", "4");
    APPLY(*state, .event = KS_KUBE_MODIFIED, BUDGET("b", OF("app=db", .expected = 4, .is_exact = true)));
    assert_expected(*state, "web", "1?");
    APPLY(*state, .event = KS_KUBE_MODIFIED, BUDGET("b", EXACTLY(4)));
    assert_expected(*state, "web", "4");
    APPLY(*state, .event = KS_KUBE_DELETED, BUDGET("b", EXACTLY(4)));
    assert_expected(*state, "web", "1?");
    APPLY(*state, .event = KS_KUBE_DELETED, BUDGET("never", EXACTLY(4)));
}

static void lists_and_sources_of_budgets(void **state)
{
    struct ks_store_stats stats;

    put_gadgets(*state, 1);
    APPLY(*state, BUDGET("b", EXACTLY(3)));
    APPLY(*state, BUDGET("c", EXACTLY(2), .namespace_name = "blog"));
    assert_expected(*state, "web", "3");
    ks_store_stats(*state, &stats);
    assert_int_equal(stats.budgets, 2);
    ks_store_list_begin(*state, 0, KS_KIND_BUDGET);
    APPLY(*state, BUDGET("b", EXACTLY(3)));
    ks_store_list_end(*state, 0, KS_KIND_BUDGET);
    assert_expected(*state, "web", "3");
    ks_store_stats(*state, &stats);
    assert_int_equal(stats.budgets, 1);
    sample_source(*state, 0, KS_KIND_BUDGET, KS_SOURCE_OFF, 0);
    assert_expected(*state, "web", "1?");
    assert_int_equal(ks_store_readiness(*state), KS_READY);
}

static void budgets_of_a_group_go_with_its_list(void **state)
{
    static const char *const namespaces[] = {"shop", "blog", NULL};
    struct ks_store *store = sample_store(namespaces, NULL);

    (void)state;
    for (size_t group = 0; group < 2; group++) {
        sample_live(store, group);
        APPLY(store, GADGET("p", .namespace_name = namespaces[group], .group = group));
        APPLY(store, BUDGET("b", EXACTLY(3)), .namespace_name = namespaces[group], .group = group);
    }
    ks_store_list_begin(store, 1, KS_KIND_BUDGET);
    ks_store_list_end(store, 1, KS_KIND_BUDGET);
    assert_expected_in(store, "shop", "Gadget", "web", "3", "shop");
    assert_expected_in(store, "blog", "Gadget", "web", "1?", "blog");
    ks_store_free(store);
}

static void a_service_stays_while_a_budget_covers_it(void **state)
{
    put_gadgets(*state, 2);
    APPLY(*state, BUDGET("b", EXACTLY(3)));
    assert_expected(*state, "web", "3");
    remove_gadgets(*state, 0, 2);
    /* Its controller finds no pods whose owner it could ask. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, BUDGET("b", EXACTLY(0)));
    assert_expected(*state, "web", "3?");
    ks_store_tick(*state, 50 * HOUR);
    assert_expected(*state, "web", "3?");
    APPLY(*state, .event = KS_KUBE_DELETED, BUDGET("b", EXACTLY(0)));
    assert_expected(*state, "web", "gone");
    assert_services(*state, "");
}

static void a_budget_that_covers_others_lets_go(void **state)
{
    put_gadgets(*state, 2);
    APPLY(*state, BUDGET("b", EXACTLY(3)));
    assert_expected(*state, "web", "3");
    remove_gadgets(*state, 0, 2);
    sample_flush(*state);
    ks_store_tick(*state, 2 * HOUR);
    assert_expected(*state, "web", "3?");
    APPLY(*state, .name = "x", .owner_kind = "Gadget", .owner_name = "other", .labels = "app=web");
    assert_expected(*state, "other", "3");
    assert_expected(*state, "web", "gone");
}

static void a_new_selector_lets_go(void **state)
{
    put_gadgets(*state, 1);
    APPLY(*state, BUDGET("b", EXACTLY(3)));
    assert_expected(*state, "web", "3");
    remove_gadgets(*state, 0, 1);
    assert_expected(*state, "web", "3?");
    ks_store_tick(*state, 2 * HOUR);
    assert_expected(*state, "web", "3?");
    APPLY(*state, .event = KS_KUBE_MODIFIED, BUDGET("b", OF("app=db", .expected = 3, .is_exact = true)));
    assert_expected(*state, "web", "gone");
}

static void any_order_gives_the_same_guess(void **state)
{
    static const struct story stories[] = {
        {"budgets and pods of two services",
         {{GADGET("a")},
          {GADGET("b")},
          {BUDGET("b", EXACTLY(2))},
          {BUDGET("c", OF("app=db", .expected = 1, .is_exact = true))},
          {.name = "c", .owner_kind = "Widget", .owner_name = "db", .labels = "app=db"}},
         5,
         "shop/Widget/db 1/1, shop/Gadget/web 2/2"},
        {"a budget that goes",
         {{GADGET("a")}, {GADGET("b")}, {.event = KS_KUBE_DELETED, BUDGET("b", EXACTLY(2))}},
         3,
         "shop/Gadget/web 2/2"},
    };

    (void)state;
    orders_tell_all(stories, COUNT(stories));
}

static void a_peers_services_are_not_guessed(void **state)
{
    const struct ks_service_state web = {
        .services = {[KS_OUTCOME_RUNNING] = 1}, .total = 1, .annotations = {.label = "", .color = "", .link = ""}};
    const struct ks_remote_service remote = {
        .namespace_name = "shop", .kind = "Gadget", .name = "web", .state = &web, .as_of = INT64_MAX};
    struct ks_error err;

    assert_int_equal(ks_store_remote_put(*state, &remote, &err), 0);
    assert_expected(*state, "web", "none");
    ks_store_tick(*state, HOUR);
    assert_false(ks_store_is_dirty(*state));
    ks_store_remote_remove(*state, "shop", "Gadget", "web");
    assert_expected(*state, "web", "gone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(as_many_as_there_were_within_the_hour),
        sample_test(more_pods_are_the_new_number),
        sample_test(many_steps_down_keep_the_largest_numbers),
        sample_test(a_service_stays_for_an_hour_after_its_last_pod),
        cmocka_unit_test(only_pods_that_run_for_ever_count),
        sample_test(a_service_goes_with_its_pods_if_nothing_is_missing),
        sample_test(a_controllers_object_ends_the_guess),
        sample_test(jobs_beside_pods_that_run_for_ever_do_not_decide),
        cmocka_unit_test(what_a_source_wanted_is_expected_after_it_is_turned_off),
        sample_test(pods_of_a_source_that_was_never_there_are_guessed),
        cmocka_unit_test(a_budget_says_how_many_pods_there_should_be),
        sample_test(a_budget_of_several_services_is_not_used),
        sample_test(services_are_judged_again_when_a_budget_changes),
        sample_test(lists_and_sources_of_budgets),
        cmocka_unit_test(budgets_of_a_group_go_with_its_list),
        sample_test(a_service_stays_while_a_budget_covers_it),
        sample_test(a_budget_that_covers_others_lets_go),
        sample_test(a_new_selector_lets_go),
        cmocka_unit_test(any_order_gives_the_same_guess),
        sample_test(a_peers_services_are_not_guessed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
