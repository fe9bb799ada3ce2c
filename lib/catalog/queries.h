/* The file `web.promql`: checks that ask Prometheus.
 *
 *     # the share of the last week that web was up
 *     uptime: 100 * avg_over_time(up{job="web"}[7d])
 *         green >= 99.9, yellow >= 99, red: {value:.2f} %
 *
 * A line at the margin is `check: query`; a backslash at the end of a line continues the query on the next one. The
 * indented line below says what to show: colors with thresholds (>= > <= < == !=), of which the first that applies
 * wins and the last may have none; and, after a colon, the message. Without colors, the color is the default; without
 * a message, the message is {value}. {value} is the shortest exact number, {value:.2f} has two digits after the point,
 * {value:bytes} is "1.5 GiB", {value:duration} is "3d 4h", {label} is a label of the series, and "{{" is a brace. '#'
 * at the beginning of a line begins a comment. Pure. Threads: any. */
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
