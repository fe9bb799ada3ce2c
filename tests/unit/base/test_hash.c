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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_fnv_1a),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
