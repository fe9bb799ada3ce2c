/* The output of a credential plugin, and its end. */
#include "config.h"

#include <errno.h>

#include "support/testing.h"

#include "base/clock.h"
#include "apiserver/exec.h"
#include "apiserver/exec_said.h"

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
        {"\xef\xbb\xbf" HEAD ",\"status\":{\"token\":\"abc\"}}", "abc", NULL, NULL, 0},
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
        {"echo one >&2; echo; echo two >&2; exit 3", "none", "credential plugin /bin/sh: exit 3: one; two"},
        {"head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; echo the end >&2; exit 1", "none",
         "credential plugin /bin/sh: exit 1: the end"},
        {"seq 100000 | sed 's/^/line /' >&2; exit 1", "none",
         "credential plugin /bin/sh: exit 1: line 99980; line 99981; line 99982; line 99983; line 99984; line 99985; "
         "line 99986; "
         "line 99987; line 99988; line 99989; line 99990; line 99991; line 99992; line 99993; line 99994; line 99995; "
         "line 99996; line 99997; line 99998; line 99999; line 100000"},
        {ANSWER "; kill -9 $$", "none", "credential plugin /bin/sh: killed by signal 9"},
        {"echo log in first >&2", "none", "credential plugin /bin/sh: the answer is not a JSON object: log in first"},
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

static void tell(char said[static KS_EXEC_SAID_SIZE], const char *errors, size_t length, char *const *environment)
{
    struct ks_buf buf;

    ks_buf_init(&buf, CEILING);
    ks_buf_bytes(&buf, errors, length);
    ks_exec_said(said, &buf, environment);
    ks_buf_fini(&buf);
}

static void what_a_plugin_said_becomes_one_line(void **state)
{
    char *const environment[] = {(char[]){"AZURE_CLIENT_SECRET=open sesame"},
                                 (char[]){"my_key=abc"},
                                 (char[]){"REGION=eu-west-1"},
                                 (char[]){"A=TOKEN of thanks"},
                                 (char[]){"EMPTY_TOKEN="},
                                 NULL};
    static const struct {
        const char *errors, *said;
    } rows[] = {
        {"", ""},
        {"\n \r\n\t\n", ""},
        {"Unable to locate credentials. You can configure credentials by running \"aws configure\".\n",
         "Unable to locate credentials. You can configure credentials by running \"aws configure\"."},
        {"first\nsecond\r\n\nthird", "first; second; third"},
        {"10 %\r50 %\r100 %\n", "10 %; 50 %; 100 %"},
        {"\033[31merror:\033[0m it \a failed\033[", "error: it   failed"},
        {"\xff\xfe broken", "\xef\xbf\xbd\xef\xbf\xbd broken"},
        {"To sign in, open https://login.example.org/device and enter the code ABC",
         "To sign in, open https://login.example.org/device and enter the code ABC"},
        {"request 06e3fbd1-8de8-11ee-b9d1-0242ac120002 of gke-gcloud-auth-plugin-v1beta1 failed",
         "request 06e3fbd1-8de8-11ee-b9d1-0242ac120002 of gke-gcloud-auth-plugin-v1beta1 failed"},
        {"open /home/me/.config/gcloud/application_default_credentials.json: no such file",
         "open /home/me/.config/gcloud/application_default_credentials.json: no such file"},
        {"token: expired; the secret is gone; password for me", "token: expired; the secret is gone; password for me"},
        {"token=hunter", "token=…"},
        {"client_secret=hunter&x=1", "client_secret=…&x=1"},
        {"accessToken = 'hunter' is wrong", "accessToken = '…' is wrong"},
        {"{\"password\": \"hunter2\"}", "{\"password\": \"…\"}"},
        {"Authorization: Bearer abc123", "Authorization: Bearer …"},
        {"got eyJhbGciOiJSUzI1NiIsImtpZCI6I.eyJpc3MiOiJrdWJlcm5ldGVzL3N.x back", "got ….….x back"},
        {"'open sesame' is wrong, open sesame", "'***********' is wrong, ***********"},
        {"abc in eu-west-1: a TOKEN of thanks", "abc in eu-west-1: a TOKEN of thanks"},
        {"hash 0123456789abcdef0123456789abcdef", "hash …"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char said[KS_EXEC_SAID_SIZE];

        tell(said, rows[i].errors, strlen(rows[i].errors), environment);
        assert_row_text(rows[i].errors, said, rows[i].said);
    }
}

static void the_last_lines_are_kept_and_a_long_one_is_shortened(void **state)
{
    char errors[3000];
    char said[KS_EXEC_SAID_SIZE];

    (void)state;
    memset(errors, 'x', sizeof errors);
    tell(said, errors, sizeof errors, NULL);
    assert_int_equal(strlen(said), KS_EXEC_SAID_SIZE - 1);
    assert_string_equal(said + strlen(said) - 4, "x…");
    errors[2990] = '\n';
    tell(said, errors, sizeof errors, NULL);
    assert_string_equal(said, "xxxxxxxxx");
}

static void a_plugin_that_is_not_installed_is_named_with_its_hint(void **state)
{
    char *arguments[] = {(char[]){"kube-shields-no-such-plugin"}, NULL};
    const struct ks_access config = {.exec = {.api_version = (char[]){"client.authentication.k8s.io/v1"},
                                              .arguments = arguments,
                                              .install_hint = (char[]){"Install it from\nhttps://example.org/\n"}}};
    struct ks_kube_exec_run *run;
    struct ks_loop *loop;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_loop_new(&loop, &err), 0);
    assert_int_equal(ks_kube_exec_start(&run, loop, &config, on_answer, NULL, &err), -1);
    assert_string_equal(err.text, "credential plugin: kube-shields-no-such-plugin: No such file or directory: "
                                  "Install it from https://example.org/");
    assert_int_equal(err.errnum, ENOENT);
    ks_loop_free(loop);
}

