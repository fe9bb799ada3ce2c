/* A query of Prometheus: what to ask, what to show of the value, and the answer that becomes of it. catalog/queries.h
 * has the file that people write. Pure. Threads: any. */
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
    char *format; /* owned: of the message */
    struct ks_promql_threshold thresholds[KS_PROMQL_THRESHOLDS_MOST];
    size_t threshold_count;
};

/* A deep copy, and its release. */
int ks_promql_check_copy(struct ks_promql_check *copy, const struct ks_promql_check *check, struct ks_error *err);
void ks_promql_check_fini(struct ks_promql_check *check);

/* From the body of an answer to GET /api/v1/query to the check's answer. One value is one: a vector of one series, or
 * a scalar. None is "no data", NaN too, grey but no failure; several are a failure that says to aggregate; so are
 * `status: error` (its error is told), and what is no such JSON. Raw: an object of `value` (number, text where
 * JSON has no such number, null of none), `labels`, `query`. `answer` is initialised.
 * Source: Prometheus, "HTTP API", instant queries. */
void ks_answer_from_query(const struct ks_promql_check *check, const char *body, size_t length,
                          struct ks_answer *answer);

/* The error that a body tells ("bad_data: parse error: …"); false where it tells none. */
bool ks_promql_error(const char *body, size_t length, char text[static KS_ERROR_TEXT_SIZE]);

#endif
