/* What is told again as it was is not judged again, whoever tells it; and whatever differs is. */
#include "config.h"

#include "support/store_compared.h"

#include "store/private.h"

#define SET(count) .kind = KS_KIND_STATEFULSET, .workload = {.desired = (count)}
#define REPLICAS(n)                                                                                                    \
    .kind = KS_KIND_REPLICASET, .workload = {.desired = (n)}, .owner_kind = "Deployment", .owner_name = "web"
#define BUDGET(count) .kind = KS_KIND_BUDGET, .budget = {.selector = "app=a", .expected = (count)}
#define NODE(ready_)  .kind = KS_KIND_NODE, .node = {.ready = (ready_)}

static const struct sample objects[] = {
    {.name = "web-0", .restarts = 3, .waiting = "CrashLoopBackOff", .not_ready = true},
    {.name = "web", SET(2), .annotations = {.label = "Web", .link = "https://a/"}},
    {.name = "web-5d4f8c7d9", REPLICAS(2)},
    {.name = "thing-0",
     .owner_kind = "Gadget",
     .owner_name = "thing",
     .labels = "app=a",
     .on_node = "n1",
     .is_condition_not_true = true},
    {.name = "driver", .owner_kind = "Spark", .owner_name = "pi-x7k2p", .to_completion = true},
    {.name = "exec", .owner_kind = "Pod", .owner_name = "driver", .to_completion = true},
    {.name = "b", BUDGET(2)},
    {.name = "n1", NODE(false)},
};

static void tell_all(struct ks_store *store, enum ks_kind kind, enum ks_kube_event event, bool is_compared)
{
    for (size_t i = 0; i < COUNT(objects); i++) {
        struct sample object = objects[i];

        object.event = event;
        object.is_compared = is_compared;
        object.version = "7";
        if (object.kind == kind) {
            sample_apply(store, &object);
        }
    }
}

static void what_is_told_again_changes_nothing(void **state)
{
    struct ks_store *store = *state;
    uint64_t version;

    for (size_t i = 0; i < COUNT(objects); i++) {
        sample_apply(store, &objects[i]);
    }
    sample_flush(store);
    version = sample_version(store);
    for (int i = 0; i < KS_KIND_COUNT; i++) {
        enum ks_kind kind = (enum ks_kind)i;

        ks_store_compare_begin(store, 0, kind, "9");
        tell_all(store, kind, KS_KUBE_ADDED, true);
        ks_store_compare_end(store, 0, kind);
        compared_settle(ks_kind_name(kind), store, kind, "");
        tell_all(store, kind, KS_KUBE_MODIFIED, false);
        ks_store_list_begin(store, 0, kind);
        tell_all(store, kind, KS_KUBE_ADDED, false);
        ks_store_list_end(store, 0, kind);
        assert_row_number(ks_kind_name(kind), ks_store_is_dirty(store), false);
    }
    sample_flush(store);
    assert_int_equal(sample_version(store), version);
}

/* ---- what differs ---- */

#define A_POD        .name = "thing-0", .owner_kind = "Gadget", .labels = "app=a"
#define THING        .owner_name = "thing"
#define A_SET        .name = "web", .kind = KS_KIND_STATEFULSET
#define A_REPLICASET .name = "web", .kind = KS_KIND_REPLICASET, .owner_kind = "Gadget"
#define A_NODE       .name = "n1", .kind = KS_KIND_NODE

#define OF_IMAGE(text)                                                                                                 \
    .workload = {.containers = &(const struct ks_container){.name = "main", .image = (text)}, .container_count = 1}

struct part {
    const char *name;
    struct sample before, after;
};

