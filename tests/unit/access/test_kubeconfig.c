#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/kubeconfig_text.h"

static void add(struct ks_kubeconfig *kubeconfig, const char *name, const char *text)
{
    const struct ks_kubeconfig_text file = {.name = name, .folder = "/folder", .text = text, .length = strlen(text)};
    struct ks_error err = {0};

    if (ks_kubeconfig_add(kubeconfig, &file, &err)) {
        fail_msg("%s\n%s", err.text, text);
    }
    assert_int_equal(err.kind, KS_ERROR_NONE);
}

static int resolve(const struct ks_kubeconfig *kubeconfig, const char *context, struct ks_access *config,
                   struct ks_error *err)
{
    return ks_kubeconfig_resolve(kubeconfig, &(struct ks_access_source){.context = context}, config, err);
}

/* Every error here begins with "kubeconfig F: ". */
static void invalid_text_is_refused_with_its_line_or_context(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"", "defines no context; contexts: none"},
        {"# nothing\n", "defines no context; contexts: none"},
        {"~", "defines no context; contexts: none"},
        {"contexts: []", "defines no context; contexts: none"},
        {"a: b\nc: [\n", "line 3: did not find expected node content"},
        {"a: b\n c: d\n", "line 2: mapping values are not allowed in this context"},
        {"a: *nowhere\n", "line 1: found undefined alias"},
        {"a: b\nc: \xff\n", "line 2: invalid leading UTF-8 octet"},
        {"a: b\nc: \x01\n", "line 2: control characters are not allowed"},
        {"- a\n", "line 1: must be a mapping with clusters, users and contexts"},
        {"token-in-a-wrong-file\n", "line 1: must be a mapping with clusters, users and contexts"},
        {"\nclusters: {}\n", "line 2: clusters must be a list"},
        {"users: x\n", "line 1: users must be a list"},
        {"contexts:\n- x\n", "line 2: an entry of contexts must be a mapping of name and context, itself a mapping"},
        {"clusters:\n- {name: c, cluster: 'https://h'}\n",
         "line 2: an entry of clusters must be a mapping of name and cluster, itself a mapping"},
        {"users: [{name: [u]}]", "line 1: the name of a user must be one line of text"},
        {"users: [{name: \"u\\nv\"}]", "line 1: the name of a user must be one line of text"},
        {"a: {<<: 3}\n", "line 1: a merge key (<<) must have a mapping, or a list of mappings"},
        {"a:\n  <<: [{b: c}, 3]\n", "line 2: a merge key (<<) must have a mapping, or a list of mappings"},
        {"a: {<<: }\n", "line 1: a merge key (<<) must have a mapping, or a list of mappings"},
        {"a: &a {<<: *a}\n", "line 1: merge keys (<<) must not merge themselves, or more than 256 mappings"},
        {"a: &a {b: c}\nd: &d {<<: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]}\n"
         "e:\n- {<<: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]}\n",
         "line 4: merge keys (<<) must not merge themselves, or more than 256 mappings"},
        {"a: !!binary x\n", "line 1: !!binary must be base64"},
        {"kind: Pod\n", "kind: \"Pod\": must be Config"},
        {"apiVersion: v2\n", "apiVersion: \"v2\": must be v1"},
        {"users:\n- {name: u}\n- {name: v}\n- {name: u}\n",
         "line 4: users must not have two entries with the name \"u\""},
        {"contexts: [{name: x}, {name: x}]", "line 1: contexts must not have two entries with the name \"x\""},
        {"current-context: [a]\n", "current-context: must be one line of text without control characters"},
        {"current-context: c\ncontexts: [{name: a}, {name: b}]",
         "current-context \"c\": not in the kubeconfig; contexts: a, b"},
        {"contexts: [{name: a}, {name: b}]", "current-context: not set: set it, or choose a context; contexts: a, b"},
        {"contexts: [{name: x}]", "context \"x\": cluster: not set: must be one of clusters"},
        {"contexts: [{name: x, context: {cluster: c}}]", "context \"x\": cluster: \"c\": must be one of clusters"},
        {"clusters: [{name: c}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]",
         "context \"x\": user: \"u\": must be one of users"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char expected[512];

        snprintf(expected, sizeof expected, "kubeconfig F: %s", rows[i].expected);
        assert_refused(rows[i].text, NULL, expected);
    }
}

