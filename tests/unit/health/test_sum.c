/* Sums of several services, and how often something may happen before a number is too large. */
#include "config.h"

#include "support/judge_rows.h"

#define WEB(...) CONTROLLER(DEPLOYMENT, __VA_ARGS__)
#define SERVICES 5

static const struct judge_row well = {.kind = "Deployment", .pods = {UP, UP}, .controllers = {WEB(.desired = 2)}};
static const struct judge_row restarted = {
    .kind = "Deployment", .pods = {POD(.ready = 1, .restarts = 1)}, .controllers = {WEB(.desired = 1)}};
static const struct judge_row broken = {.kind = "Deployment", .pods = {UP}, .controllers = {WEB(.desired = 2)}};
static const struct judge_row rolling = {.kind = "Deployment",
                                         .pods = {UP, NEW_DOWN("Pending")},
                                         .controllers = {WEB(.desired = 1, .is_progressing = KS_TRUE)}};
static const struct judge_row stuck = {
    .kind = "Deployment", .pods = {UP}, .controllers = {WEB(.desired = 1, .is_progressing = KS_FALSE)}};
static const struct judge_row paused = {
    .kind = "Deployment",
    .pods = {UP},
    .controllers = {WEB(.desired = 1, .paused = true, .replicas = 1, .ready = 1, .available = 1)}};
static const struct judge_row unknown = {.kind = "Deployment", .pods = {UP}, .controllers = {WEB(.desired = -1)}};
static const struct judge_row gated = {.kind = "Deployment", .pods = {GATED}, .controllers = {WEB(.desired = 1)}};
static const struct judge_row zero = {.kind = "Deployment", .controllers = {WEB(.desired = 0)}};
static const struct judge_row failed = {.kind = "Job", .controllers = {JOB(60, .outcome = KS_JOB_FAILED)}};
static const struct judge_row succeeded = {.kind = "Job", .controllers = {JOB(60, .outcome = KS_JOB_COMPLETE)}};
static const struct judge_row running = {.kind = "Job", .controllers = {JOB(60, .desired = 0)}};
static const struct judge_row suspended = {
    .kind = "CronJob", .controllers = {CONTROLLER(CRONJOB, .suspended = true), JOB(60, .outcome = KS_JOB_FAILED)}};

