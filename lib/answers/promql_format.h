/* The message of a Prometheus check: a format with its value and labels. catalog/queries.h has the rules. Pure.
 * Threads: any. */
#ifndef KS_ANSWERS_PROMQL_FORMAT_H
#define KS_ANSWERS_PROMQL_FORMAT_H

#include "base/buf.h"

/* KS_ERROR_INVALID names the wrong part. */
int ks_promql_format_check(const char *format, struct ks_error *err);

/* Returns a label of the series; "" if it has no such label. */
typedef const char *ks_promql_label(void *arg, const char *name);

/* Needs a format that has been checked. Does not escape labels. */
void ks_promql_format_put(struct ks_buf *out, const char *format, double value, ks_promql_label *label, void *arg);

/* Writes the shortest text that is exact: "99.9", "1234567", "1e+21"; or, as Prometheus does, "NaN", "+Inf", "-Inf". A
 * finite value is a JSON number. */
void ks_promql_put_number(struct ks_buf *out, double value);

#endif