static void json_is_read(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config, "{\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"https:\\/\\/h\",\n"
                        "\t\"insecure-skip-tls-verify\":true}}],\"users\":[{\"name\":\"u\",\"user\":\n"
                        "{\"token\":\"t\\u0041\"}}],\"contexts\":[{\"name\":\"x\",\"context\":{\"cluster\":\"c\",\n"
                        "\"user\":\"u\"}}],\"current-context\":\"x\",\"users-nothing\":null}");
    assert_string_equal(config.server, "https://h");
    assert_string_equal(config.token, "tA");
    assert_true(config.insecure);
    ks_access_fini(&config);
}

static void anchors_and_aliases_are_followed(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config, "shared: &shared {server: 'https://h', certificate-authority: &file ca}\n"
                        "clusters: [{name: &name c, cluster: *shared}]\n"
                        "users: [{name: *name, user: {tokenFile: *file}}]\n"
                        "contexts: [{name: x, context: {cluster: *name, user: *name}}]\n");
    assert_string_equal(config.server, "https://h");
    assert_string_equal(config.ca.path, "/folder/ca");
    assert_string_equal(config.token_file, "/folder/ca");
    ks_access_fini(&config);
}

static void last_of_two_equal_keys_wins_and_later_documents_are_not_read(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config,
               "clusters: [{name: c, cluster: {server: 'https://1', server: 'https://2', proxy-url: 'http://p',\n"
               "            proxy-url: null}}]\n"
               "contexts: [{name: x, context: {cluster: c}}, {context: {cluster: e}}]\n"
               "---\n"
               "current-context: absent\n");
    assert_string_equal(config.server, "https://2");
    assert_null(config.proxy);
    ks_access_fini(&config);
}

