/* A Prometheus query: what to ask, how to show the value, and the answer that results. catalog/queries.h describes the
 * file that people write. Pure. Threads: any. */
#ifndef KS_ANSWERS_PROMQL_H
#define KS_ANSWERS_PROMQL_H

#include <stdbool.h>
#include <stddef.h>

#include "answers/answer.h"
#include "health/names.h"

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
    char color[KS_ANSWER_COLOR_SIZE];
    enum ks_promql_operator operator;
    double number;
};

struct ks_promql_check {
    char name[KS_CHECK_NAME_SIZE];
    int line;
    char *query;  /* owned */
    char *format; /* of the message; owned */
    struct ks_promql_threshold thresholds[KS_PROMQL_THRESHOLDS_MOST];
    size_t threshold_count;
};

/* Makes a deep copy; _fini releases it. */
int ks_promql_check_copy(struct ks_promql_check *copy, const struct ks_promql_check *check, struct ks_error *err);
void ks_promql_check_fini(struct ks_promql_check *check);

/* Turns the body that GET /api/v1/query returned into the answer of a check; `answer` must be initialised. The result
 * must be one value: a vector of one series, or a scalar. No value, or NaN, is "no data", which is grey but not a
 * failure. Several values are a failure that says to aggregate. `status: error` (with its error) and anything that is
 * not such JSON are failures too. Raw is an object of `value` (a number; text if JSON has no such number; null if there
 * is none), `labels` and `query`.
 * Source: Prometheus, "HTTP API", instant queries. */
void ks_answer_from_query(const struct ks_promql_check *check, const char *body, size_t length,
                          struct ks_answer *answer);

/* The error in a body ("bad_data: parse error: …"); false if there is none. */
bool ks_promql_error(const char *body, size_t length, char text[static KS_ERROR_TEXT_SIZE]);

#endif
