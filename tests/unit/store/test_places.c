/* Which service objects belong to, in whatever order they come, change and go. */
#include "config.h"

#include "support/store_orders.h"

#include "store/private.h"

#define REPLICASET(...) .kind = KS_KIND_REPLICASET, .workload = {.desired = 1, .containers_per_pod = 1}, __VA_ARGS__
#define OF(kind, owner) .owner_kind = (kind), .owner_name = (owner)
#define POD(pod, ...)   .name = (pod), __VA_ARGS__
#define RUN(pod, ...)   .name = (pod), .to_completion = true, __VA_ARGS__
#define ONE             .workload = {.desired = 1, .containers_per_pod = 1}

static void any_order_gives_the_same_services(void **state)
{
    static const struct story stories[] = {
        {"a ReplicaSet of a Rollout, by its owner",
         {{REPLICASET(.name = "web-abc", OF("Rollout", "web"))}, {POD("a", OF("ReplicaSet", "web-abc"))}},
         2,
         "shop/Rollout/web 1/1"},
        {"a ReplicaSet of a Rollout, by its owner and its pods' labels",
         {{REPLICASET(.name = "web-abc", OF("Rollout", "web"))},
          {POD("a", OF("ReplicaSet", "web-abc"), .labels = "rollouts-pod-template-hash=abc")}},
         2,
         "shop/Rollout/web 1/1"},
        {"a ReplicaSet that a Deployment adopted",
         {{REPLICASET(.name = "legacy", OF("Deployment", "web"))},
          {POD("a", OF("ReplicaSet", "legacy"))},
          {.kind = KS_KIND_DEPLOYMENT, .name = "web", ONE}},
         3,
         "shop/Deployment/web 1/1"},
        {"a Deployment with its ReplicaSets, new and old",
         {{REPLICASET(.name = "web-5d4f8c7d9", OF("Deployment", "web"), .hash = "5d4f8c7d9")},
          {.kind = KS_KIND_REPLICASET, .name = "web-6f5b7c8d9", OF("Deployment", "web"), .hash = "6f5b7c8d9"},
          {POD("a", OF("ReplicaSet", "web-5d4f8c7d9"), .hash = "5d4f8c7d9")},
          {.kind = KS_KIND_DEPLOYMENT, .name = "web", ONE}},
         4,
         "shop/Deployment/web 1/1"},
        {"a Deployment whose name ends like a hash",
         {{REPLICASET(.name = "web-6f5b7c8d9-5d4f8c7d9", OF("Deployment", "web-6f5b7c8d9"), .hash = "5d4f8c7d9")},
          {POD("a", OF("ReplicaSet", "web-6f5b7c8d9-5d4f8c7d9"), .hash = "5d4f8c7d9")},
          {.kind = KS_KIND_DEPLOYMENT, .name = "web-6f5b7c8d9", ONE}},
         3,
         "shop/Deployment/web-6f5b7c8d9 1/1"},
        {"a bare ReplicaSet",
         {{REPLICASET(.name = "web-5d4f8c7d9")}, {POD("a", OF("ReplicaSet", "web-5d4f8c7d9"))}},
         2,
         "shop/ReplicaSet/web-5d4f8c7d9 1/1"},
        {"an orphaned ReplicaSet stays its Deployment's service",
         {{REPLICASET(.name = "web-5d4f8c7d9", .hash = "5d4f8c7d9")},
          {POD("a", OF("ReplicaSet", "web-5d4f8c7d9"), .hash = "5d4f8c7d9")}},
         2,
         "shop/Deployment/web 1/1"},
        {"ReplicaSets of kinds with dots, and in lower case",
         {{REPLICASET(.name = "a-abc", OF("Gadget.v2", "a.b"))},
          {POD("p", OF("ReplicaSet", "a-abc"))},
          {REPLICASET(.name = "b-abc", OF("deployment", "b"))},
          {POD("q", OF("ReplicaSet", "b-abc"))}},
         4,
         "shop/Gadget.v2/a.b 1/1, shop/deployment/b 1/1"},
        {"the same names in another namespace",
         {{REPLICASET(.name = "web-abc", OF("Rollout", "web"))},
          {POD("a", OF("ReplicaSet", "web-abc"))},
          {POD("a", OF("ReplicaSet", "web-abc"), .namespace_name = "blog")}},
         3,
         "shop/Rollout/web 1/1, blog/ReplicaSet/web-abc 1/1"},
        {"a DeploymentConfig",
         {{.kind = KS_KIND_REPLICATIONCONTROLLER, .name = "web-3", OF("DeploymentConfig", "web"), ONE},
          {POD("a", OF("ReplicationController", "web-3"), .labels = "deploymentconfig=web")},
          {.kind = KS_KIND_REPLICATIONCONTROLLER,
           .name = "web-2",
           .labels = "openshift.io/deployment-config.name=web"}},
         3,
         "shop/DeploymentConfig/web 1/1"},
        {"a DeploymentConfig that only its ReplicationController names",
         {{.kind = KS_KIND_REPLICATIONCONTROLLER, .name = "web-3", OF("DeploymentConfig", "web"), ONE},
          {POD("a", OF("ReplicationController", "web-3"))}},
         2,
         "shop/DeploymentConfig/web 1/1"},
        {"a CronJob, its Job and its pod",
         {{CRONJOB_JOB(ONE)}, {CRONJOB_POD(.to_completion = true)}, {.kind = KS_KIND_CRONJOB, .name = "backup"}},
         3,
         "shop/CronJob/backup 1/1"},
        {"a Job that an owner starts again and again",
         {{.kind = KS_KIND_JOB, .name = "pg-x7k2p", OF("Backup", "pg"), ONE}, {RUN("a", OF("Job", "pg-x7k2p"))}},
         2,
         "shop/Backup/pg 1/1"},
        {"a Job that is named like a CronJob's",
         {{.kind = KS_KIND_JOB, .name = "pg-27891234", ONE}, {RUN("a", OF("Job", "pg-27891234"))}},
         2,
         "shop/Job/pg-27891234 1/1"},
        {"executors of a driver",
         {{RUN("pi-x7k2p-driver", OF("SparkApplication", "pi-x7k2p"))},
          {RUN("pi-exec-1", OF("Pod", "pi-x7k2p-driver"))},
          {RUN("pi-exec-2", OF("Pod", "pi-x7k2p-driver"))}},
         3,
         "shop/SparkApplication/pi 3/3"},
        {"executors of a Job's pod, whose Job is a CronJob's",
         {{CRONJOB_JOB(.workload = {.desired = 3, .containers_per_pod = 1})},
          {CRONJOB_POD(.to_completion = true)},
          {RUN("exec-1", OF("Pod", "backup-27891234-x"))},
          {RUN("exec-2", OF("Pod", "exec-1"))}},
         4,
         "shop/CronJob/backup 3/3"},
        {"pods that made each other",
         {{POD("a", OF("Pod", "b"))}, {POD("b", OF("Pod", "c"))}, {POD("c", OF("Gadget", "thing"))}},
         3,
         "shop/Gadget/thing 3/3"},
        {"a pod that made itself", {{POD("a", OF("Pod", "a"))}}, 1, "shop/Pod/a 1/1"},
        {"static pods of two nodes",
         {{POD("haproxy-n1", OF("Node", "n1"))}, {POD("haproxy-n2", OF("Node", "n2"))}},
         2,
         "shop/Node/haproxy 2/2"},
        {"two runs at once, and a workflow with a name like a run's",
         {{RUN("a", OF("Workflow", "etl-x7k2p"))},
          {RUN("b", OF("Workflow", "etl-b4b4b"))},
          {RUN("c", OF("Workflow", "check-https"))}},
         3,
         "shop/Workflow/check-https 1/1, shop/Workflow/etl 1/1"},
    };

    (void)state;
    orders_tell_all(stories, COUNT(stories));
}

