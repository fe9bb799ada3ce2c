#include "config.h"

#include "support/testing.h"

#include "health/names.h"

#define TEN   "aaaaaaaaaa"
#define FIFTY TEN TEN TEN TEN TEN
#define A63   FIFTY TEN "aaa"
#define A253  FIFTY FIFTY FIFTY FIFTY FIFTY "aaa"

enum what {
    SERVICE = 1,
    PREFIX = 2,
    NAMESPACE = 4,
    CHECK = 8,
    ALL = 15,
};

static void one_set_of_rules_decides_which_names_are_valid(void **state)
{
    static const struct {
        const char *name;
        int accepted; /* as */
    } rows[] = {
        {"web", ALL},
        {"w", ALL},
        {"0", ALL},
        {"web-1", ALL},
        {"Web", SERVICE | PREFIX | CHECK},
        {"web.example.com", SERVICE | PREFIX | CHECK},
        {"web_1", SERVICE | PREFIX | CHECK},
        {"web-", PREFIX},
        {"web.", PREFIX},
        {"-web", 0},
        {".web", 0},
        {"_web", 0},
        {"", 0},
        {".", 0},
        {"..", 0},
        {"-", 0},
        {"a/b", 0},
        {"a b", 0},
        {" a", 0},
        {"a\n", 0},
        {"a%2f", 0},
        {"a\\b", 0},
        {"a'b", 0},
        {"caf\xc3\xa9", 0},
        {A63, ALL},
        {A63 "a", SERVICE | PREFIX},
        {A253, SERVICE | PREFIX},
        {A253 "a", 0},
    };
    static int (*const checks[])(const char *name, struct ks_error *err) = {
        ks_name_check_service, ks_name_check_prefix, ks_name_check_namespace, ks_name_check_check};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t check = 0; check < COUNT(checks); check++) {
            struct ks_error err = {.kind = KS_ERROR_NONE};
            bool accepted = rows[i].accepted & 1 << check;

            assert_row_number(rows[i].name, checks[check](rows[i].name, &err), accepted ? 0 : -1);
            assert_row_number(rows[i].name, err.kind, accepted ? KS_ERROR_NONE : KS_ERROR_INVALID);
        }
    }
}

static void an_error_quotes_the_name_and_says_what_it_must_be(void **state)
{
    struct ks_error err;

    (void)state;
    ks_name_check_service("-web", &err);
    assert_string_equal(err.text, "service \"-web\": must be letters, digits, '-', '_' and '.', with a letter or digit "
                                  "at each end, at most 253 bytes");
    ks_name_check_check("a b", &err);
    assert_string_equal(err.text, "check \"a b\": must be letters, digits, '-', '_' and '.', with a letter or digit "
                                  "at each end, at most 63 bytes");
    ks_name_check_namespace("Web", &err);
    assert_string_equal(err.text, "namespace \"Web\": must be lower-case letters, digits and '-', with a letter or "
                                  "digit at each end, at most 63 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_set_of_rules_decides_which_names_are_valid),
        cmocka_unit_test(an_error_quotes_the_name_and_says_what_it_must_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
