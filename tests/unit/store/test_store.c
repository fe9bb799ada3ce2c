/* The view of readers after the writer has applied objects. */
#include "config.h"

#include "base/clock.h"
#include "support/store_sample.h"

static void nothing_is_seen_before_a_flush(void **state)
{
    assert_false(ks_store_is_dirty(*state));
    APPLY(*state, .name = "web-0");
    assert_true(ks_store_is_dirty(*state));
    assert_services(*state, "");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true);
    assert_services(*state, "shop/StatefulSet/web 1/1");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 0/1");
}

static void pods_come_change_and_go(void **state)
{
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1", .not_ready = true);
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/2");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-1");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-0");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "never-there");
    APPLY(*state, .event = KS_KUBE_BOOKMARK, .name = "");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/1");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-1");
    sample_flush(*state);
    assert_services(*state, "");
    APPLY(*state, .name = "web-0");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/1");
}

static void a_service_that_exists_only_between_flushes_is_never_seen(void **state)
{
    APPLY(*state, .name = "web-0");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-0");
    sample_flush(*state);
    assert_services(*state, "");
    APPLY(*state, .name = "web-0");
    sample_flush(*state);
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-0");
    APPLY(*state, .name = "web-0", .not_ready = true);
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 0/1");
}

static void pods_that_no_controller_made_are_no_service(void **state)
{
    APPLY(*state, .name = "alone", .owner_kind = "");
    sample_flush(*state);
    assert_services(*state, "");
    /* A pod that its controller releases leaves its service. */
    APPLY(*state, .name = "web-0");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .owner_kind = "");
    sample_flush(*state);
    assert_services(*state, "");
}

static void pods_move_with_their_owner(void **state)
{
    APPLY(*state, .name = "p", .owner_kind = "ReplicaSet", .owner_name = "old");
    sample_flush(*state);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "p", .owner_kind = "ReplicaSet", .owner_name = "new");
    sample_flush(*state);
    assert_services(*state, "shop/ReplicaSet/new 1/1");
}

static void a_deployment_is_one_service_over_its_rollouts(void **state)
{
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 3, .containers_per_pod = 1});
    APPLY(*state, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9");
    APPLY(*state, .name = "b", .owner_kind = "ReplicaSet", .owner_name = "web-6f5b7c8d9", .hash = "6f5b7c8d9");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 2/3");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 2});
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 2/2");
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_DEPLOYMENT, .name = "web");
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_DEPLOYMENT, .name = "never-there");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 2/2");
}

static void selectors_pick_services(void **state)
{
    static const struct {
        const char *row;
        struct ks_store_selector selector;
        const char *sum;
    } rows[] = {
        {"all", {.name = NULL}, "ready 6: 4/6"},
        {"a name in all namespaces", {.name = "web"}, "ready 3: 2/3"},
        {"a name in one namespace", {.name = "web", .namespace_name = "shop"}, "ready 2: 1/2"},
        {"a name in another namespace", {.name = "web", .namespace_name = "blog"}, "ready 1: 1/1"},
        {"a name in a namespace that has none", {.name = "db", .namespace_name = "blog"}, "ready 0: 0/0"},
        {"no such name", {.name = "nothing"}, "ready 0: 0/0"},
        {"a prefix is not a name", {.name = "we"}, "ready 0: 0/0"},
        {"a prefix", {.name = "we", .prefix = true}, "ready 5: 3/5"},
        {"a whole name is also a prefix", {.name = "web", .prefix = true}, "ready 5: 3/5"},
        {"a longer prefix", {.name = "web-", .prefix = true}, "ready 1: 0/1"},
        {"a prefix in one namespace", {.name = "we", .prefix = true, .namespace_name = "blog"}, "ready 1: 1/1"},
        {"a prefix of no name", {.name = "x", .prefix = true}, "ready 0: 0/0"},
        {"a namespace", {.namespace_name = "shop"}, "ready 5: 3/5"},
        {"a namespace that is not there", {.namespace_name = "nowhere"}, "ready 0: 0/0"},
    };

    APPLY(*state, .name = "1", .owner_name = "web");
    APPLY(*state, .name = "2", .owner_kind = "Gadget", .owner_name = "web", .not_ready = true);
    APPLY(*state, .name = "3", .owner_name = "web", .namespace_name = "blog");
    APPLY(*state, .name = "4", .owner_name = "web-admin", .not_ready = true);
    APPLY(*state, .name = "5", .owner_name = "webshop");
    APPLY(*state, .name = "6", .owner_name = "db");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/db 1/1, blog/StatefulSet/web 1/1, shop/Gadget/web 0/1, "
                            "shop/StatefulSet/web 1/1, shop/StatefulSet/web-admin 0/1, shop/StatefulSet/webshop 1/1");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        ks_store_read_sum(*state, &rows[i].selector, sample_put_sum, &text);
        assert_row_text(rows[i].row, text.data, rows[i].sum);
    }
}

