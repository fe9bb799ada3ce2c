/* A list beside a watch: what the watch did not tell is found, and nothing else is touched. */
#include "config.h"

#include "support/store_compared.h"

#include "health/names.h"

/* ---- pods: an event "+0@5" adds or changes the pod web-0, in version 5, "-0@5" is its end, and "=0@5" lists it. "!"
 * makes it not ready, "~" says that nothing made it. ---- */

struct row {
    const char *name;
    const char *before; /* events */
    const char *told;   /* the version that the watch had told */
    const char *steps;  /* events, and the list */
    const char *late;   /* events between the end of the list and the settling */
    const char *differences;
    const char *ready; /* of StatefulSet web */
};

static void apply_step(struct ks_store *store, char *step)
{
    char name[] = {'w', 'e', 'b', '-', step[1], '\0'};
    char *version = strchr(step, '@') + 1;
    char *marks = version + strcspn(version, "!~");
    struct sample sample = {.name = name,
                            .version = version,
                            .event = step[0] == '-' ? KS_KUBE_DELETED : KS_KUBE_MODIFIED,
                            .is_compared = step[0] == '=',
                            .not_ready = strchr(marks, '!'),
                            .owner_kind = strchr(marks, '~') ? "" : NULL};

    *marks = '\0';
    sample_apply(store, &sample);
}

static void apply_steps(struct ks_store *store, const char *steps)
{
    char copy[128];
    char *rest = NULL;

    snprintf(copy, sizeof copy, "%s", steps);
    for (char *step = strtok_r(copy, " ", &rest); step; step = strtok_r(NULL, " ", &rest)) {
        apply_step(store, step);
    }
}

static void compare_row(const struct row *row)
{
    struct ks_store *store = sample_store(NULL, NULL);
    char services[64] = "";

    sample_live(store, 0);
    apply_steps(store, row->before);
    sample_flush(store);
    ks_store_compare_begin(store, 0, KS_KIND_POD, row->told);
    apply_steps(store, row->steps);
    ks_store_compare_end(store, 0, KS_KIND_POD);
    apply_steps(store, row->late);
    compared_settle(row->name, store, KS_KIND_POD, row->differences);
    sample_flush(store);
    if (row->ready[0]) {
        snprintf(services, sizeof services, "shop/StatefulSet/web %s", row->ready);
    }
    compared_services(row->name, store, services);
    ks_store_free(store);
}

static void compare_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        compare_row(&rows[i]);
    }
}

#define NOTHING  ""
#define MISSING  "1 missing, 0 outdated, 0 gone: pod shop/web-1 was missing"
#define OUTDATED "0 missing, 1 outdated, 0 gone: pod shop/web-0 was outdated"

static void what_the_watch_did_not_tell_is_found(void **state)
{
    static const struct row rows[] = {
        {"nothing differs", "+0@5", "9", "=0@5", "", NOTHING, "1/1"},
        {"missing", "+0@5", "9", "=0@5 =1@6", "", MISSING, "2/2"},
        {"outdated", "+0@5", "9", "=0@6!", "", OUTDATED, "0/1"},
        {"gone", "+0@5 +1@6", "9", "=0@5", "", "0 missing, 0 outdated, 1 gone: pod shop/web-1 was gone", "1/1"},
        {"all three, and the first is the example", "+0@5 +1@6", "9", "=2@7 =1@8!", "",
         "1 missing, 1 outdated, 1 gone: pod shop/web-2 was missing", "1/2"},
        {"the same version of another past", "+0@5", "9", "=0@5!", "", OUTDATED, "0/1"},
        {"an older version of another past", "+0@5", "9", "=0@4!", "", OUTDATED, "0/1"},
        {"another version, but nothing that matters", "+0@5", "9", "=0@8", "", NOTHING, "1/1"},
        {"its controller has let it go", "+0@5", "9", "=0@6~", "", OUTDATED, ""},
        {"a pod that nothing made is not kept", "+0@5", "9", "=0@5 =1@6~", "", NOTHING, "1/1"},
    };

    (void)state;
    compare_rows(rows, COUNT(rows));
}

