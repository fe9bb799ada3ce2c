/* The performance data of monitoring plugins. Private to nagios.c.
 * Source: Monitoring Plugins Development Guidelines, "Performance data". Pure. Threads: any. */
#ifndef KS_ANSWERS_PERFDATA_H
#define KS_ANSWERS_PERFDATA_H

#include "base/buf.h"
#include "answers/answer.h"

/* Writes the object `perfdata` of nagios.h. Data that breaks the rules is left out, and is a mistake of the answer. -1
 * only if out of memory. */
int ks_nagios_perfdata(struct ks_buf *out, const char *text, struct ks_answer *answer, struct ks_error *err);

#endif