static void names_of_0_0_6_lead_to_services(void **state)
{
    /* By rule: the name ends in a template hash of any rollout. */
    APPLY(*state, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9",
          .generate_name = "web-5d4f8c7d9-");
    /* Learned: a hash too short for the rule, and a name that no rule covers. */
    APPLY(*state, .name = "b", .owner_kind = "ReplicaSet", .owner_name = "api-5d4f8c", .hash = "5d4f8c",
          .generate_name = "api-5d4f8c-");
    APPLY(*state, .name = "c", .owner_kind = "Gadget", .owner_name = "thing", .generate_name = "gadget-thing-");
    APPLY(*state, .name = "d", .owner_kind = "Gadget", .owner_name = "thing", .generate_name = "gadget-thing-",
          .namespace_name = "blog");
    sample_flush(*state);
    ASSERT_SUM(*state, "ready 1: 1/1", .name = "web-5d4f8c7d9");
    ASSERT_SUM(*state, "ready 1: 1/1", .name = "web-7d4b9c8f6");
    ASSERT_SUM(*state, "ready 1: 1/1", .name = "api-5d4f8c");
    ASSERT_SUM(*state, "ready 2: 2/2", .name = "gadget-thing");
    ASSERT_SUM(*state, "ready 1: 1/1", .name = "gadget-thing", .namespace_name = "blog");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "gadget-thing", .namespace_name = "nowhere");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "api-6f5b7c");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "gadget", .prefix = true);
    /* In a rollout, the newest name is learned. */
    APPLY(*state, .name = "e", .owner_kind = "ReplicaSet", .owner_name = "api-6f5b7c", .hash = "6f5b7c",
          .generate_name = "api-6f5b7c-");
    sample_flush(*state);
    ASSERT_SUM(*state, "ready 1: 2/2", .name = "api-6f5b7c");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "api-5d4f8c");
    /* A service with exactly that name comes first. */
    APPLY(*state, .name = "f", .owner_name = "gadget-thing", .not_ready = true);
    sample_flush(*state);
    ASSERT_SUM(*state, "ready 1: 0/1", .name = "gadget-thing");
    /* The name is removed with its service. */
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "b");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "e");
    sample_flush(*state);
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "api-6f5b7c");
}

static void an_old_name_leads_to_its_own_kind_only(void **state)
{
    APPLY(*state, .name = "a", .owner_kind = "StatefulSet", .owner_name = "web");
    sample_flush(*state);
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "web-5d4f8c7d9");
    ASSERT_SUM(*state, "ready 0: 0/0", .name = "web-27891234");
}

static void a_cronjobs_pods_are_its_own_when_the_job_comes_first(void **state)
{
    APPLY(*state, CRONJOB_JOB(.workload = {.desired = 1}));
    APPLY(*state, CRONJOB_POD(.not_ready = true));
    sample_flush(*state);
    assert_services(*state, "shop/CronJob/backup 0/1");
    ASSERT_SUM(*state, "ready 1: 0/1", .name = "backup-27891234");
}

static void a_cronjobs_pods_are_its_own_when_the_job_comes_last(void **state)
{
    APPLY(*state, CRONJOB_POD(.not_ready = true));
    sample_flush(*state);
    assert_services(*state, "shop/Job/backup-27891234 0/1");
    APPLY(*state, CRONJOB_JOB(.workload = {.desired = 1}));
    sample_flush(*state);
    assert_services(*state, "shop/CronJob/backup 0/1");
    APPLY(*state, .event = KS_KUBE_DELETED, CRONJOB_POD(.not_ready = true));
    APPLY(*state, .event = KS_KUBE_DELETED, CRONJOB_JOB(.workload = {.desired = 1}));
    sample_flush(*state);
    assert_services(*state, "");
}

