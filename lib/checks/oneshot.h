/* Finds and runs custom checks for a person who waits: each function has a loop of its own.
 * Threads: one at a time. */
#ifndef KS_CHECK_ONCE_H
#define KS_CHECK_ONCE_H

#include "catalog/catalog.h"

/* Complete: Python files are asked for their functions; with `service` those of that service alone, and the others are
 * not in it. Release with ks_check_catalog_fini. */
int ks_checks_find(struct ks_check_catalog *catalog, const struct ks_check_options *options, const char *service,
                   struct ks_error *err);

/* Runs it as the schedule would, but with no namespaces. Release the answer with ks_check_answer_fini. */
int ks_checks_run(struct ks_check_answer *answer, int64_t *took_ms, const struct ks_check_options *options,
                  const struct ks_check_definition *definition, struct ks_error *err);

#endif
