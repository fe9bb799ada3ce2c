/* Where requests go: the URL, the Host header, the redirection, the proxy. */
#include "config.h"

#include "support/testing.h"

#include "loop/http_connection.h"

#define PATH "/api/v1/pods?watch=1"

static struct ks_http_target make(const char *url, const char *tls_server_name, const char *proxy)
{
    const struct ks_http_server server = {.url = url, .tls_server_name = tls_server_name, .proxy = proxy};
    struct ks_http_target target = {.url = NULL};

    assert_int_equal(ks_http_make_target(&target, &server, PATH), 0);
    return target;
}

static void another_tls_name_changes_neither_host_nor_address(void **state)
{
    static const struct {
        const char *url, *name, *target, *host, *redirect;
    } rows[] = {
        {"https://192.0.2.1:6443", "kube.test", "https://kube.test:6443", "Host: 192.0.2.1:6443", "::192.0.2.1:"},
        {"https://192.0.2.1", "kube.test", "https://kube.test", "Host: 192.0.2.1", "::192.0.2.1:"},
        {"https://real.test:443", "kube.test", "https://kube.test:443", "Host: real.test:443", "::real.test:"},
        {"https://real.test:443/k8s/c:1", "kube.test", "https://kube.test:443", "Host: real.test:443", "::real.test:"},
        {"HTTPS://real.test/k8s", "kube.test", "https://kube.test", "Host: real.test", "::real.test:"},
        {"https://[2001:db8::1]:6443", "kube.test", "https://kube.test:6443", "Host: [2001:db8::1]:6443",
         "::[2001:db8::1]:"},
        {"https://[2001:db8::1]/k8s", "kube.test", "https://kube.test", "Host: [2001:db8::1]", "::[2001:db8::1]:"},
        {"https://real.test:6443", "192.0.2.2", "https://192.0.2.2:6443", "Host: real.test:6443", "::real.test:"},
        {"https://real.test:6443", "2001:db8::2", "https://[2001:db8::2]:6443", "Host: real.test:6443", "::real.test:"},
        {"https://real.test:6443", "[2001:db8::2]", "https://[2001:db8::2]:6443", "Host: real.test:6443",
         "::real.test:"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_http_target target = make(rows[i].url, rows[i].name, NULL);
        const char *prefix = strstr(rows[i].url, "/k8s");
        char wanted[128];

        snprintf(wanted, sizeof wanted, "%s%s" PATH, rows[i].target, prefix ? prefix : "");
        assert_row_text(rows[i].url, target.url, wanted);
        assert_row_text(rows[i].url, target.host, rows[i].host);
        assert_row_text(rows[i].url, target.connect_to->data, rows[i].redirect);
        assert_null(target.connect_to->next);
        assert_null(target.proxy);
        ks_http_target_fini(&target);
    }
}

static void without_another_tls_name_libcurl_writes_the_host(void **state)
{
    static const struct {
        const char *url, *name;
    } rows[] = {
        {"https://192.0.2.1:6443/k8s", NULL},
        {"http://127.0.0.1:8001", NULL},
        {"http://127.0.0.1:8001", "kube.test"}, /* there is no TLS */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_http_target target = make(rows[i].url, rows[i].name, NULL);
        char wanted[128];

        snprintf(wanted, sizeof wanted, "%s" PATH, rows[i].url);
        assert_row_text(rows[i].url, target.url, wanted);
        assert_null(target.host);
        assert_null(target.connect_to);
        ks_http_target_fini(&target);
    }
}

static void a_proxy_means_what_it_means_in_go(void **state)
{
    static const struct {
        const char *proxy, *wanted;
    } rows[] = {
        {"socks5://127.0.0.1:1080", "socks5h://127.0.0.1:1080"},
        {"SOCKS5://proxy.test", "socks5h://proxy.test"},
        {"socks5h://proxy.test", "socks5h://proxy.test"},
        {"socks5://me:p%40ss@[::1]:1080/", "socks5h://me:p%40ss@[::1]:1080"},
        {"http://proxy.test", "http://proxy.test:80"},
        {"http://proxy.test/", "http://proxy.test:80"},
        {"http://proxy.test:3128/", "http://proxy.test:3128"},
        {"http://me:secret@proxy.test", "http://me:secret@proxy.test:80"},
        {"http://[2001:db8::1]", "http://[2001:db8::1]:80"},
        {"http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"},
        {"https://proxy.test", "https://proxy.test"}, /* 443 in libcurl, too */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_http_target target = make("https://192.0.2.1", NULL, rows[i].proxy);

        assert_row_text(rows[i].proxy, target.proxy, rows[i].wanted);
        ks_http_target_fini(&target);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_tls_name_changes_neither_host_nor_address),
        cmocka_unit_test(without_another_tls_name_libcurl_writes_the_host),
        cmocka_unit_test(a_proxy_means_what_it_means_in_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
