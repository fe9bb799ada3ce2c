/* Why a program failed, according to its exit code and standard error. Pure. Threads: any. */
#ifndef KS_ANSWERS_STDERR_H
#define KS_ANSWERS_STDERR_H

#include <stddef.h>

#include "answers/answer.h"

/* The output of a process that exited by itself: within its limits, not by a signal. */
struct ks_answer_output {
    const char *output; /* standard output; may contain NULs, and has one after its end */
    size_t length;
    const char *error_output; /* the beginning of standard error, likewise; not NULL */
    int exit_code;
};

/* Copies the most telling line of standard error, or "": the exception of a Python traceback, otherwise the first line
 * with text, joined with the next one if that is a C++ exception's what() or the first ends in ':'. Not escaped; cut to
 * fit. */
void ks_answer_stderr_line(char line[static KS_ERROR_TEXT_SIZE], const char *errors);

/* Turns the answer into the failure "exit 127", with the line above as its reason. */
void ks_answer_fail_exit(struct ks_answer *answer, const struct ks_answer_output *end);

#endif