static void what_is_newer_than_the_watch_had_told_may_be_on_its_way(void **state)
{
    static const struct row rows[] = {
        {"missing, and told later", "+0@5", "9", "=0@5 =1@10", "+1@10", NOTHING, "2/2"},
        {"missing, and never told", "+0@5", "9", "=0@5 =1@10", "", MISSING, "2/2"},
        {"missing, and told to have ended", "+0@5", "9", "=0@5 =1@10", "-1@11", NOTHING, "1/1"},
        {"outdated, and told at once", "+0@5", "9", "=0@10! +0@10!", "", NOTHING, "0/1"},
        {"outdated, and told in an even later form", "+0@5", "9", "=0@10!", "+0@11!", NOTHING, "0/1"},
        {"outdated, and told only in an earlier form", "+0@5", "9", "=0@10!", "+0@9", OUTDATED, "0/1"},
        {"outdated, and never told", "+0@5", "9", "=0@10!", "", OUTDATED, "0/1"},
        {"more digits", "+0@5", "99", "=0@100!", "+0@100!", NOTHING, "0/1"},
        {"the latest that it had told", "+0@5", "9", "=0@9!", "", OUTDATED, "0/1"},
        {"nobody knows what it had told", "+0@5", NULL, "=0@10!", "", OUTDATED, "0/1"},
        {"what it had told is not a number", "+0@5", "9a", "=0@10!", "", OUTDATED, "0/1"},
        {"the version is not a number", "+0@5", "9", "=0@x10!", "", OUTDATED, "0/1"},
        {"the version is empty", "+0@5", "9", "=0@!", "", OUTDATED, "0/1"},
        {"the version is larger than any", "+0@5", "9", "=0@99999999999999999999!", "", OUTDATED, "0/1"},
    };

    (void)state;
    compare_rows(rows, COUNT(rows));
}

static void lists_and_events_cross(void **state)
{
    static const struct row rows[] = {
        {"a change before it is listed", "+0@5", "9", "+0@11! =0@5", "", NOTHING, "0/1"},
        {"a change after it was listed", "+0@5", "9", "=0@5 +0@11!", "", NOTHING, "0/1"},
        {"a change after the list", "+0@5", "9", "=0@5", "+0@11!", NOTHING, "0/1"},
        {"a list that is ahead of the event", "+0@5", "9", "+0@10 =0@11!", "+0@11!", NOTHING, "0/1"},
        {"an event after a list that is ahead of it", "+0@5", "9", "=0@11! +0@10", "+0@11!", NOTHING, "0/1"},
        {"the same, later", "+0@5", "9", "=0@11!", "+0@10 +0@11!", NOTHING, "0/1"},
        {"an event of the listed version", "+0@5", "9", "=0@11! +0@11!", "", NOTHING, "0/1"},
        {"versions that are not numbers: the event counts", "+0@a", "9", "+0@b! =0@c", "", NOTHING, "0/1"},
        {"a pod that comes before it is listed", "+0@5", "9", "=0@5 +1@10 =1@10", "", NOTHING, "2/2"},
        {"a pod that comes after the list", "+0@5", "9", "=0@5", "+1@10", NOTHING, "2/2"},
        {"an end before it is listed", "+0@5 +1@5", "9", "=0@5 -1@10 =1@5", "", NOTHING, "1/1"},
        {"an end after it was listed", "+0@5 +1@5", "9", "=0@5 =1@5 -1@10", "", NOTHING, "1/1"},
        {"an end after the list", "+0@5 +1@5", "9", "=0@5", "-1@10", NOTHING, "1/1"},
        {"a pod that comes and goes before it is listed", "+0@5", "9", "=0@5 +1@10 -1@11 =1@10", "", NOTHING, "1/1"},
        {"a new pod of the same name, of which the end was told", "+0@5", "9", "-0@10 =0@11!", "+0@11!", NOTHING,
         "0/1"},
        {"the same, and the end comes later", "+0@5", "9", "=0@11! -0@10", "+0@11!", NOTHING, "0/1"},
        {"two ends: the later one counts", "+0@5", "9", "-0@10 +0@11 -0@12 =0@11", "", NOTHING, ""},
        {"an end whose version is not a number", "+0@a", "9", "-0@b =0@a", "", NOTHING, ""},
        {"the end of a pod that we did not have", "+0@5", "9", "=0@5 -1@10 =1@5", "", NOTHING, "1/1"},
        {"an event of another past than what we had", "+0@50", "9", "+0@10!", "", NOTHING, "0/1"},
        {"its controller lets it go", "+0@5", "9", "+0@10~ =0@5", "", NOTHING, ""},
        {"a missing pod changes", "+0@5", "9", "=0@5 =1@5 +1@10!", "", MISSING, "1/2"},
        {"a superfluous pod is there after all", "+0@5 +1@5", "9", "=0@5", "+1@10", NOTHING, "2/2"},
    };

    (void)state;
    compare_rows(rows, COUNT(rows));
}

/* ---- other kinds ---- */

#define STEPS_MOST 3

/* Objects; the first one without a name ends a list of them. */
struct kind_row {
    const char *name;
    enum ks_kind kind;
    struct sample before[STEPS_MOST];
    struct sample steps[STEPS_MOST];
    const char *differences;
};

#define HAD(object, ...)                                                                                               \
    {                                                                                                                  \
        .name = (object), __VA_ARGS__                                                                                  \
    }
