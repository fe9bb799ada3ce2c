/* The fronts: how requests come in. Each returns the program's exit status. Threads: the main one. */
#ifndef KS_FCGI_FRONT_H
#define KS_FCGI_FRONT_H

#include <stdbool.h>

#include "base/log.h"
#include "settings/settings.h"

/* Whether a server runs us as a CGI program (RFC 3875). */
bool front_is_cgi(void);

/* Answers the one request that the environment describes. */
int front_cgi(const struct settings *settings, const struct ks_log *log);

/* Serves FastCGI until SIGTERM or SIGINT. */
int front_fastcgi(const struct settings *settings, const struct ks_log *log);

#endif
