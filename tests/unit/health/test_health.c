/* What all judgements have in common: doubts, times, guesses, versions and hiding. */
#include "config.h"

#include "support/judge_rows.h"

#define WEB(...) CONTROLLER(DEPLOYMENT, __VA_ARGS__)
#define SET(...) CONTROLLER(REPLICASET, __VA_ARGS__)
#define UNKNOWN  "unknown lightgrey; Unknown lightgrey; unknown lightgrey"

static void a_doubt_makes_the_service_unknown(void **state)
{
    static const char sentence[] = "a pod is Ready, but one of its containers is not";
    static const struct judge_row rows[] = {
        {"a pod next to healthy ones",
         NULL,
         UNKNOWN,
         "Deployment",
         {UP, UP, POD(.ready = 1, .doubt = sentence)},
         {WEB(.desired = 3)},
         {0}},
        {"without a controller", NULL, UNKNOWN, "Cluster", {UP, POD(.ready = 1, .doubt = sentence)}, {{0}}, {0}},
        {"a surplus pod",
         NULL,
         UNKNOWN,
         "Deployment",
         {UP, POD(.doubt = sentence, .reason = "NotReady")},
         {WEB(.desired = 1)},
         {0}},
        {"a Job's pod", NULL, UNKNOWN, "Job", {RUN(.ready = 1, .doubt = sentence)}, {JOB(60, .desired = 1)}, {0}},
        {"a controller", NULL, UNKNOWN, "Deployment", {UP, UP}, {WEB(.desired = -3)}, {0}},
        {"an absurd controller", NULL, UNKNOWN, "Deployment", {UP}, {WEB(.desired = 2000000000)}, {0}},
        {"numbers with which sums do not fit",
         NULL,
         UNKNOWN,
         "StatefulSet",
         {UP},
         {CONTROLLER(STATEFULSET, .desired = 3, .has_update = true, .partition = INT32_MIN)},
         {0}},
        {"numbers of several controllers with which sums do not fit",
         NULL,
         UNKNOWN,
         "Rollout",
         {UP},
         {SET(.desired = INT32_MIN), SET(.desired = INT32_MIN)},
         {0}},
        {"it is worse than a failure",
         NULL,
         UNKNOWN,
         "Deployment",
         {UP},
         {WEB(.desired = 1, .is_progressing = KS_FALSE, .replicas = 1, .updated = 2)},
         {0}},
        {"the smallest number, with pods, in strict mode",
         NULL,
         UNKNOWN,
         "Deployment",
         {UP, DELETING},
         {WEB(.desired = INT32_MIN)},
         {.is_strict = true}},
        {"the smallest number, and the largest partition",
         NULL,
         UNKNOWN,
         "StatefulSet",
         {UP},
         {CONTROLLER(STATEFULSET, .desired = INT32_MIN, .partition = INT32_MAX, .has_update = true)},
         {0}},
        {"strict mode knows no more", NULL, UNKNOWN, "Deployment", {UP}, {WEB(.desired = -3)}, {.is_strict = true}},
        {"a finished pod does not count",
         NULL,
         "1/1 (0 restarts) green; Running green; 1/1 green",
         "Deployment",
         {UP, POD(.finished = true, .doubt = "a pod has succeeded, but one of its containers has not")},
         {WEB(.desired = 1)},
         {0}},
    };
    struct ks_service_state seen;

    (void)state;
    assert_judgements(rows, COUNT(rows));
    (void)judge_row(&rows[0], false, &seen);
    assert_int_equal(seen.doubts.used, 1);
    assert_string_equal(seen.doubts.entries[0].text, sentence);
    assert_int_equal(seen.reasons.used, 0);
}

static void times_are_those_of_the_controllers_and_of_pods_that_count(void **state)
{
    static const struct judge_row row = {
        .kind = "Deployment",
        .pods = {POD(.ready = 1, .created = NOW - 3 * DAY),
                 POD(.ready = 1, .created = NOW - DAY, .yellow_until = NOW + 5),
                 POD(.ready = 1, .created = NOW - 2 * DAY, .yellow_until = NOW + 9),
                 POD(.created = NOW - 5 * DAY, .deleting = true, .yellow_until = NOW + 99),
                 POD(.created = NOW - 1, .finished = true, .yellow_until = NOW + 99),
                 POD(.ready = 1, .created = NOW - 2, .yellow_until = NOW + 99)},
        .controllers = {WEB(.desired = 3), SET(.desired = 3)}};
    struct ks_service_state seen;

    (void)state;
    judge_row(&row, false, &seen);
    assert_int_equal(seen.created, NOW - 9 * DAY);
    assert_int_equal(seen.oldest, NOW - 3 * DAY);
    assert_int_equal(seen.newest, NOW - DAY);
    assert_int_equal(seen.yellow_until, NOW + 9);
    assert_int_equal(seen.kinds, 1U << KS_KIND_POD | 1U << KS_KIND_DEPLOYMENT | 1U << KS_KIND_REPLICASET);
}

