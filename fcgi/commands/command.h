/* Commands: what the program does for a person at a terminal. Each returns the program's exit status; 2 for operands
 * that are not accepted. */
#ifndef COMMAND_H
#define COMMAND_H

#include "base/log.h"
#include "settings/settings.h"

#define COMMAND_USAGE 2

/* One line on standard error, whatever the text holds; `command` is NULL for the program itself. */
void command_complain(const char *command, const char *text);

/* Prints all custom checks, then what was refused. 1 where something was. */
int command_check_list(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);
/* Operands: a service and a check. Runs it, prints all about its answer. 1 where it failed. */
int command_check_run(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);

/* Operand: a path. 1 where there is no answer that is signed, or its status is no 2xx. */
int command_get(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);
/* Writes the file of --new-secret. */
int command_new_secret(const struct settings *settings);

#endif
