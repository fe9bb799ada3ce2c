/* Finds and runs custom checks for a person who waits. Each function runs a loop of its own.
 * Threads: one at a time. */
#ifndef KS_CHECKS_ONESHOT_H
#define KS_CHECKS_ONESHOT_H

#include "catalog/catalog.h"

/* Reads a complete catalog, including the functions of Python files; with `service`, of that service's Python files
 * only. Release it with ks_catalog_fini. */
int ks_oneshot_find(struct ks_catalog *catalog, const struct ks_checks_options *options, const char *service,
                    struct ks_error *err);

/* Runs a check as the scheduler would, but without namespaces. Release the answer with ks_answer_fini. took_ms: how
 * long it ran. */
int ks_oneshot_run(struct ks_answer *answer, int64_t *took_ms, const struct ks_checks_options *options,
                   const struct ks_definition *definition, struct ks_error *err);

#endif
