/* Pods that are not ready because their nodes are not. */
#include "config.h"

#include "support/store_sample.h"

#define SUSPECT(pod, node_name, ...) .name = (pod), .on_node = (node_name), .is_condition_not_true = true, __VA_ARGS__
#define NODE(node_name, is_ready)    .kind = KS_KIND_NODE, .name = (node_name), .node = {.ready = (is_ready)}

static void put_reasons(void *arg, const struct ks_store_sum *sum)
{
    const struct ks_tally *reasons = &sum->state.reasons;

    for (uint32_t i = 0; i < reasons->used; i++) {
        ks_buf_printf(arg, "%s%s %d", i ? ", " : "", reasons->entries[i].text, (int)reasons->entries[i].count);
    }
}

static void assert_reasons(struct ks_store *store, const char *name, const char *wanted)
{
    const struct ks_store_selector selector = {.name = name};
    struct ks_buf text KS_CLEANUP_BUF;

    sample_flush(store);
    ks_buf_init(&text, CEILING);
    ks_store_read_sum(store, &selector, put_reasons, &text);
    assert_row_text(name, text.data, wanted);
}

static void services_are_judged_again_when_a_node_changes(void **state)
{
    APPLY(*state, SUSPECT("web-0", "n1"));
    assert_reasons(*state, "web", "NotReady 1");
    APPLY(*state, NODE("n2", false));
    assert_reasons(*state, "web", "NotReady 1");
    APPLY(*state, NODE("n1", true));
    assert_reasons(*state, "web", "NotReady 1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n1", false));
    assert_reasons(*state, "web", "NodeNotReady 1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n1", true));
    assert_reasons(*state, "web", "NotReady 1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n1", false));
    APPLY(*state, SUSPECT("web-1", "n3"));
    assert_reasons(*state, "web", "NodeNotReady 1, NotReady 1");
    APPLY(*state, .event = KS_KUBE_DELETED, NODE("n1", false));
    assert_reasons(*state, "web", "NotReady 2");
}

static void a_node_may_come_before_or_after(void **state)
{
    APPLY(*state, NODE("n1", false));
    APPLY(*state, SUSPECT("web-0", "n1"));
    assert_reasons(*state, "web", "NodeNotReady 1");
    APPLY(*state, SUSPECT("web-1", "n2"));
    APPLY(*state, NODE("n2", false));
    assert_reasons(*state, "web", "NodeNotReady 2");
    /* A pod that is well again, or gone, does not care. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .on_node = "n1");
    APPLY(*state, .event = KS_KUBE_DELETED, SUSPECT("web-1", "n2"));
    assert_reasons(*state, "web", "");
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n1", true));
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n2", true));
    assert_reasons(*state, "web", "");
}

static void a_node_that_turned_and_turned_back_changes_nothing(void **state)
{
    uint64_t version;

    APPLY(*state, NODE("n1", true));
    APPLY(*state, SUSPECT("web-0", "n1"));
    assert_reasons(*state, "web", "NotReady 1");
    version = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n1", false));
    APPLY(*state, .event = KS_KUBE_MODIFIED, NODE("n1", true));
    assert_reasons(*state, "web", "NotReady 1");
    assert_int_equal(sample_version(*state), version);
}

static void nodes_that_a_list_does_not_have_are_not_why(void **state)
{
    APPLY(*state, NODE("n1", false));
    APPLY(*state, SUSPECT("web-0", "n1"));
    APPLY(*state, SUSPECT("p", "n1", .owner_kind = "DaemonSet", .owner_name = "agent"));
    assert_reasons(*state, "web", "NodeNotReady 1");
    assert_reasons(*state, "agent", "NodeNotReady 1");
    ks_store_list_begin(*state, 0, KS_KIND_NODE);
    ks_store_list_end(*state, 0, KS_KIND_NODE);
    assert_reasons(*state, "web", "NotReady 1");
    assert_reasons(*state, "agent", "NotReady 1");
    APPLY(*state, NODE("n1", false));
    assert_reasons(*state, "web", "NodeNotReady 1");
    ks_store_source(*state, 0, KS_KIND_NODE, KS_SOURCE_OFF, 0);
    assert_reasons(*state, "web", "NotReady 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(services_are_judged_again_when_a_node_changes),
        sample_test(a_node_may_come_before_or_after),
        sample_test(a_node_that_turned_and_turned_back_changes_nothing),
        sample_test(nodes_that_a_list_does_not_have_are_not_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
