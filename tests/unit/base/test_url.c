#include "config.h"

#include "support/testing.h"

#include "base/url.h"

/* "web|health" of "/web/health/?raw" becomes "web|health|/ raw=" */
static void put(struct ks_buf *text, const struct ks_url *url)
{
    for (size_t i = 0; i < url->segment_count && i < KS_URL_SEGMENTS; i++) {
        ks_buf_printf(text, "%s|", url->segments[i]);
    }
    ks_buf_printf(text, "%s", url->trailing_slash ? "/" : "");
    for (size_t i = 0; i < url->parameter_count; i++) {
        ks_buf_printf(text, " %s=%s", url->parameters[i].name, url->parameters[i].value);
    }
}

static void targets_are_split_and_decoded(void **state)
{
    static const struct {
        const char *target;
        const char *parts;
    } rows[] = {
        {"/", "/"},
        {"/?", "/"},
        {"/ping", "ping|"},
        {"/_/web/health/", "_|web|health|/"},
        {"/_/web/health", "_|web|health|"},
        {"/%77eb/%2D/", "web|-|/"},
        {"/a%2Fb/a%2fb", "a/b|a/b|"},
        {"/a+b", "a+b|"},
        {"/%2e%2e%2e", "...|"},
        {"/%ff", "\xff|"},
        {"/%c3%a9", "\xc3\xa9|"},
        {"/a?raw", "a| raw="},
        {"/a?raw=", "a| raw="},
        {"/a/?x=1&y=2", "a|/ x=1 y=2"},
        {"/a?x=a+b%2bc", "a| x=a b+c"},
        {"/a?x=1=2", "a| x=1=2"},
        {"/a?=1", "a| =1"},
        {"/a?&&x&", "a| x="},
        {"/a?x=/b/?y", "a| x=/b/?y"},
        {"/a?x%3D1=%26", "a| x=1=&"},
        {"/1/2/3/4/5/6/7/8", "1|2|3|4|5|6|7|8|"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_url url;
        struct ks_error err;
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        memset(&url, 0xff, sizeof url);
        assert_row_number(rows[i].target, ks_url_parse(&url, rows[i].target, &err), 0);
        put(&text, &url);
        assert_row_text(rows[i].target, text.data, rows[i].parts);
    }
}

static void errors_name_the_part_that_is_wrong(void **state)
{
    static const struct {
        const char *target;
        const char *error;
    } rows[] = {
        {"", "path \"\": must begin with '/'"},
        {"?raw", "path \"\": must begin with '/'"},
        {"ping", "path \"ping\": must begin with '/'"},
        {"http://host/ping", "path \"http://host/ping\": must begin with '/'"},
        {"*", "path \"*\": must begin with '/'"},
        {"//", "path: must not have empty segments, \".\" or \"..\""},
        {"//host/", "path: must not have empty segments, \".\" or \"..\""},
        {"/a//b", "path: must not have empty segments, \".\" or \"..\""},
        {"/a//", "path: must not have empty segments, \".\" or \"..\""},
        {"/./a", "path: must not have empty segments, \".\" or \"..\""},
        {"/a/..", "path: must not have empty segments, \".\" or \"..\""},
        {"/%2e%2E/a", "path: must not have empty segments, \".\" or \"..\""},
        {"/a%", "path: \"a%\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a%4", "path: \"a%4\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a%4/b", "path: \"a%4\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/%4x", "path: \"%4x\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/%G0", "path: \"%G0\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/%%41", "path: \"%%41\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a%00b", "path: \"a%00b\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a?x=%00", "query: \"%00\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a?%4=x", "query: \"%4\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a?x=%4&y", "query: \"%4\": '%' must be followed by two hexadecimal digits other than 00"},
        {"/a b", "request target: byte 20 must be percent-escaped"},
        {"/a\r\nX: y", "request target: byte 0D must be percent-escaped"},
        {"/a?\x7f", "request target: byte 7F must be percent-escaped"},
        {"/\x1b", "request target: byte 1B must be percent-escaped"},
        {"/caf\xc3\xa9", "request target: byte C3 must be percent-escaped"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_url url;
        struct ks_error err = {.kind = KS_ERROR_NONE};

        assert_row_number(rows[i].target, ks_url_parse(&url, rows[i].target, &err), -1);
        assert_row_number(rows[i].target, err.kind, KS_ERROR_INVALID);
        assert_row_text(rows[i].target, err.text, rows[i].error);
    }
}

static void more_segments_than_any_route_are_counted(void **state)
{
    struct ks_url url;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_url_parse(&url, "/1/2/3/4/5/6/7/8/9/10/", &err), 0);
    assert_int_equal(url.segment_count, 10);
    assert_string_equal(url.segments[KS_URL_SEGMENTS - 1], "8");
}

/* A target of this length: "/", then the filling again and again. */
static char *fill(char *target, size_t length, const char *filling)
{
    size_t used = 1;

    target[0] = '/';
    for (; used < length; used++) {
        target[used] = filling[(used - 1) % strlen(filling)];
    }
    target[length] = '\0';
    return target;
}

static void the_longest_targets_fit_whatever_their_bytes(void **state)
{
    static const char *const fillings[] = {"a", "a/", "?", "?&", "?=", "a?a=b&", "%41", "?%41=%41&"};
    char target[KS_URL_SIZE + 1];
    struct ks_url url;
    struct ks_error err;

    (void)state;
    for (size_t i = 0; i < COUNT(fillings); i++) {
        ks_url_parse(&url, fill(target, KS_URL_SIZE - 1, fillings[i]), &err);
        assert_int_equal(ks_url_parse(&url, fill(target, KS_URL_SIZE, fillings[i]), &err), -1);
        assert_string_equal(err.text, "request target: must have at most 4095 bytes");
    }
    assert_int_equal(ks_url_parse(&url, fill(target, KS_URL_SIZE - 1, "a"), &err), 0);
    assert_int_equal(strlen(url.segments[0]), KS_URL_SIZE - 2);
}

static void the_first_parameter_of_a_name_counts(void **state)
{
    struct ks_url url;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_url_parse(&url, "/?x=1&x=2&raw", &err), 0);
    assert_string_equal(ks_url_parameter(&url, "x"), "1");
    assert_string_equal(ks_url_parameter(&url, "raw"), "");
    assert_null(ks_url_parameter(&url, "X"));
    assert_null(ks_url_parameter(&url, ""));
}

static void parameters_have_a_ceiling(void **state)
{
    char target[256] = "/?";
    struct ks_url url;
    struct ks_error err;

    (void)state;
    for (int i = 0; i < KS_URL_PARAMETERS; i++) {
        memcpy(target + strlen(target), "x&", 3);
    }
    assert_int_equal(ks_url_parse(&url, target, &err), 0);
    assert_int_equal(url.parameter_count, KS_URL_PARAMETERS);
    memcpy(target + strlen(target), "x", 2);
    assert_int_equal(ks_url_parse(&url, target, &err), -1);
    assert_string_equal(err.text, "query: must have at most 32 parameters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_split_and_decoded),
        cmocka_unit_test(errors_name_the_part_that_is_wrong),
        cmocka_unit_test(more_segments_than_any_route_are_counted),
        cmocka_unit_test(the_longest_targets_fit_whatever_their_bytes),
        cmocka_unit_test(the_first_parameter_of_a_name_counts),
        cmocka_unit_test(parameters_have_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
