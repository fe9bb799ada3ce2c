/* The words of outcomes. */
#include "config.h"

#include "support/testing.h"

#include "health/outcome.h"

/* Nothing but what runs or succeeded is green, and what is red or yellow is mentioned in sums. */
static void colors_and_sums_agree(void **state)
{
    (void)state;
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        const struct ks_outcome_look *look = ks_outcome_look((enum ks_outcome)i);
        bool is_well = i == KS_OUTCOME_RUNNING || i == KS_OUTCOME_SUCCEEDED;

        assert_row_number(ks_outcome_words[i], strcmp(look->color, "green") == 0, is_well);
        if (strcmp(look->color, "red") == 0 || strcmp(look->color, "yellow") == 0) {
            assert_row_number(ks_outcome_words[i], look->counted != NULL, true);
        }
        assert_true(look->text[0] && look->state[0]);
    }
}

static void a_common_outcome_is_that_of_all(void **state)
{
    struct ks_service_state sum = {.ready = 0};

    (void)state;
    assert_int_equal(ks_outcome_common(&sum), KS_OUTCOME_COUNT);
    assert_int_equal(ks_outcome_of(&sum), KS_OUTCOME_RUNNING);
    sum.services[KS_OUTCOME_UNKNOWN] = 3;
    assert_int_equal(ks_outcome_of(&sum), KS_OUTCOME_UNKNOWN);
    assert_int_equal(ks_outcome_common(&sum), KS_OUTCOME_UNKNOWN);
    sum.services[KS_OUTCOME_RUNNING] = 1;
    assert_int_equal(ks_outcome_common(&sum), KS_OUTCOME_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colors_and_sums_agree),
        cmocka_unit_test(a_common_outcome_is_that_of_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
