/* How custom checks are found and run, according to the settings. */
#ifndef KS_SETTINGS_CHECKS_H
#define KS_SETTINGS_CHECKS_H

#include "catalog/catalog.h"
#include "catalog/options.h"
#include "settings/settings.h"

/* Borrows the settings. If checks will run as our own user, also hides our memory and environment from them.
 * Fails with KS_ERROR_INVALID if SHIELD_CHECK_USER does not exist. Call it before threads start, since getpwnam is not
 * thread-safe. */
int checks_options(struct ks_checks_options *options, const struct settings *settings, const struct ks_log *log,
                   struct ks_error *err);

#define CHECKS_PATH_CEILING 65536

/* Writes the path of a refused file. A file name may contain anything, so it is escaped for one line. Threads: any. */
void checks_put_path(struct ks_buf *out, const char *folder, const struct ks_refusal *refusal);

#endif
