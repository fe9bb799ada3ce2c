/* One run of a custom check of any kind. Threads: the loop's. */
#ifndef KS_CHECKS_RUN_H
#define KS_CHECKS_RUN_H

#include "catalog/catalog.h"
#include "loop/loop.h"

struct ks_run;

/* The callee owns `answer`. took_ms: from the start to the end. */
typedef void ks_run_done(void *arg, struct ks_answer *answer, int64_t took_ms);

/* A run. The definition and the options are borrowed until the run ends. */
struct ks_run_job {
    const struct ks_checks_options *options;
    const struct ks_definition *definition;
    const char *namespaces; /* as in struct ks_sandbox */
};

/* Errors become a failed answer. Never calls `done` before it returns. -1 only if out of memory. */
int ks_run_start(struct ks_run **run, struct ks_loop *loop, const struct ks_run_job *job, ks_run_done *done, void *arg,
                 struct ks_error *err);
/* Kills the run. NULL is fine. */
void ks_run_cancel(struct ks_run *run);

#endif
