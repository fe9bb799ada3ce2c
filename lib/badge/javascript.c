#include "config.h"

#include "badge/javascript.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "badge/uppercase_table.h"

bool ks_js_is_space(unsigned code)
{
    switch (code) {
    case ' ':
    case 0x00a0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
    case 0xfeff:
        return true;
    default:
        return code >= 0x2000 && code <= 0x200a;
    }
}

static int compare_range(const void *key, const void *element)
{
    const unsigned *code = key;
    const struct ks_uppercase_range *range = element;

    return *code < range->first ? -1 : *code > range->last;
}

static int compare_expansion(const void *key, const void *element)
{
    const unsigned *code = key;
    const struct ks_uppercase_expansion *expansion = element;

    return *code < expansion->code ? -1 : *code > expansion->code;
}

static size_t expand(const struct ks_uppercase_expansion *expansion, unsigned upper[static KS_JS_UPPER_MOST])
{
    size_t count = 0;

    while (count < KS_JS_UPPER_MOST && expansion->upper[count]) {
        upper[count] = expansion->upper[count];
        count++;
    }
    return count;
}

size_t ks_js_upper(unsigned code, unsigned upper[static KS_JS_UPPER_MOST])
{
    const struct ks_uppercase_expansion *expansion;
    const struct ks_uppercase_range *range;

    upper[0] = code;
    if (code < 0x80) {
        if (code >= 'a' && code <= 'z') {
            upper[0] = code - 'a' + 'A';
        }
        return 1;
    }
    expansion =
        bsearch(&code, ks_uppercase_expansions, ks_uppercase_expansion_count, sizeof *expansion, compare_expansion);
    if (expansion) {
        return expand(expansion, upper);
    }
    range = bsearch(&code, ks_uppercase_ranges, ks_uppercase_range_count, sizeof *range, compare_range);
    if (range && (code - range->first) % range->step == 0) {
        upper[0] = (unsigned)((int)code + range->distance);
    }
    return 1;
}

/* The digit before the point in the shortest decimal that reads as this number, in JavaScript's exponent form. */
static double leading_digit(double number)
{
    char text[40];

    for (int precision = 0; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) >= number && strtod(text, NULL) <= number) {
            break;
        }
    }
    return text[0] - '0';
}

double ks_js_parse_int(double number)
{
    double size = fabs(number);

    if (!isfinite(number)) {
        return NAN;
    }
    if (size >= 1e21 || (size > 0 && size < 1e-6)) {
        return copysign(leading_digit(size), number);
    }
    return trunc(number);
}