static void numbers_that_nobody_gave_are_guesses(void **state)
{
    static const struct {
        struct judge_row row;
        int32_t guessed;
        uint32_t kinds;
    } rows[] = {
        {{.rule = "a budget knows",
          .kind = "Cluster",
          .pods = {UP},
          .evidence = {.expected = 3, .expected_by_budget = true}},
         0,
         1U << KS_KIND_POD | 1U << KS_KIND_BUDGET},
        {{.rule = "the most seen lately",
          .kind = "Cluster",
          .pods = {UP},
          .evidence = {.expected = 3, .expected_is_guess = true}},
         1,
         1U << KS_KIND_POD | 1U << KS_KIND_BUDGET},
        {{.rule = "at least as many, by a budget",
          .kind = "Cluster",
          .pods = {UP},
          .evidence = {.expected = 3, .expected_is_guess = true, .expected_by_budget = true}},
         1,
         1U << KS_KIND_POD | 1U << KS_KIND_BUDGET},
        {{.rule = "as many as there are",
          .kind = "Cluster",
          .pods = {UP},
          .evidence = {.expected = 1, .expected_is_guess = true}},
         0,
         1U << KS_KIND_POD | 1U << KS_KIND_BUDGET},
        {{.rule = "a controller says",
          .kind = "Deployment",
          .pods = {UP},
          .controllers = {WEB(.desired = 1)},
          .evidence = {.expected = 3, .expected_is_guess = true}},
         0,
         1U << KS_KIND_POD | 1U << KS_KIND_DEPLOYMENT | 1U << KS_KIND_REPLICASET},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_service_state seen;

        judge_row(&rows[i].row, false, &seen);
        assert_row_number(rows[i].row.rule, seen.guessed, rows[i].guessed);
        assert_row_number(rows[i].row.rule, seen.kinds, rows[i].kinds);
    }
}

#define TEMPLATE(text) .created = NOW - 60, .version = (text)

static void without_pods_the_version_is_that_of_the_newest_template(void **state)
{
    static const struct {
        struct judge_row row;
        const char *version;
    } rows[] = {
        {{.kind = "Deployment", .controllers = {{.kind = KS_KIND_DEPLOYMENT, TEMPLATE("2.0")}}}, "2.0"},
        {{.kind = "Deployment",
          .pods = {UP},
          .controllers = {{.kind = KS_KIND_DEPLOYMENT, TEMPLATE("2.0"), .workload = {.desired = 1}}}},
         "1.0"},
        {{.kind = "Job",
          .controllers = {{.kind = KS_KIND_JOB, TEMPLATE("2.0"), .workload = {.outcome = KS_JOB_COMPLETE}}}},
         "2.0"},
        {{.kind = "CronJob", .controllers = {{.kind = KS_KIND_CRONJOB, TEMPLATE("2.0")}}}, "2.0"},
        {{.kind = "Rollout",
          .controllers = {{.kind = KS_KIND_REPLICASET, .created = NOW - 99, .version = "1.9"},
                          {.kind = KS_KIND_REPLICASET, TEMPLATE("2.0")}}},
         "2.0"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        struct ks_service_state seen;

        judge_row(&rows[i / 2].row, i % 2, &seen);
        assert_int_equal(seen.versions.used, 1);
        assert_string_equal(seen.versions.entries[0].text, rows[i / 2].version);
    }
}

static void a_pod_may_hide_its_service(void **state)
{
    static const struct judge_row shown = {.kind = "Cluster", .pods = {UP}};
    static const struct judge_row hidden = {.kind = "Cluster", .pods = {UP}, .evidence = {.is_hidden = true}};
    static const struct judge_row doubted = {
        .kind = "Deployment", .pods = {UP}, .controllers = {WEB(.desired = -1)}, .evidence = {.is_hidden = true}};
    struct ks_service_state seen;

    (void)state;
    judge_row(&shown, false, &seen);
    assert_false(seen.annotations.hidden);
    judge_row(&hidden, false, &seen);
    assert_true(seen.annotations.hidden);
    judge_row(&doubted, false, &seen);
    assert_true(seen.annotations.hidden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_doubt_makes_the_service_unknown),
        cmocka_unit_test(times_are_those_of_the_controllers_and_of_pods_that_count),
        cmocka_unit_test(numbers_that_nobody_gave_are_guesses),
        cmocka_unit_test(without_pods_the_version_is_that_of_the_newest_template),
        cmocka_unit_test(a_pod_may_hide_its_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