static void merge_keys_are_followed_and_win_over_what_stands_before_them(void **state)
{
    static const struct {
        const char *cluster, *expected;
    } rows[] = {
        {"<<: *b", "https://b"},
        {"<<: *b, server: 'https://own'", "https://own"},
        {"server: 'https://own', <<: *b", "https://b"},
        {"<<: [*b, *g]", "https://b"},
        {"<<: [{tls-server-name: n}, *g]", "https://g"},
        {"<<: *b, <<: *g", "https://g"},
        {"<<: {<<: *g}", "https://g"},
        {"server: 'https://own', '<<': *b", "https://own"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        char text[512];

        snprintf(text, sizeof text, "b: &b {server: 'https://b'}\ng: &g {server: 'https://g'}\n" CLUSTER("%s"),
                 rows[i].cluster);
        parse_well(&config, text);
        assert_row_text(rows[i].cluster, config.server, rows[i].expected);
        ks_access_fini(&config);
    }
    assert_refused("b: &b {server: 'https://b'}\n" CLUSTER("<<: *b, server: null"), NULL,
                   "kubeconfig F: cluster \"c\": server: not set: must be https://host:port or http://host:port");
}

static void binary_is_decoded_before_the_field_is_read(void **state)
{
    struct ks_access config;

    (void)state;
    /* Y2E= is "ca" in base64, and WTJFPQ== is that once more. */
    parse_well(&config, "clusters: [{name: c, cluster: {server: !!binary aHR0cHM6Ly9o,\n"
                        "            certificate-authority-data: !!binary WTJFPQ==}}]\n"
                        "contexts: [{name: x, context: {cluster: c}}]\n");
    assert_string_equal(config.server, "https://h");
    assert_int_equal(config.ca.length, 2);
    assert_string_equal(config.ca.data, "ca");
    ks_access_fini(&config);
}

/* A byte order mark, UTF-16 and line ends of Windows; base64 on several lines. */
static void text_of_other_editors_is_read(void **state)
{
    static const char ascii[] = "clusters:\r\n- name: c\r\n  cluster:\r\n    server: https://h\r\n"
                                "    certificate-authority-data: |\r\n      Y2\r\n      E=\r\n"
                                "contexts:\r\n- name: x\r\n  context: {cluster: c}\r\n";
    char marked[sizeof ascii + 3] = "\xef\xbb\xbf";
    char wide[2 * sizeof ascii + 2] = "\xff\xfe";
    const struct ks_kubeconfig_text texts[] = {
        {.name = "ASCII", .folder = "/", .text = ascii, .length = sizeof ascii - 1},
        {.name = "UTF-8", .folder = "/", .text = marked, .length = sizeof ascii - 1 + 3},
        {.name = "UTF-16", .folder = "/", .text = wide, .length = 2 * (sizeof ascii - 1) + 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ascii - 1; i++) {
        marked[3 + i] = ascii[i];
        wide[2 + 2 * i] = ascii[i];
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
        struct ks_access config;
        struct ks_error err = {.text = ""};

        ks_kubeconfig_init(&kubeconfig);
        assert_row_number(texts[i].name, ks_kubeconfig_add(&kubeconfig, &texts[i], &err), 0);
        assert_row_number(texts[i].name, resolve(&kubeconfig, NULL, &config, &err), 0);
        assert_row_text(texts[i].name, config.server, "https://h");
        assert_row_text(texts[i].name, config.ca.data, "ca");
        ks_access_fini(&config);
    }
}

static void context_without_a_user_is_anonymous(void **state)
{
    struct ks_access config;

    (void)state;
    parse_well(&config, CLUSTER("server: 'https://h'"));
    assert_null(config.token);
    assert_null(config.username);
    assert_null(config.certificate.path);
    ks_access_fini(&config);
}

static void context_is_chosen_by_name_or_current_or_only_one(void **state)
{
    static const char several[] = "clusters: [{name: c, cluster: {server: 'https://h'}}]\n"
                                  "contexts: [{name: a, context: {cluster: c}}, {name: b, context: {cluster: c}}]\n";
    static const struct {
        const char *first; /* before the text above */
        const char *context;
        const char *expected;
    } rows[] = {
        {"current-context: b\n", NULL, "b"},
        {"current-context: b\n", "a", "a"},
        {"current-context: gone\n", "a", "a"},
        {"", "b", "b"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        struct ks_error err = {0};
        char text[512];

        snprintf(text, sizeof text, "%s%s", rows[i].first, several);
        assert_int_equal(parse(&config, text, rows[i].context, &err), 0);
        assert_string_equal(config.context, rows[i].expected);
        ks_access_fini(&config);
    }
    assert_refused(several, "z", "kubeconfig F: context \"z\": not in the kubeconfig; contexts: a, b");
}

static void long_list_of_contexts_leaves_room_for_the_sentence(void **state)
{
    char text[8192] = "contexts: [";
    size_t length = strlen(text);
    struct ks_access config;
    struct ks_error err = {0};

    (void)state;
    for (int i = 0; i < 200; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s{name: context-%03d}", i ? "," : "", i);
    }
    snprintf(text + length, sizeof text - length, "]");
    assert_int_equal(parse(&config, text, "z", &err), -1);
    assert_non_null(strstr(err.text, ": context \"z\": not in the kubeconfig; contexts: context-000, context-001, "));
    assert_string_equal(err.text + strlen(err.text) - strlen(", …"), ", …");
}

static void texts_are_merged_and_the_first_definition_wins(void **state)
{
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
    struct ks_access config;

    (void)state;
    ks_kubeconfig_init(&kubeconfig);
    add(&kubeconfig, "1", "");
    add(&kubeconfig, "2", "current-context: ''\nusers: [{name: u, user: {token: first}}]\n");
    add(&kubeconfig, "3",
        "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
        "users: [{name: u, user: {username: second}}, {name: v, user: {tokenFile: t}}]\n");
    add(&kubeconfig, "4",
        "current-context: y\ncontexts: [{name: x, context: {cluster: d, user: v}}, {name: y}]\n"
        "clusters: [{name: c, cluster: {server: 'https://h'}}]\n");
    assert_int_equal(resolve(&kubeconfig, NULL, &config, NULL), 0);
    assert_string_equal(config.context, "x");
    assert_string_equal(config.server, "https://h");
    assert_string_equal(config.token, "first");
    assert_null(config.username);
    ks_access_fini(&config);
}

static void error_of_merged_texts_names_the_one_that_is_wrong(void **state)
{
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
    struct ks_access config;
    struct ks_error err = {0};

    (void)state;
    ks_kubeconfig_init(&kubeconfig);
    add(&kubeconfig, "1", "contexts: [{name: x, context: {cluster: c}}, {name: y, context: {cluster: d}}]\n");
    add(&kubeconfig, "2", "clusters: [{name: c, cluster: {server: 'ftp://h'}}]\n");
    assert_int_equal(resolve(&kubeconfig, "x", &config, &err), -1);
    assert_string_equal(err.text, "kubeconfig 2: cluster \"c\": server: \"ftp://h\": must be https://host:port or "
                                  "http://host:port");
    assert_int_equal(resolve(&kubeconfig, "y", &config, &err), -1);
    assert_string_equal(err.text, "kubeconfig 1: context \"y\": cluster: \"d\": must be one of clusters");
    assert_int_equal(resolve(&kubeconfig, "z", &config, &err), -1);
    assert_string_equal(err.text, "kubeconfig 1 and others: context \"z\": not in the kubeconfig; contexts: x, y");
}

static void text_that_is_refused_adds_nothing(void **state)
{
    const struct ks_kubeconfig_text wrong = {.name = "F", .folder = "/folder", .text = "[", .length = 1};
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
    struct ks_access config;

    (void)state;
    ks_kubeconfig_init(&kubeconfig);
    add(&kubeconfig, "1", CLUSTER("server: 'https://h'"));
    assert_int_equal(ks_kubeconfig_add(&kubeconfig, &wrong, NULL), -1);
    assert_int_equal(kubeconfig.count, 1);
    assert_int_equal(resolve(&kubeconfig, NULL, &config, NULL), 0);
    ks_access_fini(&config);
}

static void text_with_a_nul_is_refused(void **state)
{
    const struct ks_kubeconfig_text text = {.name = "F", .folder = "/folder", .text = "a: b\n\0", .length = 6};
    struct ks_kubeconfig kubeconfig = {0};
    struct ks_error err = {0};

    (void)state;
    assert_int_equal(ks_kubeconfig_add(&kubeconfig, &text, &err), -1);
    assert_string_equal(err.text, "kubeconfig F: line 2: control characters are not allowed");
    ks_kubeconfig_fini(&kubeconfig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_text_is_refused_with_its_line_or_context),
        cmocka_unit_test(json_is_read),
        cmocka_unit_test(anchors_and_aliases_are_followed),
        cmocka_unit_test(last_of_two_equal_keys_wins_and_later_documents_are_not_read),
        cmocka_unit_test(merge_keys_are_followed_and_win_over_what_stands_before_them),
        cmocka_unit_test(binary_is_decoded_before_the_field_is_read),
        cmocka_unit_test(text_of_other_editors_is_read),
        cmocka_unit_test(context_without_a_user_is_anonymous),
        cmocka_unit_test(context_is_chosen_by_name_or_current_or_only_one),
        cmocka_unit_test(long_list_of_contexts_leaves_room_for_the_sentence),
        cmocka_unit_test(texts_are_merged_and_the_first_definition_wins),
        cmocka_unit_test(error_of_merged_texts_names_the_one_that_is_wrong),
        cmocka_unit_test(text_that_is_refused_adds_nothing),
        cmocka_unit_test(text_with_a_nul_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
