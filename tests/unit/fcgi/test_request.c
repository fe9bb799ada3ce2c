/* From CGI variables to a request, and from a response to headers. */
#include "config.h"

#include "support/request_sample.h"

static const struct app app = {.is_public = true};

static void the_target_is_found_below_the_mount_point(void **state)
{
    static const struct {
        const char *row;
        const char *variables[SAMPLE_VARIABLES];
        const char *prefix, *path, *query;
    } rows[] = {
        {"a root", {"REQUEST_URI=/_/web/health/?raw"}, "", "/_/web/health/", "?raw"},
        {"nginx: SCRIPT_NAME is the path", {"REQUEST_URI=/ping", "SCRIPT_NAME=/ping"}, "", "/ping", ""},
        {"nginx: an empty PATH_INFO", {"REQUEST_URI=/ping", "SCRIPT_NAME=/ping", "PATH_INFO="}, "", "/ping", ""},
        {"below a mount point", {"REQUEST_URI=/shields/ping?a=b", BELOW("/ping")}, "/shields", "/ping", "?a=b"},
        {"below a mount point, its root", {"REQUEST_URI=/shields/", BELOW("/")}, "/shields", "/", ""},
        {"another path that begins alike", {"REQUEST_URI=/shieldsping", BELOW("/ping")}, "", "/shieldsping", ""},
        {"another path", {"REQUEST_URI=/ping", BELOW("/ping")}, "", "/ping", ""},
        {"escapes stay", {"REQUEST_URI=/%70ing?x=%20"}, "", "/%70ing", "?x=%20"},
        {"no REQUEST_URI", {"PATH_INFO=/ping", "QUERY_STRING=raw"}, "", "/ping", "?raw"},
        {"no REQUEST_URI, mounted", {BELOW("/_/web/health/"), "QUERY_STRING="}, "/shields", "/_/web/health/", ""},
        {"an empty REQUEST_URI", {"REQUEST_URI=", "PATH_INFO=/ping"}, "", "/ping", ""},
        {"the program itself", {"SCRIPT_NAME=/cgi-bin/kube-shields"}, "", "/", ""},
        {"nothing", {NULL}, "", "/", ""},
        {"mounted at the root", {"SCRIPT_NAME=/", "PATH_INFO=/ping"}, "", "/ping", ""},
        {"a mount point with a host", {"SCRIPT_NAME=//evil.example", "PATH_INFO=/ping"}, "", "/ping", ""},
        {"a mount point with a header", {"SCRIPT_NAME=/a\r\nX: y", "PATH_INFO=/ping"}, "", "/ping", ""},
        {"a mount point with a slash", {"SCRIPT_NAME=/a/", "PATH_INFO=/ping"}, "", "/ping", ""},
        {"a relative mount point", {"SCRIPT_NAME=a", "PATH_INFO=/ping"}, "", "/ping", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request;
        struct ks_error err = {.text = ""};

        request_init(&request, &app, sample_variable, (void *)rows[i].variables, &err);
        assert_row_text(rows[i].row, err.text, "");
        assert_row_text(rows[i].row, request.prefix, rows[i].prefix);
        assert_row_text(rows[i].row, request.path, rows[i].path);
        assert_row_text(rows[i].row, request.query, rows[i].query);
    }
}

static void methods_and_marks_are_read_exactly(void **state)
{
    static const struct {
        const char *variable;
        enum request_method method;
        bool internal, accepts_image;
    } rows[] = {
        {"REQUEST_METHOD=GET", METHOD_GET, false, false},
        {"REQUEST_METHOD=HEAD", METHOD_HEAD, false, false},
        {"REQUEST_METHOD=POST", METHOD_OTHER, false, false},
        {"REQUEST_METHOD=get", METHOD_OTHER, false, false},
        {"REQUEST_METHOD=", METHOD_OTHER, false, false},
        {"X=y", METHOD_OTHER, false, false},
        {"KUBE_SHIELDS_INTERNAL=1", METHOD_OTHER, true, false},
        {"KUBE_SHIELDS_INTERNAL=0", METHOD_OTHER, false, false},
        {"KUBE_SHIELDS_INTERNAL=", METHOD_OTHER, false, false},
        {"KUBE_SHIELDS_INTERNAL=11", METHOD_OTHER, false, false},
        {"HTTP_KUBE_SHIELDS_INTERNAL=1", METHOD_OTHER, false, false},
        {"HTTP_ACCEPT=image/svg+xml,*/*", METHOD_OTHER, false, true},
        {"HTTP_ACCEPT=text/html", METHOD_OTHER, false, false},
        {"HTTP_ACCEPT=", METHOD_OTHER, false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *variables[] = {rows[i].variable, "REQUEST_URI=/", NULL};
        struct request request;
        struct ks_error err;

        assert_int_equal(request_init(&request, &app, sample_variable, variables, &err), 0);
        assert_row_number(rows[i].variable, request.method, rows[i].method);
        assert_row_number(rows[i].variable, request.internal, rows[i].internal);
        assert_row_number(rows[i].variable, request.accepts_image, rows[i].accepts_image);
    }
}

static void a_target_that_is_too_long_is_an_error(void **state)
{
    static const char *const names[] = {"REQUEST_URI=", "PATH_INFO="};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        for (size_t length = KS_URL_SIZE - 1; length <= KS_URL_SIZE; length++) {
            char variable[KS_URL_SIZE + 32];
            const char *variables[] = {variable, NULL};
            struct request request;
            struct ks_error err;
            size_t used = (size_t)snprintf(variable, sizeof variable, "%s/", names[i]);

            memset(variable + used, 'a', length - 1);
            variable[used + length - 1] = '\0';
            if (length < KS_URL_SIZE) {
                assert_int_equal(request_init(&request, &app, sample_variable, variables, &err), 0);
            } else {
                assert_int_equal(request_init(&request, &app, sample_variable, variables, &err), -1);
                assert_string_equal(err.text, "request target: must be at most 4095 bytes long");
            }
        }
    }
}

static void every_answer_has_its_headers(void **state)
{
    static const char security[] = "X-Content-Type-Options: nosniff\r\n"
                                   "Content-Security-Policy: default-src 'none'; img-src 'self' data:; style-src "
                                   "'unsafe-inline'; base-uri 'none'; form-action 'none'\r\n";
    struct response response;
    struct ks_buf headers KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&headers, CEILING);
    response_init(&response);
    ks_buf_literal(&response.body, "hello");
    response_headers(&response, &headers);
    assert_row_part("plain", headers.data,
                    "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n");
    assert_row_part("plain", headers.data, security);
    assert_string_equal(headers.data + headers.length - 4, "\r\n\r\n");
    assert_null(strstr(headers.data, "Location"));
    assert_null(strstr(headers.data, "Allow"));
    assert_null(strstr(headers.data, "Retry-After"));
    assert_null(strstr(headers.data, "Vary"));
    assert_null(strstr(headers.data, "ETag"));

    ks_buf_reset(&headers);
    response.status = 503;
    response.allow = "GET, HEAD";
    response.retry_after = 7;
    snprintf(response.location, sizeof response.location, "/there/");
    response_headers(&response, &headers);
    assert_row_part("all", headers.data, "Status: 503 Service Unavailable\r\n");
    assert_row_part("all", headers.data, security);
    assert_row_part("all", headers.data, "\r\nAllow: GET, HEAD\r\n");
    assert_row_part("all", headers.data, "\r\nLocation: /there/\r\n");
    assert_row_part("all", headers.data, "\r\nRetry-After: 7\r\n");
    response_fini(&response);
}

