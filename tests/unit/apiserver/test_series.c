/* What counts as a failure in a row, and what ends the row. */
#include "support/testing.h"

#include "apiserver/series.h"

static struct ks_reflector_failure count(struct ks_series *series, enum ks_error_kind kind, int64_t now)
{
    const struct ks_error error = {.kind = kind};
    const struct ks_listwatch_end end = {.err = &error, .status = 500};
    struct ks_reflector_failure failure = {.kind = KS_ERROR_NONE};

    ks_series_count(series, &end, now, &failure);
    assert_int_equal(failure.kind, kind);
    assert_int_equal(failure.status, 500);
    return failure;
}

static void only_an_event_ends_a_series(void **state)
{
    struct ks_series series = {.failures = 0};

    (void)state;
    count(&series, KS_ERROR_NETWORK, 1000);
    count(&series, KS_ERROR_GONE, 2000);
    ks_series_answer(&series);
    assert_int_equal(count(&series, KS_ERROR_PROTOCOL, 3000).failures, 3);
    ks_series_list(&series);
    assert_int_equal(count(&series, KS_ERROR_PROTOCOL, 4000).failures, 4);
    assert_int_equal(count(&series, KS_ERROR_PROTOCOL, 4000).gone, 1);
    ks_series_event(&series);
    assert_int_equal(count(&series, KS_ERROR_GONE, 5000).failures, 1);
    assert_int_equal(series.gone, 1);
}

static void a_complete_list_lets_three_failures_count_anew(void **state)
{
    struct ks_series series = {.failures = 0};

    (void)state;
    assert_int_equal(count(&series, KS_ERROR_NETWORK, 1000).since_list, 1);
    assert_int_equal(count(&series, KS_ERROR_NETWORK, 1000).since_list, 2);
    ks_series_list(&series);
    assert_int_equal(count(&series, KS_ERROR_NETWORK, 1000).since_list, 1);
}

static void a_complete_list_does_not_end_the_backoff(void **state)
{
    struct ks_series series = {.failures = 0};
    int64_t delay = 0;

    (void)state;
    for (int i = 0; i < 10; i++) {
        ks_series_list(&series);
        delay = ks_series_delay(&series, KS_REFLECTOR_RETRY_BACKOFF);
    }
    assert_true(delay >= 15000);
    ks_series_event(&series);
    assert_true(ks_series_delay(&series, KS_REFLECTOR_RETRY_BACKOFF) <= 250);
}

static void a_refusal_lasts_while_nothing_else_comes(void **state)
{
    struct ks_series series = {.failures = 0};

    (void)state;
    assert_int_equal(count(&series, KS_ERROR_NETWORK, 1000).same_ms, 0);
    assert_int_equal(count(&series, KS_ERROR_NETWORK, 61000).same_ms, 60000);
    assert_int_equal(count(&series, KS_ERROR_FORBIDDEN, 62000).same_ms, 0); /* the outage does not count */
    assert_int_equal(count(&series, KS_ERROR_FORBIDDEN, 72000).same_ms, 10000);
    count(&series, KS_ERROR_UNAVAILABLE, 80000);
    assert_int_equal(count(&series, KS_ERROR_FORBIDDEN, 90000).same_ms, 0); /* another failure came in between */
    ks_series_answer(&series);
    assert_int_equal(count(&series, KS_ERROR_FORBIDDEN, 99000).same_ms, 0); /* and now an answer */
}

static void patience_outlives_an_event(void **state)
{
    const struct ks_error error = {.kind = KS_ERROR_UNAVAILABLE};
    const struct ks_listwatch_end end = {.err = &error, .status = 429, .retry_after_ms = 5000};
    struct ks_reflector_failure failure = {.kind = KS_ERROR_NONE};
    struct ks_series series = {.failures = 0};

    (void)state;
    ks_series_count(&series, &end, 1000, &failure);
    assert_int_equal(failure.retry_after_ms, 5000);
    count(&series, KS_ERROR_NETWORK, 2000);
    ks_series_event(&series);
    assert_int_equal(series.not_before, 6000);
}

static void learning_what_the_server_can_do_is_no_failure(void **state)
{
    struct ks_series series = {.failures = 0};

    (void)state;
    count(&series, KS_ERROR_NOT_ACCEPTABLE, 1000);
    ks_series_uncount(&series);
    assert_int_equal(count(&series, KS_ERROR_NETWORK, 1000).failures, 1);
    assert_int_equal(series.since_list, 1);
}

static void many_short_watches_in_a_row_need_a_rest(void **state)
{
    struct ks_series series = {.failures = 0};
    int64_t now = 1000;

    (void)state;
    for (int i = 0; i < 8; i++) {
        ks_series_watched(&series, now, now + 10);
        ks_series_event(&series);
        assert_int_equal(ks_series_due(&series), 0);
    }
    for (int i = 0; i < 8; i++) {
        ks_series_watched(&series, now, now + 10);
        ks_series_event(&series);
        assert_true(ks_series_due(&series) > now);
        now = ks_series_due(&series);
    }
    ks_series_watched(&series, now, now + 10);
    assert_true(ks_series_due(&series) >= now + 15000);
    now += 60000;
    ks_series_watched(&series, now, now + KS_SERIES_SHORT_MS);
    ks_series_watched(&series, now, now + 10);
    assert_true(ks_series_due(&series) < now);
}

static void the_longer_of_two_pauses_counts(void **state)
{
    struct ks_series series = {.failures = 0};

    (void)state;
    ks_series_rest(&series, 7000);
    ks_series_rest(&series, 6000);
    assert_int_equal(ks_series_due(&series), 7000);
    ks_series_wait(&series, 5000, 4000);
    assert_int_equal(ks_series_due(&series), 9000);
    ks_series_event(&series);
    assert_int_equal(ks_series_due(&series), 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_event_ends_a_series),
        cmocka_unit_test(a_complete_list_lets_three_failures_count_anew),
        cmocka_unit_test(a_complete_list_does_not_end_the_backoff),
        cmocka_unit_test(a_refusal_lasts_while_nothing_else_comes),
        cmocka_unit_test(patience_outlives_an_event),
        cmocka_unit_test(learning_what_the_server_can_do_is_no_failure),
        cmocka_unit_test(many_short_watches_in_a_row_need_a_rest),
        cmocka_unit_test(the_longer_of_two_pauses_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
