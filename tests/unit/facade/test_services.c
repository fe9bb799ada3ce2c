/* Snapshots of services, and badges made of them. */
#include "config.h"

#include "support/store_sample.h"

#include <kubeshields/kubeshields.h>

#include "base/clock.h"
#include "facade/service.h"

#define UNKNOWN_AFTER 300000

static struct ks_services *read_all(struct ks_store *store, const char *namespace_name, const char *name)
{
    const struct ks_store_selector selector = {.name = name, .namespace_name = namespace_name};
    struct ks_services *services;
    struct ks_error err = {.text = ""};

    if (ks_services_read(&services, store, &selector, UNKNOWN_AFTER, &err)) {
        fail_msg("%s", err.text);
    }
    return services;
}

static struct ks_store *filled(void)
{
    struct ks_store *store = sample_store(NULL, NULL);

    sample_live(store, 0);
    APPLY(store, KS_KUBE_ADDED, .name = "api-0", .owner_name = "api", .not_ready = true, .waiting = "CrashLoopBackOff",
          .restarts = 3);
    APPLY(store, KS_KUBE_ADDED, .image = "web:1.4.2");
    APPLY(store, KS_KUBE_ADDED, .namespace_name = "blog");
    APPLY(store, KS_KUBE_ADDED, .kind = KS_KIND_STATEFULSET, .name = "web", .workload = {.desired = 1},
          .annotations = {.label = "Web", .color = "blue", .link = "https://web.test", .hidden = true});
    sample_flush(store);
    return store;
}

static void a_snapshot_is_sorted_and_has_each_services_state(void **state)
{
    struct ks_store *store = filled();
    struct ks_services *services = read_all(store, NULL, NULL);
    const struct ks_service *api;
    const struct ks_service *web;

    (void)state;
    ks_store_free(store); /* the snapshot does not need it */
    assert_int_equal(ks_services_count(services), 3);
    assert_null(ks_services_at(services, 3));
    api = ks_services_at(services, 0);
    web = ks_services_at(services, 2);
    assert_string_equal(ks_service_name(api), "api");
    assert_string_equal(ks_service_namespace(api), "shop");
    assert_string_equal(ks_service_kind(api), "StatefulSet");
    assert_string_equal(ks_service_color(api), "red");
    assert_string_equal(ks_service_badge_color(api), "red");
    assert_string_equal(ks_service_state(api), "CrashLoopBackOff");
    assert_string_equal(ks_service_message(api), "0/1 (3 restarts)");
    assert_string_equal(ks_service_label(api), "");
    assert_int_equal(ks_service_restarts(api), 3);
    assert_int_equal(ks_service_ready(api), 0);
    assert_int_equal(ks_service_total(api), 1);
    assert_int_equal(ks_service_pods(api), 1);
    assert_int_equal(ks_service_pods_ready(api), 0);
    assert_int_equal(ks_service_pods_desired(api), 1);
    assert_int_equal(ks_service_oldest_pod(api), CREATED);
    assert_int_equal(ks_service_newest_pod(api), CREATED);
    assert_int_equal(ks_service_created(api), 0);
    assert_int_equal(ks_service_age_ms(api), 0);
    assert_string_equal(ks_service_namespace(web), "shop");
    assert_string_equal(ks_service_version(web), "1.4.2");
    assert_string_equal(ks_service_color(web), "green");
    assert_string_equal(ks_service_badge_color(web), "blue");
    assert_string_equal(ks_service_label(web), "Web");
    assert_string_equal(ks_service_link(web), "https://web.test");
    assert_int_equal(ks_service_is_hidden(web), 1);
    assert_int_equal(ks_service_total(ks_services_sum(services)), 3);
    assert_string_equal(ks_service_color(ks_services_sum(services)), "red");
    assert_string_equal(ks_service_name(ks_services_sum(services)), "");
    ks_services_free(services);
}

static void a_service_is_found_by_name_and_namespace(void **state)
{
    static const struct {
        const char *row, *namespace_name, *name;
        size_t count;
        int32_t total;
    } rows[] = {{"any namespace", NULL, "web", 2, 2},
                {"one namespace", "blog", "web", 1, 1},
                {"none", NULL, "we", 0, 0},
                {"elsewhere", "blog", "api", 0, 0}};
    struct ks_store *store = filled();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_services *services = read_all(store, rows[i].namespace_name, rows[i].name);

        assert_row_number(rows[i].row, (int64_t)ks_services_count(services), (int64_t)rows[i].count);
        assert_row_number(rows[i].row, ks_service_total(ks_services_sum(services)), rows[i].total);
        ks_services_free(services);
    }
    ks_store_free(store);
}

static void put(struct ks_store *store, const char *name, const struct ks_service_state *state)
{
    const struct ks_remote_service service = {"shop", "Deployment", name, state, INT64_MAX};

    assert_int_equal(ks_store_remote_put(store, &service, NULL), 0);
}

