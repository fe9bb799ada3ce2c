/* Turns what a check printed, and its exit code, into its answer. Pure. Threads: any. */
#ifndef KS_ANSWERS_OUTPUT_H
#define KS_ANSWERS_OUTPUT_H

#include "answers/answer.h"
#include "answers/stderr.h"

#define KS_ANSWER_DEPTH 32 /* levels that JSON may nest */

/* Both functions need an initialised answer, and forget what was set before. */

/* A program's answer. Output that begins with '{' is JSON with `label`, `message` or `status`, `color` and `raw`;
 * without `raw`, the whole object is raw. Other output follows the convention of monitoring plugins (nagios.h). JSON
 * without a color takes the color of exit codes 1 to 3 as a plugin does, otherwise the default. Exit codes above 3 with
 * JSON are the failure "exit 127"; invalid JSON is a failure too: "output is not JSON: …". */
void ks_answer_from_program(struct ks_answer *answer, const struct ks_answer_output *end);

/* The answer of one of our runners (run-check module, run-python): exit code 0 and a JSON object; if raw follows as
 * another JSON value, the object is on a line of its own. If the runner fails, the last line of its standard error is
 * the reason. */
void ks_answer_from_runner(struct ks_answer *answer, const struct ks_answer_output *end);

#endif
