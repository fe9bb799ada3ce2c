/* One run of one custom check, whatever its sort. Threads: the loop's. */
#ifndef KS_CHECKS_RUN_H
#define KS_CHECKS_RUN_H

#include "catalog/catalog.h"
#include "loop/loop.h"

struct ks_run;

/* took_ms: from the start to the end. `answer` is the callee's to keep or to release. */
typedef void ks_run_done(void *arg, struct ks_answer *answer, int64_t took_ms);

/* What is run. The definition and the options are borrowed until the end. */
struct ks_run_job {
    const struct ks_checks_options *options;
    const struct ks_definition *definition;
    const char *namespaces; /* as struct ks_sandbox has it */
};

/* Whatever goes wrong is an answer that failed; done is never called before this returns. -1 only without memory. */
int ks_run_start(struct ks_run **run, struct ks_loop *loop, const struct ks_run_job *job, ks_run_done *done, void *arg,
                 struct ks_error *err);
/* Kills it. NULL is fine. */
void ks_run_cancel(struct ks_run *run);

#endif
