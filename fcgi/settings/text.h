/* What the texts of some settings must be. Each function fails with KS_ERROR_INVALID, which quotes the text and says
 * what would be right. Pure. Threads: any. */
#ifndef KS_SETTINGS_TEXT_H
#define KS_SETTINGS_TEXT_H

#include "base/error.h"

int setting_check_color(const char *text, struct ks_error *err);
int setting_check_url(const char *text, struct ks_error *err);
/* A host that a Host header can name. */
int setting_check_host(const char *text, struct ks_error *err);
/* A variable that may be passed to checks. */
int setting_check_variable(const char *text, struct ks_error *err);

#endif
