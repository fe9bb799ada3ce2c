#include "config.h"

#include "support/testing.h"

#include "base/hash.h"

/* The test vectors of draft-eastlake-fnv; these texts without their NUL. */
static void the_hash_is_fnv_1a(void **state)
{
    static const struct {
        const char *text;
        uint64_t hash;
    } rows[] = {
        {"", KS_HASH},
        {"a", UINT64_C(0xaf63dc4c8601ec8c)},
        {"foobar", UINT64_C(0x85944171f73967e8)},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t length = strlen(rows[i].text);

        assert_true(ks_hash(KS_HASH, rows[i].text, length) == rows[i].hash);
        /* Two parts give the same hash. */
        assert_true(ks_hash(ks_hash(KS_HASH, rows[i].text, length / 2), rows[i].text + length / 2,
                            length - length / 2) == rows[i].hash);
    }
}

static void a_short_hash_depends_on_all_bits_and_is_never_0(void **state)
{
    (void)state;
    assert_int_equal(ks_hash_short(UINT64_C(0x0000000100000003)), 2);
    assert_int_equal(ks_hash_short(UINT64_C(0xf000000000000000)), 0xf0000000);
    assert_int_equal(ks_hash_short(0), 1);
    assert_int_equal(ks_hash_short(UINT64_C(0x1234567812345678)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_fnv_1a),
        cmocka_unit_test(a_short_hash_depends_on_all_bits_and_is_never_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
