/* The convention of monitoring plugins: exit code, first line, performance data.
 * Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data".
 * Pure. Threads: any. */
#ifndef KS_ANSWERS_NAGIOS_H
#define KS_ANSWERS_NAGIOS_H

#include "answers/stderr.h"

/* Exit code 0 is green, 1 yellow, 2 red, 3 and others grey; the first line up to '|' is the message. Raw: an object
 * of `exit`, `message`, `long` (the further lines) and `perfdata`: by label an object of `value` (number or null),
 * `unit`, and of `warn`, `crit` (ranges: text), `min`, `max` (numbers) what is there. Performance data that breaks
 * the rules is left out, and a mistake. No message: the exit code's word ("ok", "warning", "critical", "unknown"), but
 * above 3 a failure "exit 127". So is an exit code of 1 to 3 without any output where standard error complains: a
 * script that broke off, and no plugin. */
void ks_answer_from_plugin(struct ks_answer *answer, const struct ks_answer_output *end);

/* The color of an exit code; static. */
const char *ks_nagios_color(int exit_code);

#endif
