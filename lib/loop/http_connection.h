/* How a transfer reaches its server: the URL, the proxy, TLS, and sockets with keep-alive. Private to http.c.
 * Threads: the loop's. */
#ifndef KS_LOOP_HTTP_CONNECTION_H
#define KS_LOOP_HTTP_CONNECTION_H

#include <curl/curl.h>

#include "loop/http.h"

/* Where the request of a path goes. All are owned, and NULL if not needed. */
struct ks_http_target {
    char *url;
    struct curl_slist *connect_to; /* for CURLOPT_CONNECT_TO */
    char *host;                    /* "Host: …", if it is not that of the URL */
    char *proxy;
};

/* With another TLS name, the URL takes that name, and its connections and its Host header stay the server's. *target
 * must be all zero. Returns -1 if out of memory; then some of it may be made already. */
int ks_http_make_target(struct ks_http_target *target, const struct ks_http_server *server, const char *path);
void ks_http_target_fini(struct ks_http_target *target);

/* Sets the options of an easy handle that belong to the connection. */
void ks_http_set_connection(CURL *easy, const struct ks_http_server *server, const struct ks_http_target *target);

#endif
