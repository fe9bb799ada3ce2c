/* Requests as a front would pass them on: CGI variables as "NAME=value". */
#ifndef KS_TEST_REQUEST_SAMPLE_H
#define KS_TEST_REQUEST_SAMPLE_H

#include "support/testing.h"

#include "dispatch.h"

#define SAMPLE_VARIABLES 8

static inline const char *sample_variable(void *arg, const char *name)
{
    const char *const *variables = arg;
    size_t length = strlen(name);

    for (; *variables; variables++) {
        if (strncmp(*variables, name, length) == 0 && (*variables)[length] == '=') {
            return *variables + length + 1;
        }
    }
    return NULL;
}

#define GET(target) "REQUEST_METHOD=GET", "REQUEST_URI=" target
#define PREFIX      "/shields"
/* The variables that a CGI server sets for a program mounted below PREFIX. */
#define BELOW(path) "SCRIPT_NAME=" PREFIX, "PATH_INFO=" path

#endif
