/* How custom checks are found and run, from the settings. */
#ifndef CHECKS_H
#define CHECKS_H

#include "catalog/catalog.h"
#include "catalog/options.h"
#include "settings/settings.h"

/* Where checks are to run as our own user, /proc no longer shows them what is ours. Borrows the settings.
 * KS_ERROR_INVALID where SHIELD_CHECK_USER is nobody's name. Before threads start: getpwnam is not for several. */
int checks_options(struct ks_check_options *options, const struct settings *settings, const struct ks_log *log,
                   struct ks_error *err);

#define CHECKS_PATH_CEILING 65536

/* Where what was refused is; a file's name may hold anything, so it is escaped for a line. Threads: any. */
void checks_put_path(struct ks_buf *out, const char *folder, const struct ks_check_refusal *refusal);

#endif
