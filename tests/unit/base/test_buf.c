#include "config.h"

#include "support/testing.h"

#include "base/buf.h"

static void a_new_buffer_is_an_empty_text(void **state)
{
    struct ks_buf buf KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&buf, 10);
    assert_string_equal(buf.data, "");
    assert_int_equal(buf.length, 0);
    ks_buf_bytes(&buf, NULL, 0);
    ks_buf_reset(&buf);
    assert_string_equal(buf.data, "");
    assert_int_equal(ks_buf_check(&buf, NULL), 0);
}

static void writes_follow_each_other(void **state)
{
    struct ks_buf buf KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&buf, 100);
    ks_buf_literal(&buf, "a");
    ks_buf_bytes(&buf, "bcd", 2);
    ks_buf_printf(&buf, "%s%d", "d", 5);
    ks_buf_printf(&buf, "%s", "");
    assert_string_equal(buf.data, "abcd5");
    assert_int_equal(buf.length, 5);
    ks_buf_bytes(&buf, "\0x", 2);
    assert_int_equal(buf.length, 7);
    assert_memory_equal(buf.data, "abcd5\0x", 8);
}

static void grows_to_its_ceiling_and_not_beyond(void **state)
{
    static const size_t ceilings[] = {0, 1, 255, 256, 257, 511, 512, 1000};

    (void)state;
    for (size_t i = 0; i < COUNT(ceilings); i++) {
        struct ks_buf buf KS_CLEANUP_BUF;
        struct ks_error err;

        ks_buf_init(&buf, ceilings[i]);
        for (size_t byte = 0; byte < ceilings[i]; byte++) {
            ks_buf_literal(&buf, "x");
            assert_false(buf.failed);
        }
        assert_int_equal(buf.length, ceilings[i]);
        assert_int_equal(strlen(buf.data), ceilings[i]);
        ks_buf_literal(&buf, "y");
        assert_int_equal(buf.length, ceilings[i]);
        assert_int_equal(ks_buf_check(&buf, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_LIMIT);
    }
}

static void a_write_that_does_not_fit_changes_nothing_and_ends_writing(void **state)
{
    struct ks_buf buf KS_CLEANUP_BUF;
    struct ks_error err;

    (void)state;
    ks_buf_init(&buf, 4);
    ks_buf_literal(&buf, "abc");
    ks_buf_printf(&buf, "%s", "de");
    assert_string_equal(buf.data, "abc");
    ks_buf_literal(&buf, "d");
    ks_buf_bytes(&buf, NULL, 0);
    ks_buf_printf(&buf, "%d", 1);
    assert_string_equal(buf.data, "abc");
    assert_int_equal(ks_buf_check(&buf, &err), -1);
    assert_string_equal(err.text, "more than 4 bytes");
    ks_buf_reset(&buf);
    assert_int_equal(ks_buf_check(&buf, &err), 0);
    ks_buf_literal(&buf, "abcd");
    assert_string_equal(buf.data, "abcd");
}

static void a_length_beyond_all_memory_is_refused(void **state)
{
    struct ks_buf buf KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&buf, CEILING);
    ks_buf_literal(&buf, "a");
    ks_buf_bytes(&buf, "x", SIZE_MAX);
    assert_true(buf.failed);
    assert_string_equal(buf.data, "a");
}

static void a_released_buffer_may_be_used_again(void **state)
{
    struct ks_buf buf;

    (void)state;
    ks_buf_init(&buf, 10);
    ks_buf_literal(&buf, "abc");
    ks_buf_fini(&buf);
    assert_string_equal(buf.data, "");
    ks_buf_literal(&buf, "abc");
    assert_string_equal(buf.data, "abc");
    ks_buf_fini(&buf);
    ks_buf_fini(&buf);
}

static void a_borrowed_buffer_never_grows(void **state)
{
    char memory[8] = "xxxxxxx";
    struct ks_buf buf;
    struct ks_error err;

    (void)state;
    ks_buf_init_fixed(&buf, memory, 6);
    assert_string_equal(buf.data, "");
    ks_buf_literal(&buf, "ab");
    ks_buf_printf(&buf, "%s", "cde");
    assert_int_equal(ks_buf_check(&buf, &err), 0);
    ks_buf_literal(&buf, "f");
    assert_int_equal(ks_buf_check(&buf, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
    assert_ptr_equal(buf.data, memory);
    assert_memory_equal(memory, "abcde\0x", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_buffer_is_an_empty_text),
        cmocka_unit_test(writes_follow_each_other),
        cmocka_unit_test(grows_to_its_ceiling_and_not_beyond),
        cmocka_unit_test(a_write_that_does_not_fit_changes_nothing_and_ends_writing),
        cmocka_unit_test(a_length_beyond_all_memory_is_refused),
        cmocka_unit_test(a_released_buffer_may_be_used_again),
        cmocka_unit_test(a_borrowed_buffer_never_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
