/* The proxy that the environment sets for an API server. kubectl and every other client in Go use the same variables
 * by the same rules, so that a machine on which kubectl works needs nothing more.
 * Source: golang.org/x/net/http/httpproxy. Pure. Threads: any. */
#ifndef KS_ACCESS_PROXY_H
#define KS_ACCESS_PROXY_H

#include <stdbool.h>

#include "base/error.h"
#include "access/access.h"

/* Gives the proxy for a server's URL from the source's variables; NULL if there is none, or if no_proxy exempts the
 * server. The caller frees *proxy. KS_ERROR_INVALID names the variable, never its value: that may hold a password. */
int ks_proxy_choose(char **proxy, const char *server, const struct ks_access_source *source, struct ks_error *err);

/* The same for a configuration that has a server. A proxy-url that it has already wins. */
int ks_proxy_fill(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err);

/* Whether a list like NO_PROXY exempts a server's URL. Servers on this machine are always exempt. */
bool ks_proxy_is_exempt(const char *no_proxy, const char *server);

/* Whether this is the URL of a proxy that we can use, and what to say if it is not. The URL may hold a password, so do
 * not quote it. */
bool ks_proxy_is_url(const char *text);
#define KS_PROXY_RULE "must begin with http://, https://, socks5:// or socks5h://, and name a proxy"

#endif