/* Runs a shell script as a plugin, and gives its answer's token. */
static void run_script(const struct ks_access *config, struct seen *seen)
{
    struct ks_kube_exec_run *run;
    struct ks_error err;

    assert_int_equal(ks_loop_new(&seen->loop, &err), 0);
    assert_int_equal(ks_kube_exec_start(&run, seen->loop, config, on_answer, seen, &err), 0);
    assert_int_equal(ks_loop_run(seen->loop, ks_clock_monotonic() + 20000, &err), 0);
    ks_loop_free(seen->loop);
}

static void a_plugin_knows_the_cluster_if_it_wants_to(void **state)
{
    static char script[] = "test ! -t 0 && test -z \"$(cat)\" && printf '%s' \"$KUBERNETES_EXEC_INFO\" >&2; exit 1";
    static const struct {
        bool wants;
        const char *config, *proxy;
        bool is_proxy_ours;
        const char *cluster;
    } rows[] = {
        {false, "{}", "http://p", false, ""},
        {true, NULL, NULL, false,
         ",\"cluster\":{\"server\":\"https://h\",\"insecure-skip-tls-verify\":false,\"config\":null}"},
        {true, "{\"a\":[1]}", "http://p", false,
         ",\"cluster\":{\"server\":\"https://h\",\"insecure-skip-tls-verify\":false,\"proxy-url\":\"http://p\","
         "\"config\":{\"a\":[1]}}"},
        {true, "1", "http://p", true,
         ",\"cluster\":{\"server\":\"https://h\",\"insecure-skip-tls-verify\":false,\"config\":1}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *arguments[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, script, NULL};
        const struct ks_access config = {.server = (char[]){"https://h"},
                                         .proxy = (char *)rows[i].proxy,
                                         .is_proxy_ours = rows[i].is_proxy_ours,
                                         .exec = {.api_version = (char[]){"v"},
                                                  .arguments = arguments,
                                                  .provide_cluster_info = rows[i].wants,
                                                  .cluster_config = (char *)rows[i].config}};
        struct seen seen;
        char wanted[512];

        run_script(&config, &seen);
        snprintf(wanted, sizeof wanted,
                 "credential plugin /bin/sh: exit 1: {\"apiVersion\":\"v\",\"kind\":\"ExecCredential\",\"spec\":"
                 "{\"interactive\":false%s}}",
                 rows[i].cluster);
        assert_row_text(rows[i].cluster, seen.error, wanted);
    }
}

static void of_two_variables_with_one_name_the_last_counts(void **state)
{
    char *arguments[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, (char[]){"echo \"$A $B $C\" >&2; exit 1"}, NULL};
    char *environment[] = {(char[]){"A=1"}, (char[]){"B=own"}, (char[]){"A=2"}, NULL};
    const struct ks_access config = {
        .exec = {.api_version = (char[]){"v"}, .arguments = arguments, .environment = environment}};
    struct seen seen;

    (void)state;
    setenv("B", "ours", 1);
    setenv("C", "ours", 1);
    run_script(&config, &seen);
    assert_string_equal(seen.error, "credential plugin /bin/sh: exit 1: 2 own ours");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_credential_is_a_token_or_a_certificate),
        cmocka_unit_test(an_error_says_what_is_missing_and_quotes_nothing),
        cmocka_unit_test(only_the_given_length_is_read),
        cmocka_unit_test(how_a_plugin_ended_is_reported),
        cmocka_unit_test(what_a_plugin_said_becomes_one_line),
        cmocka_unit_test(the_last_lines_are_kept_and_a_long_one_is_shortened),
        cmocka_unit_test(a_plugin_that_is_not_installed_is_named_with_its_hint),
        cmocka_unit_test(a_plugin_knows_the_cluster_if_it_wants_to),
        cmocka_unit_test(of_two_variables_with_one_name_the_last_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
