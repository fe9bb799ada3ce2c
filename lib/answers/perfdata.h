/* Private to nagios.c: performance data.
 * Source: Monitoring Plugins Development Guidelines, "Performance data". Pure. Threads: any. */
#ifndef KS_ANSWERS_PERFDATA_H
#define KS_ANSWERS_PERFDATA_H

#include "base/buf.h"
#include "answers/answer.h"

/* Writes a JSON object, by label as nagios.h has it. What breaks the rules is left out, and a mistake of the answer. -1
 * only without memory. */
int ks_nagios_perfdata(struct ks_buf *out, const char *text, struct ks_answer *answer, struct ks_error *err);

#endif