#define LISTED(object, ...)                                                                                            \
    {                                                                                                                  \
        .name = (object), .is_compared = true, __VA_ARGS__                                                             \
    }
#define SET(count)     .kind = KS_KIND_STATEFULSET, .workload = {.desired = (count)}
#define WEB(count)     .kind = KS_KIND_DEPLOYMENT, .workload = {.desired = (count)}
#define BUDGET(count)  .kind = KS_KIND_BUDGET, .budget = {.selector = "app=a", .expected = (count)}
#define NODE(is_ready) .kind = KS_KIND_NODE, .node = {.ready = (is_ready)}
/* A ReplicaSet of the Deployment "web". */
#define REPLICAS(count, number)                                                                                        \
    .kind = KS_KIND_REPLICASET, .workload = {.desired = (count)}, .owner_kind = "Deployment", .owner_name = "web",     \
    .hash = "5d4f8c7d9", .version = (number)

static void apply_all(struct ks_store *store, const struct sample samples[static STEPS_MOST])
{
    for (size_t i = 0; i < STEPS_MOST && samples[i].name; i++) {
        sample_apply(store, &samples[i]);
    }
}

static void every_kind_is_compared(void **state)
{
    static const struct kind_row rows[] = {
        {"a controller that is as it was", KS_KIND_STATEFULSET, {HAD("web", SET(2))}, {LISTED("web", SET(2))}, NOTHING},
        {"a controller",
         KS_KIND_STATEFULSET,
         {HAD("web", SET(2)), HAD("db", SET(1))},
         {LISTED("web", SET(3)), LISTED("mail", SET(1))},
         "1 missing, 1 outdated, 1 gone: statefulset shop/web was outdated"},
        {"ReplicaSets of a Deployment need not be kept",
         KS_KIND_REPLICASET,
         {HAD("web", WEB(2))},
         {LISTED("web-5d4f8c7d9", REPLICAS(2, "5")), LISTED("web-6d4f8c7d9", REPLICAS(0, "5"))},
         NOTHING},
        {"a ReplicaSet is scaled down before it is listed",
         KS_KIND_REPLICASET,
         {HAD("web-5d4f8c7d9", REPLICAS(2, "5"))},
         {HAD("web-5d4f8c7d9", REPLICAS(0, "10")), LISTED("web-5d4f8c7d9", REPLICAS(2, "5"))},
         NOTHING},
        {"its Deployment comes before it is listed",
         KS_KIND_REPLICASET,
         {HAD("web-5d4f8c7d9", REPLICAS(2, "5"))},
         {HAD("web", WEB(2)), LISTED("web-5d4f8c7d9", REPLICAS(2, "5"))},
         NOTHING},
        {"a budget that is as it was", KS_KIND_BUDGET, {HAD("b", BUDGET(2))}, {LISTED("b", BUDGET(2))}, NOTHING},
        {"a budget",
         KS_KIND_BUDGET,
         {HAD("b", BUDGET(2)), HAD("c", BUDGET(2))},
         {LISTED("b", BUDGET(3)), LISTED("d", BUDGET(2))},
         "1 missing, 1 outdated, 1 gone: poddisruptionbudget shop/b was outdated"},
        {"a node that is as it was", KS_KIND_NODE, {HAD("n1", NODE(true))}, {LISTED("n1", NODE(true))}, NOTHING},
        {"a node",
         KS_KIND_NODE,
         {HAD("n1", NODE(true)), HAD("n2", NODE(true))},
         {LISTED("n3", NODE(true)), LISTED("n2", NODE(false))},
         "1 missing, 1 outdated, 1 gone: node n3 was missing"},
        {"other kinds stay", KS_KIND_POD, {HAD("web-0"), HAD("web", SET(2))}, {LISTED("web-0")}, NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_store *store = sample_store(NULL, NULL);

        sample_live(store, 0);
        apply_all(store, rows[i].before);
        ks_store_compare_begin(store, 0, rows[i].kind, "9");
        apply_all(store, rows[i].steps);
        ks_store_compare_end(store, 0, rows[i].kind);
        compared_settle(rows[i].name, store, rows[i].kind, rows[i].differences);
        ks_store_free(store);
    }
}

/* ---- how a comparison ends ---- */

static void a_whole_list_ends_a_comparison(void **state)
{
    struct ks_error err = {.kind = KS_ERROR_NONE};

    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    ks_store_compare_begin(*state, 0, KS_KIND_POD, "9");
    COMPARE(*state, .name = "web-0", .not_ready = true);
    ks_store_list_begin(*state, 0, KS_KIND_POD);
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    assert_int_equal(sample_try(*state, &(const struct sample){.name = "web-2", .is_compared = true}, &err), -1);
    ks_store_compare_end(*state, 0, KS_KIND_POD);
    ks_store_list_end(*state, 0, KS_KIND_POD);
    compared_settle("a whole list", *state, KS_KIND_POD, "");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 2/2");
}

static void a_list_that_breaks_off_removes_nothing(void **state)
{
    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "web-1");
    ks_store_compare_begin(*state, 0, KS_KIND_POD, "9");
    COMPARE(*state, .name = "web-0");
    compared_settle("half a list", *state, KS_KIND_POD, "");
    ks_store_compare_begin(*state, 0, KS_KIND_POD, "9");
    COMPARE(*state, .name = "web-1");
    ks_store_compare_end(*state, 0, KS_KIND_POD);
    compared_settle("the next one", *state, KS_KIND_POD, "0 missing, 0 outdated, 1 gone: pod shop/web-0 was gone");
    compared_settle("there is no more", *state, KS_KIND_POD, "");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 1/1");
}

