/* The few habits of JavaScript that show in a badge of the npm package badge-maker, so that ours are the same.
 * Pure; threads: any. */
#ifndef KS_BADGE_JAVASCRIPT_H
#define KS_BADGE_JAVASCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* What trim() removes and \s matches (ECMA-262, WhiteSpace and LineTerminator), but for control characters, which
 * never reach a badge. */
bool ks_js_is_space(unsigned code);

#define KS_JS_UPPER_MOST 3

/* toUpperCase() of one code point: up to KS_JS_UPPER_MOST code points. Returns how many. */
size_t ks_js_upper(unsigned code, unsigned upper[static KS_JS_UPPER_MOST]);

/* parseInt() of a number: it reads what the number prints as, so 1e21 is 1. NaN for what is not finite. */
double ks_js_parse_int(double number);

#endif
