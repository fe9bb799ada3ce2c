#include "config.h"

#include "support/testing.h"

#include "base/trim.h"

static void spaces_at_both_ends_are_cut_off(void **state)
{
    static const struct {
        const char *text, *spaces, *wanted;
    } rows[] = {
        {"web", KS_SPACES, "web"},
        {" \t\r\n web\r\n", KS_SPACES, "web"},
        {"  web front ", KS_SPACES, "web front"},
        {"\tweb\t", " ", "\tweb\t"},
        {" \t ", KS_SPACES, ""},
        {"", KS_SPACES, ""},
        {"\vweb\xa0", KS_SPACES, "\vweb\xa0"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[32];

        snprintf(text, sizeof text, "%s", rows[i].text);
        assert_row_text(rows[i].text, ks_trim(text, rows[i].spaces), rows[i].wanted);
    }
}

static void only_the_end_shortens_a_text_of_known_length(void **state)
{
    (void)state;
    assert_int_equal(ks_trimmed_length(" web \r\n more", 7, KS_SPACES), 4);
    assert_int_equal(ks_trimmed_length(" \n", 2, KS_SPACES), 0);
    assert_int_equal(ks_trimmed_length("web ", 4, "\n"), 4);
    assert_int_equal(ks_trimmed_length(NULL, 0, KS_SPACES), 0);
}

static void a_nul_is_not_a_space(void **state)
{
    (void)state;
    assert_int_equal(ks_trimmed_length("web\0 ", 5, KS_SPACES), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spaces_at_both_ends_are_cut_off),
        cmocka_unit_test(only_the_end_shortens_a_text_of_known_length),
        cmocka_unit_test(a_nul_is_not_a_space),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
