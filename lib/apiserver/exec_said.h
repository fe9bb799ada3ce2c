/* What a credential plugin said on standard error, for a log line. Pure. Threads: any. */
#ifndef KS_APISERVER_EXEC_SAID_H
#define KS_APISERVER_EXEC_SAID_H

#include "base/buf.h"

#define KS_EXEC_SAID_SIZE 256

/* Writes the last lines that fit as one line, without terminal sequences. What looks like a secret becomes "…": words
 * after "token=" and the like, and long words of random characters. That is a guess: plugins may print anything. What
 * the plugin got in variables with names such as CLIENT_SECRET is hidden for certain. `environment` holds "NAME=value",
 * NULL-terminated, or is NULL. */
void ks_exec_said(char said[static KS_EXEC_SAID_SIZE], const struct ks_buf *errors, char *const *environment);

#endif
