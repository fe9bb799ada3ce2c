#include "config.h"

#include "support/testing.h"

#include <time.h>

#include "base/clock.h"

static void times_are_rfc_3339_in_utc(void **state)
{
    static const struct {
        int64_t wall;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {1767323045678, "2026-01-02T03:04:05.678Z"},
        {1709164800000, "2024-02-29T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[KS_CLOCK_TEXT_SIZE];

        ks_clock_text(rows[i].wall, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void ages_have_their_two_largest_units(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {-5, "0s"},
        {0, "0s"},
        {59, "59s"},
        {60, "1m"},
        {61, "1m1s"},
        {200, "3m20s"},
        {599, "9m59s"},
        {600, "10m"},
        {659, "10m"},
        {3599, "59m"},
        {3600, "1h"},
        {3659, "1h"},
        {7500, "2h5m"},
        {36000, "10h"},
        {86399, "23h"},
        {86400, "1d"},
        {3 * 86400 + 4 * 3600, "3d4h"},
        {10 * 86400 + 4 * 3600, "10d"},
        {120 * 86400, "120d"},
        {INT64_MAX, "106751991167300d"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[KS_CLOCK_TEXT_SIZE];

        ks_clock_age_text(rows[i].seconds, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void clocks_count_milliseconds(void **state)
{
    int64_t before = (int64_t)time(NULL) * 1000;
    int64_t monotonic = ks_clock_monotonic();

    (void)state;
    assert_in_range(ks_clock_wall(), before, before + 60000);
    assert_true(ks_clock_monotonic() >= monotonic);
    assert_true(ks_clock_monotonic() - monotonic < 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_rfc_3339_in_utc),
        cmocka_unit_test(ages_have_their_two_largest_units),
        cmocka_unit_test(clocks_count_milliseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
