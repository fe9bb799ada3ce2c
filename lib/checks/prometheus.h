/* Asks Prometheus: one instant query. Threads: the loop's. */
#ifndef KS_CHECK_PROMETHEUS_H
#define KS_CHECK_PROMETHEUS_H

#include "answers/answer.h"
#include "catalog/options.h"
#include "loop/loop.h"
#include "answers/promql.h"

struct ks_check_query;

/* `answer` is the callee's to keep or to release. */
typedef void ks_check_query_done(void *arg, struct ks_check_answer *answer);

/* What is asked. The check and the options are borrowed until the end. */
struct ks_check_question {
    const struct ks_check_options *options;
    const struct ks_promql_check *check;
    int64_t timeout_ms;
};

/* Whatever goes wrong is an answer that failed; done is never called before this returns. -1 only without memory. */
int ks_check_query_start(struct ks_check_query **query, struct ks_loop *loop, const struct ks_check_question *question,
                         ks_check_query_done *done, void *arg, struct ks_error *err);
/* NULL is fine. */
void ks_check_query_cancel(struct ks_check_query *query);

#endif
