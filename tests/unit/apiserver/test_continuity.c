/* Whether versions are one history. */
#include "support/testing.h"

#include "apiserver/continuity.h"

static void versions_are_numbers_that_grow(void **state)
{
    static const struct {
        const char *theirs, *ours;
        bool is_before;
    } rows[] = {
        {"293", "354", true},
        {"354", "354", false},
        {"355", "354", false},
        {"99", "100", true},
        {"100", "99", false},
        {"18446744073709551615", "18446744073709551616", true}, /* no number of ours would hold them */
        {"18446744073709551616", "18446744073709551615", false},
        {NULL, "354", false},
        {"293", NULL, false},
        {"", "354", false},
        {"0", "354", false},
        {"0293", "354", false},
        {"293a", "354", false},
        {"-293", "354", false},
        {"293", "opaque", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].theirs ? rows[i].theirs : "NULL", ks_version_is_before(rows[i].theirs, rows[i].ours),
                          rows[i].is_before);
    }
}

static void a_history_goes_on_only_forwards(void **state)
{
    struct ks_history history = {.told = NULL};
    struct ks_error err = {.kind = KS_ERROR_NONE};

    (void)state;
    assert_int_equal(ks_history_offer(&history, "354", &err), 0);
    assert_null(history.told);
    ks_history_take(&history);
    assert_string_equal(history.told, "354");
    assert_null(history.offered);

    assert_int_equal(ks_history_offer(&history, "360", &err), 0);
    ks_history_drop(&history);
    assert_string_equal(history.told, "354");

    assert_int_equal(ks_history_offer(&history, "293", &err), -1);
    assert_int_equal(err.kind, KS_ERROR_GONE);
    assert_string_equal(err.text, "version 293 is before 354, which we had");
    assert_true(history.is_back);
    assert_string_equal(history.told, "354");
    assert_string_equal(history.offered, "293");
    ks_history_take(&history);
    assert_string_equal(history.told, "293");
    assert_false(history.is_back);

    ks_history_fini(&history);
    assert_null(history.told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_numbers_that_grow),
        cmocka_unit_test(a_history_goes_on_only_forwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
