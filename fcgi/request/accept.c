#include "config.h"

#include "request/accept.h"

#include <string.h>
#include <strings.h>

#define SPACES " \t"

/* How closely a range names a type: 3 exactly, 2 by its family, 1 as any type, 0 not at all. */
static int closeness(const char *range, size_t length, const char *type)
{
    size_t family = strcspn(type, "/") + 1;

    if (length == strlen(type) && strncasecmp(range, type, length) == 0) {
        return 3;
    }
    if (length == family + 1 && range[family] == '*' && strncasecmp(range, type, family) == 0) {
        return 2;
    }
    return length == 3 && strncmp(range, "*/*", 3) == 0 ? 1 : 0;
}

/* "0.8" in thousandths. Anything that is not a quality counts as 1. */
static int parse_quality(const char *text)
{
    int quality = text[0] == '1' ? 1000 : 0;
    int weight = 100;

    if ((text[0] != '0' && text[0] != '1') || (text[1] && !strchr(".,; \t", text[1]))) {
        return 1000;
    }
    if (text[0] == '1' || text[1] != '.') {
        return quality;
    }
    for (const char *digit = text + 2; *digit >= '0' && *digit <= '9' && weight; digit++) {
        quality += (*digit - '0') * weight;
        weight /= 10;
    }
    return quality;
}

/* The q parameter of the range whose parameters begin at `text` and end at `end`. */
static int quality_of(const char *text, const char *end)
{
    while (text < end) {
        text += strspn(text, SPACES ";");
        if (text + 1 < end && (text[0] == 'q' || text[0] == 'Q') && text[1] == '=') {
            return parse_quality(text + 2);
        }
        text += strcspn(text, ";,");
    }
    return 1000;
}

/* The quality of the range that names the type most closely. */
static int quality_of_type(const char *accept, const char *type)
{
    int closest = 0;
    int quality = 0;

    while (*accept) {
        const char *end;
        size_t length;
        int close;

        accept += strspn(accept, SPACES ",");
        end = accept + strcspn(accept, ",");
        length = strcspn(accept, SPACES ";,");
        close = closeness(accept, length, type);
        if (close > closest) {
            closest = close;
            quality = quality_of(accept + length, end);
        }
        accept = end;
    }
    return quality;
}

int accept_choose(const char *accept, const char *const *types)
{
    int best = 0;
    int chosen = -1;

    if (!accept || !accept[0]) {
        return 0;
    }
    for (int i = 0; types[i]; i++) {
        int quality = quality_of_type(accept, types[i]);

        if (quality > best) {
            best = quality;
            chosen = i;
        }
    }
    return chosen;
}