static const struct part parts[] = {
    {"an image", {A_POD, THING}, {A_POD, THING, .image = "web:2"}},
    {"a container that is not ready", {A_POD, THING}, {A_POD, THING, .not_ready = true}},
    {"restarts", {A_POD, THING}, {A_POD, THING, .restarts = 1}},
    {"a reason", {A_POD, THING, .not_ready = true}, {A_POD, THING, .not_ready = true, .waiting = "ImagePullBackOff"}},
    {"its creation", {A_POD, THING}, {A_POD, THING, .created = CREATED + 1}},
    {"its deletion", {A_POD, THING}, {A_POD, THING, .deleting = true}},
    {"its phase", {A_POD, THING}, {A_POD, THING, .phase = KS_POD_SUCCEEDED}},
    {"a run to completion", {A_POD, THING}, {A_POD, THING, .to_completion = true}},
    {"its condition", {A_POD, THING}, {A_POD, THING, .is_condition_not_true = true}},
    {"its node",
     {A_POD, THING, .is_condition_not_true = true, .on_node = "n1"},
     {A_POD, THING, .is_condition_not_true = true, .on_node = "n2"}},
    {"a pod that is hidden", {A_POD, THING}, {A_POD, THING, .annotations = {.hidden = true}}},
    {"its step",
     {A_POD, THING, .to_completion = true, .step = "build"},
     {A_POD, THING, .to_completion = true, .step = "test"}},
    {"another owner", {A_POD, THING}, {A_POD, .owner_name = "other"}},
    {"other labels",
     {.name = "p", .owner_kind = "Gadget", THING, .labels = "app=a"},
     {.name = "p", .owner_kind = "Gadget", THING, .labels = "app=b"}},
    {"a number of a workload", {A_SET, .workload = {.desired = 1}}, {A_SET, .workload = {.desired = 2}}},
    {"a workload's reason", {A_SET}, {A_SET, .workload = {.reason = "Failed"}}},
    {"an image of a template", {A_SET, OF_IMAGE("web:1")}, {A_SET, OF_IMAGE("web:2")}},
    {"a controller's generation", {A_SET, .generation = 1}, {A_SET, .generation = 2}},
    {"a controller's creation", {A_SET}, {A_SET, .created = CREATED + 1}},
    {"a controller's deletion", {A_SET}, {A_SET, .deleting = true}},
    {"a label", {A_SET}, {A_SET, .annotations = {.label = "Web"}}},
    {"a color", {A_SET}, {A_SET, .annotations = {.color = "blue"}}},
    {"a link", {A_SET}, {A_SET, .annotations = {.link = "https://a/"}}},
    {"a controller that is hidden", {A_SET}, {A_SET, .annotations = {.hidden = true}}},
    {"a controller of another service", {A_REPLICASET, THING}, {A_REPLICASET, .owner_name = "other"}},
    {"a node that is ready", {A_NODE}, {A_NODE, .node = {.ready = true}}},
    {"a node that is cordoned", {A_NODE}, {A_NODE, .node = {.unschedulable = true}}},
    {"a pressure", {A_NODE}, {A_NODE, .node = {.pressures = {[KS_PRESSURE_PID] = true}}}},
};

static void whatever_differs_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct ks_store *store = sample_store(NULL, NULL);

        sample_live(store, 0);
        sample_apply(store, &parts[i].before);
        sample_flush(store);
        sample_apply(store, &parts[i].before);
        assert_row_number(parts[i].name, ks_store_is_dirty(store), false);
        sample_apply(store, &parts[i].after);
        assert_row_number(parts[i].name, ks_store_is_dirty(store), true);
        ks_store_free(store);
    }
}

/* Its labels show it: its Deployment, which comes later, speaks for it. */
static void a_replicaset_that_becomes_spare_is_known_to_be(void **state)
{
    struct ks_store *store = *state;

    APPLY(store, .name = "web-5d4f8c7d9", REPLICAS(2));
    APPLY(store, .name = "web-5d4f8c7d9", REPLICAS(2), .hash = "5d4f8c7d9");
    APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = {.desired = 2});
    assert_int_equal(HASH_COUNT(store->controllers), 1);
}

static void every_member_of_a_budget_counts(void **state)
{
    static const struct ks_budget first = {.selector = "app=a", .expected = 1};
    static const struct ks_budget others[] = {
        {.selector = "app=b", .expected = 1},
        {.selector = "app=a", .expected = 2},
        {.selector = "app=a", .expected = 1, .desired_healthy = 1},
        {.selector = "app=a", .expected = 1, .current_healthy = 1},
        {.selector = "app=a", .expected = 1, .is_exact = true},
    };
    struct ks_store *store = *state;

    for (size_t i = 0; i < COUNT(others); i++) {
        uint64_t edits;

        APPLY(store, .kind = KS_KIND_BUDGET, .name = "b", .budget = first);
        edits = store->edits;
        APPLY(store, .kind = KS_KIND_BUDGET, .name = "b", .budget = others[i]);
        assert_true(store->edits > edits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(what_is_told_again_changes_nothing),
        cmocka_unit_test(whatever_differs_counts),
        sample_test(a_replicaset_that_becomes_spare_is_known_to_be),
        sample_test(every_member_of_a_budget_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
