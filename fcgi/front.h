/* The fronts: how requests come in. Each returns the program's exit status. */
#ifndef FRONT_H
#define FRONT_H

#include <stdbool.h>

#include "request/request.h"

/* Whether the environment says that a server runs us as a CGI program (RFC 3875). */
bool front_is_cgi(void);

/* Answers the one request of the environment. */
int front_cgi(const struct settings *settings, const struct ks_log *log);

/* Serves FastCGI until SIGTERM or SIGINT. */
int front_fastcgi(const struct settings *settings, const struct ks_log *log);

#endif
