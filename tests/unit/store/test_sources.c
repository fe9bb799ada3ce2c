/* What a service is judged without, and how old it is: by the sources of all kinds that should judge it. */
#include "config.h"

#include "support/store_sample.h"

#include "base/clock.h"
#include "health/judges.h"

#define BIT(kind) (1U << KS_KIND_##kind)

static void put_without(void *arg, const struct ks_service_view *service)
{
    struct ks_buf *out = arg;

    ks_buf_printf(out, "%s%s ", out->length ? ", " : "", service->name);
    ks_judges_put(out, service->state->without);
}

static void put_sum_without(void *arg, const struct ks_store_sum *sum)
{
    ks_judges_put(arg, sum->state.without);
}

static void assert_without(const char *row, struct ks_store *store, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_services(store, put_without, &text);
    assert_row_text(row, text.data, wanted);
}

static void assert_sum_without(struct ks_store *store, const struct ks_store_selector *selector, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_sum(store, selector, put_sum_without, &text);
    assert_row_text(selector->name ? selector->name : "all", text.data, wanted);
}

/* A pod of each sort of service. */
static const struct {
    const char *owner_kind, *owner_name, *hash;
    const char *kind; /* of the service */
    uint32_t judges;
    const char *without; /* all of them */
    bool to_completion;
} sorts[] = {
    {"ReplicaSet", "web-5d4f8c7d9", "5d4f8c7d9", "Deployment", BIT(DEPLOYMENT) | BIT(REPLICASET),
     "[\"deployments\",\"replicasets\"]", false},
    {"ReplicaSet", "web", NULL, "ReplicaSet", BIT(REPLICASET), "[\"replicasets\"]", false},
    {"ReplicationController", "web", NULL, "ReplicationController", BIT(REPLICATIONCONTROLLER),
     "[\"replicationcontrollers\"]", false},
    {"StatefulSet", "web", NULL, "StatefulSet", BIT(STATEFULSET), "[\"statefulsets\"]", false},
    {"DaemonSet", "web", NULL, "DaemonSet", BIT(DAEMONSET), "[\"daemonsets\"]", false},
    {"Job", "web", NULL, "Job", BIT(JOB), "[\"jobs\"]", true},
    {"Cluster", "web", NULL, "Cluster", BIT(BUDGET), "[\"poddisruptionbudgets\"]", false},
    /* Its pods run to completion: no budget says how many there should be. */
    {"PipelineRun", "web", NULL, "PipelineRun", 0, "[]", true},
    {"Node", "n1", NULL, "Node", 0, "[]", false},
};

static void add_pod(struct ks_store *store, size_t sort)
{
    APPLY(store, .name = "web-n1", .owner_kind = sorts[sort].owner_kind, .owner_name = sorts[sort].owner_name,
          .hash = sorts[sort].hash, .to_completion = sorts[sort].to_completion);
    sample_flush(store);
}

static void a_service_says_what_it_is_judged_without(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sorts); i++) {
        struct ks_store *store = sample_store(NULL, NULL);
        char wanted[100];

        sample_live(store, 0);
        add_pod(store, i);
        assert_without(sorts[i].kind, store, "web []");
        for (int kind = 1; kind < KS_KIND_COUNT; kind++) {
            ks_store_source(store, 0, (enum ks_kind)kind, KS_SOURCE_OFF, 0);
        }
        sample_flush(store);
        snprintf(wanted, sizeof wanted, "web %s", sorts[i].without);
        assert_without(sorts[i].kind, store, wanted);
        sample_live(store, 0);
        assert_without(sorts[i].kind, store, "web []");
        ks_store_free(store);
    }
}

static void every_kind_that_should_judge_makes_a_service_old(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sorts); i++) {
        struct ks_store *store = sample_store(NULL, NULL);

        sample_live(store, 0);
        add_pod(store, i);
        for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
            bool judges = (sorts[i].judges | BIT(POD)) & (1U << kind);
            char row[64];

            snprintf(row, sizeof row, "%s, %s away", sorts[i].kind, ks_kind_plural((enum ks_kind)kind));
            sample_source(store, 0, (enum ks_kind)kind, KS_SOURCE_AWAY, ks_clock_monotonic() - 5000);
            assert_row_number(row, sample_age(store, "web") > 0, judges);
            assert_without(row, store, "web []");
            sample_source(store, 0, (enum ks_kind)kind, KS_SOURCE_LIVE, 0);
            assert_row_number(row, sample_age(store, "web"), 0);
        }
        ks_store_free(store);
    }
}

