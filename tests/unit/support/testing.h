/* cmocka with the headers that it needs before it, and assertions that name the failing row of a table. */
#ifndef KS_TEST_TESTING_H
#define KS_TEST_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CEILING      ((size_t)1 << 20)

static inline void assert_row_text(const char *row, const char *seen, const char *wanted)
{
    if (strcmp(seen, wanted) != 0) {
        fail_msg("%s:\n  seen   \"%s\"\n  wanted \"%s\"", row, seen, wanted);
    }
}

static inline void assert_row_number(const char *row, int64_t seen, int64_t wanted)
{
    if (seen != wanted) {
        fail_msg("%s: seen %" PRId64 ", wanted %" PRId64, row, seen, wanted);
    }
}

static inline void assert_row_part(const char *row, const char *seen, const char *wanted)
{
    if (!strstr(seen, wanted)) {
        fail_msg("%s:\n  seen   \"%s\"\n  lacks  \"%s\"", row, seen, wanted);
    }
}

#endif