static void a_store_is_freed_during_a_comparison(void **state)
{
    APPLY(*state, .name = "web-0");
    ks_store_compare_begin(*state, 0, KS_KIND_POD, "9");
    APPLY(*state, .name = "web-0", .event = KS_KUBE_DELETED);
}

static void each_namespace_is_compared_alone(void **state)
{
    const char *const namespaces[] = {"shop", "blog", NULL};
    const char *const excluded[] = {"test", NULL};
    struct ks_store *store = sample_store(namespaces, excluded);

    (void)state;
    sample_live(store, 0);
    sample_live(store, 1);
    APPLY(store, .name = "web-0");
    APPLY(store, .namespace_name = "blog", .name = "web-0", .group = 1);
    APPLY(store, .namespace_name = "blog", .name = "web-1", .group = 1);
    ks_store_compare_begin(store, 0, KS_KIND_POD, "9");
    ks_store_compare_begin(store, 1, KS_KIND_POD, "9");
    COMPARE(store, .name = "web-0");
    COMPARE(store, .namespace_name = "test", .name = "web-0");
    COMPARE(store, .namespace_name = "blog", .name = "web-0", .group = 1);
    ks_store_compare_end(store, 0, KS_KIND_POD);
    ks_store_compare_end(store, 1, KS_KIND_POD);
    compared_settle("shop", store, KS_KIND_POD, "");
    sample_flush(store);
    assert_services(store, "blog/StatefulSet/web 2/2, shop/StatefulSet/web 1/1");
    ks_store_free(store);
}

static void after_too_many_ends_nothing_comes_back(void **state)
{
    char name[32];

    APPLY(*state, .name = "stays-0");
    ks_store_compare_begin(*state, 0, KS_KIND_POD, "9");
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "web-%d", i);
        APPLY(*state, .name = name, .event = KS_KUBE_DELETED, .version = "10");
    }
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "web-%d", i);
        COMPARE(*state, .name = name, .version = "5");
    }
    COMPARE(*state, .name = "stays-0", .version = "6", .not_ready = true);
    ks_store_compare_end(*state, 0, KS_KIND_POD);
    compared_settle("many", *state, KS_KIND_POD, "0 missing, 1 outdated, 0 gone: pod shop/stays-0 was outdated");
    sample_flush(*state);
    assert_services(*state, "shop/StatefulSet/web 0/1");
}

static void an_example_says_what_was_wrong_however_long_the_name_is(void **state)
{
    struct ks_store_difference difference;
    char name[KS_NAME_SIZE];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ks_store_compare_begin(*state, 0, KS_KIND_REPLICATIONCONTROLLER, "9");
    COMPARE(*state, .kind = KS_KIND_REPLICATIONCONTROLLER, .name = name, .workload = {.desired = 1});
    ks_store_compare_end(*state, 0, KS_KIND_REPLICATIONCONTROLLER);
    ks_store_compare_settle(*state, 0, KS_KIND_REPLICATIONCONTROLLER, &difference);
    assert_row_part("a long name", difference.example, "replicationcontroller shop/aaa");
    assert_row_part("a long name", difference.example, "aaa was missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_watch_did_not_tell_is_found),
        cmocka_unit_test(what_is_newer_than_the_watch_had_told_may_be_on_its_way),
        cmocka_unit_test(lists_and_events_cross),
        cmocka_unit_test(every_kind_is_compared),
        sample_test(a_whole_list_ends_a_comparison),
        sample_test(a_list_that_breaks_off_removes_nothing),
        sample_test(a_store_is_freed_during_a_comparison),
        cmocka_unit_test(each_namespace_is_compared_alone),
        sample_test(after_too_many_ends_nothing_comes_back),
        sample_test(an_example_says_what_was_wrong_however_long_the_name_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