static void a_job_without_a_cronjob_is_a_service(void **state)
{
    APPLY(*state, CRONJOB_POD(.phase = KS_POD_SUCCEEDED));
    APPLY(*state, .kind = KS_KIND_JOB, .name = "backup-27891234", .workload = {.outcome = KS_JOB_COMPLETE});
    sample_flush(*state);
    assert_services(*state, "shop/Job/backup-27891234 0/0");
}

static void names_lead_to_cronjobs_if_jobs_are_forbidden(void **state)
{
    /* One pod before it is known that Jobs may not be read, one after. */
    APPLY(*state, CRONJOB_POD(.not_ready = true));
    APPLY(*state, .name = "migrate-x", .owner_kind = "Job", .owner_name = "migrate");
    sample_flush(*state);
    assert_services(*state, "shop/Job/backup-27891234 0/1, shop/Job/migrate 1/1");
    ks_store_source(*state, 0, KS_KIND_JOB, KS_SOURCE_OFF, 0);
    APPLY(*state, .name = "y", .owner_kind = "Job", .owner_name = "backup-27891235");
    sample_flush(*state);
    assert_services(*state, "shop/CronJob/backup 1/2, shop/Job/migrate 1/1");
}

/* It had told part of its first list. */
static void a_source_that_is_turned_off_is_forgotten(void **state)
{
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 2, .containers_per_pod = 1});
    APPLY(*state, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9");
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 1/2");
    ks_store_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_OFF, 0);
    assert_true(ks_store_is_dirty(*state));
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/web 1/1");
}

static void a_new_list_removes_missing_objects(void **state)
{
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    APPLY(*state, .name = "db-0", .owner_name = "db");
    APPLY(*state, .kind = KS_KIND_STATEFULSET, .name = "web", .workload = {.desired = 2, .containers_per_pod = 1});
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "idle");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/db 1/1, shop/Deployment/idle 0/0, shop/StatefulSet/web 2/2");

    /* A list that breaks off forgets nothing, and one that begins again must report everything. */
    ks_store_list_begin(*state, 0, KS_KIND_POD);
    APPLY(*state, .name = "web-0");
    ks_store_list_begin(*state, 0, KS_KIND_POD);
    APPLY(*state, .name = "web-1");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/db 1/1, shop/Deployment/idle 0/0, shop/StatefulSet/web 2/2");
    ks_store_list_end(*state, 0, KS_KIND_POD);
    sample_flush(*state);
    assert_services(*state, "shop/Deployment/idle 0/0, shop/StatefulSet/web 1/2");

    /* The list of one kind does not affect others. */
    ks_store_list_begin(*state, 0, KS_KIND_DEPLOYMENT);
    ks_store_list_end(*state, 0, KS_KIND_DEPLOYMENT);
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/2");
    ks_store_list_begin(*state, 0, KS_KIND_STATEFULSET);
    ks_store_list_end(*state, 0, KS_KIND_STATEFULSET);
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/1");
}

static void changes_between_lists_are_kept(void **state)
{
    ks_store_list_begin(*state, 0, KS_KIND_POD);
    APPLY(*state, .name = "web-0");
    ks_store_list_end(*state, 0, KS_KIND_POD);
    APPLY(*state, .name = "web-1");
    ks_store_list_begin(*state, 0, KS_KIND_POD);
    APPLY(*state, .name = "web-1");
    ks_store_list_end(*state, 0, KS_KIND_POD);
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/1");
}

static void excluded_namespaces_are_left_out(void **unused)
{
    static const char *const excluded[] = {"kube-system", "other", NULL};
    struct ks_store *store = sample_store(NULL, excluded);

    (void)unused;
    sample_live(store, 0);
    APPLY(store, .namespace_name = "kube-system");
    APPLY(store, .namespace_name = "other", .kind = KS_KIND_DEPLOYMENT);
    APPLY(store, .namespace_name = "kube");
    APPLY(store, .namespace_name = "", .kind = KS_KIND_NODE, .node = {.ready = true});
    sample_flush(store);
    assert_services(store, "kube/StatefulSet/web 1/1");
    ks_store_free(store);
}

