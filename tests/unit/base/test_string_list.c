#include "config.h"

#include "support/testing.h"

#include "base/string_list.h"

static void a_list_ends_in_null_at_every_length(void **state)
{
    struct ks_string_list list KS_CLEANUP_STRING_LIST = {.strings = NULL};
    char text[16];

    (void)state;
    for (size_t i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "%zu", i);
        assert_int_equal(ks_string_list_add(&list, text, NULL), 0);
        assert_int_equal(list.count, i + 1);
        assert_null(list.strings[list.count]);
    }
    for (size_t i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "%zu", i);
        assert_string_equal(list.strings[i], text);
    }
}

static void copies_a_part_of_a_text_or_a_whole_array(void **state)
{
    static const char *const texts[] = {"b", "", "c", NULL};
    struct ks_string_list list KS_CLEANUP_STRING_LIST = {.strings = NULL};

    (void)state;
    assert_int_equal(ks_string_list_add_all(&list, NULL, NULL), 0);
    assert_null(list.strings);
    assert_int_equal(ks_string_list_add_bytes(&list, "abc", 1, NULL), 0);
    assert_int_equal(ks_string_list_add_all(&list, texts, NULL), 0);
    assert_int_equal(list.count, 4);
    assert_string_equal(list.strings[0], "a");
    assert_string_equal(list.strings[1], "b");
    assert_string_equal(list.strings[2], "");
    assert_string_equal(list.strings[3], "c");
    assert_ptr_not_equal(list.strings[1], texts[0]);
}

static void sorting_drops_duplicates(void **state)
{
    static const char *const texts[] = {"b", "a", "b", "ab", "a", "b", NULL};
    static const char *const sorted[] = {"a", "ab", "b"};
    struct ks_string_list list KS_CLEANUP_STRING_LIST = {.strings = NULL};

    (void)state;
    ks_string_list_sort(&list);
    assert_int_equal(list.count, 0);
    assert_int_equal(ks_string_list_add_all(&list, texts, NULL), 0);
    ks_string_list_sort(&list);
    assert_int_equal(list.count, 3);
    assert_null(list.strings[3]);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(list.strings[i], sorted[i]);
    }
    assert_int_equal(ks_string_list_add(&list, "c", NULL), 0);
    assert_string_equal(list.strings[3], "c");
    assert_null(list.strings[4]);
}

static void finds_the_first_that_is_equal(void **state)
{
    static const char *const texts[] = {"a", "b", "b", NULL};
    struct ks_string_list list KS_CLEANUP_STRING_LIST = {.strings = NULL};

    (void)state;
    assert_int_equal(ks_string_list_find(&list, "a"), 0);
    assert_int_equal(ks_string_list_add_all(&list, texts, NULL), 0);
    assert_int_equal(ks_string_list_find(&list, "a"), 0);
    assert_int_equal(ks_string_list_find(&list, "b"), 1);
    assert_int_equal(ks_string_list_find(&list, "c"), 3);
    assert_int_equal(ks_string_list_find(&list, ""), 3);
}

static void taken_strings_belong_to_the_taker(void **state)
{
    struct ks_string_list list = {.strings = NULL};
    char **strings;

    (void)state;
    assert_null(ks_string_list_take(&list));
    assert_int_equal(ks_string_list_add(&list, "a", NULL), 0);
    strings = ks_string_list_take(&list);
    assert_int_equal(list.count, 0);
    assert_null(list.strings);
    assert_string_equal(strings[0], "a");
    assert_null(strings[1]);
    ks_string_list_fini(&list);
    ks_string_list_free(strings);
    ks_string_list_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_ends_in_null_at_every_length),
        cmocka_unit_test(copies_a_part_of_a_text_or_a_whole_array),
        cmocka_unit_test(sorting_drops_duplicates),
        cmocka_unit_test(finds_the_first_that_is_equal),
        cmocka_unit_test(taken_strings_belong_to_the_taker),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
