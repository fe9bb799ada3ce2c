/* Finds and runs custom checks for a person who waits: each function has a loop of its own.
 * Threads: one at a time. */
#ifndef KS_CHECKS_ONESHOT_H
#define KS_CHECKS_ONESHOT_H

#include "catalog/catalog.h"

/* Complete: Python files are asked for their functions; with `service` those of that service alone, and the others are
 * not in it. Release with ks_catalog_fini. */
int ks_oneshot_find(struct ks_catalog *catalog, const struct ks_checks_options *options, const char *service,
                    struct ks_error *err);

/* Runs it as the schedule would, but with no namespaces. Release the answer with ks_answer_fini. */
int ks_oneshot_run(struct ks_answer *answer, int64_t *took_ms, const struct ks_checks_options *options,
                   const struct ks_definition *definition, struct ks_error *err);

#endif
