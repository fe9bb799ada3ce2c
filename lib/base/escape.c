#include "config.h"

#include "base/escape.h"

#include <string.h>

#define REPLACEMENT 0xfffdU
#define UTF8_MOST   4

unsigned ks_utf8_next(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    unsigned first = *p++;
    unsigned code;
    unsigned lowest = 0x80;
    unsigned highest = 0xbf;
    int more;

    if (first < 0x80) {
        *text = (const char *)p;
        return first;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        more = 1;
        code = first & 0x1fU;
    } else if (first >= 0xe0 && first <= 0xef) {
        more = 2;
        code = first & 0x0fU;
        lowest = first == 0xe0 ? 0xa0 : 0x80;
        highest = first == 0xed ? 0x9f : 0xbf;
    } else if (first >= 0xf0 && first <= 0xf4) {
        more = 3;
        code = first & 0x07U;
        lowest = first == 0xf0 ? 0x90 : 0x80;
        highest = first == 0xf4 ? 0x8f : 0xbf;
    } else {
        *text = (const char *)p;
        return REPLACEMENT;
    }
    for (; more > 0; more--) {
        if (*p < lowest || *p > highest) {
            *text = (const char *)p;
            return REPLACEMENT;
        }
        code = code << 6 | (*p++ & 0x3fU);
        lowest = 0x80;
        highest = 0xbf;
    }
    *text = (const char *)p;
    return code;
}

size_t ks_utf8_check(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at]) {
        /* With a NUL, which is no part of any character. */
        char character[UTF8_MOST + 1] = "";
        const char *next = character;

        if ((unsigned char)text[at] < 0x80) {
            at++;
            continue;
        }
        memcpy(character, text + at, length - at < UTF8_MOST ? length - at : UTF8_MOST);
        if (ks_utf8_next(&next) == REPLACEMENT && memcmp(character, "\xef\xbf\xbd", 3) != 0) {
            break;
        }
        at += (size_t)(next - character);
    }
    return at;
}

size_t ks_utf8_mark(const char *text, size_t length)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t size = sizeof mark - 1;

    return length >= size && memcmp(text, mark, size) == 0 ? size : 0;
}

/* C0, DEL, C1, and the code points that XML 1.0 does not allow. */
static bool is_control(unsigned code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xfffe || code == 0xffff;
}

/* Copies the bytes of one code point, or U+FFFD's. */
static void put_code_point(struct ks_buf *buf, unsigned code, const char *start, const char *end)
{
    if (code == REPLACEMENT) {
        ks_buf_literal(buf, "\xef\xbf\xbd");
    } else {
        ks_buf_bytes(buf, start, (size_t)(end - start));
    }
}

/* Copies the printable ASCII that *text begins with, up to one of `special`, and advances. False where there is none.
 */
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
            if (!is_control(code)) {
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
        } else if (is_control(code)) {
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

        if (is_control(code)) {
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
