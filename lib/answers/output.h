/* From what a check printed, and how it ended, to its answer. Pure. Threads: any. */
#ifndef KS_ANSWERS_OUTPUT_H
#define KS_ANSWERS_OUTPUT_H

#include "answers/answer.h"
#include "answers/stderr.h"

#define KS_ANSWER_DEPTH 32 /* levels that JSON may nest */

/* The answer is an initialised one; what was set before is forgotten.
 *
 * An executable: where its output begins with '{', JSON with `label`, `status` or `message`, `color`, and `raw` or
 * the whole object as raw; else the convention of monitoring plugins (nagios.h). Color of JSON that names none: by
 * exit codes 1 to 3 as a plugin's, else the default. Exit codes above 3 with JSON, and JSON that is none, are
 * failures: "exit 127", "output is no JSON: …". */
void ks_answer_from_program(struct ks_answer *answer, const struct ks_answer_output *end);

/* One of our runners (run-check module, run-python): exit code 0 and one JSON object, on a line of its own where raw
 * follows as another JSON value ("raw is no JSON: …"); else the last line of its standard error is the reason. */
void ks_answer_from_runner(struct ks_answer *answer, const struct ks_answer_output *end);

#endif
