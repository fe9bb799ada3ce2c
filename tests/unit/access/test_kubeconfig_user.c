/* Who we are for the API server: which credentials count, whom we impersonate, what a plugin gets to know. */
#include "config.h"

#include <unistd.h>

#include "support/kubeconfig_text.h"

#include "base/base64.h"

/* The caller frees it. */
static char *base64(const char *text)
{
    struct ks_base64_writer writer;
    struct ks_buf out;

    ks_buf_init(&out, CEILING);
    ks_base64_write_start(&writer, &out);
    ks_base64_write(&writer, text, strlen(text));
    ks_base64_write_end(&writer);
    assert_false(out.failed);
    return out.data;
}

/* The strings of a list in one line. */
static const char *joined(char to[static 1024], char **strings)
{
    size_t length = 0;

    to[0] = '\0';
    for (; strings && *strings; strings++) {
        length += (size_t)snprintf(to + length, 1024 - length, "%s%s", length ? "; " : "", *strings);
    }
    return to;
}

static void impersonation_becomes_headers(void **state)
{
    static const struct {
        const char *fields, *headers;
    } rows[] = {
        {"as: bob", "Impersonate-User: bob"},
        {"as: 'system:serviceaccount:shop:viewer', as-uid: 7, as-groups: [b, 'a b', é]",
         "Impersonate-User: system:serviceaccount:shop:viewer; Impersonate-Uid: 7; Impersonate-Group: b; "
         "Impersonate-Group: a b; Impersonate-Group: é"},
        {"as: bob, as-user-extra: {Reason: [wall, two], 'ex ample.org/X%y': [z], é: [q], none: [], null: null}",
         "Impersonate-User: bob; Impersonate-Extra-reason: wall; Impersonate-Extra-reason: two; "
         "Impersonate-Extra-ex%20ample.org%2Fx%25y: z; Impersonate-Extra-%C3%A9: q"},
        {"as: bob, as-user-extra: {a: [old], a: [new]}", "Impersonate-User: bob; Impersonate-Extra-a: new"},
        {"as: bob, as-user-extra: {'a:b': [c]}", "Impersonate-User: bob; Impersonate-Extra-a%3Ab: c"},
        {"as: '', as-uid: null, as-groups: [], as-user-extra: {}", ""},
        {"token: t", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        char text[1024];

        snprintf(text, sizeof text, USER("%s"), rows[i].fields);
        parse_well(&config, text);
        assert_row_text(rows[i].fields, joined(text, config.impersonation), rows[i].headers);
        ks_access_fini(&config);
    }
}

static void impersonation_that_could_not_be_sent_is_refused(void **state)
{
    static const struct {
        const char *fields, *expected;
    } rows[] = {
        {"as-groups: [a]", "as: not set: as-uid, as-groups and as-user-extra need it"},
        {"as-uid: a", "as: not set: as-uid, as-groups and as-user-extra need it"},
        {"as-user-extra: {a: []}", "as: not set: as-uid, as-groups and as-user-extra need it"},
        {"as: \"a\\r\\nX-Admin: yes\"", "as: must be one line of text that is not empty, without control characters"},
        {"as: '  '", "as: must be one line of text that is not empty, without control characters"},
        {"as: [a]", "as: must be text"},
        {"as: a, as-uid: \"\\e\"", "as-uid: must be one line of text that is not empty, without control characters"},
        {"as: a, as-groups: b", "as-groups: must be a list"},
        {"as: a, as-groups: [b, '']",
         "as-groups: must be one line of text that is not empty, without control characters"},
        {"as: a, as-groups: [null]",
         "as-groups: must be one line of text that is not empty, without control characters"},
        {"as: a, as-groups: [\"b\\nX: y\"]",
         "as-groups: must be one line of text that is not empty, without control characters"},
        {"as: a, as-groups: [[b]]",
         "as-groups: must be one line of text that is not empty, without control characters"},
        {"as: a, as-user-extra: [b]", "as-user-extra: must be a mapping"},
        {"as: a, as-user-extra: {b: c}", "as-user-extra: must be a mapping of names to lists of texts"},
        {"as: a, as-user-extra: {b: [\"c\\nd\"]}",
         "as-user-extra: must be one line of text that is not empty, without control characters"},
        {"as: a, as-user-extra: {\"b\\nc\": [d]}",
         "as-user-extra: must be one line of text that is not empty, without control characters"},
        {"as: a, as-user-extra: {'': [d]}",
         "as-user-extra: must be one line of text that is not empty, without control characters"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[512];
        char expected[512];

        snprintf(text, sizeof text, USER("%s"), rows[i].fields);
        snprintf(expected, sizeof expected, "kubeconfig F: user \"u\": %s", rows[i].expected);
        assert_refused(text, NULL, expected);
    }
}

static void a_plugin_is_only_for_those_who_have_no_other_credentials(void **state)
{
    static const struct {
        const char *fields;
        bool is_run;
    } rows[] = {
        {"", true},
        {"client-key: k, ", true},
        {"as: bob, ", true},
        {"token: t, ", false},
        {"tokenFile: t, ", false},
        {"username: u, ", false},
        {"client-certificate: c, client-key: k, ", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        char text[512];

        snprintf(text, sizeof text, USER("%sexec: {" V1 ", command: x}"), rows[i].fields);
        parse_well(&config, text);
        assert_row_number(rows[i].fields, config.exec.arguments != NULL, rows[i].is_run);
        ks_access_fini(&config);
    }
}

#define EXTENDED(extensions)                                                                                           \
    "clusters: [{name: c, cluster: {server: 'https://h', extensions: " extensions "}}]\n"                              \
    "users: [{name: u, user: {exec: {" V1 ", command: x, provideClusterInfo: true}}}]\n"                               \
    "contexts: [{name: x, context: {cluster: c, user: u}}]\n"
#define OURS(extension)                                                                                                \
    EXTENDED("[{name: other, extension: 1},\n{name: client.authentication.k8s.io/exec, extension: " extension "}]")

/* The values are those that kubectl 1.32 hands over. */
static void a_plugin_gets_the_extension_of_the_cluster_as_json(void **state)
{
    static const struct {
        const char *text, *json;
    } rows[] = {
        {OURS("{audience: 06e3fbd18de8, arbitrary: config}"),
         "{\"audience\":\"06e3fbd18de8\",\"arbitrary\":\"config\"}"},
        {OURS("text"), "\"text\""},
        {OURS("[1, two, [3], {}]"), "[1,\"two\",[3],{}]"},
        {OURS("5"), "5"},
        {OURS("[true, yes, on, y, no, Off, FALSE, 'yes', tRUE]"),
         "[true,true,true,true,false,false,false,\"yes\",\"tRUE\"]"},
        {OURS("[a, ~, null, '', 'null', {b: }]"), "[\"a\",null,null,\"\",\"null\",{\"b\":null}]"},
        {OURS("[12, -3, +5, 0, -0, 0x1F, -0x1f, 017, 0o17, 0b11, 1_000, 007, 089, _1]"),
         "[12,-3,5,0,0,31,-31,15,15,3,1000,7,89,\"_1\"]"},
        {OURS("[9223372036854775807, 18446744073709551615, -9223372036854775808, 12345678901234567890123]"),
         "[9223372036854775807,18446744073709551615,-9223372036854775808,12345678901234567890123]"},
        {OURS("[1.50, .5, 5., -.5, 1e3, 1.5E-7, 00.5]"), "[1.50,0.5,5,-0.5,1e3,1.5E-7,0.5]"},
        {OURS("[1.2.3, 1e, e3, ., '-', +, 0x, 0xg, 0b2, 2001-12-14, 2001-12-14T21:59:43Z, '190:20:30', 190:20:30]"),
         "[\"1.2.3\",\"1e\",\"e3\",\".\",\"-\",\"+\",\"0x\",\"0xg\",\"0b2\",\"2001-12-14\",\"2001-12-14T21:59:43Z\","
         "\"190:20:30\",\"190:20:30\"]"},
        {OURS("['12', \"1.5\", !!int '7', !!float '3', !!bool 'true', !!binary aGVsbG8=, !own bar]"),
         "[\"12\",\"1.5\",7,3,true,\"hello\",\"bar\"]"},
        {OURS("\"a\\\"b\\\\c\\té\\e\""), "\"a\\\"b\\\\c\\u0009é\\u001b\""},
        {OURS("{1: a, yes: b, 0x10: c, '2': d, 1.5: e}"),
         "{\"1\":\"a\",\"true\":\"b\",\"16\":\"c\",\"2\":\"d\",\"1.5\":\"e\"}"},
        {OURS("{a: 1, a: 2}"), "{\"a\":2}"},
        {OURS("{a: &x {k: 1}, b: *x}"), "{\"a\":{\"k\":1},\"b\":{\"k\":1}}"},
        {OURS("{<<: {a: 1, b: 1}, b: 2}"), "{\"a\":1,\"b\":2}"},
        {OURS("{b: 2, <<: [{a: 1}, {a: 2, b: 3}]}"), "{\"b\":3,\"a\":1}"},
        {OURS("null"), ""},
        {EXTENDED("null"), ""},
        {EXTENDED("[]"), ""},
        {EXTENDED("[x, {name: [client.authentication.k8s.io/exec], extension: 1}]"), ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;

        parse_well(&config, rows[i].text);
        assert_row_text(rows[i].text, config.exec.cluster_config ? config.exec.cluster_config : "", rows[i].json);
        ks_access_fini(&config);
    }
}

static void an_extension_that_is_no_json_is_refused(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {OURS("[.inf]"), "must not have infinite numbers: JSON has none"},
        {OURS("{a: -.INF}"), "must not have infinite numbers: JSON has none"},
        {OURS(".nan"), "must not have infinite numbers: JSON has none"},
        {OURS("{null: a}"), "must have texts as the names of its fields"},
        {OURS("{[1]: a}"), "must have texts as the names of its fields"},
        {OURS("\"a\\0b\""), "must not contain NUL"},
        {OURS("&a [*a]"), "must not be nested more than 32 deep"},
        {OURS("&a {b: *a}"), "must not be nested more than 32 deep"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        struct ks_error err = {.text = ""};
        char expected[256];

        snprintf(expected, sizeof expected,
                 "kubeconfig F: cluster \"c\": extensions.client.authentication.k8s.io/exec: %s", rows[i].expected);
        assert_row_number(rows[i].text, parse(&config, rows[i].text, NULL, &err), -1);
        assert_row_text(rows[i].text, err.text, expected);
    }
    assert_refused(EXTENDED("{a: b}"), NULL, "kubeconfig F: cluster \"c\": extensions: must be a list");
}

/* Ten aliases of ten aliases of … */
static void an_extension_is_not_as_large_as_aliases_make_it(void **state)
{
    char text[2048] = "x: [&a0 [x,x,x,x,x,x,x,x,x,x]";
    struct ks_access config;
    struct ks_error err = {.text = ""};

    (void)state;
    for (int i = 1; i < 10; i++) {
        size_t length = strlen(text);

        snprintf(text + length, sizeof text - length, ",&a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]", i,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    }
    strncat(text, "]\n" OURS("*a9"), sizeof text - strlen(text) - 1);
    assert_int_equal(parse(&config, text, NULL, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
}

static void a_credential_does_not_leave_this_machine_in_plain_text(void **state)
{
    static const struct {
        const char *server, *user;
        struct ks_access_source source;
        const char *field; /* that is refused; NULL: none */
    } rows[] = {
        {"https://h", "token: hunter2", {.context = NULL}, NULL},
        {"http://h", "token: hunter2", {.context = NULL}, "token"},
        {"HTTP://h:8001", "tokenFile: x", {.context = NULL}, "tokenFile"},
        {"http://h", "username: me, password: hunter2", {.context = NULL}, "username"},
        {"http://h", "exec: {" V1 ", command: x}", {.context = NULL}, "exec"},
        {"h:8080", "token: hunter2", {.context = NULL}, "token"},
        {"http://127.0.0.1.example", "token: hunter2", {.context = NULL}, "token"},
        {"http://h", "token: hunter2", {.is_plain_allowed = true}, NULL},
        {"http://h", "as: bob", {.context = NULL}, NULL},
        {"http://h", "client-certificate: c, client-key: k", {.context = NULL}, NULL},
        {"http://localhost:8001", "token: hunter2", {.context = NULL}, NULL},
        {"http://127.0.0.1:8001", "token: hunter2", {.context = NULL}, NULL},
        {"http://[::1]", "token: hunter2", {.context = NULL}, NULL},
        {"http://localhost", "token: hunter2", {.http_proxy = "p"}, NULL},
        {"http://localhost', proxy-url: 'http://p", "token: hunter2", {.context = NULL}, "token"},
        {"http://localhost', proxy-url: 'http://127.0.0.1:1", "token: hunter2", {.context = NULL}, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
        struct ks_access config = {.server = NULL};
        struct ks_error err = {.text = ""};
        char text[512], wanted[256] = "";

        snprintf(text, sizeof text,
                 "clusters: [{name: c, cluster: {server: '%s'}}]\nusers: [{name: u, user: {%s}}]\n"
                 "contexts: [{name: x, context: {cluster: c, user: u}}]\n",
                 rows[i].server, rows[i].user);
        ks_kubeconfig_init(&kubeconfig);
        assert_int_equal(
            ks_kubeconfig_add(
                &kubeconfig,
                &(struct ks_kubeconfig_text){.name = "F", .folder = "/", .text = text, .length = strlen(text)}, &err),
            0);
        assert_row_number(text, ks_kubeconfig_resolve(&kubeconfig, &rows[i].source, &config, &err),
                          rows[i].field ? -1 : 0);
        if (rows[i].field) {
            snprintf(wanted, sizeof wanted,
                     "kubeconfig F: user \"u\": %s: must not go to another host over http://: make the cluster's "
                     "server https://, or allow it with SHIELD_PLAIN_HTTP=send",
                     rows[i].field);
        }
        assert_row_text(text, err.text, wanted);
        ks_access_fini(&config);
    }
}

/* All files are looked at, but of the entries only those of the context. */
static void a_field_that_nobody_knows_is_a_warning(void **state)
{
    static const char text[] =
        "kind: Config\napiVersion: v1\npreferences: {colors: true}\nextensions: []\ncontext: x\n"
        "clusters:\n- name: c\n  cluster:\n    server: https://h\n    Server: https://i\n    insecure_skip_tls_verify: "
        "true\n"
        "    disable-compression: true\n    extensions: [{name: e, extension: {any: thing}}]\n  proxy-url: http://p\n"
        "- name: other\n  cluster: {nonsense: 1}\n"
        "users:\n- name: u\n  user:\n    tokenfile: t\n    as-user-extra: {any: [a]}\n    as: a\n    <<: {}\n"
        "    exec: {" V1 ", command: x, timeout: 3, env: [{name: A, Value: b}]}\n    {a: b}: c\n"
        "contexts:\n- name: x\n  context: {cluster: c, user: u, namespace: n, \"a\\nb\": 1}\ncurrent-context: x\n";
    static const char *const expected[] = {
        "kubeconfig F: context: not a field of a kubeconfig, so it has no effect",
        "kubeconfig F: context \"x\": a b: not a field of a kubeconfig, so it has no effect",
        "kubeconfig F: cluster \"c\": proxy-url: not a field of a kubeconfig, so it has no effect",
        "kubeconfig F: cluster \"c\": Server: not a field of a kubeconfig, so it has no effect; \"server\" is one",
        "kubeconfig F: cluster \"c\": insecure_skip_tls_verify: not a field of a kubeconfig, so it has no effect; "
        "\"insecure-skip-tls-verify\" is one",
        "kubeconfig F: user \"u\": tokenfile: not a field of a kubeconfig, so it has no effect; \"tokenFile\" is one",
        "kubeconfig F: user \"u\": ?: not a field of a kubeconfig, so it has no effect",
        "kubeconfig F: user \"u\": exec.timeout: not a field of a kubeconfig, so it has no effect",
        "kubeconfig F: user \"u\": exec.env.Value: not a field of a kubeconfig, so it has no effect; \"value\" is one",
    };
    struct ks_access config;

    (void)state;
    parse_well(&config, text);
    assert_non_null(config.warnings);
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_row_text(expected[i], config.warnings[i] ? config.warnings[i] : "none", expected[i]);
        assert_non_null(config.warnings[i]);
    }
    assert_null(config.warnings[COUNT(expected)]);
    assert_string_equal(config.server, "https://h");
    assert_false(config.insecure);
    ks_access_fini(&config);
}

static void more_warnings_than_a_log_wants_are_left_out(void **state)
{
    char text[8192] = CLUSTER("server: 'https://h'");
    struct ks_access config;
    size_t count = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        size_t length = strlen(text);

        snprintf(text + length, sizeof text - length, "f%d: 1\n", i);
    }
    parse_well(&config, text);
    while (config.warnings[count]) {
        count++;
    }
    assert_int_equal(count, 20);
    ks_access_fini(&config);
}

static void a_key_with_a_passphrase_is_a_warning(void **state)
{
    static const struct {
        const char *pem;
        bool is_encrypted;
    } rows[] = {
        {"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n", false},
        {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----\n", true},
        {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0\n\nx\n"
         "-----END RSA PRIVATE KEY-----\n",
         true},
    };
    char path[] = "/tmp/test_kubeconfig_user.XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        static const char problem[] =
            "must not be encrypted, since nobody can enter its passphrase: decrypt it with \"openssl pkey\"";
        char *data = base64(rows[i].pem);
        char text[1024], wanted[256];
        struct ks_access config;

        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, rows[i].pem, strlen(rows[i].pem), 0), strlen(rows[i].pem));
        for (int in_file = 0; in_file < 2; in_file++) {
            snprintf(text, sizeof text, USER("client-certificate: c, client-key%s: %s"), in_file ? "" : "-data",
                     in_file ? path : data);
            snprintf(wanted, sizeof wanted, "kubeconfig F: user \"u\": client-key%s: %s", in_file ? "" : "-data",
                     problem);
            parse_well(&config, text);
            assert_row_text(text, config.warnings ? config.warnings[0] : "", rows[i].is_encrypted ? wanted : "");
            ks_access_fini(&config);
        }
        free(data);
    }
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impersonation_becomes_headers),
        cmocka_unit_test(impersonation_that_could_not_be_sent_is_refused),
        cmocka_unit_test(a_plugin_is_only_for_those_who_have_no_other_credentials),
        cmocka_unit_test(a_plugin_gets_the_extension_of_the_cluster_as_json),
        cmocka_unit_test(an_extension_that_is_no_json_is_refused),
        cmocka_unit_test(an_extension_is_not_as_large_as_aliases_make_it),
        cmocka_unit_test(a_credential_does_not_leave_this_machine_in_plain_text),
        cmocka_unit_test(a_field_that_nobody_knows_is_a_warning),
        cmocka_unit_test(more_warnings_than_a_log_wants_are_left_out),
        cmocka_unit_test(a_key_with_a_passphrase_is_a_warning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
