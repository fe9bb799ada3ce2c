#include "config.h"

#include "support/testing.h"

#include "auth/auth.h"
#include "auth/private.h"
#include "support/auth_vectors.h"

#define NOW   INT64_C(1767225600000)
#define NONCE "000102030405060708090a0b0c0d0e0f"

static struct ks_auth_keys keys;      /* of both shields: the first vector's, then the second's */
static struct ks_auth_key *other_key; /* that only the one who asks has */

static const struct ks_auth_request plain = {.method = "GET", .host = "shields:8443", .target = "/services/?full"};

static struct ks_auth_key *make_key(const char *secret)
{
    struct ks_auth_key *key;
    struct ks_error err;

    assert_int_equal(ks_auth_key_make(&key, secret, strlen(secret), &err), 0);
    return key;
}

static struct ks_auth_request request_of(const struct auth_vector *vector)
{
    return (struct ks_auth_request){vector->method, vector->host, vector->target, vector->body, strlen(vector->body)};
}

static struct ks_auth_stamp stamp_at(int64_t time_ms)
{
    struct ks_auth_stamp stamp = {.time_ms = time_ms};

    for (size_t i = 0; i < sizeof stamp.nonce; i++) {
        stamp.nonce[i] = (unsigned char)i;
    }
    return stamp;
}

static struct ks_auth_signature sign(const struct ks_auth_key *key, const struct ks_auth_request *request,
                                     int64_t time_ms)
{
    struct ks_auth_stamp stamp = stamp_at(time_ms);
    struct ks_auth_signature signature;
    struct ks_error err;

    assert_int_equal(ks_auth_sign(&signature, key, request, &stamp, &err), 0);
    return signature;
}

static void assert_row_hex(const char *row, const unsigned char *bytes, size_t length, const char *wanted)
{
    char text[2 * KS_AUTH_MAC_BYTES + 1];

    assert_row_text(row, sodium_bin2hex(text, sizeof text, bytes, length), wanted);
}

static void a_secret_gives_the_documented_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(auth_vectors); i++) {
        struct ks_auth_key *key = make_key(auth_vectors[i].secret);

        assert_row_hex(auth_vectors[i].secret, key->bytes, sizeof key->bytes, auth_vectors[i].stretched_key);
        assert_row_text(auth_vectors[i].secret, ks_auth_key_id(key), auth_vectors[i].key_id);
        ks_auth_key_unref(key);
    }
}

static void a_request_gets_the_documented_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(auth_vectors); i++) {
        const struct auth_vector *vector = &auth_vectors[i];
        struct ks_auth_keys known = {.keys = {make_key(vector->secret)}, .count = 1};
        struct ks_auth_request request = request_of(vector);
        struct ks_auth_stamp stamp = {.time_ms = strtoll(vector->time, NULL, 10)};
        struct ks_auth_signature signature;
        struct ks_auth_claim claim;
        struct ks_error err;

        assert_int_equal(
            sodium_hex2bin(stamp.nonce, sizeof stamp.nonce, vector->nonce, strlen(vector->nonce), NULL, NULL, NULL), 0);
        assert_int_equal(ks_auth_sign(&signature, known.keys[0], &request, &stamp, &err), 0);
        assert_row_text(vector->target, signature.header, vector->header);
        assert_row_hex(vector->target, signature.mac, sizeof signature.mac, vector->mac);
        assert_row_number(vector->target, ks_auth_verify(&claim, &known, &request, vector->header, stamp.time_ms),
                          KS_AUTH_OK);
        assert_ptr_equal(claim.key, known.keys[0]);
        assert_memory_equal(claim.mac, signature.mac, sizeof claim.mac);
        assert_memory_equal(&claim.stamp, &stamp, sizeof stamp);
        ks_auth_keys_fini(&known);
    }
}

