/* Asks Prometheus: one instant query. Threads: the loop's. */
#ifndef KS_CHECKS_PROMETHEUS_H
#define KS_CHECKS_PROMETHEUS_H

#include "answers/answer.h"
#include "catalog/options.h"
#include "loop/loop.h"
#include "answers/promql.h"

struct ks_query;

/* `answer` is the callee's to keep or to release. */
typedef void ks_query_done(void *arg, struct ks_answer *answer);

/* What is asked. The check and the options are borrowed until the end. */
struct ks_query_request {
    const struct ks_checks_options *options;
    const struct ks_promql_check *check;
    int64_t timeout_ms;
};

/* Whatever goes wrong is an answer that failed; done is never called before this returns. -1 only without memory. */
int ks_query_start(struct ks_query **query, struct ks_loop *loop, const struct ks_query_request *question,
                   ks_query_done *done, void *arg, struct ks_error *err);
/* NULL is fine. */
void ks_query_cancel(struct ks_query *query);

#endif
