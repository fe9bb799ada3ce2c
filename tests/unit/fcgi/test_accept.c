/* From an Accept header to the format that it prefers. */
#include "config.h"

#include "support/testing.h"

#include "request/accept.h"

static const char *const types[] = {"image/svg+xml", "application/json", "text/plain", NULL};

enum {
    NONE = -1,
    SVG,
    JSON,
    TEXT
};

struct row {
    const char *accept;
    int chosen;
};

static void assert_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_row_number(rows[i].accept ? rows[i].accept : "none", accept_choose(rows[i].accept, types),
                          rows[i].chosen);
    }
}

static void no_preference_means_the_first_type(void **state)
{
    static const struct row rows[] = {{NULL, SVG}, {"", SVG}, {"*/*", SVG}, {"*/*;q=0.1", SVG}};

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void the_highest_quality_wins_and_the_first_type_if_several_have_it(void **state)
{
    static const struct row rows[] = {
        {"text/plain", TEXT},
        {"text/plain,application/json", JSON},
        {"text/plain, application/json;q=0.9", TEXT},
        {"text/plain;q=0.8, application/json;q=0.9", JSON},
        {"application/json;q=0.899, text/plain;q=0.9", TEXT},
        {"text/plain;q=0.001, application/pdf", TEXT},
        {"text/plain;q=1.000, image/svg+xml;q=0.999", TEXT},
        {"text/plain;q=1, application/json;q=0", TEXT},
        {"text/plain;q=1,application/json;q=0.5", TEXT},
        {"text/plain;Q=0.5,application/json;q=0.6", JSON},
        {"TEXT/Plain", TEXT},
        {" \ttext/plain\t;\tq=0.5 , application/json ; q=0.4", TEXT},
        {",,,text/plain,,", TEXT},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void the_closest_range_decides_the_quality(void **state)
{
    static const struct row rows[] = {
        {"image/*", SVG},
        {"application/*", JSON},
        {"text/*", TEXT},
        {"TEXT/*", TEXT},
        {"text/*,application/*;q=0.5", TEXT},
        {"*/*,image/svg+xml;q=0.5", JSON},
        {"image/svg+xml;q=0.5,*/*", JSON},
        {"image/svg+xml;q=0,*/*;q=0.1", JSON},
        {"image/*;q=0,application/*;q=0,*/*", TEXT},
        {"text/*;q=0.9,text/plain;q=0.1,application/json;q=0.5", JSON},
        {"image/avif,image/webp,image/*;q=0.8,*/*;q=0.5", SVG},
        {"text/html,application/xhtml+xml,*/*;q=0.8", SVG},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void a_type_that_no_range_names_is_excluded(void **state)
{
    static const struct row rows[] = {
        {"application/pdf", NONE},
        {"text/html", NONE},
        {"text/plainer", NONE},
        {"text/plai", NONE},
        {"text", NONE},
        {"text/", NONE},
        {"/", NONE},
        {"*", NONE},
        {"*/", NONE},
        {"*/plain", NONE},
        {"te/*", NONE},
        {"image/svg", NONE},
        {"text/plain;q=0", NONE},
        {"text/plain;q=0.000", NONE},
        {"text/plain;q=0.", NONE},
        {"*/*;q=0", NONE},
        {",", NONE},
        {" ", NONE},
        {";", NONE},
        {";q=1", NONE},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void an_invalid_quality_counts_as_one(void **state)
{
    static const struct row rows[] = {
        {"text/plain;q=high,application/json;q=0.9", TEXT},
        {"text/plain;q=,application/json;q=0.9", TEXT},
        {"text/plain;q,application/json;q=0.9", TEXT},
        {"text/plain;q=-1,application/json;q=0.9", TEXT},
        {"text/plain;q=2,application/json;q=0.9", TEXT},
        {"text/plain;q=10,application/json;q=0.9", TEXT},
        {"text/plain;q=00,application/json;q=0.9", TEXT},
        {"text/plain;q=.5,application/json;q=0.9", TEXT},
        {"text/plain;q=1.5,application/json", JSON},
        {"text/plain;charset=utf-8;q=0.5,application/json;q=0.4", TEXT},
        {"text/plain;charset=utf-8;q=0.5,application/json;q=0.6", JSON},
        {"text/plain;seq=0.1,application/json;q=0.9", TEXT},
        {"application/json;q=0.5555555555555555555555,text/plain;q=0.5", JSON},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_preference_means_the_first_type),
        cmocka_unit_test(the_highest_quality_wins_and_the_first_type_if_several_have_it),
        cmocka_unit_test(the_closest_range_decides_the_quality),
        cmocka_unit_test(a_type_that_no_range_names_is_excluded),
        cmocka_unit_test(an_invalid_quality_counts_as_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