static void names_that_kubernetes_does_not_allow_are_refused(void **state)
{
    char name[600];
    const struct ks_kube_object object = {.kind = KS_KIND_DEPLOYMENT,
                                          .meta = {.namespace_name = "shop",
                                                   .name = name,
                                                   .owner_kind = "",
                                                   .owner_name = "",
                                                   .annotations = KS_NO_ANNOTATIONS}};
    struct ks_error err;

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(ks_store_apply(*state, 0, KS_KUBE_ADDED, &object, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
    sample_flush(*state);
    assert_services(*state, "");
}

static void nodes_are_counted(void **state)
{
    struct ks_nodes_state nodes;
    int64_t age_ms;

    APPLY(*state, .kind = KS_KIND_NODE, .name = "a", .node = {.ready = true});
    APPLY(*state, .kind = KS_KIND_NODE, .name = "b", .node = {.unschedulable = true});
    APPLY(*state, .kind = KS_KIND_NODE, .name = "c", .node = {.ready = true, .unschedulable = true});
    sample_flush(*state);
    assert_int_equal(ks_store_nodes(*state, &nodes, &age_ms), KS_SOURCE_LIVE);
    assert_int_equal(nodes.total, 3);
    assert_int_equal(nodes.ready, 2);
    assert_int_equal(nodes.cordoned, 2);
    assert_int_equal(age_ms, 0);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_NODE, .name = "b", .node = {.ready = true});
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_NODE, .name = "c");
    sample_flush(*state);
    ks_store_nodes(*state, &nodes, &age_ms);
    assert_int_equal(nodes.total, 2);
    assert_int_equal(nodes.ready, 2);
    ks_store_list_begin(*state, 0, KS_KIND_NODE);
    APPLY(*state, .kind = KS_KIND_NODE, .name = "d");
    ks_store_list_end(*state, 0, KS_KIND_NODE);
    sample_flush(*state);
    ks_store_nodes(*state, &nodes, &age_ms);
    assert_int_equal(nodes.total, 1);
    assert_int_equal(nodes.ready, 0);
}

/* A service ages only if a source that it was judged by is away. */
static void a_service_ages_with_its_own_sources(void **state)
{
    int64_t since = ks_clock_monotonic() - 5000;
    struct ks_nodes_state nodes;
    int64_t age_ms;

    APPLY(*state, .name = "web-0", .owner_name = "web");
    APPLY(*state, .name = "api", .kind = KS_KIND_DEPLOYMENT);
    sample_flush(*state);
    assert_int_equal(sample_age(*state, NULL), 0);
    sample_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_AWAY, since);
    assert_int_equal(sample_age(*state, "web"), 0);
    assert_in_range(sample_age(*state, "api"), 5000, 60000);
    assert_in_range(sample_age(*state, NULL), 5000, 60000);
    sample_source(*state, 0, KS_KIND_POD, KS_SOURCE_AWAY, since - 100000);
    assert_in_range(sample_age(*state, "api"), 105000, 160000);
    sample_source(*state, 0, KS_KIND_POD, KS_SOURCE_LIVE, 0);
    sample_source(*state, 0, KS_KIND_DEPLOYMENT, KS_SOURCE_LIVE, 0);
    assert_int_equal(sample_age(*state, "api"), 0);
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_AWAY, since);
    assert_int_equal(sample_age(*state, NULL), 0);
    assert_int_equal(ks_store_nodes(*state, &nodes, &age_ms), KS_SOURCE_AWAY);
    assert_in_range(age_ms, 5000, 60000);
}

