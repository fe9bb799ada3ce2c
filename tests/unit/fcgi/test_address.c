#include "config.h"

#include "support/testing.h"

#include "settings/address.h"

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

        assert_row_number(rows[i].text, ks_address_parse(rows[i].text, &address), refused ? -1 : 0);
        if (!refused) {
            assert_row_number(rows[i].text, address.type, rows[i].type);
            assert_row_text(rows[i].text, address.host, rows[i].host);
            assert_row_number(rows[i].text, rows[i].type == KS_ADDRESS_FD ? address.fd : address.port, rows[i].number);
        }
    }
}

/* sun_path has 108 bytes including the NUL; a host name has up to 255. */
static void addresses_that_are_too_long_are_refused(void **state)
{
    char text[400];
    struct ks_address address;

    (void)state;
    snprintf(text, sizeof text, "unix:/%0106d", 0);
    assert_int_equal(ks_address_parse(text, &address), 0);
    assert_int_equal(strlen(address.host), 107);
    snprintf(text, sizeof text, "unix:/%0107d", 0);
    assert_int_equal(ks_address_parse(text, &address), -1);
    snprintf(text, sizeof text, "tcp:%0255d:1", 0);
    assert_int_equal(ks_address_parse(text, &address), 0);
    snprintf(text, sizeof text, "tcp:%0256d:1", 0);
    assert_int_equal(ks_address_parse(text, &address), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_say_their_kind),
        cmocka_unit_test(addresses_that_are_too_long_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
