/* Retry-After, in all its forms. */
#include "support/testing.h"

#include "loop/http_retry_after.h"

#define NOW 1767323045500 /* Fri, 02 Jan 2026 03:04:05.5 GMT */

static void seconds_and_dates_are_read_and_bounded(void **state)
{
    static const struct {
        const char *value;
        int64_t ms;
    } rows[] = {
        {"0", 0},
        {"1", 1000},
        {" 120 ", 120000},
        {"300", 300000},
        {"301", 300000},
        {"99999999999999999999999999", 300000},
        {"Fri, 02 Jan 2026 03:04:10 GMT", 4500},
        {"Friday, 02-Jan-26 03:04:10 GMT", 4500},
        {"Fri Jan  2 03:04:10 2026", 4500},
        {"Fri, 02 Jan 2026 03:04:05 GMT", 0},
        {"Fri, 02 Jan 2026 05:00:00 GMT", 300000},
        {"", 0},
        {"-5", 0},
        {"1.5", 0},
        {"5 s", 0},
        {"soon", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].value, ks_http_retry_after(rows[i].value, NOW), rows[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_and_dates_are_read_and_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
