#include "config.h"

#include "support/testing.h"

#include "auth/auth.h"
#include "auth/private.h"
#include "support/auth_vectors.h"

static struct ks_auth_key *key, *other_key;

static struct ks_auth_key *make_key(const char *secret)
{
    struct ks_auth_key *made;
    struct ks_error err;

    assert_int_equal(ks_auth_key_make(&made, secret, strlen(secret), &err), 0);
    return made;
}

/* To the vector's request; its body comes in pieces. */
static struct ks_auth_answer *answer_to(const struct auth_vector *vector, const char *body, size_t piece)
{
    struct ks_auth_key *signer = make_key(vector->secret);
    unsigned char mac[KS_AUTH_MAC_BYTES];
    struct ks_auth_answer *answer;
    struct ks_error err;
    size_t length = strlen(body);

    sodium_hex2bin(mac, sizeof mac, vector->mac, strlen(vector->mac), NULL, NULL, NULL);
    assert_int_equal(ks_auth_answer_new(&answer, signer, mac, atoi(vector->status), &err), 0);
    ks_auth_key_unref(signer);
    for (size_t at = 0; at < length; at += piece) {
        ks_auth_answer_add(answer, body + at, length - at < piece ? length - at : piece);
    }
    return answer;
}

static void an_answer_gets_the_documented_header_whatever_its_pieces(void **state)
{
    static const size_t pieces[] = {1000, 1, 7};

    (void)state;
    for (size_t i = 0; i < COUNT(auth_vectors) * COUNT(pieces); i++) {
        const struct auth_vector *vector = &auth_vectors[i / COUNT(pieces)];
        struct ks_auth_answer *answer = answer_to(vector, vector->answer_body, pieces[i % COUNT(pieces)]);
        char header[KS_AUTH_HEADER_SIZE];

        ks_auth_answer_sign(answer, header);
        assert_row_text(vector->target, header, vector->answer_header);
        ks_auth_answer_free(answer);
        answer = answer_to(vector, vector->answer_body, pieces[i % COUNT(pieces)]);
        assert_row_number(vector->target, ks_auth_answer_verify(answer, vector->answer_header), KS_AUTH_OK);
        ks_auth_answer_free(answer);
    }
}

static void any_altered_answer_is_dropped(void **state)
{
    unsigned char mac[2][KS_AUTH_MAC_BYTES] = {{1}, {2}};
    const struct {
        const char *part;
        size_t key, request;
        int status;
        const char *body;
        enum ks_auth_verdict verdict;
    } rows[] = {
        {"nothing", 0, 0, 200, "{}", KS_AUTH_OK},         {"the body", 0, 0, 200, "[]", KS_AUTH_MAC},
        {"a longer body", 0, 0, 200, "{} ", KS_AUTH_MAC}, {"a shorter body", 0, 0, 200, "{", KS_AUTH_MAC},
        {"no body", 0, 0, 200, "", KS_AUTH_MAC},          {"the status", 0, 0, 404, "{}", KS_AUTH_MAC},
        {"the key", 1, 0, 200, "{}", KS_AUTH_MAC},        {"another's answer", 0, 1, 200, "{}", KS_AUTH_MAC},
    };
    char header[KS_AUTH_HEADER_SIZE];
    struct ks_auth_answer *answer;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_auth_answer_new(&answer, key, mac[0], 200, &err), 0);
    ks_auth_answer_add(answer, "{}", 2);
    ks_auth_answer_sign(answer, header);
    ks_auth_answer_free(answer);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(
            ks_auth_answer_new(&answer, rows[i].key ? other_key : key, mac[rows[i].request], rows[i].status, &err), 0);
        ks_auth_answer_add(answer, rows[i].body, strlen(rows[i].body));
        assert_row_number(rows[i].part, ks_auth_answer_verify(answer, header), rows[i].verdict);
        ks_auth_answer_free(answer);
    }
}

#define MAC "a50f69306b2760a74607f6b8b9c8779f5589a364b494fa6ed4a42c5027ae1305"

static void an_answers_header_has_only_the_exact_form(void **state)
{
    static const struct {
        const char *header;
        enum ks_auth_verdict verdict;
    } rows[] = {
        {NULL, KS_AUTH_ABSENT},
        {"", KS_AUTH_MALFORMED},
        {"v2", KS_AUTH_MALFORMED},
        {"v2 " MAC, KS_AUTH_MAC},
        {"v2 " MAC "0", KS_AUTH_MALFORMED},
        {"v2  " MAC, KS_AUTH_MALFORMED},
        {"v2 " MAC ", v2 " MAC, KS_AUTH_MALFORMED},
        {"v2 A50F69306B2760A74607F6B8B9C8779F5589A364B494FA6ED4A42C5027AE1305", KS_AUTH_MALFORMED},
        {"v2 a50f", KS_AUTH_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_auth_answer *answer = answer_to(&auth_vectors[0], "", 1);

        assert_row_number(rows[i].header ? rows[i].header : "none", ks_auth_answer_verify(answer, rows[i].header),
                          rows[i].verdict);
        ks_auth_answer_free(answer);
    }
}

/* A request's MAC is not valid for an answer, though both have the same key: their purposes differ. */
static void a_request_is_not_an_answer(void **state)
{
    struct ks_auth_answer *answer = answer_to(&auth_vectors[0], "", 1);
    char header[KS_AUTH_HEADER_SIZE];

    (void)state;
    snprintf(header, sizeof header, "v2 %s", auth_vectors[0].mac);
    assert_int_equal(ks_auth_answer_verify(answer, header), KS_AUTH_MAC);
    ks_auth_answer_free(answer);
}

static void an_answers_status_has_three_digits(void **state)
{
    static const int statuses[] = {-200, 0, 99, 1000};
    unsigned char mac[KS_AUTH_MAC_BYTES] = {0};
    struct ks_auth_answer *answer = NULL;
    struct ks_error err;

    (void)state;
    for (size_t i = 0; i < COUNT(statuses); i++) {
        assert_int_equal(ks_auth_answer_new(&answer, key, mac, statuses[i], &err), -1);
        assert_null(answer);
    }
    ks_auth_answer_free(NULL);
}

static void the_log_says_why(void **state)
{
    (void)state;
    assert_string_equal(ks_auth_answer_explain(KS_AUTH_OK), "accepted");
    assert_string_not_equal(ks_auth_answer_explain(KS_AUTH_ABSENT), ks_auth_answer_explain(KS_AUTH_MAC));
    assert_string_not_equal(ks_auth_answer_explain(KS_AUTH_MALFORMED), ks_auth_answer_explain(KS_AUTH_MAC));
}

static int set_up(void **state)
{
    struct ks_error err;

    (void)state;
    if (ks_auth_init(&err)) {
        return -1;
    }
    key = make_key(auth_vectors[0].secret);
    other_key = make_key(auth_vectors[1].secret);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ks_auth_key_unref(key);
    ks_auth_key_unref(other_key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_gets_the_documented_header_whatever_its_pieces),
        cmocka_unit_test(any_altered_answer_is_dropped),
        cmocka_unit_test(an_answers_header_has_only_the_exact_form),
        cmocka_unit_test(a_request_is_not_an_answer),
        cmocka_unit_test(an_answers_status_has_three_digits),
        cmocka_unit_test(the_log_says_why),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