/* Releases the response. */
static void assert_headers_have(const char *row, struct response *response, const char *part)
{
    struct ks_buf headers KS_CLEANUP_BUF;

    ks_buf_init(&headers, CEILING);
    response_headers(response, &headers);
    assert_row_part(row, headers.data, part);
    response_fini(response);
}

static void images_may_come_from_the_server_that_is_named(void **state)
{
    static const struct {
        const char *images, *policy;
    } rows[] = {
        {NULL, " img-src 'self' data:; "},
        {"https://img.example", " img-src 'self' data: https://img.example; "},
        {"http://127.0.0.1:8080/a/b;c", " img-src 'self' data: http://127.0.0.1:8080; "},
        {"https://[2001:db8::1]:8443", " img-src 'self' data: https://[2001:db8::1]:8443; "},
        {"https://img.example;script-src", " img-src 'self' data:; "},
        {"https://img.example,default-src", " img-src 'self' data:; "},
        {"https:///", " img-src 'self' data:; "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct response response;

        response_init(&response);
        response.images = rows[i].images;
        assert_headers_have(rows[i].images ? rows[i].images : "none", &response, rows[i].policy);
    }
}

static void every_answer_has_its_cache_lifetime(void **state)
{
    static const struct {
        int64_t max_age;
        const char *lines;
    } rows[] = {
        {-1, "\r\nCache-Control: no-store\r\nX-Accel-Expires: 0\r\n"},
        {0, "\r\nCache-Control: no-cache, max-age=0, s-maxage=0\r\nX-Accel-Expires: 0\r\n"},
        {1, "\r\nCache-Control: public, max-age=1, s-maxage=1\r\nX-Accel-Expires: 1\r\n"},
        {86400, "\r\nCache-Control: public, max-age=86400, s-maxage=86400\r\nX-Accel-Expires: 1\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct response response;

        response_init(&response);
        response.max_age = rows[i].max_age;
        assert_headers_have(rows[i].lines, &response, rows[i].lines);
    }
}

static void a_304_has_an_etag_and_no_length(void **state)
{
    struct response response;
    struct ks_buf headers KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&headers, CEILING);
    response_init(&response);
    response.status = 304;
    response.varies = true;
    response.etag = 0x1234abcd;
    response_headers(&response, &headers);
    assert_row_part("304", headers.data, "Status: 304 Not Modified\r\n");
    assert_row_part("304", headers.data, "\r\nVary: Accept\r\nETag: \"000000001234abcd\"\r\n");
    assert_null(strstr(headers.data, "Content-Length"));
    response_fini(&response);
}

static void every_status_in_use_has_a_reason(void **state)
{
    static const char *const lines[] = {
        "200 OK",          "302 Found",     "304 Not Modified", "503 Service Unavailable", "308 Permanent Redirect",
        "400 Bad Request", "403 Forbidden", "404 Not Found",    "405 Method Not Allowed",  "500 Internal Server Error"};

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct response response;
        struct ks_buf headers KS_CLEANUP_BUF;
        char wanted[64];

        ks_buf_init(&headers, CEILING);
        response_init(&response);
        response.status = atoi(lines[i]);
        response_headers(&response, &headers);
        snprintf(wanted, sizeof wanted, "Status: %s\r\n", lines[i]);
        assert_row_part(lines[i], headers.data, wanted);
        response_fini(&response);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_target_is_found_below_the_mount_point),
        cmocka_unit_test(methods_and_marks_are_read_exactly),
        cmocka_unit_test(a_target_that_is_too_long_is_an_error),
        cmocka_unit_test(every_answer_has_its_headers),
        cmocka_unit_test(images_may_come_from_the_server_that_is_named),
        cmocka_unit_test(every_answer_has_its_cache_lifetime),
        cmocka_unit_test(a_304_has_an_etag_and_no_length),
        cmocka_unit_test(every_status_in_use_has_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
