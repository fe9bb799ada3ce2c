#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/kubeconfig_text.h"

static const char whole[] = "apiVersion: v1\n"
                            "kind: Config\n"
                            "current-context: prod\n"
                            "preferences: {}\n"
                            "clusters:\n"
                            "- name: eu\n"
                            "  cluster:\n"
                            "    server: https://eu.example:6443/prefix/\n"
                            "    certificate-authority: pki/ca.crt\n"
                            "    tls-server-name: kubernetes\n"
                            "    proxy-url: socks5://me:word@proxy:1080\n"
                            "- name: other\n"
                            "  cluster: {server: ''}\n"
                            "users:\n"
                            "- name: admin\n"
                            "  user:\n"
                            "    token: abc\n"
                            "    tokenFile: /run/token\n"
                            "    client-certificate: admin.crt\n"
                            "    client-key: /keys/admin.key\n"
                            "- name: broken\n"
                            "  user: {auth-provider: {name: gcp}}\n"
                            "contexts:\n"
                            "- name: prod\n"
                            "  context: {cluster: eu, user: admin, namespace: web}\n"
                            "- name: spare\n"
                            "  context: {cluster: other, user: broken}\n";

static void every_field_arrives_and_relative_paths_start_at_the_file(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config, whole);
    assert_string_equal(config.context, "prod");
    assert_string_equal(config.server, "https://eu.example:6443/prefix");
    assert_string_equal(config.tls_server_name, "kubernetes");
    assert_string_equal(config.proxy, "socks5://me:word@proxy:1080");
    assert_false(config.insecure);
    assert_string_equal(config.ca.path, "/folder/pki/ca.crt");
    assert_null(config.ca.data);
    assert_string_equal(config.certificate.path, "/folder/admin.crt");
    assert_string_equal(config.key.path, "/keys/admin.key");
    assert_string_equal(config.token, "abc");
    assert_string_equal(config.token_file, "/run/token");
    assert_null(config.exec.arguments);
    assert_null(config.exec.environment);
    ks_access_fini(&config);
}

static void data_takes_precedence_over_the_file_and_is_decoded(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config, "clusters: [{name: c, cluster: {server: 'https://h', certificate-authority: ca.crt,\n"
                        "            certificate-authority-data: 'AGNh'}}]\n"
                        "users: [{name: u, user: {client-certificate: a, client-key: b,\n"
                        "         client-certificate-data: Y2VydA==, client-key-data: 'a2\n  V5'}}]\n"
                        "contexts: [{name: x, context: {cluster: c, user: u}}]\n");
    assert_int_equal(config.ca.length, 3);
    assert_memory_equal(config.ca.data, "\0ca", 4);
    assert_null(config.ca.path);
    assert_int_equal(config.certificate.length, 4);
    assert_memory_equal(config.certificate.data, "cert", 5);
    assert_null(config.certificate.path);
    assert_int_equal(config.key.length, 3);
    assert_memory_equal(config.key.data, "key", 4);
    assert_null(config.key.path);
    ks_access_fini(&config);
}

static void server_is_kept_without_trailing_slashes(void **state)
{
    static const struct {
        const char *server;
        const char *expected;
    } rows[] = {
        {"https://h", "https://h"},
        {"https://h/", "https://h"},
        {"https://h:6443//", "https://h:6443"},
        {"http://127.0.0.1:8001", "http://127.0.0.1:8001"},
        {"HTTPS://h", "HTTPS://h"},
        {"h:8080", "http://h:8080"},
        {"h/", "http://h"},
        {"https://[::1]:6443/k8s/clusters/c-1/", "https://[::1]:6443/k8s/clusters/c-1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        char text[512];

        snprintf(text, sizeof text, CLUSTER("server: '%s'"), rows[i].server);
        parse_well(&config, text);
        assert_string_equal(config.server, rows[i].expected);
        ks_access_fini(&config);
    }
}

static void quoted_null_is_text(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config, USER("username: \"~\", password: 0123"));
    assert_string_equal(config.username, "~");
    assert_string_equal(config.password, "0123");
    ks_access_fini(&config);
}

