#include "config.h"

#include "support/testing.h"

#include "health/tally.h"

static void put(struct ks_buf *text, const struct ks_tally *tally)
{
    for (uint32_t i = 0; i < tally->used; i++) {
        ks_buf_printf(text, "%s=%d ", tally->entries[i].text, (int)tally->entries[i].count);
    }
    ks_buf_printf(text, "others=%d", (int)tally->others);
}

static void assert_tally(const struct ks_tally *tally, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    put(&text, tally);
    assert_string_equal(text.data, wanted);
}

static void each_text_is_counted_once(void **state)
{
    struct ks_tally tally = {.used = 0};

    (void)state;
    ks_tally_add(&tally, "b", 1);
    ks_tally_add(&tally, "a", 2);
    ks_tally_add(&tally, "", 9);
    ks_tally_add(&tally, "c", 0);
    ks_tally_add(&tally, "b", 3);
    assert_tally(&tally, "b=4 a=2 others=0");
}

static void a_full_tally_counts_without_names(void **state)
{
    static const char *const texts[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    struct ks_tally tally = {.used = 0};
    struct ks_tally other = {.used = 0};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        ks_tally_add(&tally, texts[i], 1);
    }
    ks_tally_add(&tally, "8", 1);
    assert_tally(&tally, "1=1 2=1 3=1 4=1 5=1 6=1 7=1 8=2 others=2");
    ks_tally_add(&other, "x", 5);
    ks_tally_add(&other, "1", 1);
    other.others = 3;
    ks_tally_merge(&tally, &other);
    assert_tally(&tally, "1=2 2=1 3=1 4=1 5=1 6=1 7=1 8=2 others=10");
}

static void text_moves_into_storage(void **state)
{
    char one[] = "one";
    char two[] = "twice";
    char storage[16];
    struct ks_tally tally = {.used = 0};

    (void)state;
    ks_tally_add(&tally, one, 1);
    ks_tally_add(&tally, two, 2);
    assert_int_equal(ks_tally_text_size(&tally), 10);
    assert_ptr_equal(ks_tally_move_text(&tally, storage), storage + 10);
    memset(one, 'x', sizeof one);
    memset(two, 'x', sizeof two);
    assert_tally(&tally, "one=1 twice=2 others=0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_is_counted_once),
        cmocka_unit_test(a_full_tally_counts_without_names),
        cmocka_unit_test(text_moves_into_storage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
