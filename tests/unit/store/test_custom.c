/* Custom checks in the store: what readers see, and when they see it. */
#include "config.h"

#include "support/store_sample.h"

static void put(struct ks_store *store, const char *service, const char *check, const char *message)
{
    char own_message[64];
    const struct ks_custom_state state = {.service = service,
                                          .check = check,
                                          .phase = message ? KS_CUSTOM_ANSWERED : KS_CUSTOM_REFUSED,
                                          .label = "",
                                          .message = own_message,
                                          .color = "green",
                                          .reason = "",
                                          .mistake = "",
                                          .raw = "{}"};
    struct ks_error err;

    snprintf(own_message, sizeof own_message, "%s", message ? message : "refused");
    assert_int_equal(ks_store_custom_put(store, &state, &err), 0);
    memset(own_message, 'x', sizeof own_message - 1); /* texts are copied */
}

static void print_state(void *arg, const struct ks_custom_state *state)
{
    struct ks_buf *text = arg;

    ks_buf_printf(text, "%s%s/%s=%s", text->length ? " " : "", state->service, state->check, state->message);
}

static void assert_read(struct ks_store *store, const char *wanted, const struct ks_store_selector *selector,
                        const char *check)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_custom(store, selector, check, print_state, &text);
    assert_row_text(selector->name ? selector->name : "all", text.data, wanted);
}

#define ASSERT_READ(store, wanted, check, ...)                                                                         \
    assert_read((store), (wanted), &(const struct ks_store_selector){__VA_ARGS__}, (check))

static void readers_see_an_answer_after_the_next_flush(void **state)
{
    put(*state, "web", "hits", "1");
    assert_true(ks_store_is_dirty(*state));
    ASSERT_READ(*state, "", "hits", .name = "web");
    sample_flush(*state);
    assert_false(ks_store_is_dirty(*state));
    ASSERT_READ(*state, "web/hits=1", "hits", .name = "web");
    put(*state, "web", "hits", "2");
    put(*state, "web", "hits", "3");
    ASSERT_READ(*state, "web/hits=1", "hits", .name = "web");
    sample_flush(*state);
    ASSERT_READ(*state, "web/hits=3", "hits", .name = "web");
    ks_store_custom_remove(*state, "web", "hits");
    ks_store_custom_remove(*state, "web", "nothing");
    ASSERT_READ(*state, "web/hits=3", "hits", .name = "web");
    sample_flush(*state);
    ASSERT_READ(*state, "", "hits", .name = "web");
}

static void a_check_that_is_removed_and_added_again_exists(void **state)
{
    put(*state, "web", "hits", "1");
    sample_flush(*state);
    ks_store_custom_remove(*state, "web", "hits");
    put(*state, "web", "hits", "2");
    sample_flush(*state);
    ASSERT_READ(*state, "web/hits=2", "hits", .name = "web");
}

static void selectors_choose_by_name_prefix_check_and_namespace(void **state)
{
    APPLY(*state, .name = "web-0");
    put(*state, "web", "hits", "1");
    put(*state, "web", "age", "2");
    put(*state, "web-blue", "hits", "3");
    put(*state, "mail", "queue", "4");
    sample_flush(*state);
    ASSERT_READ(*state, "mail/queue=4 web/age=2 web/hits=1 web-blue/hits=3", NULL, .name = NULL);
    ASSERT_READ(*state, "web/age=2 web/hits=1", NULL, .name = "web");
    ASSERT_READ(*state, "web/hits=1 web-blue/hits=3", "hits", .name = "web", .prefix = true);
    ASSERT_READ(*state, "", "hits", .name = "we");
    ASSERT_READ(*state, "web/hits=1", "hits", .namespace_name = "shop");
    ASSERT_READ(*state, "", "hits", .name = "web-blue", .namespace_name = "shop");
    ASSERT_READ(*state, "", "hits", .name = "web", .namespace_name = "office");
}

static void a_refused_file_explains_unknown_checks_of_its_service(void **state)
{
    put(*state, "web", "", NULL);
    put(*state, "web", "hits", "1");
    sample_flush(*state);
    ASSERT_READ(*state, "web/hits=1", "hits", .name = "web");
    ASSERT_READ(*state, "web/=refused", "other", .name = "web");
    ASSERT_READ(*state, "web/hits=1", NULL, .name = "web");
    ASSERT_READ(*state, "", "other", .name = "web", .prefix = true);
}

