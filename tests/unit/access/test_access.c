#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/access.h"
#include "access/kubeconfig.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A whole kubeconfig whose one context has the cluster's name. */
#define CLUSTER(name, fields)                                                                                          \
    "clusters: [{name: " name ", cluster: {server: 'https://" name "', " fields "}}]\n"                                \
    "contexts: [{name: " name ", context: {cluster: " name "}}]\n"

/* The files in the folder of every test: */
static const struct {
    const char *path;
    const char *text; /* NULL for a folder */
} tree[] = {
    {"a", CLUSTER("a", "certificate-authority: ca")},
    {"b", CLUSTER("b", "certificate-authority: ../ca") "current-context: b\n"},
    {"proxied", CLUSTER("proxied", "proxy-url: 'socks5://own'")},
    {"empty", ""},
    {"broken", "a: b\n]"},
    {"folder", NULL},
    {"folder/c", CLUSTER("c", "certificate-authority: pki/ca")},
    {".kube", NULL},
    {".kube/config", CLUSTER("home", "certificate-authority: ca")},
    {"account", NULL},
    {"account/token", "token"},
};

static char folder[] = "/tmp/test_kube_config.XXXXXX";

/* Replaces @ in a text by the folder. */
static const char *expand(char to[static 1024], const char *text)
{
    size_t length = 0;

    if (!text) {
        return NULL;
    }
    to[0] = '\0';
    for (; *text; text++) {
        length +=
            (size_t)snprintf(to + length, 1024 - length, "%.*s", *text == '@' ? 1000 : 1, *text == '@' ? folder : text);
        assert_true(length < 1024);
    }
    return to;
}

static void assert_expanded(const char *actual, const char *expected)
{
    char expanded[1024];

    if (!expected) {
        assert_null(actual);
        return;
    }
    assert_non_null(actual);
    assert_string_equal(actual, expand(expanded, expected));
}

/* Calls ks_access_load, with @ for the folder. */
static int load(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err)
{
    struct ks_access_source expanded = *source;
    char kubeconfig[1024];
    char home[1024];
    char service_account[1024];

    expanded.kubeconfig = expand(kubeconfig, source->kubeconfig);
    expanded.home = expand(home, source->home);
    expanded.service_account = expand(service_account, source->service_account);
    return ks_access_load(config, &expanded, err);
}

static void assert_refused(const struct ks_access_source *source, enum ks_error_kind kind, const char *expected)
{
    struct ks_access config = {.token = folder};
    struct ks_error err = {0};

    assert_int_equal(load(&config, source, &err), -1);
    assert_expanded(err.text, expected);
    assert_int_equal(err.kind, kind);
    assert_ptr_equal(config.token, folder); /* untouched */
    assert_int_equal(load(&config, source, NULL), -1);
}

