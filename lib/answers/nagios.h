/* The convention of monitoring plugins: exit code, first line, performance data.
 * Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data".
 * Pure. Threads: any. */
#ifndef KS_ANSWERS_NAGIOS_H
#define KS_ANSWERS_NAGIOS_H

#include "answers/stderr.h"

/* Exit code 0 is green, 1 yellow, 2 red, others grey. The first line up to '|' is the message. Raw is an object of
 * `exit`, `message`, `long` (the other lines) and `perfdata`, which has for each label an object of `value` (number or
 * null), `unit` and, if given, `warn` and `crit` (ranges, text), `min` and `max` (numbers). Performance data that
 * breaks the rules is left out, and is a mistake. Without a message, the message is the exit code's word ("ok",
 * "warning", "critical", "unknown"); an exit code above 3 is the failure "exit 127". So is an exit code of 1 to 3 with
 * text on standard error alone: that is a broken script, not a plugin. */
void ks_answer_from_plugin(struct ks_answer *answer, const struct ks_answer_output *end);

/* The color of an exit code; a static string. */
const char *ks_nagios_color(int exit_code);

#endif
