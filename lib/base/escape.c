#include "config.h"

#include "base/escape.h"

#include <string.h>

#include "base/utf8.h"

/* Copies the bytes of a code point, or those of U+FFFD. */
static void put_code_point(struct ks_buf *buf, unsigned code, const char *start, const char *end)
{
    if (code == KS_UTF8_REPLACEMENT) {
        ks_buf_literal(buf, "\xef\xbf\xbd");
    } else {
        ks_buf_bytes(buf, start, (size_t)(end - start));
    }
}

/* Copies printable ASCII up to the next character of `special`, and advances. False if there is none. */
static bool put_plain_run(struct ks_buf *buf, const char **text, const char *special)
{
    const char *start = *text;

    while (**text >= 0x20 && **text < 0x7f && !strchr(special, **text)) {
        (*text)++;
    }
    ks_buf_bytes(buf, start, (size_t)(*text - start));
    return *text > start;
}

void ks_buf_xml_text(struct ks_buf *buf, const char *text)
{
    while (*text) {
        const char *start;
        unsigned code;

        if (put_plain_run(buf, &text, "&<>\"'")) {
            continue;
        }
        start = text;
        code = ks_utf8_next(&text);
        switch (code) {
        case '&':
            ks_buf_literal(buf, "&amp;");
            break;
        case '<':
            ks_buf_literal(buf, "&lt;");
            break;
        case '>':
            ks_buf_literal(buf, "&gt;");
            break;
        case '"':
            ks_buf_literal(buf, "&quot;");
            break;
        case '\'':
            ks_buf_literal(buf, "&apos;");
            break;
        default:
            if (!ks_utf8_is_control(code)) {
                put_code_point(buf, code, start, text);
            }
        }
    }
}

void ks_buf_xml_attr(struct ks_buf *buf, const char *text)
{
    ks_buf_xml_text(buf, text);
}

void ks_buf_json(struct ks_buf *buf, const char *text)
{
    ks_buf_literal(buf, "\"");
    while (*text) {
        const char *start;
        unsigned code;

        if (put_plain_run(buf, &text, "\"\\")) {
            continue;
        }
        start = text;
        code = ks_utf8_next(&text);
        if (code == '"' || code == '\\') {
            ks_buf_literal(buf, "\\");
            ks_buf_bytes(buf, start, 1);
        } else if (ks_utf8_is_control(code)) {
            ks_buf_printf(buf, "\\u%04x", code);
        } else {
            put_code_point(buf, code, start, text);
        }
    }
    ks_buf_literal(buf, "\"");
}

void ks_buf_line(struct ks_buf *buf, const char *text)
{
    while (*text) {
        const char *start = text;
        unsigned code = ks_utf8_next(&text);

        if (ks_utf8_is_control(code)) {
            ks_buf_literal(buf, " ");
        } else {
            put_code_point(buf, code, start, text);
        }
    }
}

void ks_buf_url(struct ks_buf *buf, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *text; text++) {
        size_t plain = strspn(text, unreserved);

        ks_buf_bytes(buf, text, plain);
        text += plain;
        if (!*text) {
            return;
        }
        ks_buf_printf(buf, "%%%02X", (unsigned char)*text);
    }
}