static size_t count_controllers(struct ks_store *store)
{
    struct ks_store_stats stats;

    sample_flush(store);
    ks_store_stats(store, &stats);
    return stats.controllers;
}

static void replicasets_that_say_nothing_new_are_not_kept(void **state)
{
    static const struct {
        const char *name;
        struct sample replicaset;
        bool alone, beside; /* kept, without and with the Deployment's object */
    } rows[] = {
        {"a Deployment's", {REPLICASET(.name = "web-5d4", OF("Deployment", "web"), .hash = "5d4")}, true, false},
        {"an old one",
         {.kind = KS_KIND_REPLICASET, .name = "web-5d4", OF("Deployment", "web"), .hash = "5d4"},
         false,
         false},
        {"one that it adopted", {REPLICASET(.name = "legacy", OF("Deployment", "web"))}, true, true},
        {"an orphan", {REPLICASET(.name = "web-5d4", .hash = "5d4")}, true, true},
        {"a bare one at 0", {.kind = KS_KIND_REPLICASET, .name = "web"}, true, true},
        {"a Rollout's at 0", {.kind = KS_KIND_REPLICASET, .name = "web-5d4", OF("Rollout", "web")}, true, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int order = 0; order < 3; order++) {
            struct ks_store *store = sample_store(NULL, NULL);

            sample_live(store, 0);
            if (order == 1) {
                APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", ONE);
            }
            sample_apply(store, &rows[i].replicaset);
            if (order == 2) {
                APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", ONE);
            }
            assert_row_number(rows[i].name, (int64_t)count_controllers(store),
                              order ? 1 + rows[i].beside : rows[i].alone);
            ks_store_free(store);
        }
    }
}

