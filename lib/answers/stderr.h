/* What a program that broke off complained of. Pure. Threads: any. */
#ifndef KS_CHECK_COMPLAINT_H
#define KS_CHECK_COMPLAINT_H

#include "base/error.h"

/* The line of standard error that tells most, "" where there is none: the first that says something; but of Python's
 * traceback the exception, and what a C++ exception, or a line that ends in ':', says in the next. Not escaped, and
 * cut where there is no room. */
void ks_check_complaint(char complaint[static KS_ERROR_TEXT_SIZE], const char *errors);

#endif
