#include "config.h"

#include "support/testing.h"

#include "base/json.h"

static void numbers_are_those_of_the_rfc(void **state)
{
    static const char *const numbers[] = {"0",     "-0",  "7",    "10",       "-12", "0.5",
                                          "-1.25", "1e5", "1E+5", "10.01e-7", "0e00"};
    static const char *const others[] = {"",    "-",    "+1",       "01",        "-01",   "00",   "1.", ".5",
                                         "-.5", "1.e5", "1e",       "1e+",       "1.5e-", "1 ",   " 1", "1x",
                                         "0x1", "NaN",  "Infinity", "-Infinity", "1.2.3", "1e5.5"};

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        assert_row_number(numbers[i], ks_json_is_number(numbers[i]), true);
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_row_number(others[i], ks_json_is_number(others[i]), false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_rfc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