static void null_and_empty_mean_not_set(void **state)
{
    static const char *const values[] = {"", "~", "null", "NULL", "''", "\"\""};

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct ks_access config;
        const char *v = values[i];
        char text[1024];

        snprintf(text, sizeof text,
                 "preferences: %s\nusers:\n- name: u\n  user:\n    token: %s\n    exec: %s\n    auth-provider: %s\n"
                 "    client-certificate-data: %s\n    client-certificate: %s\n"
                 "clusters:\n- name: c\n  cluster:\n    server: http://h\n    insecure-skip-tls-verify: %s\n"
                 "    certificate-authority-data: %s\n    certificate-authority: ca\n    proxy-url: %s\n"
                 "contexts:\n- name: x\n  context: {cluster: c, user: u}\ncurrent-context: %s\n",
                 v, v, v, v, v, v, v, v, v, v);
        parse_well(&config, text);
        assert_null(config.token);
        assert_null(config.exec.arguments);
        assert_null(config.certificate.data);
        assert_null(config.certificate.path);
        assert_null(config.proxy);
        assert_false(config.insecure);
        assert_string_equal(config.ca.path, "/folder/ca");
        ks_access_fini(&config);
    }
}

static void insecure_is_taken_without_a_certificate_authority(void **state)
{
    static const struct {
        const char *value;
        bool expected;
    } rows[] = {{"true", true}, {"True", true}, {"TRUE", true}, {"false", false}, {"False", false},       {"yes", true},
                {"on", true},   {"y", true},    {"no", false},  {"Off", false},   {"!!bool 'true'", true}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        char text[512];

        snprintf(text, sizeof text, CLUSTER("server: 'https://h', insecure-skip-tls-verify: %s"), rows[i].value);
        parse_well(&config, text);
        assert_int_equal(config.insecure, rows[i].expected);
        ks_access_fini(&config);
    }
}

static void exec_plugin_arrives(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config,
               EXEC(V1 "beta1, command: aws, interactiveMode: IfAvailable, provideClusterInfo: true,\n"
                       "args: [eks, \"a\\nb\", '', 7, null, 'null'], env: [{name: P, value: \"v=\\n1\"}, {name: Q}]"));
    assert_string_equal(config.exec.api_version, "client.authentication.k8s.io/v1beta1");
    assert_true(config.exec.provide_cluster_info);
    assert_string_equal(config.exec.arguments[0], "aws");
    assert_string_equal(config.exec.arguments[1], "eks");
    assert_string_equal(config.exec.arguments[2], "a\nb");
    assert_string_equal(config.exec.arguments[3], "");
    assert_string_equal(config.exec.arguments[4], "7");
    assert_string_equal(config.exec.arguments[5], "");
    assert_string_equal(config.exec.arguments[6], "null");
    assert_null(config.exec.arguments[7]);
    assert_string_equal(config.exec.environment[0], "P=v=\n1");
    assert_string_equal(config.exec.environment[1], "Q=");
    assert_null(config.exec.environment[2]);
    ks_access_fini(&config);
}

