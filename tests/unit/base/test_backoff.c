#include "config.h"

#include "support/testing.h"

#include "base/backoff.h"

static void delays_double_up_to_thirty_seconds(void **state)
{
    static const int64_t whole[] = {250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000};

    (void)state;
    for (int round = 0; round < 50; round++) {
        struct ks_backoff backoff = {.failures = 0};

        for (size_t i = 0; i < COUNT(whole); i++) {
            assert_in_range(ks_backoff_next(&backoff), whole[i] / 2, whole[i]);
        }
    }
}

static void success_resets_the_delay(void **state)
{
    struct ks_backoff backoff = {.failures = 0};

    (void)state;
    for (int i = 0; i < 20; i++) {
        ks_backoff_next(&backoff);
    }
    backoff.failures = 0;
    assert_in_range(ks_backoff_next(&backoff), 125, 250);
}

static void half_of_a_delay_is_random(void **state)
{
    int64_t least = INT64_MAX;
    int64_t most = 0;

    (void)state;
    for (int i = 0; i < 200; i++) {
        struct ks_backoff backoff = {.failures = 7};
        int64_t delay = ks_backoff_next(&backoff);

        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    assert_true(least < 17000);
    assert_true(most > 28000);
}

static void random_numbers_stay_below_high(void **state)
{
    bool seen[3] = {false};

    (void)state;
    for (int i = 0; i < 200; i++) {
        seen[ks_random_between(10, 13) - 10] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    assert_int_equal(ks_random_between(5, 6), 5);
    assert_int_equal(ks_random_between(5, 5), 5);
    assert_int_equal(ks_random_between(5, 1), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_up_to_thirty_seconds),
        cmocka_unit_test(success_resets_the_delay),
        cmocka_unit_test(half_of_a_delay_is_random),
        cmocka_unit_test(random_numbers_stay_below_high),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
