/* Whatever the texts, a badge is one well-formed svg element without control characters, ill-formed UTF-8, or markup
 * of theirs. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "badge/badge.h"
#include "base/utf8.h"

#define FIELDS  7
#define CEILING ((size_t)1 << 22)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_characters(const char *at)
{
    while (*at) {
        const char *start = at;
        unsigned code = ks_utf8_next(&at);

        require(code >= 0x20 && (code < 0x7f || code > 0x9f));
        require(code != 0xfffd || memcmp(start, "\xef\xbf\xbd", 3) == 0);
    }
}

/* Quotes are only in tags, in pairs; every open element is closed. */
static void check_markup(const char *at)
{
    int depth = 0;
    int quoted = 0;

    for (; *at; at++) {
        if (*at == '"') {
            quoted = !quoted;
        } else if (*at == '<') {
            require(!quoted);
            depth += at[1] == '/' ? -1 : 1;
        } else if (*at == '>') {
            require(!quoted);
            depth -= at[-1] == '/';
        }
    }
    require(depth == 0 && !quoted);
}

static void check(const struct ks_badge *badge)
{
    KS_CLEANUP_BUF struct ks_buf out;

    ks_buf_init(&out, CEILING);
    if (ks_badge_svg(badge, &out, NULL)) {
        return;
    }
    require(strncmp(out.data, "<svg ", 5) == 0 && strlen(out.data) == out.length);
    check_characters(out.data);
    check_markup(out.data);
}

/* One byte for the style, one for the width of the logo, then texts that end in NUL; missing texts are NULL. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *fields[FIELDS] = {NULL};
    char *text;
    size_t at = 2;

    if (size < 2) {
        return 0;
    }
    text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    for (int i = 0; i < FIELDS && at <= size; i++) {
        fields[i] = text + at;
        at += strlen(text + at) + 1;
    }
    check(&(struct ks_badge){
        .message = fields[0],
        .label = fields[1],
        .color = fields[2],
        .label_color = fields[3],
        .logo = fields[4],
        .link_left = fields[5],
        .link_right = fields[6],
        .style = (enum ks_badge_style)(data[0] % KS_BADGE_STYLE_COUNT),
        .logo_width = data[1],
    });
    free(text);
    return 0;
}
