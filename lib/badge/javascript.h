/* The few habits of JavaScript that show in a badge of the npm package badge-maker. Pure. Threads: any. */
#ifndef KS_BADGE_JAVASCRIPT_H
#define KS_BADGE_JAVASCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether trim() removes the code point and \s matches it (ECMA-262, WhiteSpace and LineTerminator). Control
 * characters never reach a badge, so they are not asked about. */
bool ks_js_is_space(unsigned code);

#define KS_JS_UPPER_MOST 3

/* toUpperCase() of one code point: writes up to KS_JS_UPPER_MOST code points and returns their number. */
size_t ks_js_upper(unsigned code, unsigned upper[static KS_JS_UPPER_MOST]);

/* parseInt() of a number: it reads what the number prints as, so 1e21 gives 1. NaN unless it is finite. */
double ks_js_parse_int(double number);

#endif
