#include "config.h"

#include "base/utf8.h"

#include <string.h>

#define CHARACTER_MOST 4 /* bytes */

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
        return KS_UTF8_REPLACEMENT;
    }
    for (; more > 0; more--) {
        if (*p < lowest || *p > highest) {
            *text = (const char *)p;
            return KS_UTF8_REPLACEMENT;
        }
        code = code << 6 | (*p++ & 0x3fU);
        lowest = 0x80;
        highest = 0xbf;
    }
    *text = (const char *)p;
    return code;
}

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Whether what ks_utf8_next has read from `text` up to `next` is ill-formed. */
static bool is_ill_formed(unsigned code, const char *text, const char *next)
{
    size_t length = sizeof replacement - 1;

    return code == KS_UTF8_REPLACEMENT && !((size_t)(next - text) == length && memcmp(text, replacement, length) == 0);
}

size_t ks_utf8_check(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at]) {
        /* Ends in a NUL, which is not part of any character. */
        char character[CHARACTER_MOST + 1] = "";
        const char *next = character;
        unsigned code;

        if ((unsigned char)text[at] < 0x80) {
            at++;
            continue;
        }
        memcpy(character, text + at, length - at < CHARACTER_MOST ? length - at : CHARACTER_MOST);
        code = ks_utf8_next(&next);
        if (is_ill_formed(code, character, next)) {
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

void ks_utf8_overwrite(char *text)
{
    while (*text) {
        const char *next = text;
        unsigned code;

        if ((unsigned char)*text < 0x80) {
            text++;
            continue;
        }
        code = ks_utf8_next(&next);
        if (is_ill_formed(code, text, next)) {
            memset(text, '?', (size_t)(next - text));
        }
        text += next - text;
    }
}

bool ks_utf8_is_control(unsigned code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xfffe || code == 0xffff;
}

bool ks_utf8_line(char *line, size_t size, const char *text)
{
    size_t length = 0;

    while (*text) {
        const char *bytes = text;
        unsigned code = ks_utf8_next(&text);
        size_t count = (size_t)(text - bytes);

        if (ks_utf8_is_control(code)) {
            bytes = " ";
            count = 1;
        } else if (code == KS_UTF8_REPLACEMENT) {
            bytes = replacement;
            count = sizeof replacement - 1;
        }
        if (count >= size - length) {
            line[length] = '\0';
            return false;
        }
        memcpy(line + length, bytes, count);
        length += count;
    }
    line[length] = '\0';
    return true;
}

void ks_utf8_shorten(char *text, size_t size)
{
    size_t end = size - sizeof KS_UTF8_ELLIPSIS;

    /* In ill-formed text any number of bytes may look like the middle of a code point. */
    for (int back = 1; back < CHARACTER_MOST && end > 0 && ((unsigned char)text[end] & 0xc0U) == 0x80; back++) {
        end--;
    }
    memcpy(text + end, KS_UTF8_ELLIPSIS, sizeof KS_UTF8_ELLIPSIS);
}
