/* Starts custom checks through run-check, which drops rights and sets limits before any of their code runs. Threads:
 * the loop's. */
#ifndef KS_CHECKS_SANDBOX_H
#define KS_CHECKS_SANDBOX_H

#include "catalog/catalog.h"
#include "loop/process.h"

#define KS_SANDBOX_OUTPUT_MOST 65536 /* bytes of each stream */

struct ks_sandbox {
    const struct ks_checks_options *options;
    const char *service;
    const char *check;      /* "" if a file is only listed */
    const char *namespaces; /* of the service in Kubernetes, space-separated; or "" */
    int64_t timeout_ms;
};

/* Starts a program with its arguments, or a function of a module or of a Python file. */
int ks_sandbox_start(struct ks_process **process, struct ks_loop *loop, const struct ks_sandbox *sandbox,
                     const struct ks_definition *definition, ks_process_done *done, void *arg, struct ks_error *err);
/* Starts a process that prints the names of a Python file's checks, one on each line. */
int ks_sandbox_list(struct ks_process **process, struct ks_loop *loop, const struct ks_sandbox *sandbox,
                    const char *path, ks_process_done *done, void *arg, struct ks_error *err);

#endif
