/* The message of a Prometheus check: a format with its value and labels, promql.h has the rules. Pure. Threads: any. */
#ifndef KS_ANSWERS_PROMQL_FORMAT_H
#define KS_ANSWERS_PROMQL_FORMAT_H

#include "base/buf.h"

/* KS_ERROR_INVALID names the part that is not accepted. */
int ks_promql_format_check(const char *format, struct ks_error *err);

/* Of the series that was found: "" for a label that it has not. */
typedef const char *ks_promql_label(void *arg, const char *name);

/* A format that is accepted. Labels are not escaped. */
void ks_promql_format_put(struct ks_buf *out, const char *format, double value, ks_promql_label *label, void *arg);

/* As short as it is exact: "99.9", "1234567", "1e+21", and as Prometheus has it "NaN", "+Inf", "-Inf". What is finite
 * is a JSON number. */
void ks_promql_put_number(struct ks_buf *out, double value);

#endif
