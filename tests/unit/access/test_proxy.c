/* The proxy of the environment, by the rules of Go's httpproxy. */
#include "config.h"

#include "support/testing.h"

#include "access/host.h"
#include "access/proxy.h"

static void a_url_is_taken_apart(void **state)
{
    static const struct {
        const char *url, *host, *port;
        bool is_loopback;
    } rows[] = {
        {"https://h", "h", "443", false},
        {"http://h", "h", "80", false},
        {"HTTPS://API.Example:6443/prefix:1", "api.example", "6443", false},
        {"https://[FD00::1]:6443/x", "fd00::1", "6443", false},
        {"https://[::1]", "::1", "443", true},
        {"http://h:", "h", "80", false},
        {"http://me:w@rd@h:1", "h", "1", false},
        {"http://localhost:8001", "localhost", "8001", true},
        {"http://LOCALHOST", "localhost", "80", true},
        {"http://127.8.9.1", "127.8.9.1", "80", true},
        {"http://[::ffff:127.0.0.1]", "::ffff:127.0.0.1", "80", true},
        {"http://localhost.example", "localhost.example", "80", false},
        {"http://127.0.0.1.example", "127.0.0.1.example", "80", false},
        {"http://128.0.0.1", "128.0.0.1", "80", false},
        {"http://[::2]", "::2", "80", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_host host;

        assert_row_number(rows[i].url, ks_host_of_url(&host, rows[i].url), true);
        assert_row_text(rows[i].url, host.name, rows[i].host);
        assert_row_text(rows[i].url, host.port, rows[i].port);
        assert_row_number(rows[i].url, ks_host_is_loopback(host.name), rows[i].is_loopback);
    }
}

static void a_host_or_port_that_is_too_long_is_none(void **state)
{
    char url[2 * KS_HOST_SIZE] = "https://";
    struct ks_host host;

    (void)state;
    memset(url + strlen(url), 'h', KS_HOST_SIZE - 1);
    assert_true(ks_host_of_url(&host, url));
    url[strlen(url)] = 'h';
    assert_false(ks_host_of_url(&host, url));
    assert_false(ks_proxy_is_exempt("*", url));
    assert_false(ks_host_of_url(&host, "https://h:12345678"));
}

/* The first rows are those of x/net/http/httpproxy's own test, in our words. */
static void no_proxy_exempts_servers(void **state)
{
    static const char list[] = "foo.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, "
                               "10.0.0.0/30, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, "
                               "2002:db8:a::45/64, with.port:6443,:80,, Upper.Case";
    static const struct {
        const char *list, *server;
        bool is_exempt;
    } rows[] = {
        {list, "http://localhost", true},
        {list, "http://127.0.0.1", true},
        {list, "http://127.0.0.2", true},
        {list, "http://[::1]", true},
        {list, "http://[::2]", false},
        {list, "http://192.168.1.1", true},
        {list, "http://192.168.1.2:80", false},
        {list, "http://192.168.1.2:81", true},
        {list, "http://192.168.1.3", true},
        {list, "http://192.168.1.4", false},
        {list, "http://10.0.0.2", true},
        {list, "http://[::ffff:10.0.0.2]", true},
        {list, "http://10.0.0.4", false},
        {list, "http://[2001:db8::52:0:1]", true},
        {list, "https://[2001:db8::52:0:2]", true},
        {list, "http://[2001:db8::52:0:2]", false},
        {list, "http://[2001:db8::52:0:3]", true},
        {list, "http://[2002:db8:a::123]", true},
        {list, "http://[2002:db8:a:1::123]", false},
        {list, "http://[fe80::424b:c8be:1643:a1b6]", false},
        {list, "http://barbaz.net", false},
        {list, "http://www.barbaz.net", true},
        {list, "http://foobarbaz.net", false},
        {list, "http://foo.com", true},
        {list, "http://www.foo.com", true},
        {list, "http://foofoo.com", false},
        {list, "http://baz.com", false},
        {list, "http://www.wildcard.io", true},
        {list, "http://wildcard.io", false},
        {list, "https://with.port:6443", true},
        {list, "https://sub.with.port:6443", true},
        {list, "https://with.port", false},
        {list, "https://upper.case", true},
        {list, "https://UPPER.case", true},
        {list, "http://x", false},
        {NULL, "https://h", false},
        {"", "https://h", false},
        {"", "https://127.0.0.1", true},
        {"*", "https://h", true},
        {"x, *", "https://10.0.0.1:6443", true},
        {"*:443", "https://h", false},
        {"0.0.0.0/0", "https://10.0.0.1", true},
        {"0.0.0.0/0", "https://[fd00::1]", false},
        {"::/0", "https://[fd00::1]", true},
        {"::/0", "https://10.0.0.1", false},
        {"10.0.0.0/33", "https://10.0.0.1", false},
        {"10.0.0.0/8x", "https://10.0.0.1", false},
        {"10.0.0.0/", "https://10.0.0.1", false},
        {"10.128.0.0/9", "https://10.200.0.1", true},
        {"10.128.0.0/9", "https://10.100.0.1", false},
        {".0.0.1", "https://10.0.0.1", false},
        {"10.0.0.1", "https://x10.0.0.1", false},
        {"[fd00::1]", "https://[fd00::1]", false}, /* as in Go: brackets only with a port */
        {"svc", "https://kubernetes.default.svc", true},
        {".svc", "https://kubernetes.default.svc:443/prefix", true},
        {".", "https://h", false},
        {"h.", "https://h", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char row[512];

        snprintf(row, sizeof row, "%s in %s", rows[i].server, rows[i].list ? rows[i].list : "no list");
        assert_row_number(row, ks_proxy_is_exempt(rows[i].list, rows[i].server), rows[i].is_exempt);
    }
}

static void the_scheme_of_the_server_decides_which_variable_counts(void **state)
{
    static const struct {
        const char *server, *https, *http, *no_proxy;
        const char *wanted; /* NULL: none */
    } rows[] = {
        {"https://h", NULL, NULL, NULL, NULL},
        {"https://h", "", "", "", NULL},
        {"https://h", "http://p:3128", NULL, NULL, "http://p:3128"},
        {"HTTPS://h", "http://p:3128", "http://q", NULL, "http://p:3128"},
        {"https://h", NULL, "http://p", NULL, NULL},
        {"http://h", "http://p", "http://q", NULL, "http://q"},
        {"http://h", "http://p", NULL, NULL, NULL},
        {"https://h", "p:3128", NULL, NULL, "http://p:3128"},
        {"https://h", "p", NULL, NULL, "http://p"},
        {"https://h", "me:word@p:1", NULL, NULL, "http://me:word@p:1"},
        {"https://h", "https://p", NULL, NULL, "https://p"},
        {"https://h", "socks5://p:1080", NULL, NULL, "socks5://p:1080"},
        {"https://h", "socks5h://p:1080", NULL, NULL, "socks5h://p:1080"},
        {"https://h", "SOCKS5://p:1080", NULL, NULL, "SOCKS5://p:1080"},
        {"https://h", "http://p", NULL, "h", NULL},
        {"https://h", "http://p", NULL, "i", "http://p"},
        {"https://127.0.0.1:6443", "http://p", NULL, NULL, NULL},
        {"https://h", "ftp://p", NULL, "h", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_access_source source = {
            .https_proxy = rows[i].https, .http_proxy = rows[i].http, .no_proxy = rows[i].no_proxy};
        struct ks_error err = {.text = ""};
        char row[128];
        char *proxy;

        snprintf(row, sizeof row, "row %zu: %s", i, rows[i].server);
        assert_row_number(row, ks_proxy_choose(&proxy, rows[i].server, &source, &err), 0);
        assert_row_text(row, proxy ? proxy : "none", rows[i].wanted ? rows[i].wanted : "none");
        free(proxy);
    }
}

static void a_wrong_proxy_is_refused_without_its_value(void **state)
{
    static const char *const values[] = {"ftp://me:hunter2@p", "http://",           "http:///x", "https://:1",
                                         "hunter2 p",          "http://p\nhunter2", "://p"};

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        const struct ks_access_source source = {.https_proxy = values[i], .http_proxy = values[i]};
        struct ks_error err = {.text = ""};
        char *proxy;

        assert_row_number(values[i], ks_proxy_choose(&proxy, "https://h", &source, &err), -1);
        assert_row_text(values[i], err.text,
                        "HTTPS_PROXY: must begin with http://, https://, socks5:// or socks5h://, and name a proxy");
        assert_row_number(values[i], err.kind, KS_ERROR_INVALID);
        assert_row_number(values[i], ks_proxy_choose(&proxy, "http://h", &source, &err), -1);
        assert_row_part(values[i], err.text, "HTTP_PROXY: ");
        assert_null(proxy);
    }
}

static void names_in_upper_case_win_and_a_cgi_program_has_no_http_proxy(void **state)
{
    struct ks_access_source source;

    (void)state;
    setenv("HTTPS_PROXY", "http://upper", 1);
    setenv("https_proxy", "http://lower", 1);
    setenv("HTTP_PROXY", "", 1);
    setenv("http_proxy", "http://lower", 1);
    unsetenv("NO_PROXY");
    setenv("no_proxy", "example", 1);
    unsetenv("REQUEST_METHOD");
    ks_access_source_read_environment(&source);
    assert_string_equal(source.https_proxy, "http://upper");
    assert_string_equal(source.http_proxy, "http://lower");
    assert_string_equal(source.no_proxy, "example");
    setenv("HTTP_PROXY", "http://from-a-header", 1);
    setenv("REQUEST_METHOD", "GET", 1);
    ks_access_source_read_environment(&source);
    assert_null(source.http_proxy);
    assert_string_equal(source.https_proxy, "http://upper");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(a_host_or_port_that_is_too_long_is_none),
        cmocka_unit_test(no_proxy_exempts_servers),
        cmocka_unit_test(the_scheme_of_the_server_decides_which_variable_counts),
        cmocka_unit_test(a_wrong_proxy_is_refused_without_its_value),
        cmocka_unit_test(names_in_upper_case_win_and_a_cgi_program_has_no_http_proxy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
