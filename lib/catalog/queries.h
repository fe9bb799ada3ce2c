/* Checks that ask Prometheus: a file `web.promql`.
 *
 *     # the share of the last week that web was up
 *     uptime: 100 * avg_over_time(up{job="web"}[7d])
 *         green >= 99.9, yellow >= 99, red: {value:.2f} %
 *
 * A line that begins at the margin is `check: query`; a query goes on in the next line after a backslash at a line's
 * end. The indented line below says what to show: colors with their thresholds (>= > <= < == !=), the first that
 * holds wins, the last may stand without one; behind the colon the message. Both may be left out: then the color is
 * the default and the message {value}. {value} is the number as short as it is exact, {value:.2f} with digits behind
 * the point, {value:bytes} "1.5 GiB", {value:duration} "3d 4h", {label} a label of the series that was found, "{{" a
 * brace. '#' begins a comment at the beginning of a line. Pure. Threads: any. */
#ifndef KS_CATALOG_QUERIES_H
#define KS_CATALOG_QUERIES_H

#include <stddef.h>

#include "answers/promql.h"

struct ks_queries {
    struct ks_promql_check *checks; /* owned */
    size_t count;
};

/* KS_ERROR_INVALID: "line 3: color \"blurple\": must be …". Names are checked as checks' names are; one given
 * twice is refused. `file` is set in any case, and released with _fini. */
int ks_queries_parse(struct ks_queries *file, const char *text, size_t length, struct ks_error *err);
void ks_queries_fini(struct ks_queries *file);

#endif
