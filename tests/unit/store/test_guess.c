/* How many pods services should have if no controller object speaks for them: as many as were there lately. */
#include "config.h"

#include "support/store_guess.h"

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

static void note_hidden(void *arg, const struct ks_service_view *service)
{
    *(bool *)arg = service->state->annotations.hidden;
}

static void a_hidden_service_is_hidden_while_it_waits_for_pods(void **state)
{
    bool is_hidden = false;

    APPLY(*state, GADGET("web-0", .annotations = {.hidden = true}));
    sample_flush(*state);
    APPLY(*state, .event = KS_KUBE_DELETED, GADGET("web-0"));
    assert_expected(*state, "web", "1?");
    ks_store_read_services(*state, note_hidden, &is_hidden);
    assert_true(is_hidden);
    put_gadgets(*state, 1);
    sample_flush(*state);
    ks_store_read_services(*state, note_hidden, &is_hidden);
    assert_false(is_hidden);
}

static void what_half_a_list_wanted_does_not_count_if_the_rest_may_not_be_read(void **state)
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
        assert_expected_in(store, "shop", kinds[i].name, "web", "1?", kinds[i].name);
        assert_expected_in(store, "shop", kinds[i].name, "idle", "gone", kinds[i].name);
        assert_expected_in(store, "shop", kinds[i].name, "bad", "gone", kinds[i].name);
        ks_store_free(store);
    }
}

/* The Job stays, but it does not say how many pods run for ever beside it. */
static void a_job_is_no_controller_when_the_others_are_turned_off(void **state)
{
    APPLY(*state, .kind = KS_KIND_REPLICASET, .name = "web-5d4", .owner_kind = "Rollout", .owner_name = "web",
          .workload = {.desired = 2, .containers_per_pod = 1});
    APPLY(*state, .kind = KS_KIND_JOB, .name = "web-x7k2p", .owner_kind = "Rollout", .owner_name = "web",
          .workload = {.outcome = KS_JOB_COMPLETE});
    APPLY(*state, .name = "a", .owner_kind = "ReplicaSet", .owner_name = "web-5d4",
          .labels = "rollouts-pod-template-hash=5d4");
    assert_expected_in(*state, "shop", "Rollout", "web", "none", "live");
    ks_store_source(*state, 0, KS_KIND_REPLICASET, KS_SOURCE_OFF, 0);
    assert_expected_in(*state, "shop", "Rollout", "web", "1?", "turned off");
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

/* That a kind may not be watched is known later than its pods are. */
static void what_was_there_before_a_source_is_off_counts(void **state)
{
    ks_store_source(*state, 0, KS_KIND_STATEFULSET, KS_SOURCE_STARTING, 0);
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    assert_expected_in(*state, "shop", "StatefulSet", "web", "none", "starting");
    ks_store_source(*state, 0, KS_KIND_STATEFULSET, KS_SOURCE_OFF, 0);
    sample_flush(*state);
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-1");
    assert_expected_in(*state, "shop", "StatefulSet", "web", "2?", "one of them is gone");
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
        sample_test(a_hidden_service_is_hidden_while_it_waits_for_pods),
        cmocka_unit_test(what_half_a_list_wanted_does_not_count_if_the_rest_may_not_be_read),
        sample_test(a_job_is_no_controller_when_the_others_are_turned_off),
        sample_test(pods_of_a_source_that_was_never_there_are_guessed),
        sample_test(what_was_there_before_a_source_is_off_counts),
        sample_test(a_peers_services_are_not_guessed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
