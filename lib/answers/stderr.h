/* What a program that broke off complained of. Pure. Threads: any. */
#ifndef KS_ANSWERS_STDERR_H
#define KS_ANSWERS_STDERR_H

#include <stddef.h>

#include "answers/answer.h"

/* A process that exited by itself: within its limits, not by a signal. */
struct ks_answer_output {
    const char *output; /* standard output, NUL-terminated; may hold NULs before */
    size_t length;
    const char *error_output; /* the same of standard error, its beginning; not NULL */
    int exit_code;
};

/* The line of standard error that tells most, "" where there is none: the first that says something; but of Python's
 * traceback the exception, and what a C++ exception, or a line that ends in ':', says in the next. Not escaped, and
 * cut where there is no room. */
void ks_answer_stderr_line(char complaint[static KS_ERROR_TEXT_SIZE], const char *errors);

/* A failure "exit 127" whose reason has what standard error complains of (above). */
void ks_answer_fail_exit(struct ks_answer *answer, const struct ks_answer_output *end);

#endif