static void any_altered_request_is_refused(void **state)
{
    static const struct {
        const char *part;
        struct ks_auth_request request;
        enum ks_auth_verdict verdict;
    } rows[] = {
        {"nothing", {"GET", "shields:8443", "/services/?full", NULL, 0}, KS_AUTH_OK},
        {"the case of the host", {"GET", "Shields:8443", "/services/?full", NULL, 0}, KS_AUTH_OK},
        {"an empty body", {"GET", "shields:8443", "/services/?full", "", 0}, KS_AUTH_OK},
        {"the method", {"HEAD", "shields:8443", "/services/?full", NULL, 0}, KS_AUTH_MAC},
        {"the method's case", {"get", "shields:8443", "/services/?full", NULL, 0}, KS_AUTH_MAC},
        {"the host", {"GET", "shield:8443", "/services/?full", NULL, 0}, KS_AUTH_MAC},
        {"the port", {"GET", "shields:8444", "/services/?full", NULL, 0}, KS_AUTH_MAC},
        {"no port", {"GET", "shields", "/services/?full", NULL, 0}, KS_AUTH_MAC},
        {"the path", {"GET", "shields:8443", "/service/?full", NULL, 0}, KS_AUTH_MAC},
        {"the path's case", {"GET", "shields:8443", "/Services/?full", NULL, 0}, KS_AUTH_MAC},
        {"its escapes", {"GET", "shields:8443", "/%73ervices/?full", NULL, 0}, KS_AUTH_MAC},
        {"the query", {"GET", "shields:8443", "/services/?full=1", NULL, 0}, KS_AUTH_MAC},
        {"no query", {"GET", "shields:8443", "/services/", NULL, 0}, KS_AUTH_MAC},
        {"a body", {"GET", "shields:8443", "/services/?full", "x", 1}, KS_AUTH_MAC},
        {"a body that is a NUL", {"GET", "shields:8443", "/services/?full", "", 1}, KS_AUTH_MAC},
        {"a byte that moved from target to host", {"GET", "shields:8443/", "services/?full", NULL, 0}, KS_AUTH_MAC},
        {"everything is empty", {"", "", "", NULL, 0}, KS_AUTH_MAC},
    };
    struct ks_auth_signature signature = sign(keys.keys[0], &plain, NOW);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_auth_claim claim;

        assert_row_number(rows[i].part, ks_auth_verify(&claim, &keys, &rows[i].request, signature.header, NOW),
                          rows[i].verdict);
        assert_row_number(rows[i].part, claim.key == keys.keys[0], rows[i].verdict == KS_AUTH_OK);
    }
}

static void a_host_of_any_length_is_signed_as_a_whole(void **state)
{
    char host[200];
    struct ks_auth_claim claim;

    (void)state;
    for (size_t length = 60; length < sizeof host; length += 4) {
        struct ks_auth_request request = {.method = "GET", .host = host, .target = "/"};
        struct ks_auth_signature signature;

        memset(host, 'A', length);
        host[length] = '\0';
        signature = sign(keys.keys[0], &request, NOW);
        memset(host, 'a', length);
        assert_int_equal(ks_auth_verify(&claim, &keys, &request, signature.header, NOW), KS_AUTH_OK);
        host[length - 1] = 'b';
        assert_int_equal(ks_auth_verify(&claim, &keys, &request, signature.header, NOW), KS_AUTH_MAC);
    }
}

static void every_byte_of_a_header_counts(void **state)
{
    struct ks_auth_signature signature = sign(keys.keys[0], &plain, NOW);
    size_t length = strlen(signature.header);

    (void)state;
    for (size_t i = 0; i < length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct ks_auth_claim claim;
            char header[KS_AUTH_HEADER_SIZE];

            memcpy(header, signature.header, sizeof header);
            header[i] = (char)(header[i] ^ 1 << bit);
            if (ks_auth_verify(&claim, &keys, &plain, header, NOW) == KS_AUTH_OK || claim.key) {
                fail_msg("accepted: %s", header);
            }
        }
    }
}