static void exec_command_with_a_slash_starts_at_the_file(void **state)
{
    static const struct {
        const char *command;
        const char *expected;
    } rows[] = {{"tool", "tool"},
                {"./tool", "/folder/tool"},
                {"../tool", "/tool"},
                {"../../../tool", "/tool"},
                {"a/../b/./tool", "/folder/b/tool"},
                {"a//tool/", "/folder/a/tool"},
                {"..a/.b", "/folder/..a/.b"},
                {"/bin/../tool", "/bin/../tool"},
                {"a/..", "/folder"},
                {"../", "/"},
                {"bin/tool", "/folder/bin/tool"},
                {"/bin/tool", "/bin/tool"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        char text[512];

        snprintf(text, sizeof text, EXEC(V1 ", interactiveMode: Never, command: %s"), rows[i].command);
        parse_well(&config, text);
        assert_string_equal(config.exec.arguments[0], rows[i].expected);
        assert_null(config.exec.arguments[1]);
        assert_non_null(config.exec.environment);
        assert_null(config.exec.environment[0]);
        assert_false(config.exec.provide_cluster_info);
        ks_access_fini(&config);
    }
}

static void releasing_twice_or_nothing_is_fine(void **state)
{
    struct ks_access config;
    static const struct ks_access nothing;

    (void)state;
    parse_well(&config, whole);
    ks_access_fini(&config);
    assert_memory_equal(&config, &nothing, sizeof config);
    ks_access_fini(&config);
}

/* Every error here begins with "kubeconfig F: ". */
static void an_error_names_the_file_the_field_and_what_it_must_be(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"clusters: [{name: c}]\ncontexts: [{name: x, context: {cluster: c}}]",
         "cluster \"c\": server: not set: must be https://host:port or http://host:port"},
        {CLUSTER("server: ''"), "cluster \"c\": server: not set: must be https://host:port or http://host:port"},
        {CLUSTER("server: ftp://h"),
         "cluster \"c\": server: \"ftp://h\": must be https://host:port or http://host:port"},
        {CLUSTER("server: ':6443'"),
         "cluster \"c\": server: \"http://:6443\": must be https://host:port or http://host:port"},
        {CLUSTER("server: 'https://'"),
         "cluster \"c\": server: \"https://\": must be https://host:port or http://host:port"},
        {CLUSTER("server: 'https:///x'"),
         "cluster \"c\": server: \"https:///x\": must be https://host:port or http://host:port"},
        {CLUSTER("server: 'https://:1'"),
         "cluster \"c\": server: \"https://:1\": must be https://host:port or http://host:port"},
        {CLUSTER("server: 'https://a b'"),
         "cluster \"c\": server: \"https://a b\": must be https://host:port or http://host:port"},
        {CLUSTER("server: 'https://me:hunter2@h'"),
         "cluster \"c\": server: must not contain a user name, password or query"},
        {CLUSTER("server: 'https://h?token=hunter2'"),
         "cluster \"c\": server: must not contain a user name, password or query"},
        {CLUSTER("server: [x]"), "cluster \"c\": server: must be one line of text without control characters"},
        {CLUSTER("server: 'https://h', proxy-url: 'ftp://me:hunter2@h'"),
         "cluster \"c\": proxy-url: must begin with http://, https://, socks5:// or socks5h://, and name a proxy"},
        {CLUSTER("server: 'https://h', proxy-url: 'http://'"),
         "cluster \"c\": proxy-url: must begin with http://, https://, socks5:// or socks5h://, and name a proxy"},
        {CLUSTER("server: 'https://h', proxy-url: 'hunter2:3128'"),
         "cluster \"c\": proxy-url: must begin with http://, https://, socks5:// or socks5h://, and name a proxy"},
        {CLUSTER("server: 'https://h', insecure-skip-tls-verify: 'true'"),
         "cluster \"c\": insecure-skip-tls-verify: must be true or false"},
        {CLUSTER("server: 'https://h', insecure-skip-tls-verify: 1"),
         "cluster \"c\": insecure-skip-tls-verify: must be true or false"},
        {CLUSTER("server: 'https://h', insecure-skip-tls-verify: true, certificate-authority: x"),
         "cluster \"c\": insecure-skip-tls-verify: must not be true if a certificate-authority is set"},
        {CLUSTER("server: 'https://h', certificate-authority-data: 'hunter2'"),
         "cluster \"c\": certificate-authority-data: must be base64 with its padding"},
        {CLUSTER("server: 'https://h', certificate-authority-data: [a]"),
         "cluster \"c\": certificate-authority-data: must be text"},
        {USER("token: \"hunter2\\n\""), "user \"u\": token: must be one line of text without control characters"},
        {USER("token: \"hunter2\\0x\""), "user \"u\": token: must be one line of text without control characters"},
        {USER("password: {a: hunter2}"), "user \"u\": password: must be one line of text without control characters"},
        {USER("client-certificate: x"), "user \"u\": client-key: not set: a client-certificate needs its key"},
        {USER("client-certificate-data: 'eA==', client-key-data: 'hunter2'"),
         "user \"u\": client-key-data: must be base64 with its padding"},
        {USER("client-certificate: x, client-key-data: \"eA==\\0\""),
         "user \"u\": client-key-data: must be base64 with its padding"},
        {USER("password: hunter2"), "user \"u\": username: not set: a password needs it"},
        {USER("token: hunter2, username: me"), "user \"u\": token: must not be set together with a username"},
        {USER("tokenFile: x, username: me"), "user \"u\": tokenFile: must not be set together with a username"},
        {USER("auth-provider: {name: gcp}"), "user \"u\": auth-provider: not supported: use exec"},
        {USER("exec: aws"), "user \"u\": exec: must be a mapping"},
        {EXEC(""), "user \"u\": exec.apiVersion: \"\": must be client.authentication.k8s.io/v1 or …/v1beta1"},
        {EXEC(V1 "alpha1, command: x"),
         "user \"u\": exec.apiVersion: \"client.authentication.k8s.io/v1alpha1\": must be "
         "client.authentication.k8s.io/v1 or …/v1beta1"},
        {EXEC(V1 ", command: x, interactiveMode: Always"),
         "user \"u\": exec.interactiveMode: \"Always\": must be Never or IfAvailable, since nobody can answer"},
        {EXEC(V1 ", command: x, interactiveMode: never"),
         "user \"u\": exec.interactiveMode: \"never\": must be Never or IfAvailable, since nobody can answer"},
        {EXEC(V1), "user \"u\": exec.command: not set: must be a program"},
        {EXEC(V1 ", command: ''"), "user \"u\": exec.command: not set: must be a program"},
        {EXEC(V1 ", command: x, args: hunter2"), "user \"u\": exec.args: must be a list"},
        {EXEC(V1 ", command: x, args: [a, [hunter2]]"), "user \"u\": exec.args: must be texts"},
        {EXEC(V1 ", command: x, args: [\"a\\0b\"]"), "user \"u\": exec.args: must be texts"},
        {EXEC(V1 ", command: x, env: {A: b}"), "user \"u\": exec.env: must be a list"},
        {EXEC(V1 ", command: x, env: [A]"), "user \"u\": exec.env: must be mappings of name (without =) and value"},
        {EXEC(V1 ", command: x, env: [{value: hunter2}]"),
         "user \"u\": exec.env: must be mappings of name (without =) and value"},
        {EXEC(V1 ", command: x, env: [{name: A=B, value: hunter2}]"),
         "user \"u\": exec.env: must be mappings of name (without =) and value"},
        {EXEC(V1 ", command: x, env: [{name: A, value: [hunter2]}]"),
         "user \"u\": exec.env: must be mappings of name (without =) and value"},
        {EXEC(V1 ", command: x, provideClusterInfo: maybe"),
         "user \"u\": exec.provideClusterInfo: must be true or false"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char expected[512];

        snprintf(expected, sizeof expected, "kubeconfig F: %s", rows[i].expected);
        assert_refused(rows[i].text, NULL, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_arrives_and_relative_paths_start_at_the_file),
        cmocka_unit_test(data_takes_precedence_over_the_file_and_is_decoded),
        cmocka_unit_test(server_is_kept_without_trailing_slashes),
        cmocka_unit_test(quoted_null_is_text),
        cmocka_unit_test(null_and_empty_mean_not_set),
        cmocka_unit_test(insecure_is_taken_without_a_certificate_authority),
        cmocka_unit_test(exec_plugin_arrives),
        cmocka_unit_test(exec_command_with_a_slash_starts_at_the_file),
        cmocka_unit_test(releasing_twice_or_nothing_is_fine),
        cmocka_unit_test(an_error_names_the_file_the_field_and_what_it_must_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
