/* One instant query to Prometheus. Threads: the loop's. */
#ifndef KS_CHECKS_PROMETHEUS_H
#define KS_CHECKS_PROMETHEUS_H

#include "answers/answer.h"
#include "catalog/options.h"
#include "loop/loop.h"
#include "answers/promql.h"

struct ks_query;

/* The callee owns `answer`. */
typedef void ks_query_done(void *arg, struct ks_answer *answer);

/* A query. The check and the options are borrowed until the query ends. */
struct ks_query_request {
    const struct ks_checks_options *options;
    const struct ks_promql_check *check;
    int64_t timeout_ms;
};

/* Errors become a failed answer. Never calls `done` before it returns. -1 only if out of memory. */
int ks_query_start(struct ks_query **query, struct ks_loop *loop, const struct ks_query_request *question,
                   ks_query_done *done, void *arg, struct ks_error *err);
/* NULL is fine. */
void ks_query_cancel(struct ks_query *query);

#endif