static void a_replicaset_is_not_kept_any_longer_than_it_is_needed(void **state)
{
    APPLY(*state, REPLICASET(.name = "web-5d4", OF("Deployment", "web"), .hash = "5d4"));
    assert_int_equal(count_controllers(*state), 1);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_REPLICASET, .name = "web-5d4", OF("Deployment", "web"),
          .hash = "5d4");
    assert_int_equal(count_controllers(*state), 0);
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_REPLICASET, .name = "web-5d4", OF("Deployment", "web"),
          .hash = "5d4");
    assert_int_equal(count_controllers(*state), 0);
    assert_services(*state, "");
}

static void pods_follow_their_controller(void **state)
{
    APPLY(*state, .kind = KS_KIND_REPLICASET, .name = "web-abc", OF("Rollout", "web"),
          .workload = {.desired = 2, .containers_per_pod = 1});
    APPLY(*state, POD("a", OF("ReplicaSet", "web-abc")));
    APPLY(*state, POD("b", OF("Rollout", "web")));
    sample_flush(*state);
    assert_services(*state, "shop/Rollout/web 2/2");
    /* Its owner lets go of it: its pods go with it, others stay. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, REPLICASET(.name = "web-abc"));
    sample_flush(*state);
    assert_services(*state, "shop/Rollout/web 1/1, shop/ReplicaSet/web-abc 1/1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, REPLICASET(.name = "web-abc", OF("Gadget", "thing")));
    sample_flush(*state);
    assert_services(*state, "shop/Gadget/thing 1/1, shop/Rollout/web 1/1");
    /* It may go before its pods do. */
    APPLY(*state, .event = KS_KUBE_DELETED, REPLICASET(.name = "web-abc", OF("Gadget", "thing")));
    APPLY(*state, .event = KS_KUBE_MODIFIED, POD("a", OF("ReplicaSet", "web-abc"), .not_ready = true));
    sample_flush(*state);
    assert_services(*state, "shop/Gadget/thing 0/1, shop/Rollout/web 1/1");
    /* A pod that gets another owner leaves. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, POD("a", OF("ReplicaSet", "other")));
    APPLY(*state, .event = KS_KUBE_DELETED, POD("b", OF("Rollout", "web")));
    APPLY(*state, .event = KS_KUBE_DELETED, POD("a", OF("ReplicaSet", "other")));
    sample_flush(*state);
}

static const struct pod *pod_of(struct ks_store *store, const char *name)
{
    const struct pod *pod = ks_pod_find(store, "shop", name);

    assert_non_null(pod);
    return pod;
}

static void executors_follow_their_driver(void **state)
{
    APPLY(*state, RUN("exec", OF("Pod", "driver")));
    sample_flush(*state);
    assert_services(*state, "shop/Pod/driver 1/1");
    assert_false(pod_of(*state, "exec")->is_helper); /* of nobody that is known */
    APPLY(*state, RUN("driver", OF("Spark", "pi-x7k2p")));
    sample_flush(*state);
    assert_services(*state, "shop/Spark/pi 2/2");
    assert_true(pod_of(*state, "exec")->is_helper);
    assert_false(pod_of(*state, "driver")->is_helper);
    APPLY(*state, .event = KS_KUBE_MODIFIED, RUN("driver", OF("Spark", "tau-x7k2p")));
    sample_flush(*state);
    assert_services(*state, "shop/Spark/tau 2/2");
    /* The driver may go first. */
    APPLY(*state, .event = KS_KUBE_DELETED, RUN("driver", OF("Spark", "tau-x7k2p")));
    APPLY(*state, .event = KS_KUBE_MODIFIED, RUN("exec", OF("Pod", "driver"), .not_ready = true));
    sample_flush(*state);
    assert_services(*state, "shop/Spark/tau 0/1");
    assert_true(pod_of(*state, "exec")->is_helper);
    APPLY(*state, .event = KS_KUBE_DELETED, RUN("exec", OF("Pod", "driver")));
    sample_flush(*state);
    assert_services(*state, "");
}

