#include "config.h"

#include "support/testing.h"

#include "base/quantity.h"

#define REFUSED INT64_MIN

struct row {
    const char *text;
    int64_t value;
};

static void assert_values(int (*parse)(const char *text, int64_t *value), const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value;

        if (rows[i].value == REFUSED) {
            assert_row_number(rows[i].text, parse(rows[i].text, &value), -1);
        } else {
            assert_row_number(rows[i].text, parse(rows[i].text, &value), 0);
            assert_row_number(rows[i].text, value, rows[i].value);
        }
    }
}

static void whole_numbers_have_digits_only(void **state)
{
    static const struct row rows[] = {
        {"0", 0},
        {"24", 24},
        {"007", 7},
        {"9223372036854775807", INT64_MAX},
        {"", REFUSED},
        {"-1", REFUSED},
        {"+1", REFUSED},
        {"9223372036854775808", REFUSED},
        {" 1", REFUSED},
        {"1 ", REFUSED},
        {"1.5", REFUSED},
        {"1e3", REFUSED},
        {"0x10", REFUSED},
        {"one", REFUSED},
        {"\xd9\xa1", REFUSED},
    };

    (void)state;
    assert_values(ks_quantity_integer, rows, COUNT(rows));
}

static void durations_have_a_unit(void **state)
{
    static const struct row rows[] = {
        {"500ms", 500},
        {"30s", 30000},
        {"5m", 300000},
        {"1h", 3600000},
        {"0s", 0},
        {"0", 0},
        {"00", REFUSED},
        {"30", REFUSED},
        {"s", REFUSED},
        {"", REFUSED},
        {"1d", REFUSED},
        {"1.5h", REFUSED},
        {"5 m", REFUSED},
        {"5M", REFUSED},
        {"5mm", REFUSED},
        {"5m3s", REFUSED},
        {"-5m", REFUSED},
        {"9223372036854775807ms", INT64_MAX},
        {"9223372036854775807h", REFUSED},
    };

    (void)state;
    assert_values(ks_quantity_duration, rows, COUNT(rows));
}

static void sizes_have_a_binary_unit_or_none(void **state)
{
    static const struct row rows[] = {
        {"4096", 4096},
        {"64Ki", 65536},
        {"8Mi", 8388608},
        {"1Gi", 1073741824},
        {"0", 0},
        {"8M", REFUSED},
        {"8MiB", REFUSED},
        {"8mi", REFUSED},
        {"Mi", REFUSED},
        {"", REFUSED},
        {"9223372036854775807Ki", REFUSED},
    };

    (void)state;
    assert_values(ks_quantity_size, rows, COUNT(rows));
}

static void permissions_are_octal(void **state)
{
    static const struct row rows[] = {
        {"0660", 0660}, {"660", 0660}, {"0", 0}, {"0680", REFUSED}, {"0o660", REFUSED}, {"rw", REFUSED}, {"", REFUSED},
    };

    (void)state;
    assert_values(ks_quantity_mode, rows, COUNT(rows));
}

static void values_are_written_as_people_write_them(void **state)
{
    static const struct {
        int64_t value;
        const char *duration, *size;
    } rows[] = {
        {0, "0", "0"},
        {1, "1ms", "1"},
        {1000, "1s", "1000"},
        {1500, "1500ms", "1500"},
        {90000, "90s", "90000"},
        {300000, "5m", "300000"},
        {86400000, "24h", "84375Ki"},
        {65536, "65536ms", "64Ki"},
        {8 << 20, "8388608ms", "8Mi"},
        {1 << 30, "1073741824ms", "1Gi"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf duration KS_CLEANUP_BUF;
        struct ks_buf size KS_CLEANUP_BUF;

        ks_buf_init(&duration, CEILING);
        ks_buf_init(&size, CEILING);
        ks_quantity_put_duration(&duration, rows[i].value);
        ks_quantity_put_size(&size, rows[i].value);
        assert_string_equal(duration.data, rows[i].duration);
        assert_string_equal(size.data, rows[i].size);
    }
}

static void examples_are_in_the_range(void **state)
{
    static const struct {
        int64_t least, most;
        const char *duration;
    } durations[] = {
        {100, 3600000, "a duration from 100ms to 1h, such as 500ms, 30s, 5m or 1h"},
        {1000, 3599999, "a duration from 1s to 3599999ms, such as 30s or 5m"},
        {501, 30000, "a duration from 501ms to 30s, such as 30s"},
        {1, 499, "a duration from 1ms to 499ms"},
        {0, 1000, "a duration from 0 to 1s, such as 500ms"},
        {3600001, 86400000, "a duration from 3600001ms to 24h"},
    };
    struct ks_buf size KS_CLEANUP_BUF;

    (void)state;
    for (size_t i = 0; i < COUNT(durations); i++) {
        struct ks_buf duration KS_CLEANUP_BUF;

        ks_buf_init(&duration, CEILING);
        ks_quantity_put_duration_range(&duration, durations[i].least, durations[i].most);
        assert_string_equal(duration.data, durations[i].duration);
    }
    ks_buf_init(&size, CEILING);
    ks_quantity_put_size_range(&size, 16 << 20, INT64_C(1) << 40);
    assert_string_equal(size.data, "a size from 16Mi to 1024Gi, such as 64Mi");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_have_digits_only),          cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(sizes_have_a_binary_unit_or_none),        cmocka_unit_test(permissions_are_octal),
        cmocka_unit_test(values_are_written_as_people_write_them), cmocka_unit_test(examples_are_in_the_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
