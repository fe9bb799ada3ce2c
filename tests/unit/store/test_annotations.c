/* The objects whose annotations readers see. */
#include "config.h"

#include "support/store_sample.h"

/* Compares "label color link hidden" of a sum, with "-" for none. */
static void put_annotations(void *arg, const struct ks_store_sum *sum)
{
    const struct ks_annotations *annotations = &sum->state.annotations;

    ks_buf_printf(arg, "%s %s %s%s", annotations->label[0] ? annotations->label : "-",
                  annotations->color[0] ? annotations->color : "-", annotations->link[0] ? annotations->link : "-",
                  annotations->hidden ? " hidden" : "");
}

static void assert_annotations(struct ks_store *store, const struct ks_store_selector *selector, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_sum(store, selector, put_annotations, &text);
    assert_row_text(selector->name ? selector->name : "all", text.data, wanted);
}

#define ASSERT_ANNOTATIONS(store, wanted, ...)                                                                         \
    assert_annotations((store), &(const struct ks_store_selector){.with_hidden = true, __VA_ARGS__}, (wanted))

static void annotations_come_change_and_go_with_the_controller(void **state)
{
    char label[] = "Web shop";

    APPLY(*state, .name = "web-0");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
    APPLY(*state, .kind = KS_KIND_STATEFULSET, .name = "web",
          .annotations = {.label = label, .color = "blue", .link = "http://a", .hidden = true});
    memset(label, 'x', sizeof label - 1); /* objects are views, so the store must have copied it */
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Web shop blue http://a hidden", .name = "web");
    /* Published annotations stay until the next flush after another object of the service changes them. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_STATEFULSET, .name = "web",
          .annotations = {.label = "Shop"});
    ASSERT_ANNOTATIONS(*state, "Web shop blue http://a hidden", .name = "web");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Shop - -", .name = "web");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .waiting = "CrashLoopBackOff", .not_ready = true);
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Shop - -", .name = "web");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_STATEFULSET, .name = "web");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_STATEFULSET, .name = "web",
          .annotations = {.link = "http://b"});
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - http://b", .name = "web");
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_STATEFULSET, .name = "web");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
}

static void annotations_are_of_one_service(void **state)
{
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web",
          .annotations = {.label = "Web", .color = "blue", .link = "http://a", .hidden = true});
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Web blue http://a hidden", .name = "web");
    ASSERT_ANNOTATIONS(*state, "Web blue http://a hidden", .name = "w", .prefix = true);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "nothing");
    /* A sum has none, even if all services have the same, or the other has none. */
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .namespace_name = "blog",
          .annotations = {.label = "Web", .color = "blue", .link = "http://a", .hidden = true});
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "api");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
    ASSERT_ANNOTATIONS(*state, "- - -", .namespace_name = "shop");
    ASSERT_ANNOTATIONS(*state, "- - -", .name = NULL);
    ASSERT_ANNOTATIONS(*state, "Web blue http://a hidden", .name = "web", .namespace_name = "blog");
}

static void a_cronjob_and_its_job_have_their_own_annotations(void **state)
{
    APPLY(*state, CRONJOB_JOB(.annotations = {.label = "a run", .hidden = true}));
    APPLY(*state, CRONJOB_POD(.not_ready = true));
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "backup");
    APPLY(*state, .kind = KS_KIND_CRONJOB, .name = "backup", .annotations = {.label = "Backups"});
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Backups - -", .name = "backup");
    /* The same in the other order. */
    APPLY(*state, .event = KS_KUBE_DELETED, CRONJOB_JOB(.not_ready = false));
    APPLY(*state, CRONJOB_JOB(.annotations = {.label = "a run", .hidden = true}));
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Backups - -", .name = "backup");
    APPLY(*state, .kind = KS_KIND_JOB, .name = "migrate", .annotations = {.label = "Migration"});
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "Migration - -", .name = "migrate");
}

/* "blog,shop 2 Web": the namespaces, how many services, their label. */
static void put_found(void *arg, const struct ks_store_sum *sum)
{
    for (size_t i = 0; i < sum->namespace_count; i++) {
        ks_buf_printf(arg, "%s%s", i ? "," : "", sum->namespaces[i]);
    }
    ks_buf_printf(arg, " %zu %s", sum->services, sum->state.annotations.label);
}

