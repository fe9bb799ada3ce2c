/* Starts what custom checks are made of: through run-check, which takes rights and resources away before anything of
 * theirs runs. Threads: the loop's. */
#ifndef KS_CHECKS_SANDBOX_H
#define KS_CHECKS_SANDBOX_H

#include "catalog/catalog.h"
#include "loop/process.h"

#define KS_SANDBOX_OUTPUT_MOST 65536 /* bytes, of each stream */

struct ks_sandbox {
    const struct ks_checks_options *options;
    const char *service;
    const char *check;      /* "" where a file is only listed */
    const char *namespaces; /* that have the service in Kubernetes, blank-separated; "" for none */
    int64_t timeout_ms;
};

/* What is run: a program with its arguments, or a function of a module or of a Python file. */
int ks_sandbox_start(struct ks_process **process, struct ks_loop *loop, const struct ks_sandbox *sandbox,
                     const struct ks_definition *definition, ks_process_done *done, void *arg, struct ks_error *err);
/* Prints the names of a Python file's checks, one a line. */
int ks_sandbox_list(struct ks_process **process, struct ks_loop *loop, const struct ks_sandbox *sandbox,
                    const char *path, ks_process_done *done, void *arg, struct ks_error *err);

#endif
