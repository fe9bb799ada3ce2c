/* Commands for a person at a terminal. Each returns the program's exit status, which is COMMAND_USAGE for wrong
 * operands. Threads: the main one. */
#ifndef KS_COMMANDS_COMMAND_H
#define KS_COMMANDS_COMMAND_H

#include "base/log.h"
#include "settings/settings.h"

#define COMMAND_USAGE 2

/* Writes one line to standard error, even if the text has several. `command` is NULL for the program itself. */
void command_complain(const char *command, const char *text);

/* Prints all custom checks, then the files that were refused. Returns 1 if there were any. */
int command_check_list(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);
/* Operands: a service and a check. Runs the check and prints its answer. Returns 1 if it failed. */
int command_check_run(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);

/* Operand: a path. Prints the answer. Returns 1 if the answer is not signed, or its status is not 2xx. */
int command_get(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);
/* Writes the file of --new-secret. */
int command_new_secret(const struct settings *settings);

#endif
