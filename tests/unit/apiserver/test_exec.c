/* The output of a credential plugin, and its end. */
#include "config.h"

#include "support/testing.h"

#include "base/clock.h"
#include "apiserver/exec.h"

#define HEAD "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\""

static void a_credential_is_a_token_or_a_certificate(void **state)
{
    static const struct {
        const char *text;
        const char *token, *certificate, *key;
        int64_t expires;
    } rows[] = {
        {HEAD ",\"status\":{\"token\":\"abc\"}}", "abc", NULL, NULL, 0},
        {HEAD ",\"status\":{\"token\":\"abc\",\"expirationTimestamp\":\"2026-01-02T03:04:05Z\"}}", "abc", NULL, NULL,
         1767323045},
        {HEAD ",\"status\":{\"token\":\"abc\",\"expirationTimestamp\":\"2026-01-02T04:04:05.5+01:00\"}}", "abc", NULL,
         NULL, 1767323045},
        {HEAD ",\"status\":{\"clientCertificateData\":\"C\\n\",\"clientKeyData\":\"K\"}}", NULL, "C\n", "K", 0},
        {HEAD ",\"status\":{\"token\":\"abc\",\"clientCertificateData\":\"C\",\"clientKeyData\":\"K\"}}\n", "abc", "C",
         "K", 0},
        {HEAD ",\"status\":{\"token\":\"abc\",\"expirationTimestamp\":null,\"more\":{\"x\":[1]}}}", "abc", NULL, NULL,
         0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_kube_exec_answer answer;
        struct ks_error err = {.text = ""};
        int outcome = ks_kube_exec_parse(&answer, rows[i].text, strlen(rows[i].text), &err);
        const char *const seen[] = {answer.token, answer.certificate, answer.key};
        const char *const wanted[] = {rows[i].token, rows[i].certificate, rows[i].key};

        assert_row_text(rows[i].text, err.text, "");
        assert_row_number(rows[i].text, outcome, 0);
        for (size_t field = 0; field < COUNT(seen); field++) {
            assert_row_text(rows[i].text, seen[field] ? seen[field] : "none", wanted[field] ? wanted[field] : "none");
        }
        assert_row_number(rows[i].text, answer.expires, rows[i].expires);
        ks_kube_exec_answer_fini(&answer);
        ks_kube_exec_answer_fini(&answer);
    }
}

static void an_error_says_what_is_missing_and_quotes_nothing(void **state)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"", "the answer is not a JSON object"},
        {"secret", "the answer is not a JSON object"},
        {"[\"secret\"]", "the answer is not a JSON object"},
        {"null", "the answer is not a JSON object"},
        {HEAD ",\"status\":{\"token\":\"secret\"}", "the answer is not a JSON object"},
        {HEAD "}", "the answer has no status"},
        {HEAD ",\"status\":\"secret\"}", "the answer has no status"},
        {HEAD ",\"status\":null}", "the answer has no status"},
        {HEAD ",\"status\":{}}", "status has neither token nor clientCertificateData with clientKeyData"},
        {HEAD ",\"status\":{\"token\":\"\"}}", "status has neither token nor clientCertificateData with clientKeyData"},
        {HEAD ",\"status\":{\"token\":7}}", "status has neither token nor clientCertificateData with clientKeyData"},
        {HEAD ",\"status\":{\"clientCertificateData\":\"secret\"}}",
         "status has neither token nor clientCertificateData with clientKeyData"},
        {HEAD ",\"status\":{\"clientKeyData\":\"secret\"}}",
         "status has neither token nor clientCertificateData with clientKeyData"},
        {HEAD ",\"status\":{\"token\":\"secret\",\"expirationTimestamp\":\"soon\"}}",
         "status.expirationTimestamp is not an RFC 3339 time"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "the answer is not a JSON object"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_kube_exec_answer answer;
        struct ks_error err = {.text = ""};

        assert_row_number(rows[i].text, ks_kube_exec_parse(&answer, rows[i].text, strlen(rows[i].text), &err), -1);
        assert_row_number(rows[i].text, err.kind, KS_ERROR_PROTOCOL);
        assert_row_text(rows[i].text, err.text, rows[i].error);
        assert_null(answer.token);
        assert_null(answer.certificate);
        assert_null(answer.key);
    }
}

static void only_the_given_length_is_read(void **state)
{
    static const char text[] = HEAD ",\"status\":{\"token\":\"abc\"}}";
    struct ks_kube_exec_answer answer;
    struct ks_error err;
    char *copy = malloc(sizeof text - 1);

    (void)state;
    assert_non_null(copy);
    memcpy(copy, text, sizeof text - 1);
    assert_int_equal(ks_kube_exec_parse(&answer, copy, sizeof text - 1, &err), 0);
    ks_kube_exec_answer_fini(&answer);
    free(copy);
}

struct seen {
    struct ks_loop *loop;
    char token[64];
    char error[KS_ERROR_TEXT_SIZE];
};

static void on_answer(void *arg, struct ks_kube_exec_answer *answer, const struct ks_error *err)
{
    struct seen *seen = arg;

    snprintf(seen->token, sizeof seen->token, "%s", answer->token ? answer->token : "none");
    snprintf(seen->error, sizeof seen->error, "%s", err ? err->text : "");
    ks_kube_exec_answer_fini(answer);
    ks_loop_stop(seen->loop);
}

#define ANSWER "echo '" HEAD ",\"status\":{\"token\":\"abc\"}}'"

static void how_a_plugin_ended_is_reported(void **state)
{
    static const struct {
        const char *script, *token, *error;
    } rows[] = {
        {ANSWER, "abc", ""},
        {"head -c 100000 /dev/zero >&2; " ANSWER, "abc", ""},
        {"echo nobody is logged in >&2; exit 1", "none", "credential plugin /bin/sh: exit 1: nobody is logged in"},
        {ANSWER "; kill -9 $$", "none", "credential plugin /bin/sh: killed by signal 9"},
        {"exec yes", "none", "credential plugin /bin/sh: output: more than 262144 bytes"},
        {"echo hello", "none", "credential plugin /bin/sh: the answer is not a JSON object"},
    };
    struct seen seen;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_loop_new(&seen.loop, &err), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char script[512];
        char *arguments[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, script, NULL};
        const struct ks_access config = {
            .exec = {.api_version = (char[]){"client.authentication.k8s.io/v1"}, .arguments = arguments}};
        struct ks_kube_exec_run *run;

        snprintf(script, sizeof script, "%s", rows[i].script);
        assert_int_equal(ks_kube_exec_start(&run, seen.loop, &config, on_answer, &seen, &err), 0);
        assert_int_equal(ks_loop_run(seen.loop, ks_clock_monotonic() + 20000, &err), 0);
        assert_row_text(rows[i].script, seen.token, rows[i].token);
        assert_row_text(rows[i].script, seen.error, rows[i].error);
        ks_kube_exec_start(&run, seen.loop, &config, on_answer, &seen, &err);
        ks_kube_exec_cancel(run);
    }
    ks_loop_free(seen.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_credential_is_a_token_or_a_certificate),
        cmocka_unit_test(an_error_says_what_is_missing_and_quotes_nothing),
        cmocka_unit_test(only_the_given_length_is_read),
        cmocka_unit_test(how_a_plugin_ended_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
