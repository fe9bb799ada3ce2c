/* Options of callers: whatever version of the header they had, and whatever they forgot. */
#include "config.h"

#include "support/testing.h"

#include "facade/options.h"

struct options {
    size_t size;
    int64_t first;
    int64_t second; /* of the second version */
};

static const struct ks_options_kind kind = {
    .name = "options", .known = sizeof(struct options), .first_version = offsetof(struct options, second)};

static void older_and_newer_options_are_accepted(void **state)
{
    static const struct {
        const char *name;
        size_t size;
        int64_t later; /* the bytes after the members that we know */
        int64_t second;
        const char *wanted; /* the error, or NULL */
    } rows[] = {
        {"our own", sizeof(struct options), 1, 2, NULL},
        {"older", offsetof(struct options, second), 1, 0, NULL},
        {"newer, unused", sizeof(struct options) + 8, 0, 2, NULL},
        {"newer, used", sizeof(struct options) + 8, 1, 2,
         "options: member at byte 24: must be zero, since this library knows only the first 24 bytes"},
        {"forgotten", 0, 0, 0, "options: size 0: must be set by options_init"},
        {"too small", 8, 0, 0, "options: size 8: must be set by options_init"},
        {"garbage", SIZE_MAX, 0, 0, "options: size 18446744073709551615: must be set by options_init"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct {
            struct options options;
            int64_t later;
        } given = {{rows[i].size, 1, 2}, rows[i].later};
        struct options taken = {.second = 7};
        struct ks_error err = {.text = ""};
        int outcome = ks_options_take(&taken, &given, &kind, &err);

        assert_row_number(rows[i].name, outcome, rows[i].wanted ? -1 : 0);
        assert_row_text(rows[i].name, err.text, rows[i].wanted ? rows[i].wanted : "");
        if (!rows[i].wanted) {
            assert_row_number(rows[i].name, taken.first, 1);
            assert_row_number(rows[i].name, taken.second, rows[i].second);
        }
    }
}

static void zero_is_the_default_and_invalid_values_are_errors(void **state)
{
    static const struct ks_options_range range = {"pause_ms", 10, 20, 15};
    static const struct {
        const char *name;
        int64_t number, wanted;
    } rows[] = {{"zero", 0, 15}, {"least", 10, 10}, {"most", 20, 20},          {"negative", -1, -1},
                {"less", 9, -1}, {"more", 21, -1},  {"absurd", INT64_MAX, -1}, {"absurdly less", INT64_MIN, -1}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t number = rows[i].number;
        struct ks_error err = {.text = ""};
        int outcome = ks_options_number(&number, &range, &err);

        assert_row_number(rows[i].name, outcome, rows[i].wanted < 0 ? -1 : 0);
        assert_row_number(rows[i].name, number, rows[i].wanted < 0 ? rows[i].number : rows[i].wanted);
        if (outcome) {
            assert_row_part(rows[i].name, err.text, ": must be 0 for the default, or from 10 to 20");
        }
    }
}

static void sizes_are_quoted_as_they_are(void **state)
{
    static const struct ks_options_range range = {"x.bytes", 10, 20, 15};
    struct ks_error err = {.text = ""};
    size_t size = 0;

    (void)state;
    assert_int_equal(ks_options_size(&size, &range, &err), 0);
    assert_int_equal(size, 15);
    size = SIZE_MAX;
    assert_int_equal(ks_options_size(&size, &range, &err), -1);
    assert_string_equal(err.text, "x.bytes 18446744073709551615: must be 0 for the default, or from 10 to 20");
    assert_int_equal(size, SIZE_MAX);
    size = 9;
    assert_int_equal(ks_options_size(&size, &range, &err), -1);
    assert_string_equal(err.text, "x.bytes 9: must be 0 for the default, or from 10 to 20");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(older_and_newer_options_are_accepted),
        cmocka_unit_test(zero_is_the_default_and_invalid_values_are_errors),
        cmocka_unit_test(sizes_are_quoted_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