static void services_of_different_outcomes_are_summed(void **state)
{
    static const struct {
        const struct judge_row *services[SERVICES];
        const char *wanted;
        const char *outcome;
    } rows[] = {
        {{&well, &well}, "4/4 (0 restarts) green; Running green; 4/4 green", "\"running\""},
        {{&well, &restarted}, "3/3 (1 restart) green; Running green; 3/3 green", "\"running\""},
        {{&well, &zero}, "2/2 (0 restarts) green; Running green; 2/2 green", "null"},
        {{&well, &succeeded}, "2/2 (0 restarts) green; Running green; 2/2 green", "null"},
        {{&well, &broken}, "3/4 (0 restarts) red; MissingPods red; 3/4 red", "\"running\""},
        {{&well, &failed}, "2/2 (0 restarts), 1 failed red; Failed red; 2/2 green", "null"},
        {{&well, &rolling}, "3/3 (0 restarts), 1 rolling out yellow; Pending yellow; 3/3 yellow", "null"},
        {{&rolling, &rolling}, "2/2 (rolling out) yellow; Pending yellow; 2/2 yellow", "\"rolling-out\""},
        {{&well, &stuck}, "3/3 (0 restarts), 1 rollout failed red; RolloutFailed red; 3/3 red", "null"},
        {{&well, &paused}, "3/3 (0 restarts), 1 paused yellow; Paused yellow; 3/3 yellow", "null"},
        {{&well, &unknown}, "2/2 (0 restarts), 1 unknown lightgrey; Unknown lightgrey; 2/2 lightgrey", "null"},
        {{&unknown, &unknown}, "unknown lightgrey; Unknown lightgrey; unknown lightgrey", "\"unknown\""},
        {{&well, &gated},
         "2/3 (0 restarts), 1 scheduling gated green; SchedulingGated lightgrey; 2/3 lightgrey",
         "null"},
        {{&well, &running}, "2/3 (0 restarts), 1 in progress yellow; Running yellow; 2/3 yellow", "null"},
        {{&running, &running}, "running yellow; Running yellow; 0/2 yellow", "\"in-progress\""},
        {{&zero, &suspended},
         "0/0 (0 restarts), 1 suspended after a failure yellow; SuspendedFailed yellow; 0/0 lightgrey",
         "null"},
        {{&restarted, &failed, &rolling, &unknown},
         "2/2 (1 restart), 1 failed, 1 rolling out, 1 unknown red; Failed red; 2/2 yellow",
         "null"},
        {{&succeeded, &succeeded}, "succeeded green; Succeeded green; 0/0 lightgrey", "\"succeeded\""},
        {{&zero, &succeeded}, "0/0 (0 restarts) green; Succeeded green; 0/0 lightgrey", "null"},
        {{NULL}, "0/0 (0 restarts) lightgrey; Idle lightgrey; 0/0 lightgrey", "null"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        struct ks_service_state sum = {.ready = 0};
        struct ks_result result;
        struct ks_buf text KS_CLEANUP_BUF;
        char outcome[64];

        ks_buf_init(&text, CEILING);
        for (size_t k = 0; k < SERVICES; k++) {
            const struct judge_row *service = rows[i / 2].services[i % 2 ? SERVICES - 1 - k : k];
            struct ks_service_state one;

            if (service) {
                judge_row(service, false, &one);
                ks_service_state_add(&sum, &one);
            }
        }
        put_shields(&text, &sum);
        assert_row_text(rows[i / 2].wanted, text.data, rows[i / 2].wanted);
        ks_buf_reset(&text);
        ks_check_result(KS_CHECK_HEALTH, &sum, NOW, 0, &result);
        ks_check_raw(&sum, &result, &text);
        snprintf(outcome, sizeof outcome, "\"outcome\":%s,", rows[i / 2].outcome);
        assert_row_part(rows[i / 2].wanted, text.data, outcome);
    }
}

static void everything_is_summed(void **state)
{
    static const struct judge_row guessed = {.kind = "Cluster",
                                             .pods = {POD(.ready = 1, .yellow_until = NOW + DAY)},
                                             .evidence = {.expected = 2, .expected_is_guess = true}};
    const struct judge_row *const services[] = {&well, &guessed, &unknown, &broken};
    struct ks_service_state sum = {.ready = 0};

    (void)state;
    for (size_t i = 0; i < COUNT(services); i++) {
        struct ks_service_state one;

        judge_row(services[i], false, &one);
        one.without = 1U << i;
        ks_service_state_add(&sum, &one);
    }
    assert_int_equal(sum.services[KS_OUTCOME_RUNNING], 3);
    assert_int_equal(sum.services[KS_OUTCOME_UNKNOWN], 1);
    assert_int_equal(sum.down, 2);
    assert_int_equal(sum.guessed, 1);
    assert_int_equal(sum.ready, 4);
    assert_int_equal(sum.total, 6);
    assert_int_equal(sum.pods, 4);
    assert_int_equal(sum.desired, 6);
    assert_int_equal(sum.created, NOW - 9 * DAY);
    assert_int_equal(sum.yellow_until, NOW + DAY);
    assert_int_equal(sum.versions.entries[0].count, 5);
    assert_int_equal(sum.doubts.used, 1);
    assert_int_equal(sum.kinds,
                     1U << KS_KIND_POD | 1U << KS_KIND_DEPLOYMENT | 1U << KS_KIND_REPLICASET | 1U << KS_KIND_BUDGET);
    assert_int_equal(sum.without, 0xf);
}

/* The largest numbers that are believed, in more services than fit into 32 bits. */
static void sums_that_do_not_fit_become_the_largest_that_do(void **state)
{
    static const struct judge_row huge = {
        .kind = "Deployment",
        .pods = {POD(.restarts = INT32_MAX, .reason = "NotReady"), POD(.restarts = 9, .reason = "Error")},
        .controllers = {WEB(.desired = KS_COUNT_MOST, .containers_per_pod = 1000)}};
    struct ks_service_state sum = {.ready = 0};
    struct ks_service_state one;

    (void)state;
    judge_row(&huge, false, &one);
    assert_int_equal(one.restarts, INT32_MAX);
    assert_int_equal(one.desired, KS_COUNT_MOST);
    assert_int_equal(one.total, (KS_COUNT_MOST - 2) * 1000 + 2);
    for (int i = 0; i < 3000; i++) {
        ks_service_state_add(&sum, &one);
    }
    assert_int_equal(sum.total, INT32_MAX);
    assert_int_equal(sum.desired, INT32_MAX);
    assert_int_equal(sum.restarts, INT32_MAX);
    assert_int_equal(sum.down, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_of_different_outcomes_are_summed),
        cmocka_unit_test(everything_is_summed),
        cmocka_unit_test(sums_that_do_not_fit_become_the_largest_that_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
