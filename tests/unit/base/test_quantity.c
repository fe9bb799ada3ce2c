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

static void whole_numbers_are_digits_alone(void **state)
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
    assert_values(ks_option_integer, rows, COUNT(rows));
}

static void durations_have_a_unit(void **state)
{
    static const struct row rows[] = {
        {"500ms", 500},
        {"30s", 30000},
        {"5m", 300000},
        {"1h", 3600000},
        {"0s", 0},
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
    assert_values(ks_option_duration, rows, COUNT(rows));
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
    assert_values(ks_option_size, rows, COUNT(rows));
}

static void permissions_are_octal(void **state)
{
    static const struct row rows[] = {
        {"0660", 0660}, {"660", 0660}, {"0", 0}, {"0680", REFUSED}, {"0o660", REFUSED}, {"rw", REFUSED}, {"", REFUSED},
    };

    (void)state;
    assert_values(ks_option_mode, rows, COUNT(rows));
}

static void addresses_say_their_kind(void **state)
{
    static const struct {
        const char *text;
        enum ks_address_type type; /* NONE: refused */
        const char *host;
        int number;
    } rows[] = {
        {"unix:/run/a.sock", KS_ADDRESS_UNIX, "/run/a.sock", 0},
        {"unix:relative", KS_ADDRESS_NONE, NULL, 0},
        {"unix:", KS_ADDRESS_NONE, NULL, 0},
        {"/run/a.sock", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:127.0.0.1:9000", KS_ADDRESS_TCP, "127.0.0.1", 9000},
        {"tcp:localhost:1", KS_ADDRESS_TCP, "localhost", 1},
        {"tcp:[::1]:65535", KS_ADDRESS_TCP, "::1", 65535},
        {"tcp:::1:9000", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:[]:9000", KS_ADDRESS_NONE, NULL, 0},
        {"tcp::9000", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:host", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:host:", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:host:0", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:host:65536", KS_ADDRESS_NONE, NULL, 0},
        {"tcp:host:http", KS_ADDRESS_NONE, NULL, 0},
        {"fd:0", KS_ADDRESS_FD, "", 0},
        {"fd:3", KS_ADDRESS_FD, "", 3},
        {"fd:1024", KS_ADDRESS_NONE, NULL, 0},
        {"fd:", KS_ADDRESS_NONE, NULL, 0},
        {"fd:-1", KS_ADDRESS_NONE, NULL, 0},
        {"", KS_ADDRESS_NONE, NULL, 0},
        {"udp:host:1", KS_ADDRESS_NONE, NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_address address;
        bool refused = rows[i].type == KS_ADDRESS_NONE;

        assert_row_number(rows[i].text, ks_option_address(rows[i].text, &address), refused ? -1 : 0);
        if (!refused) {
            assert_row_number(rows[i].text, address.type, rows[i].type);
            assert_row_text(rows[i].text, address.host, rows[i].host);
            assert_row_number(rows[i].text, rows[i].type == KS_ADDRESS_FD ? address.fd : address.port, rows[i].number);
        }
    }
}

/* sun_path has 108 bytes, a NUL among them; a host's name has 255. */
static void addresses_that_are_too_long_are_refused(void **state)
{
    char text[400];
    struct ks_address address;

    (void)state;
    snprintf(text, sizeof text, "unix:/%0106d", 0);
    assert_int_equal(ks_option_address(text, &address), 0);
    assert_int_equal(strlen(address.host), 107);
    snprintf(text, sizeof text, "unix:/%0107d", 0);
    assert_int_equal(ks_option_address(text, &address), -1);
    snprintf(text, sizeof text, "tcp:%0255d:1", 0);
    assert_int_equal(ks_option_address(text, &address), 0);
    snprintf(text, sizeof text, "tcp:%0256d:1", 0);
    assert_int_equal(ks_option_address(text, &address), -1);
}

static void values_are_written_as_people_write_them(void **state)
{
    static const struct {
        int64_t value;
        const char *duration, *size;
    } rows[] = {
        {0, "0ms", "0"},
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
        ks_option_put_duration(&duration, rows[i].value);
        ks_option_put_size(&size, rows[i].value);
        assert_string_equal(duration.data, rows[i].duration);
        assert_string_equal(size.data, rows[i].size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_digits_alone),
        cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(sizes_have_a_binary_unit_or_none),
        cmocka_unit_test(permissions_are_octal),
        cmocka_unit_test(addresses_say_their_kind),
        cmocka_unit_test(addresses_that_are_too_long_are_refused),
        cmocka_unit_test(values_are_written_as_people_write_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
