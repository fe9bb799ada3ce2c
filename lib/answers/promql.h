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
#ifndef KS_PROMQL_H
#define KS_PROMQL_H

#include <stdbool.h>
#include <stddef.h>

#include "answers/answer.h"

#define KS_PROMQL_QUERY_MOST      4096 /* bytes */
#define KS_PROMQL_THRESHOLDS_MOST 8

enum ks_promql_operator {
    KS_PROMQL_ALWAYS,
    KS_PROMQL_GREATER_EQUAL,
    KS_PROMQL_GREATER,
    KS_PROMQL_LESS_EQUAL,
    KS_PROMQL_LESS,
    KS_PROMQL_EQUAL,
    KS_PROMQL_NOT_EQUAL,
};

struct ks_promql_threshold {
    char color[KS_CHECK_COLOR_SIZE];
    enum ks_promql_operator operator;
    double number;
};

struct ks_promql_check {
    char name[KS_CHECK_NAME_SIZE];
    int line;
    char *query;  /* owned */
    char *format; /* owned: of the message */
    struct ks_promql_threshold thresholds[KS_PROMQL_THRESHOLDS_MOST];
    size_t threshold_count;
};

struct ks_promql_file {
    struct ks_promql_check *checks; /* owned */
    size_t count;
};

/* KS_ERROR_INVALID: "line 3: color \"blurple\": accepted is …". Names are checked as checks' names are; one given
 * twice is refused. `file` is set in any case, and released with _fini. */
int ks_promql_parse(struct ks_promql_file *file, const char *text, size_t length, struct ks_error *err);
void ks_promql_fini(struct ks_promql_file *file);

/* A deep copy, and its release. */
int ks_promql_check_copy(struct ks_promql_check *copy, const struct ks_promql_check *check, struct ks_error *err);
void ks_promql_check_fini(struct ks_promql_check *check);

/* From the body of an answer to GET /api/v1/query to the check's answer. One value is one: a vector of one series, or
 * a scalar. None is "no data", NaN too, grey but no failure; several are a failure that says to aggregate; so are
 * `status: error` (its error is told), and what is no such JSON. Raw: an object of `value` (number, text where
 * JSON has no such number, null of none), `labels`, `query`. `answer` is initialised.
 * Source: Prometheus, "HTTP API", instant queries. */
void ks_promql_answer(const struct ks_promql_check *check, const char *body, size_t length,
                      struct ks_check_answer *answer);

/* The error that a body tells ("bad_data: parse error: …"); false where it tells none. */
bool ks_promql_error(const char *body, size_t length, char text[static KS_ERROR_TEXT_SIZE]);

#endif
