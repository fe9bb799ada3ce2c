#include "config.h"

#include "support/testing.h"

#include "badge/logo.h"

static void images_and_names_are_distinguished(void **state)
{
    (void)state;
    assert_true(ks_logo_is_data_uri("data:image/png;base64,AAAA"));
    assert_true(ks_logo_is_data_uri("data:text/html,x"));
    assert_true(ks_logo_is_data_uri("image/svg+xml;base64,AAAA"));
    assert_false(ks_logo_is_data_uri(""));
    assert_false(ks_logo_is_data_uri("dat"));
    assert_false(ks_logo_is_data_uri("datadog"));
    assert_false(ks_logo_is_data_uri("imagej"));
    assert_false(ks_logo_is_data_uri("https://example.org/logo.png"));
}

static void images_in_base64_are_accepted(void **state)
{
    static const struct {
        const char *text;
        const char *uri;
    } rows[] = {
        {"data:image/svg+xml;base64,PHN2Zy8+", "data:image/svg+xml;base64,PHN2Zy8+"},
        {"data:image/svg xml;base64,PHN2Zy8 ", "data:image/svg+xml;base64,PHN2Zy8+"},
        {"image/svg+xml;base64,PHN2Zy8+", "data:image/svg+xml;base64,PHN2Zy8+"},
        {"data:image/png;base64,\r\n A/\tA\n", "data:image/png;base64,+A/A"},
        {"data:image/png;base64,QQ==", "data:image/png;base64,QQ=="},
        {"data:image/x-icon;base64,QUI=", "data:image/x-icon;base64,QUI="},
        {"data:image/vnd.microsoft.icon;base64,QUJD", "data:image/vnd.microsoft.icon;base64,QUJD"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf out KS_CLEANUP_BUF;
        struct ks_error err = {.text = ""};

        ks_buf_init(&out, CEILING);
        assert_row_number(rows[i].text, ks_logo_check_data_uri(rows[i].text, &err), 0);
        ks_buf_logo_data_uri(&out, rows[i].text);
        assert_row_text(rows[i].text, out.data, rows[i].uri);
        assert_int_equal(ks_logo_check_data_uri(out.data, &err), 0);
    }
}

static void anything_else_is_refused_and_not_quoted(void **state)
{
    static const char *const texts[] = {
        "",
        "data:",
        "https://example.org/logo.svg",
        "//example.org/logo.svg",
        "data:https://example.org/",
        "data:text/html;base64,AAAA",
        "data:text/html,<script>alert()</script>",
        "DATA:image/png;base64,AAAA",
        "data:image/;base64,AAAA",
        "data:image/png",
        "data:image/png;base64",
        "data:image/png;base64,",
        "data:image/png;base64,====",
        "data:image/png;base64,AAA",
        "data:image/png;base64,A===",
        "data:image/png;base64,AA==AAAA",
        "data:image/png;base64,AA-_",
        "data:image/png;base64,AAAA\"/><script>alert()</script>",
        "data:image/png;base64,AAAA&",
        "data:image/png;base64,AAA\xc3\xa9",
        "data:image/png;base64,AAA\x01",
        "data:image/png,AAAA",
        "data:image/svg+xml;utf8,<svg/>",
        "data:image/svg+xml;charset=utf-8;base64,AAAA",
        "data:image/svg%2bxml;base64,AAAA",
        "data:image/p\"ng;base64,AAAA",
        " data:image/png;base64,AAAA",
        "data:data:image/png;base64,AAAA",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ks_error err = {.text = ""};

        assert_row_number(texts[i], ks_logo_check_data_uri(texts[i], &err), -1);
        assert_row_number(texts[i], err.kind, KS_ERROR_INVALID);
        assert_null(strstr(err.text, "example"));
        assert_null(strstr(err.text, "script"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_and_names_are_distinguished),
        cmocka_unit_test(images_in_base64_are_accepted),
        cmocka_unit_test(anything_else_is_refused_and_not_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