static void names_of_0_0_6_lead_to_the_checks(void **state)
{
    APPLY(*state, .name = "web-x", .generate_name = "web-5d4f8c7d9-", .owner_kind = "ReplicaSet",
          .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9");
    APPLY(*state, .name = "db-x", .generate_name = "old-", .owner_kind = "StatefulSet", .owner_name = "db");
    put(*state, "web", "hits", "1");
    put(*state, "db", "size", "2");
    sample_flush(*state);
    ASSERT_READ(*state, "web/hits=1", "hits", .name = "web-5d4f8c7d9");
    ASSERT_READ(*state, "db/size=2", "size", .name = "old");
}

static void print_service(void *arg, const struct ks_service_view *service)
{
    struct ks_buf *text = arg;

    ks_buf_printf(text, "%s%s@%s(", text->length ? " " : "", service->name, service->namespace_name);
    for (size_t i = 0; i < service->custom_count; i++) {
        ks_buf_printf(text, "%s%s", i ? " " : "", service->custom[i]->check);
    }
    ks_buf_printf(text, ")%s", service->state ? "" : "!");
}

static void services_with_only_custom_checks_are_listed_among_the_others(void **state)
{
    struct ks_buf text KS_CLEANUP_BUF;

    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-0", .namespace_name = "office");
    APPLY(*state, .name = "db-0", .owner_name = "db");
    put(*state, "web", "hits", "1");
    put(*state, "web", "", NULL);
    put(*state, "zoo", "bears", "2");
    put(*state, "zoo", "apes", "2");
    put(*state, "cache", "fill", "2");
    put(*state, "broken", "", NULL);
    sample_flush(*state);
    ks_buf_init(&text, CEILING);
    ks_store_read_services(*state, print_service, &text);
    assert_row_text("services", text.data, "cache@(fill)! db@shop() web@office(hits) web@shop(hits) zoo@(apes bears)!");
}

/* Otherwise, anybody who may make a hidden service in a namespace of their own could remove the checks of another. */
static void custom_checks_stay_listed_if_all_services_of_their_name_are_hidden(void **state)
{
    struct ks_buf text KS_CLEANUP_BUF;

    APPLY(*state, .name = "web-0", .annotations.hidden = true);
    APPLY(*state, .name = "db-0", .owner_name = "db", .annotations.hidden = true);
    APPLY(*state, .name = "db-0", .owner_name = "db", .namespace_name = "office");
    put(*state, "web", "hits", "1");
    put(*state, "web", "", NULL);
    put(*state, "db", "size", "1");
    sample_flush(*state);
    ks_buf_init(&text, CEILING);
    ks_store_read_services(*state, print_service, &text);
    assert_row_text("services", text.data, "db@office(size) db@shop(size) web@(hits)! web@shop(hits)");
}

static void stats_count_checks_by_standing(void **state)
{
    struct ks_store_stats stats;

    put(*state, "web", "hits", "1");
    put(*state, "mail", "", NULL);
    sample_flush(*state);
    put(*state, "web", "hits", "2");
    sample_flush(*state);
    ks_store_stats(*state, &stats);
    assert_int_equal(stats.custom[KS_CUSTOM_ANSWERED], 1);
    assert_int_equal(stats.custom[KS_CUSTOM_REFUSED], 1);
    assert_int_equal(stats.custom_runs, 2);
    assert_int_equal(stats.custom_failures, 0);
}

static void readers_see_whether_checks_are_still_being_loaded(void **state)
{
    assert_false(ks_store_custom_is_starting(*state));
    ks_store_custom_starting(*state, true);
    assert_true(ks_store_custom_is_starting(*state));
    ks_store_custom_starting(*state, false);
    assert_false(ks_store_custom_is_starting(*state));
}

static void a_check_gets_the_namespaces_of_its_service(void **state)
{
    struct ks_buf text KS_CLEANUP_BUF;

    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    APPLY(*state, .name = "web-0", .namespace_name = "office");
    sample_flush(*state);
    ks_buf_init(&text, CEILING);
    ks_store_namespaces_of(*state, "web", &text);
    assert_string_equal(text.data, "office shop");
    ks_buf_reset(&text);
    ks_store_namespaces_of(*state, "zoo", &text);
    assert_string_equal(text.data, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(readers_see_an_answer_after_the_next_flush),
        sample_test(a_check_that_is_removed_and_added_again_exists),
        sample_test(selectors_choose_by_name_prefix_check_and_namespace),
        sample_test(a_refused_file_explains_unknown_checks_of_its_service),
        sample_test(names_of_0_0_6_lead_to_the_checks),
        sample_test(services_with_only_custom_checks_are_listed_among_the_others),
        sample_test(custom_checks_stay_listed_if_all_services_of_their_name_are_hidden),
        sample_test(stats_count_checks_by_standing),
        sample_test(readers_see_whether_checks_are_still_being_loaded),
        sample_test(a_check_gets_the_namespaces_of_its_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