static void write_bytes(const char *name, const char *text, size_t length)
{
    char path[1024];
    FILE *file = fopen(expand(path, name), "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void source_is_a_kubeconfig_then_the_pod_then_home(void **state)
{
    static const struct {
        struct ks_access_source source;
        const char *context;
        const char *server;
    } rows[] = {
        {{.kubeconfig = "@/a", .service_host = "1.2.3.4", .service_port = "443", .home = "@"}, "a", "https://a"},
        {{.service_host = "1.2.3.4", .service_port = "443", .service_account = "@/account", .home = "@"},
         "in-cluster",
         "https://1.2.3.4:443"},
        {{.home = "@"}, "home", "https://home"},
        {{.kubeconfig = "", .service_host = "", .home = "@"}, "home", "https://home"},
        {{.home = "@", .context = ""}, "home", "https://home"},
        {{.home = "@", .context = "home"}, "home", "https://home"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;
        struct ks_error err = {0};

        assert_int_equal(load(&config, &rows[i].source, &err), 0);
        assert_int_equal(err.kind, KS_ERROR_NONE);
        assert_string_equal(config.context, rows[i].context);
        assert_string_equal(config.server, rows[i].server);
        ks_access_fini(&config);
    }
}

static void no_cluster_at_all_says_what_to_set(void **state)
{
    static const struct ks_access_source rows[] = {
        {0},
        {.kubeconfig = "", .service_host = "", .home = ""},
        {.home = "@/folder"},
        {.home = "@/a"}, /* a file */
        {.home = "@/nowhere", .context = "a"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refused(&rows[i], KS_ERROR_NOT_FOUND,
                       "no cluster: set KUBECONFIG to a kubeconfig file, write ~/.kube/config, or run in a Pod");
    }
}

static void pod_uses_its_service_account(void **state)
{
    static const struct {
        const char *host;
        const char *port;
        const char *context;
        const char *server;
    } rows[] = {
        {"10.0.0.1", "443", NULL, "https://10.0.0.1:443"},
        {"fd00::1", "6443", NULL, "https://[fd00::1]:6443"},
        {"[fd00::1]", "1", "", "https://[fd00::1]:1"},
        {"kubernetes.default.svc", "65535", "in-cluster", "https://kubernetes.default.svc:65535"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_access_source source = {.service_host = rows[i].host,
                                                .service_port = rows[i].port,
                                                .service_account = "@/account",
                                                .context = rows[i].context};
        struct ks_access config;

        assert_int_equal(load(&config, &source, NULL), 0);
        assert_string_equal(config.server, rows[i].server);
        assert_string_equal(config.context, "in-cluster");
        assert_expanded(config.token_file, "@/account/token");
        assert_expanded(config.ca.path, "@/account/ca.crt");
        assert_null(config.token);
        assert_false(config.insecure);
        ks_access_fini(&config);
    }
}

static void an_invalid_pod_is_refused(void **state)
{
    static const struct {
        struct ks_access_source source;
        const char *expected;
    } rows[] = {
        {{.service_host = "h", .service_port = "443", .service_account = "@/folder", .home = "@"},
         "service account token @/folder/token: No such file or directory; set automountServiceAccountToken, or "
         "KUBECONFIG"},
        {{.service_host = "h", .service_account = "@/account"},
         "KUBERNETES_SERVICE_PORT \"\": must be a whole number from 1 to 65535"},
        {{.service_host = "h", .service_port = "0"},
         "KUBERNETES_SERVICE_PORT \"0\": must be a whole number from 1 to 65535"},
        {{.service_host = "h", .service_port = "65536"},
         "KUBERNETES_SERVICE_PORT \"65536\": must be a whole number from 1 to 65535"},
        {{.service_host = "h", .service_port = "443x"},
         "KUBERNETES_SERVICE_PORT \"443x\": must be a whole number from 1 to 65535"},
        {{.service_host = "h", .service_port = "-1"},
         "KUBERNETES_SERVICE_PORT \"-1\": must be a whole number from 1 to 65535"},
        {{.service_host = "h", .service_port = "tcp://1\n"},
         "KUBERNETES_SERVICE_PORT \"tcp://1 \": must be a whole number from 1 to 65535"},
        {{.service_host = "h/x", .service_port = "443"},
         "KUBERNETES_SERVICE_HOST \"h/x\": must be an address or a host name"},
        {{.service_host = "h", .service_port = "443", .service_account = "@/account", .context = "a"},
         "context \"a\": must be in-cluster in a Pod, unless a kubeconfig is named that defines it"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refused(&rows[i].source, KS_ERROR_INVALID, rows[i].expected);
    }
}

static void files_are_merged_in_order_and_missing_ones_skipped(void **state)
{
    static const struct {
        const char *kubeconfig;
        const char *context;
        const char *expected;
        const char *ca;
    } rows[] = {
        {"@/a", NULL, "a", "@/ca"},
        {"@/a:@/b", NULL, "b", "/tmp/ca"},
        {"@/a:@/b", "a", "a", "@/ca"},
        {"@/nowhere:@/a/b:@/a", NULL, "a", "@/ca"},
        {":@/a::@/empty:", NULL, "a", "@/ca"},
        {"/dev/null:@/a", NULL, "a", "@/ca"},
        {"@/a:@/folder/c", "c", "c", "@/folder/pki/ca"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_access_source source = {.kubeconfig = rows[i].kubeconfig, .context = rows[i].context};
        struct ks_access config;
        struct ks_error err = {0};

        if (load(&config, &source, &err)) {
            fail_msg("%s: %s", rows[i].kubeconfig, err.text);
        }
        assert_string_equal(config.context, rows[i].expected);
        assert_expanded(config.ca.path, rows[i].ca);
        ks_access_fini(&config);
    }
}

static void invalid_files_are_refused(void **state)
{
    static const struct {
        struct ks_access_source source;
        enum ks_error_kind kind;
        const char *expected;
    } rows[] = {
        {{.kubeconfig = "@/nowhere", .home = "@"},
         KS_ERROR_INVALID,
         "kubeconfig \"@/nowhere\": no such file; must be paths of existing files, separated by ':'"},
        {{.kubeconfig = "@/nowhere:@/a/b"},
         KS_ERROR_INVALID,
         "kubeconfig \"@/nowhere:@/a/b\": no such file; must be paths of existing files, separated by ':'"},
        {{.kubeconfig = ":"},
         KS_ERROR_INVALID,
         "kubeconfig \":\": no such file; must be paths of existing files, separated by ':'"},
        {{.kubeconfig = "x\ny"},
         KS_ERROR_INVALID,
         "kubeconfig \"x y\": no such file; must be paths of existing files, separated by ':'"},
        {{.kubeconfig = "@/a:@/folder"}, KS_ERROR_SYSTEM, "kubeconfig @/folder: Is a directory"},
        {{.kubeconfig = "@/a:@/broken"}, KS_ERROR_INVALID, "kubeconfig @/broken: line 2: did not find expected key"},
        {{.home = "@", .context = "x\ny"},
         KS_ERROR_INVALID,
         "kubeconfig @/.kube/config: context \"x y\": not in the kubeconfig; contexts: home"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refused(&rows[i].source, rows[i].kind, rows[i].expected);
    }
}

static void every_file_that_was_looked_for_is_told(void **state)
{
    static const struct {
        struct ks_access_source source;
        const char *files[3];
    } rows[] = {
        {{.kubeconfig = "@/nowhere:@/a::@/a/b"}, {"@/nowhere", "@/a", "@/a/b"}},
        {{.kubeconfig = "@/a:@/b"}, {"@/a", "@/b"}},
        {{.home = "@"}, {"@/.kube/config"}},
        {{.service_host = "h", .service_port = "1", .service_account = "@/account"}, {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;

        assert_int_equal(load(&config, &rows[i].source, NULL), 0);
        for (size_t file = 0; file < COUNT(rows[i].files) && config.files; file++) {
            assert_expanded(config.files[file], rows[i].files[file]);
            if (!config.files[file]) {
                break;
            }
        }
        assert_int_equal(!config.files, !rows[i].files[0]);
        ks_access_fini(&config);
    }
}

static void the_environment_sets_the_proxy_unless_the_kubeconfig_does(void **state)
{
    static const struct {
        struct ks_access_source source;
        const char *proxy;
        bool is_ours;
    } rows[] = {
        {{.kubeconfig = "@/a"}, NULL, false},
        {{.kubeconfig = "@/a", .https_proxy = "http://p"}, "http://p", true},
        {{.kubeconfig = "@/a", .https_proxy = "http://p", .no_proxy = "a"}, NULL, false},
        {{.kubeconfig = "@/proxied", .https_proxy = "http://p"}, "socks5://own", false},
        {{.kubeconfig = "@/proxied", .https_proxy = "ftp://p", .no_proxy = "proxied"}, "socks5://own", false},
        {{.service_host = "h", .service_port = "1", .service_account = "@/account", .https_proxy = "p:1"},
         "http://p:1",
         true},
        {{.service_host = "10.0.0.1",
          .service_port = "1",
          .service_account = "@/account",
          .https_proxy = "p:1",
          .no_proxy = "10.0.0.0/8"},
         NULL,
         false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_access config;

        assert_int_equal(load(&config, &rows[i].source, NULL), 0);
        assert_expanded(config.proxy, rows[i].proxy);
        assert_int_equal(config.is_proxy_ours, rows[i].is_ours);
        ks_access_fini(&config);
    }
}

static void relative_kubeconfig_starts_in_the_current_folder(void **state)
{
    static const struct {
        const char *kubeconfig;
        const char *ca;
    } rows[] = {{"a", "@/ca"}, {"./a", "@/ca"}, {"folder/c", "@/folder/pki/ca"}};
    char *previous = getcwd(NULL, 0);

    (void)state;
    assert_non_null(previous);
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_access_source source = {.kubeconfig = rows[i].kubeconfig};
        struct ks_access config;

        assert_int_equal(load(&config, &source, NULL), 0);
        assert_expanded(config.ca.path, rows[i].ca);
        ks_access_fini(&config);
    }
    assert_int_equal(chdir(previous), 0);
    free(previous);
}

static void file_of_4_mib_is_read_and_one_byte_more_is_refused(void **state)
{
    static char text[KS_KUBECONFIG_SIZE_MAX + 1];
    const struct ks_access_source source = {.kubeconfig = "@/large"};
    struct ks_access config;
    int length = snprintf(text, sizeof text, CLUSTER("large", "") "#");

    (void)state;
    memset(text + length, 'x', sizeof text - (size_t)length);
    write_bytes("@/large", text, sizeof text - 1);
    assert_int_equal(load(&config, &source, NULL), 0);
    ks_access_fini(&config);
    write_bytes("@/large", text, sizeof text);
    assert_refused(&source, KS_ERROR_LIMIT, "kubeconfig @/large: larger than 4 MiB");
    assert_int_equal(unlink(expand((char[1024]){0}, "@/large")), 0);
}

static int make_tree(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) {
        return -1;
    }
    for (size_t i = 0; i < COUNT(tree); i++) {
        char path[1024];

        snprintf(path, sizeof path, "%s/%s", folder, tree[i].path);
        if (tree[i].text) {
            write_bytes(path, tree[i].text, strlen(tree[i].text));
        } else if (mkdir(path, 0700)) {
            return -1;
        }
    }
    return 0;
}

static int remove_tree(void **state)
{
    (void)state;
    for (size_t i = COUNT(tree); i-- > 0;) {
        char path[1024];

        snprintf(path, sizeof path, "%s/%s", folder, tree[i].path);
        remove(path);
    }
    return rmdir(folder);
}

/* Every member that leads elsewhere, or makes us another user, one at a time. */
static void access_is_the_same_only_if_every_member_is(void **state)
{
    static char *none[] = {NULL}, *one[] = {"a", NULL}, *two[] = {"a", "b", NULL};
    const struct ks_access plain = {.server = "https://a", .exec.arguments = one};
    const struct ks_access others[] = {
        {.server = "https://b", .exec.arguments = one},
        {.exec.arguments = one},
        {.server = "https://a"},
        {.server = "https://a", .exec.arguments = none},
        {.server = "https://a", .exec.arguments = two},
        {.server = "https://a", .exec.arguments = one, .context = ""},
        {.server = "https://a", .exec.arguments = one, .tls_server_name = "a"},
        {.server = "https://a", .exec.arguments = one, .proxy = "http://a"},
        {.server = "https://a", .exec.arguments = one, .insecure = true},
        {.server = "https://a", .exec.arguments = one, .ca.path = "/a"},
        {.server = "https://a", .exec.arguments = one, .ca = {.data = "a", .length = 1}},
        {.server = "https://a", .exec.arguments = one, .certificate.path = "/a"},
        {.server = "https://a", .exec.arguments = one, .key.path = "/a"},
        {.server = "https://a", .exec.arguments = one, .token = "a"},
        {.server = "https://a", .exec.arguments = one, .token_file = "a"},
        {.server = "https://a", .exec.arguments = one, .username = "a"},
        {.server = "https://a", .exec.arguments = one, .password = "a"},
        {.server = "https://a", .exec = {.arguments = one, .environment = one}},
        {.server = "https://a", .exec = {.arguments = one, .api_version = "a"}},
        {.server = "https://a", .exec = {.arguments = one, .cluster_config = "{}"}},
        {.server = "https://a", .exec = {.arguments = one, .provide_cluster_info = true}},
        {.server = "https://a", .exec.arguments = one, .impersonation = one},
    };
    const struct ks_access unimportant = {.server = "https://a", .exec.arguments = one, .files = one, .warnings = two};

    (void)state;
    assert_true(ks_access_is_same(&plain, &plain));
    assert_true(ks_access_is_same(&plain, &unimportant));
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(ks_access_is_same(&plain, &others[i]));
        assert_false(ks_access_is_same(&others[i], &plain));
        assert_true(ks_access_is_same(&others[i], &others[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_is_the_same_only_if_every_member_is),
        cmocka_unit_test(source_is_a_kubeconfig_then_the_pod_then_home),
        cmocka_unit_test(no_cluster_at_all_says_what_to_set),
        cmocka_unit_test(pod_uses_its_service_account),
        cmocka_unit_test(an_invalid_pod_is_refused),
        cmocka_unit_test(files_are_merged_in_order_and_missing_ones_skipped),
        cmocka_unit_test(invalid_files_are_refused),
        cmocka_unit_test(every_file_that_was_looked_for_is_told),
        cmocka_unit_test(the_environment_sets_the_proxy_unless_the_kubeconfig_does),
        cmocka_unit_test(relative_kubeconfig_starts_in_the_current_folder),
        cmocka_unit_test(file_of_4_mib_is_read_and_one_byte_more_is_refused),
    };

    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
