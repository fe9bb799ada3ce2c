/* How commands report errors. */
#include "config.h"

#include "commands/command.h"

#include <stdio.h>

#include "base/escape.h"

#define LINE_CEILING 8192

void command_complain(const char *command, const char *text)
{
    struct ks_buf line KS_CLEANUP_BUF;

    ks_buf_init(&line, LINE_CEILING);
    ks_buf_line(&line, text);
    fprintf(stderr, "%s: %s%s%s\n", PACKAGE_NAME, command ? command : "", command ? ": " : "", line.data);
}
