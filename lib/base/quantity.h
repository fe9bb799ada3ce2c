/* One value of an option, from text. Each returns 0, or -1 without an error text: option.c words it.
 * Threads: any. */
#ifndef KS_OPTION_VALUE_H
#define KS_OPTION_VALUE_H

#include "settings/options.h"

int ks_option_integer(const char *text, int64_t *value);
int ks_option_duration(const char *text, int64_t *value);
int ks_option_size(const char *text, int64_t *value);
int ks_option_mode(const char *text, int64_t *value);
int ks_option_address(const char *text, struct ks_address *value);

/* Durations and sizes as people write them: "5m", "8Mi". */
void ks_option_put_duration(struct ks_buf *out, int64_t value);
void ks_option_put_size(struct ks_buf *out, int64_t value);

#endif