static void old_names_lead_to_the_services_that_had_them(void **state)
{
    static const struct {
        const char *name, *sum;
    } rows[] = {
        {"web-3", "ready 1: 1/1"},           {"web-4", "ready 1: 1/1"}, /* of any rollout */
        {"web-3-x", "ready 0: 0/0"},         {"etl-x7k2p", "ready 1: 1/1"},
        {"etl-b4b4b", "ready 1: 1/1"},       {"etl-1", "ready 0: 0/0"},
        {"redis-x7k2p", "ready 0: 0/0"}, /* has no runs */
        {"redis-123456", "ready 0: 0/0"},    {"crunch-2", "ready 1: 1/1"},
        {"pg-x7k2p", "ready 1: 0/0"}, /* only its Job is left */
        {"backup-27891234", "ready 1: 1/1"}, {"backup-27891234-2", "ready 1: 1/1"},
        {"redis-3", "ready 0: 0/0"},
    };

    APPLY(*state, POD("a", OF("ReplicationController", "web-3"), .labels = "deploymentconfig=web"));
    APPLY(*state, RUN("b", OF("Workflow", "etl-x7k2p")));
    APPLY(*state, POD("c", OF("Redis", "redis")));
    APPLY(*state, RUN("d", OF("Job", "crunch")));
    APPLY(*state, .kind = KS_KIND_JOB, .name = "pg-x7k2p", OF("Backup", "pg"),
          .workload = {.outcome = KS_JOB_COMPLETE});
    APPLY(*state, CRONJOB_JOB(ONE));
    APPLY(*state, CRONJOB_POD(.to_completion = true));
    sample_flush(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ASSERT_SUM(*state, rows[i].sum, .name = rows[i].name);
    }
}

static void names_may_be_as_long_as_kubernetes_allows(void **state)
{
    static const size_t lengths[] = {58, 63, 253};

    for (size_t i = 0; i < COUNT(lengths); i++) {
        char name[KS_NAME_SIZE];
        char wanted[400];

        memset(name, 'n', sizeof name);
        name[lengths[i]] = '\0';
        APPLY(*state, POD("a", OF("ReplicaSet", name)));
        APPLY(*state, REPLICASET(.name = name));
        sample_flush(*state);
        snprintf(wanted, sizeof wanted, "shop/ReplicaSet/%s 1/1", name);
        assert_services(*state, wanted);
        APPLY(*state, .event = KS_KUBE_DELETED, POD("a", OF("ReplicaSet", name)));
        APPLY(*state, .event = KS_KUBE_DELETED, REPLICASET(.name = name));
        sample_flush(*state);
        assert_services(*state, "");
    }
}

static void a_new_list_of_replicasets_removes_missing_ones(void **state)
{
    APPLY(*state, REPLICASET(.name = "one"));
    APPLY(*state, REPLICASET(.name = "two"));
    APPLY(*state, .kind = KS_KIND_REPLICATIONCONTROLLER, .name = "three", ONE);
    ks_store_list_begin(*state, 0, KS_KIND_REPLICASET);
    APPLY(*state, REPLICASET(.name = "two"));
    ks_store_list_end(*state, 0, KS_KIND_REPLICASET);
    sample_flush(*state);
    assert_services(*state, "shop/ReplicationController/three 0/1, shop/ReplicaSet/two 0/1");
    sample_source(*state, 0, KS_KIND_REPLICATIONCONTROLLER, KS_SOURCE_OFF, 0);
    sample_source(*state, 0, KS_KIND_REPLICASET, KS_SOURCE_OFF, 0);
    assert_int_equal(ks_store_readiness(*state), KS_READY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_gives_the_same_services),
        cmocka_unit_test(replicasets_that_say_nothing_new_are_not_kept),
        sample_test(a_replicaset_is_not_kept_any_longer_than_it_is_needed),
        sample_test(pods_follow_their_controller),
        sample_test(executors_follow_their_driver),
        sample_test(old_names_lead_to_the_services_that_had_them),
        sample_test(names_may_be_as_long_as_kubernetes_allows),
        sample_test(a_new_list_of_replicasets_removes_missing_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