static void doubts_are_one_text_and_a_guess_says_so(void **state)
{
    struct ks_store *store = sample_store(NULL, NULL);
    struct ks_service_state odd = {.services = {[KS_OUTCOME_UNKNOWN] = 1}, .annotations = KS_NO_ANNOTATIONS};
    struct ks_service_state full = odd;
    struct ks_service_state guess = {
        .services = {[KS_OUTCOME_RUNNING] = 1}, .desired = 3, .guessed = 1, .annotations = KS_NO_ANNOTATIONS};
    struct ks_services *services;
    char sentence[256];

    (void)state;
    sample_live(store, 0);
    ks_tally_add(&odd.doubts, "a count is negative", 1);
    ks_tally_add(&odd.doubts, "more pods are ready than exist", 2);
    memset(sentence, 's', sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    for (char letter = 'a'; letter < 'a' + KS_TALLY_SIZE; letter++) {
        char text[256];

        memcpy(text, sentence, sizeof text);
        text[0] = letter;
        full.doubts.entries[full.doubts.used].text = strdup(text);
        full.doubts.entries[full.doubts.used++].count = 1;
    }
    full.doubts.others = 1;
    put(store, "a-odd", &odd);
    put(store, "b-full", &full);
    put(store, "c-guess", &guess);
    sample_flush(store);
    for (uint32_t i = 0; i < full.doubts.used; i++) {
        free((char *)full.doubts.entries[i].text);
    }
    services = read_all(store, NULL, NULL);
    ks_store_free(store);
    assert_string_equal(ks_service_doubts(ks_services_at(services, 0)),
                        "a count is negative; more pods are ready than exist");
    assert_int_equal(ks_service_pods_desired_is_guess(ks_services_at(services, 0)), 0);
    assert_int_equal(strlen(ks_service_doubts(ks_services_at(services, 1))), 8 * 257 + strlen("\xe2\x80\xa6"));
    assert_row_part("the last", ks_service_doubts(ks_services_at(services, 1)), "s; \xe2\x80\xa6");
    assert_string_equal(ks_service_doubts(ks_services_at(services, 2)), "");
    assert_int_equal(ks_service_pods_desired_is_guess(ks_services_at(services, 2)), 1);
    assert_int_equal(ks_service_pods_desired_is_guess(ks_services_sum(services)), 1);
    assert_row_part("sum", ks_service_doubts(ks_services_sum(services)), "a count is negative; ");
    ks_services_free(services);
}

static void what_a_service_is_judged_without_is_one_text(void **state)
{
    struct ks_store *store = sample_store(NULL, NULL);
    const struct ks_service_state whole = {.services = {[KS_OUTCOME_RUNNING] = 1}, .annotations = KS_NO_ANNOTATIONS};
    struct ks_service_state half = whole, blind = whole;
    struct ks_services *services;

    (void)state;
    sample_live(store, 0);
    half.without = 1U << KS_KIND_JOB;
    blind.without = (1U << KS_KIND_COUNT) - 1;
    put(store, "a-whole", &whole);
    put(store, "b-half", &half);
    put(store, "c-blind", &blind);
    sample_flush(store);
    services = read_all(store, NULL, NULL);
    ks_store_free(store);
    assert_string_equal(ks_service_judged_without(ks_services_at(services, 0)), "");
    assert_string_equal(ks_service_judged_without(ks_services_at(services, 1)), "jobs");
    assert_string_equal(ks_service_judged_without(ks_services_at(services, 2)),
                        "pods, deployments, replicasets, replicationcontrollers, statefulsets, daemonsets, jobs, "
                        "cronjobs, poddisruptionbudgets, nodes");
    assert_string_equal(ks_service_judged_without(ks_services_sum(services)),
                        ks_service_judged_without(ks_services_at(services, 2)));
    ks_services_free(services);
}

static void unconfirmed_services_are_grey(void **state)
{
    struct ks_store *store = filled();
    struct ks_services *services;
    const struct ks_service *web;

    (void)state;
    sample_source(store, 0, KS_KIND_POD, KS_SOURCE_AWAY, ks_clock_monotonic() - UNKNOWN_AFTER - 1000);
    services = read_all(store, NULL, NULL);
    web = ks_services_at(services, 2);
    assert_string_equal(ks_service_color(web), "grey");
    assert_string_equal(ks_service_badge_color(web), "grey");
    assert_string_equal(ks_service_message(web), "unknown");
    assert_string_equal(ks_service_state(web), "Unknown");
    assert_true(ks_service_age_ms(web) > UNKNOWN_AFTER);
    assert_string_equal(ks_service_color(ks_services_sum(services)), "grey");
    ks_services_free(services);
    ks_store_free(store);
}

static void a_badge_has_the_annotations_of_its_service(void **state)
{
    struct ks_store *store = filled();
    struct ks_services *services = read_all(store, NULL, NULL);
    struct ks_badge_options options;
    struct ks_error err = {.text = ""};
    char *svg;
    size_t length;

    (void)state;
    ks_badge_options_init(&options);
    assert_int_equal(ks_badge_options_set_service(&options, ks_services_at(services, 2), &err), 0);
    assert_string_equal(options.label, "Web");
    assert_string_equal(options.message, "1/1 (0 restarts)");
    assert_string_equal(options.color, "blue");
    assert_int_equal(ks_badge_options_set_service(&options, ks_services_at(services, 0), &err), 0);
    assert_string_equal(options.label, "api");
    assert_int_equal(ks_badge_draw(&options, &svg, &length, &err), 0);
    assert_int_equal(length, strlen(svg));
    assert_row_part("badge", svg, "0/1 (3 restarts)");
    free(svg);
    ks_services_free(services);
    ks_store_free(store);
}

static void numbers_have_words(void **state)
{
    (void)state;
    assert_string_equal(ks_error_kind_name(KS_ERROR_FORBIDDEN), "forbidden");
    assert_string_equal(ks_error_kind_name((enum ks_error_kind)99), "unknown");
    assert_string_equal(ks_log_level_name(KS_LOG_DEBUG), "debug");
    assert_string_equal(ks_cluster_state_name(KS_CLUSTER_READY), "ready");
    assert_string_equal(ks_change_name(KS_CHANGE_GONE), "gone");
    assert_string_equal(ks_library_version(), PACKAGE_VERSION);
    assert_int_equal(ks_color_is_valid("green"), 1);
    assert_int_equal(ks_color_is_valid("greenish"), 0);
    assert_int_equal(ks_color_is_valid(NULL), 0);
}

static void a_badge_that_could_run_a_script_is_refused(void **state)
{
    static const struct {
        const char *logo, *link_left, *link_right, *id_suffix, *wanted;
    } rows[] = {
        {.link_left = "javascript:alert(1)",
         .wanted = "ks_badge_options.link_left \"javascript:alert(1)\": must begin with http:// or https://"},
        {.link_right = " https://a",
         .wanted = "ks_badge_options.link_right \" https://a\": must begin with http:// or https://"},
        {.link_left = "https://a",
         .link_right = "//a",
         .wanted = "ks_badge_options.link_right \"//a\": must begin with http:// or https://"},
        {.logo = "nosuch", .wanted = "ks_badge_options.logo \"nosuch\": the logo: must be an image, data:image/…"},
        {.logo = "data:text/html,x",
         .wanted = "ks_badge_options.logo \"data:text/html,x\": the logo: must be an image, data:image/…"},
        {.logo = "data:image/png;base64,A",
         .wanted =
             "ks_badge_options.logo \"data:image/png;base64,A\": the logo's data: must be complete base64 with its "
             "padding"},
        {.id_suffix = "a b", .wanted = "ks_badge_options.id_suffix \"a b\": must be letters, digits, '-' and '_'"},
    };
    struct ks_badge_options options;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_error err = {.text = ""};
        char *svg = NULL;

        ks_badge_options_init(&options);
        options.message = "m";
        options.logo = rows[i].logo;
        options.link_left = rows[i].link_left;
        options.link_right = rows[i].link_right;
        options.id_suffix = rows[i].id_suffix;
        assert_int_equal(ks_badge_draw(&options, &svg, NULL, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_string_equal(err.text, rows[i].wanted);
        assert_null(svg);
    }
}

static void a_badge_has_its_logo_and_links(void **state)
{
    struct ks_error err = {.text = ""};
    struct ks_badge_options options;
    char *svg;

    (void)state;
    ks_badge_options_init(&options);
    options.label = "l";
    options.message = "m";
    options.logo = "image/png;base64,AAAA"; /* as in a request */
    options.link_left = "HTTP://a/";
    options.link_right = "";
    if (ks_badge_draw(&options, &svg, NULL, &err)) {
        fail_msg("%s", err.text);
    }
    assert_non_null(strstr(svg, "\"data:image/png;base64,AAAA\""));
    assert_non_null(strstr(svg, "\"HTTP://a/\""));
    free(svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_is_sorted_and_has_each_services_state),
        cmocka_unit_test(a_service_is_found_by_name_and_namespace),
        cmocka_unit_test(a_badge_that_could_run_a_script_is_refused),
        cmocka_unit_test(a_badge_has_its_logo_and_links),
        cmocka_unit_test(doubts_are_one_text_and_a_guess_says_so),
        cmocka_unit_test(what_a_service_is_judged_without_is_one_text),
        cmocka_unit_test(unconfirmed_services_are_grey),
        cmocka_unit_test(a_badge_has_the_annotations_of_its_service),
        cmocka_unit_test(numbers_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