/* A service that is hidden does not exist for a path without a namespace, whatever leads to it. */
static void hidden_services_are_found_only_with_their_namespace(void **state)
{
    static const struct {
        const char *row;
        struct ks_store_selector selector;
        const char *found;
    } rows[] = {
        {"the visible one counts, and its annotations", {.name = "web"}, "shop 1 Web"},
        {"only a hidden one", {.name = "db"}, " 0 "},
        {"that one with its namespace", {.name = "db", .namespace_name = "evil"}, "evil 1 "},
        {"with hidden ones", {.name = "web", .with_hidden = true}, "evil,shop 2 "},
        {"two kinds in one namespace", {.name = "twin"}, "shop 2 "},
        {"a prefix", {.name = "w", .prefix = true}, " 1 Web"},
        {"a prefix of a hidden one", {.name = "d", .prefix = true}, " 0 "},
        {"everything", {.name = NULL}, " 5 "},
        {"a namespace", {.namespace_name = "evil"}, " 5 "},
        {"a learned name of 0.0.6", {.name = "api-5d4f8c"}, "shop 1 "},
        {"a learned name of several", {.name = "api-5d4f8c", .with_hidden = true}, "evil,shop 2 "},
        {"a learned name of a hidden one", {.name = "old-5d4f8c"}, " 0 "},
        {"that one with its namespace", {.name = "old-5d4f8c", .namespace_name = "evil"}, "evil 1 "},
        {"a name of 0.0.6 by rule", {.name = "web-5d4f8c7d9"}, "shop 1 Web"},
    };
    const struct ks_annotations hidden = {.label = "", .color = "", .link = "", .hidden = true};

    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .annotations = {.label = "Web"});
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .namespace_name = "evil", .annotations = hidden);
    APPLY(*state, .kind = KS_KIND_STATEFULSET, .name = "db", .namespace_name = "evil", .annotations = hidden);
    APPLY(*state, .kind = KS_KIND_STATEFULSET, .name = "twin");
    APPLY(*state, .kind = KS_KIND_DAEMONSET, .name = "twin");
    for (int i = 0; i < 2; i++) {
        const char *namespace_name = i ? "shop" : "evil";

        APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "api", .namespace_name = namespace_name,
              .annotations = i ? KS_NO_ANNOTATIONS : hidden);
        APPLY(*state, .name = "a", .namespace_name = namespace_name, .owner_kind = "ReplicaSet",
              .owner_name = "api-5d4f8c", .hash = "5d4f8c", .generate_name = "api-5d4f8c-");
    }
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "old", .namespace_name = "evil", .annotations = hidden);
    APPLY(*state, .name = "o", .namespace_name = "evil", .owner_kind = "ReplicaSet", .owner_name = "old-5d4f8c",
          .hash = "5d4f8c", .generate_name = "old-5d4f8c-");
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "more", .namespace_name = "evil", .annotations = hidden);
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "zoo");
    sample_flush(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        ks_store_read_sum(*state, &rows[i].selector, put_found, &text);
        assert_row_text(rows[i].row, text.data, rows[i].found);
    }
}

static void put_ends(void *arg, const struct ks_store_sum *sum)
{
    ks_buf_printf(arg, "%s … %s of %zu", sum->namespaces[0], sum->namespaces[KS_STORE_NAMESPACES_MOST - 1],
                  sum->namespace_count);
}

static void a_sum_names_the_first_namespaces_and_counts_all(void **state)
{
    struct ks_buf text KS_CLEANUP_BUF;
    const struct ks_store_selector web = {.name = "web"};
    char name[32];

    ks_buf_init(&text, CEILING);
    for (int i = 0; i < KS_STORE_NAMESPACES_MOST + 20; i++) {
        snprintf(name, sizeof name, "team-%03d", i);
        APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web", .namespace_name = name);
    }
    sample_flush(*state);
    ks_store_read_sum(*state, &web, put_ends, &text);
    assert_row_text("web", text.data, "team-000 … team-099 of 120");
}

static void a_pod_hides_its_service(void **state)
{
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1", .annotations = {.hidden = true});
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - - hidden", .name = "web");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-1");
    sample_flush(*state);
    ASSERT_ANNOTATIONS(*state, "- - -", .name = "web");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(annotations_come_change_and_go_with_the_controller),
        sample_test(a_pod_hides_its_service),
        sample_test(annotations_are_of_one_service),
        sample_test(a_cronjob_and_its_job_have_their_own_annotations),
        sample_test(hidden_services_are_found_only_with_their_namespace),
        sample_test(a_sum_names_the_first_namespaces_and_counts_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