static void only_the_exact_form_is_accepted(void **state)
{
#define MAC "a50f69306b2760a74607f6b8b9c8779f5589a364b494fa6ed4a42c5027ae1305"
#define KEY "035fdea51f2cc89e"
    static const struct {
        const char *header;
        enum ks_auth_verdict verdict;
    } rows[] = {
        {"v2 " KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MAC},
        {"v2 " KEY " 1 " NONCE " " MAC, KS_AUTH_MAC},
        {"v2 " KEY " 999999999999999 " NONCE " " MAC, KS_AUTH_MAC},
        {"v2 0000000000000000 1767225600000 " NONCE " " MAC, KS_AUTH_UNKNOWN_KEY},
        {NULL, KS_AUTH_ABSENT},
        {"", KS_AUTH_MALFORMED},
        {"v2", KS_AUTH_MALFORMED},
        {"v2 ", KS_AUTH_MALFORMED},
        {"v1 " KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"V2 " KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2  " KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2\t" KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {" v2 " KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 " NONCE " " MAC " ", KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 " NONCE " " MAC "00", KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 " NONCE " " MAC ", v2 " KEY " 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 " NONCE, KS_AUTH_MALFORMED},
        {"v2 " KEY "00 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 01767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 0 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY "  " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " -1 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " +1 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 1000000000000000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 99999999999999999999999 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 035FDEA51F2CC89E 1767225600000 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 000102030405060708090A0B0C0D0E0F " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 00 " MAC, KS_AUTH_MALFORMED},
        {"v2 " KEY " 1767225600000 " NONCE "00 " MAC, KS_AUTH_MALFORMED},
        {"v2 ---------------- 999999999999999 " NONCE " " MAC, KS_AUTH_MALFORMED},
        {"v2 \xff\xff\xff\xff\xff\xff\xff\xff 1 " NONCE " " MAC, KS_AUTH_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_auth_claim claim;

        assert_row_number(rows[i].header ? rows[i].header : "none",
                          ks_auth_verify(&claim, &keys, &plain, rows[i].header, NOW), rows[i].verdict);
        assert_null(claim.key);
    }
}

static void clocks_may_differ_by_ten_seconds(void **state)
{
    static const struct {
        const char *rule;
        int64_t time, now;
        enum ks_auth_verdict verdict;
    } rows[] = {
        {"the same", NOW, NOW, KS_AUTH_OK},
        {"just early enough", NOW + 10000, NOW, KS_AUTH_OK},
        {"too early", NOW + 10001, NOW, KS_AUTH_EARLY},
        {"just late enough", NOW - 10000, NOW, KS_AUTH_OK},
        {"too late", NOW - 10001, NOW, KS_AUTH_LATE},
        {"a clock that was never set", NOW, 0, KS_AUTH_EARLY},
        {"a signature of 1970", 1, NOW, KS_AUTH_LATE},
        {"the last time", KS_AUTH_TIME_MOST, NOW, KS_AUTH_EARLY},
        {"a clock beyond all", NOW, INT64_MAX, KS_AUTH_LATE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_auth_signature signature = sign(keys.keys[0], &plain, rows[i].time);
        struct ks_auth_claim claim;

        assert_row_number(rows[i].rule, ks_auth_verify(&claim, &keys, &plain, signature.header, rows[i].now),
                          rows[i].verdict);
        assert_row_number(rows[i].rule, claim.stamp.time_ms, rows[i].time);
    }
}

static void a_time_without_room_in_the_header_is_not_signed(void **state)
{
    static const int64_t times[] = {INT64_MIN, -1, 0, KS_AUTH_TIME_MOST + 1, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        struct ks_auth_stamp stamp = stamp_at(times[i]);
        struct ks_auth_signature signature;
        struct ks_error err;

        assert_int_equal(ks_auth_sign(&signature, keys.keys[0], &plain, &stamp, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
    }
}

static void any_key_of_the_file_is_accepted_and_no_other(void **state)
{
    static const struct ks_auth_keys none = {.count = 0};
    struct ks_auth_claim claim;

    (void)state;
    for (size_t i = 0; i < keys.count; i++) {
        assert_int_equal(ks_auth_verify(&claim, &keys, &plain, sign(keys.keys[i], &plain, NOW).header, NOW),
                         KS_AUTH_OK);
        assert_ptr_equal(claim.key, keys.keys[i]);
        assert_int_equal(ks_auth_verify(&claim, &none, &plain, sign(keys.keys[i], &plain, NOW).header, NOW),
                         KS_AUTH_UNKNOWN_KEY);
    }
    assert_int_equal(ks_auth_verify(&claim, &keys, &plain, sign(other_key, &plain, NOW).header, NOW),
                     KS_AUTH_UNKNOWN_KEY);
    assert_string_equal(claim.key_id, ks_auth_key_id(other_key));
}

/* One who has another key, and claims that it is ours; or who signs with none. */
static void a_key_id_alone_is_not_enough(void **state)
{
    struct ks_auth_key forged = *other_key;
    struct ks_auth_key zeros = {.id = "0000000000000000"};
    struct ks_auth_claim claim;

    (void)state;
    memcpy(forged.id, keys.keys[0]->id, sizeof forged.id);
    assert_int_equal(ks_auth_verify(&claim, &keys, &plain, sign(&forged, &plain, NOW).header, NOW), KS_AUTH_MAC);
    assert_int_equal(ks_auth_verify(&claim, &keys, &plain, sign(&zeros, &plain, NOW).header, NOW), KS_AUTH_UNKNOWN_KEY);
}

static void a_secrets_length_has_bounds(void **state)
{
    static const struct {
        size_t length;
        int outcome;
    } rows[] = {{0, -1}, {15, -1}, {16, 0}, {1024, 0}, {1025, -1}};
    static char secret[2000];

    (void)state;
    memset(secret, 's', sizeof secret);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_auth_key *key = NULL;
        struct ks_error err;

        assert_int_equal(ks_auth_key_make(&key, secret, rows[i].length, &err), rows[i].outcome);
        assert_int_equal(key != NULL, rows[i].outcome == 0);
        ks_auth_key_unref(key);
    }
}

static void a_key_recognizes_its_secret(void **state)
{
    const char *secret = auth_vectors[0].secret;

    (void)state;
    assert_true(ks_auth_key_is_of(keys.keys[0], secret, strlen(secret)));
    assert_false(ks_auth_key_is_of(keys.keys[0], secret, strlen(secret) - 1));
    assert_false(ks_auth_key_is_of(keys.keys[1], secret, strlen(secret)));
    assert_false(ks_auth_key_is_of(keys.keys[0], "", 0));
}

static void a_key_lives_as_long_as_its_last_reference(void **state)
{
    struct ks_auth_keys some = {.keys = {make_key(auth_vectors[0].secret)}, .count = 1};
    struct ks_auth_key *key = ks_auth_key_ref(some.keys[0]);

    (void)state;
    ks_auth_keys_fini(&some);
    ks_auth_keys_fini(&some);
    assert_int_equal(some.count, 0);
    assert_string_equal(ks_auth_key_id(key), auth_vectors[0].key_id);
    ks_auth_key_unref(key);
}

static void the_log_says_why(void **state)
{
    static const struct {
        enum ks_auth_verdict verdict;
        int64_t time;
        const char *text;
    } rows[] = {
        {KS_AUTH_OK, NOW, "accepted"},
        {KS_AUTH_ABSENT, 0, "not signed"},
        {KS_AUTH_MALFORMED, 0, "the Intra-Shield header is malformed"},
        {KS_AUTH_UNKNOWN_KEY, NOW, "signed with key 035fdea51f2cc89e, which is not in our secret file"},
        {KS_AUTH_MAC, NOW, "method, Host, path, query or body are not what was signed; does a proxy change them?"},
        {KS_AUTH_EARLY, NOW + 12345,
         "signed 12.345 s ahead of this clock: must be at most 10 s either way; are both clocks set?"},
        {KS_AUTH_LATE, NOW - 3600007,
         "signed 3600.007 s behind this clock: must be at most 10 s either way; are both clocks set?"},
        {KS_AUTH_REPLAYED, NOW, "its nonce was seen before: a request is accepted once"},
        {KS_AUTH_FORGOTTEN, NOW,
         "signed before this program started, or before a clock went back: whether it was seen before is not known"},
        {KS_AUTH_BUSY, NOW, "too many requests: there is no room for another nonce"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_auth_claim claim = {.key_id = "035fdea51f2cc89e", .stamp.time_ms = rows[i].time};
        char text[KS_AUTH_TEXT_SIZE];

        ks_auth_explain(rows[i].verdict, &claim, NOW, text);
        assert_row_text(rows[i].text, text, rows[i].text);
    }
}

static int set_up(void **state)
{
    struct ks_error err;

    (void)state;
    if (ks_auth_init(&err) || ks_auth_init(&err)) {
        return -1;
    }
    keys = (struct ks_auth_keys){{make_key(auth_vectors[0].secret), make_key(auth_vectors[1].secret)}, 2};
    other_key = make_key("another secret than ours");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ks_auth_keys_fini(&keys);
    ks_auth_key_unref(other_key);
    ks_auth_key_unref(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_gives_the_documented_key),
        cmocka_unit_test(a_request_gets_the_documented_header),
        cmocka_unit_test(any_altered_request_is_refused),
        cmocka_unit_test(a_host_of_any_length_is_signed_as_a_whole),
        cmocka_unit_test(every_byte_of_a_header_counts),
        cmocka_unit_test(only_the_exact_form_is_accepted),
        cmocka_unit_test(clocks_may_differ_by_ten_seconds),
        cmocka_unit_test(a_time_without_room_in_the_header_is_not_signed),
        cmocka_unit_test(any_key_of_the_file_is_accepted_and_no_other),
        cmocka_unit_test(a_key_id_alone_is_not_enough),
        cmocka_unit_test(a_secrets_length_has_bounds),
        cmocka_unit_test(a_key_recognizes_its_secret),
        cmocka_unit_test(a_key_lives_as_long_as_its_last_reference),
        cmocka_unit_test(the_log_says_why),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