static void a_store_is_ready_once_all_kinds_but_nodes_were_listed(void **unused)
{
    struct ks_store *store = sample_store(NULL, NULL);

    (void)unused;
    for (int kind = 0; kind < KS_KIND_NODE; kind++) {
        assert_int_equal(ks_store_readiness(store), KS_STARTING);
        ASSERT_SUM(store, "starting 0: 0/0", .name = "web");
        sample_source(store, 0, (enum ks_kind)kind, kind % 2 ? KS_SOURCE_OFF : KS_SOURCE_LIVE, 0);
    }
    assert_int_equal(ks_store_readiness(store), KS_READY);
    sample_source(store, 0, KS_KIND_POD, KS_SOURCE_AWAY, 1);
    assert_int_equal(ks_store_readiness(store), KS_READY);
    sample_source(store, 0, KS_KIND_POD, KS_SOURCE_OFF, 0);
    assert_int_equal(ks_store_readiness(store), KS_STARTING);
    ks_store_free(store);
}

static void a_trouble_is_why_a_store_is_not_ready(void **unused)
{
    static const struct {
        enum ks_store_trouble trouble;
        const char *text;
        enum ks_readiness starting, without_pods;
    } rows[] = {
        {KS_STORE_NO_TROUBLE, "", KS_STARTING, KS_STARTING},
        {KS_STORE_NO_ACCESS, "HTTP 403", KS_FORBIDDEN, KS_FORBIDDEN},
        {KS_STORE_UNREACHABLE, "no connection", KS_UNREACHABLE, KS_UNREACHABLE},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_store *store = sample_store(NULL, NULL);
        char text[KS_ERROR_TEXT_SIZE];

        ks_store_trouble(store, rows[i].trouble, rows[i].text);
        ks_store_read_trouble(store, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(ks_store_readiness(store), rows[i].starting);
        sample_live(store, 0);
        assert_int_equal(ks_store_readiness(store), KS_READY);
        sample_source(store, 0, KS_KIND_POD, KS_SOURCE_OFF, 0);
        assert_int_equal(ks_store_readiness(store), rows[i].without_pods);
        ks_store_free(store);
    }
}

static void a_source_is_live_together_with_its_objects(void **unused)
{
    struct ks_store *store = sample_store(NULL, NULL);

    (void)unused;
    for (int kind = 0; kind < KS_KIND_NODE; kind++) {
        ks_store_source(store, 0, (enum ks_kind)kind, KS_SOURCE_LIVE, 0);
    }
    APPLY(store, .name = "web-0");
    assert_true(ks_store_is_dirty(store));
    ASSERT_SUM(store, "starting 0: 0/0", .name = "web");
    sample_flush(store);
    ASSERT_SUM(store, "ready 1: 1/1", .name = "web");
    ks_store_free(store);
}

static void namespaces_are_ready_one_by_one(void **unused)
{
    static const char *const namespaces[] = {"shop", "blog", NULL};
    struct ks_store *store = sample_store(namespaces, NULL);

    (void)unused;
    sample_live(store, 0);
    APPLY(store, .namespace_name = "shop");
    APPLY(store, .namespace_name = "blog", .group = 1, .not_ready = true);
    sample_flush(store);
    ASSERT_SUM(store, "ready 1: 1/1", .name = "web", .namespace_name = "shop");
    ASSERT_SUM(store, "starting 1: 0/1", .name = "web", .namespace_name = "blog");
    ASSERT_SUM(store, "starting 2: 1/2", .name = "web");
    assert_int_equal(ks_store_readiness(store), KS_STARTING);

    sample_live(store, 1);
    ASSERT_SUM(store, "ready 2: 1/2", .name = "web");
    sample_source(store, 1, KS_KIND_POD, KS_SOURCE_OFF, 0);
    ASSERT_SUM(store, "ready 1: 1/1", .name = "web");
    ASSERT_SUM(store, "starting 0: 0/0", .name = "web", .namespace_name = "blog");
    ks_store_trouble(store, KS_STORE_NO_ACCESS, "HTTP 403");
    ASSERT_SUM(store, "forbidden 0: 0/0", .name = "web", .namespace_name = "blog");
    assert_int_equal(ks_store_readiness(store), KS_READY);
    sample_source(store, 0, KS_KIND_POD, KS_SOURCE_OFF, 0);
    assert_int_equal(ks_store_readiness(store), KS_FORBIDDEN);
    ks_store_free(store);
}

static void a_list_of_one_namespace_sweeps_that_one(void **unused)
{
    static const char *const namespaces[] = {"shop", "blog", NULL};
    struct ks_store *store = sample_store(namespaces, NULL);

    (void)unused;
    for (size_t group = 0; group < 2; group++) {
        sample_live(store, group);
        APPLY(store, .namespace_name = namespaces[group], .group = group);
        APPLY(store, .namespace_name = namespaces[group], .group = group, .kind = KS_KIND_DEPLOYMENT, .name = "idle");
    }
    ks_store_list_begin(store, 1, KS_KIND_POD);
    ks_store_list_end(store, 1, KS_KIND_POD);
    ks_store_list_begin(store, 0, KS_KIND_DEPLOYMENT);
    ks_store_list_end(store, 0, KS_KIND_DEPLOYMENT);
    sample_flush(store);
    assert_services(store, "blog/Deployment/idle 0/0, shop/StatefulSet/web 1/1");
    sample_source(store, 0, KS_KIND_POD, KS_SOURCE_AWAY, ks_clock_monotonic() - 5000);
    assert_int_equal(sample_age(store, "idle"), 0);
    assert_in_range(sample_age(store, "web"), 5000, 60000);
    ks_store_free(store);
}

static void stats_count_the_objects_in_the_store(void **unused)
{
    static const char *const namespaces[] = {"shop", "blog", NULL};
    struct ks_store *store = sample_store(namespaces, NULL);
    struct ks_store_stats stats;

    (void)unused;
    sample_live(store, 0);
    APPLY(store, .name = "web-0");
    APPLY(store, .name = "web-1");
    APPLY(store, .kind = KS_KIND_STATEFULSET, .name = "web");
    APPLY(store, .kind = KS_KIND_NODE, .name = "a");
    sample_flush(store);
    ks_store_stats(store, &stats);
    assert_int_equal(stats.pods, 2);
    assert_int_equal(stats.controllers, 1);
    assert_int_equal(stats.nodes, 1);
    assert_int_equal(stats.services, 1);
    assert_int_equal(stats.version, 2);
    assert_int_equal(stats.sources[KS_KIND_POD][KS_SOURCE_LIVE], 1);
    assert_int_equal(stats.sources[KS_KIND_POD][KS_SOURCE_STARTING], 1);
    assert_int_equal(stats.sources[KS_KIND_NODE][KS_SOURCE_LIVE], 1);
    assert_int_equal(stats.sources[KS_KIND_NODE][KS_SOURCE_STARTING], 0);
    ks_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(nothing_is_seen_before_a_flush),
        sample_test(pods_come_change_and_go),
        sample_test(a_service_that_exists_only_between_flushes_is_never_seen),
        sample_test(pods_that_no_controller_made_are_no_service),
        sample_test(pods_move_with_their_owner),
        sample_test(a_deployment_is_one_service_over_its_rollouts),
        sample_test(selectors_pick_services),
        sample_test(names_of_0_0_6_lead_to_services),
        sample_test(an_old_name_leads_to_its_own_kind_only),
        sample_test(a_cronjobs_pods_are_its_own_when_the_job_comes_first),
        sample_test(a_cronjobs_pods_are_its_own_when_the_job_comes_last),
        sample_test(a_job_without_a_cronjob_is_a_service),
        sample_test(names_lead_to_cronjobs_if_jobs_are_forbidden),
        sample_test(a_source_that_is_turned_off_is_forgotten),
        sample_test(a_new_list_removes_missing_objects),
        sample_test(changes_between_lists_are_kept),
        cmocka_unit_test(excluded_namespaces_are_left_out),
        sample_test(names_that_kubernetes_does_not_allow_are_refused),
        sample_test(nodes_are_counted),
        sample_test(a_service_ages_with_its_own_sources),
        cmocka_unit_test(a_store_is_ready_once_all_kinds_but_nodes_were_listed),
        cmocka_unit_test(a_trouble_is_why_a_store_is_not_ready),
        cmocka_unit_test(a_source_is_live_together_with_its_objects),
        cmocka_unit_test(namespaces_are_ready_one_by_one),
        cmocka_unit_test(a_list_of_one_namespace_sweeps_that_one),
        cmocka_unit_test(stats_count_the_objects_in_the_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
