/* What budgets say about services that no controller object speaks for. */
#include "config.h"

#include "support/store_guess.h"

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

static void put_of(struct ks_store *store, enum ks_kube_event event, const char *owner)
{
    APPLY(store, .event = event, .name = owner, .owner_kind = "Widget", .owner_name = owner, .labels = "app=web");
}

/* Whoever is left alone with a budget is judged again, also if the budget changed while it was of no use. */
static void a_budget_of_many_services_is_used_again_when_one_is_left(void **state)
{
    static const char *const owners[] = {"one", "two", "three", "four"};

    APPLY(*state, BUDGET("b", EXACTLY(5)));
    for (size_t i = 0; i < COUNT(owners); i++) {
        put_of(*state, KS_KUBE_ADDED, owners[i]);
        sample_flush(*state);
        assert_expected_in(*state, "shop", "Widget", "one", i ? "1?" : "5", owners[i]);
        assert_expected_in(*state, "shop", "Widget", owners[i], i ? "1?" : "5", owners[i]);
    }
    APPLY(*state, .event = KS_KUBE_MODIFIED, BUDGET("b", EXACTLY(6)));
    assert_false(ks_store_is_dirty(*state));
    for (size_t i = COUNT(owners) - 1; i > 0; i--) {
        put_of(*state, KS_KUBE_DELETED, owners[i]);
        assert_expected_in(*state, "shop", "Widget", "one", i > 1 ? "1?" : "6", owners[i]);
    }
    put_of(*state, KS_KUBE_DELETED, "one");
    assert_expected_in(*state, "shop", "Widget", "one", "6?", "gone");
    put_of(*state, KS_KUBE_ADDED, "two");
    assert_expected_in(*state, "shop", "Widget", "two", "6", "two");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_says_how_many_pods_there_should_be),
        sample_test(a_budget_of_several_services_is_not_used),
        sample_test(a_budget_of_many_services_is_used_again_when_one_is_left),
        sample_test(services_are_judged_again_when_a_budget_changes),
        sample_test(lists_and_sources_of_budgets),
        cmocka_unit_test(budgets_of_a_group_go_with_its_list),
        sample_test(a_service_stays_while_a_budget_covers_it),
        sample_test(a_budget_that_covers_others_lets_go),
        sample_test(a_new_selector_lets_go),
        cmocka_unit_test(any_order_gives_the_same_guess),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