/* A role that is revoked. */
static void a_kind_that_may_no_longer_be_watched_is_named(void **state)
{
    uint64_t version;

    add_pod(*state, 0);
    sample_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_AWAY, ks_clock_monotonic() - 5000);
    assert_without("away", *state, "web []");
    version = sample_version(*state);
    ks_store_source_refused(*state, 0, KS_KIND_DEPLOYMENT);
    sample_flush(*state);
    assert_without("refused", *state, "web [\"deployments\"]");
    assert_true(sample_version(*state) > version);
    assert_true(sample_age(*state, "web") > 0);
    sample_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_LIVE, 0);
    assert_without("allowed again", *state, "web []");
}

/* Its pods come before, and its Deployment never. */
static void a_new_service_is_as_old_as_the_source_that_should_know_it(void **state)
{
    sample_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_AWAY, ks_clock_monotonic() - 100000);
    add_pod(*state, 0);
    assert_in_range(sample_age(*state, "web"), 100000, 160000);
}

static void a_kind_that_is_away_for_good_keeps_what_it_told(void **state)
{
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 3, .containers_per_pod = 1});
    add_pod(*state, 0);
    assert_services(*state, "shop/Deployment/web 1/3");
    sample_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_AWAY, ks_clock_monotonic() - 5000);
    assert_services(*state, "shop/Deployment/web 1/3");
    assert_in_range(sample_age(*state, "web"), 5000, 60000);
    assert_without("away", *state, "web []");
}

static void a_sum_is_judged_without_what_any_service_is(void **state)
{
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "agent-x", .owner_kind = "DaemonSet", .owner_name = "agent");
    APPLY(*state, .namespace_name = "blog", .name = "run", .owner_kind = "Job", .owner_name = "run");
    ks_store_source(*state, 0, KS_KIND_STATEFULSET, KS_SOURCE_OFF, 0);
    ks_store_source(*state, 0, KS_KIND_DAEMONSET, KS_SOURCE_OFF, 0);
    ks_store_source(*state, 0, KS_KIND_CRONJOB, KS_SOURCE_OFF, 0);
    ks_store_source(*state, 0, KS_KIND_NODE, KS_SOURCE_OFF, 0);
    sample_flush(*state);
    assert_sum_without(*state, &(const struct ks_store_selector){.name = NULL}, "[\"statefulsets\",\"daemonsets\"]");
    assert_sum_without(*state, &(const struct ks_store_selector){.name = "web"}, "[\"statefulsets\"]");
    assert_sum_without(*state, &(const struct ks_store_selector){.namespace_name = "blog"}, "[]");
}

static void each_namespace_has_sources_of_its_own(void **state)
{
    const char *const namespaces[] = {"shop", "blog", NULL};
    struct ks_store *store = sample_store(namespaces, NULL);

    (void)state;
    sample_live(store, 0);
    sample_live(store, 1);
    APPLY(store, .name = "web-0");
    APPLY(store, .namespace_name = "blog", .name = "web-0", .group = 1);
    sample_source(store, 1, KS_KIND_STATEFULSET, KS_SOURCE_OFF, 0);
    assert_without("blog only", store, "web [\"statefulsets\"], web []");
    ks_store_free(store);
}

static void ignore_head(void *arg, const struct ks_store_changes *changes)
{
    (void)arg;
    (void)changes;
}

static void ignore_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    (void)arg;
    (void)namespace_name;
    (void)kind;
    (void)name;
}

/* So that peers and followers learn of it. */
static void a_service_has_changed_if_it_is_judged_without_something(void **state)
{
    struct ks_buf text KS_CLEANUP_BUF;
    const struct ks_store_changes_reader reader = {
        .head = ignore_head, .service = put_without, .gone = ignore_gone, .arg = &text};
    uint64_t since;

    ks_buf_init(&text, CEILING);
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "agent-x", .owner_kind = "DaemonSet", .owner_name = "agent");
    sample_flush(*state);
    since = sample_version(*state);
    sample_source(*state, 0, KS_KIND_DAEMONSET, KS_SOURCE_OFF, 0);
    ks_store_read_changes(*state, since, &reader);
    assert_row_text("changes", text.data, "agent [\"daemonsets\"]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_says_what_it_is_judged_without),
        cmocka_unit_test(every_kind_that_should_judge_makes_a_service_old),
        sample_test(a_kind_that_may_no_longer_be_watched_is_named),
        sample_test(a_new_service_is_as_old_as_the_source_that_should_know_it),
        sample_test(a_kind_that_is_away_for_good_keeps_what_it_told),
        sample_test(a_sum_is_judged_without_what_any_service_is),
        cmocka_unit_test(each_namespace_has_sources_of_its_own),
        sample_test(a_service_has_changed_if_it_is_judged_without_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
