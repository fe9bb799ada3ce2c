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
    assert_annotations((store), &(const struct ks_store_selector){__VA_ARGS__}, (wanted))

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(annotations_come_change_and_go_with_the_controller),
        sample_test(annotations_are_of_one_service),
        sample_test(a_cronjob_and_its_job_have_their_own_annotations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
