#include "config.h"

#include "badge/text.h"

#include <stddef.h>

#include "badge/javascript.h"
#include "base/escape.h"
#include "base/utf8.h"

#define UTF8_MOST 4

/* The code points that the escapers of escape.h drop. */
static bool is_control(unsigned code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xfffe || code == 0xffff;
}

/* Reads the next code point that is not a control character. False at the end. */
static bool next_visible(const char **at, const char *end, unsigned *code)
{
    while (end ? *at < end : **at != '\0') {
        *code = ks_utf8_next(at);
        if (!is_control(*code)) {
            return true;
        }
    }
    return false;
}

bool ks_badge_text_is_empty(const char *raw)
{
    unsigned code;

    return !raw || !next_visible(&raw, NULL, &code);
}

static void trim(struct ks_badge_text *text, const char *raw)
{
    const char *at = raw;
    const char *before = raw;
    unsigned code;

    text->start = text->end = raw;
    while (next_visible(&at, NULL, &code)) {
        if (!ks_js_is_space(code)) {
            if (text->end == raw) {
                text->start = before;
            }
            text->end = at;
        }
        before = at;
    }
}

/* Reads the next visible code point as it is drawn. Returns how many code points it became, 0 at the end. */
static size_t next_drawn(const struct ks_badge_text *text, const char **at, bool *first,
                         unsigned drawn[static KS_JS_UPPER_MOST])
{
    bool capital = *first;

    if (!next_visible(at, text->end, &drawn[0])) {
        return 0;
    }
    *first = false;
    /* The package capitalizes the first UTF-16 unit, and half a surrogate pair has no upper case. */
    capital = capital && text->letter_case == KS_BADGE_CASE_CAPITALIZED && drawn[0] <= 0xffff;
    if (capital || text->letter_case == KS_BADGE_CASE_UPPER) {
        return ks_js_upper(drawn[0], drawn);
    }
    return 1;
}

/* Widths are summed as doubles from the first to the last, as the package does: another order, or exact arithmetic,
 * would sometimes end on the other side of a whole pixel. */
void ks_badge_text_init(struct ks_badge_text *text, const char *raw, enum ks_badge_case letter_case, enum ks_font font)
{
    unsigned drawn[KS_JS_UPPER_MOST];
    double width = 0;
    bool first = true;
    const char *at;
    size_t count;

    *text = (struct ks_badge_text){.letter_case = letter_case};
    trim(text, raw ? raw : "");
    at = text->start;
    while ((count = next_drawn(text, &at, &first, drawn)) > 0) {
        for (size_t i = 0; i < count; i++) {
            width += ks_font_width(font, drawn[i]);
            text->length += drawn[i] > 0xffff ? 2 : 1;
        }
    }
    text->width = (int64_t)width;
}

static size_t encode(unsigned code, char bytes[static UTF8_MOST])
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | code >> 18);
    bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

void ks_badge_text_write(struct ks_buf *out, const struct ks_badge_text *text)
{
    char chunk[256];
    unsigned drawn[KS_JS_UPPER_MOST];
    const char *at = text->start;
    bool first = true;
    size_t length = 0;
    size_t count;

    if (text->letter_case == KS_BADGE_CASE_KEPT && *text->end == '\0') {
        ks_buf_xml_text(out, text->start);
        return;
    }
    while ((count = next_drawn(text, &at, &first, drawn)) > 0) {
        for (size_t i = 0; i < count; i++) {
            length += encode(drawn[i], chunk + length);
        }
        if (length >= sizeof chunk - KS_JS_UPPER_MOST * UTF8_MOST - 1) {
            chunk[length] = '\0';
            ks_buf_xml_text(out, chunk);
            length = 0;
        }
    }
    chunk[length] = '\0';
    ks_buf_xml_text(out, chunk);
}
