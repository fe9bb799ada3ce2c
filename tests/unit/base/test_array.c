#include "config.h"

#include "support/testing.h"

#include "base/array.h"

static int compare_numbers(const void *key, const void *element)
{
    int wanted = *(const int *)key;
    int seen = *(const int *)element;

    return (wanted > seen) - (wanted < seen);
}

static void the_lower_bound_is_the_first_element_not_below_the_key(void **state)
{
    static const int numbers[] = {2, 4, 4, 4, 7};
    static const struct {
        int key;
        size_t count;
        size_t found;
    } rows[] = {
        {1, 5, 0}, {2, 5, 0}, {3, 5, 1}, {4, 5, 1}, {5, 5, 4}, {7, 5, 4}, {8, 5, 5}, {4, 1, 1}, {1, 1, 0}, {1, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ks_array_lower_bound(&rows[i].key, numbers, rows[i].count, sizeof numbers[0], compare_numbers),
                         rows[i].found);
    }
    assert_int_equal(ks_array_lower_bound(&numbers[0], NULL, 0, sizeof numbers[0], compare_numbers), 0);
}

static void an_array_grows_one_element_at_a_time(void **state)
{
    size_t *numbers = NULL;

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        numbers = ks_array_grow(numbers, i, sizeof *numbers);
        assert_non_null(numbers);
        numbers[i] = i;
    }
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(numbers[i], i);
    }
    free(numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lower_bound_is_the_first_element_not_below_the_key),
        cmocka_unit_test(an_array_grows_one_element_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
