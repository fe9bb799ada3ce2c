/* What a program that broke off complained of. Pure. Threads: any. */
#ifndef KS_CHECK_COMPLAINT_H
#define KS_CHECK_COMPLAINT_H

#include <stddef.h>

#include "answers/answer.h"

/* A process that exited by itself: within its limits, not by a signal. */
struct ks_check_end {
    const char *output; /* standard output, NUL-terminated; may hold NULs before */
    size_t length;
    const char *error_output; /* the same of standard error, its beginning; not NULL */
    int exit_code;
};

/* The line of standard error that tells most, "" where there is none: the first that says something; but of Python's
 * traceback the exception, and what a C++ exception, or a line that ends in ':', says in the next. Not escaped, and
 * cut where there is no room. */
void ks_check_complaint(char complaint[static KS_ERROR_TEXT_SIZE], const char *errors);

/* A failure "exit 127" whose reason has what standard error complains of (above). */
void ks_check_output_fail(struct ks_check_answer *answer, const struct ks_check_end *end);

#endif
