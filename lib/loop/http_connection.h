/* How a transfer reaches its server: the URL, the proxy, TLS, and sockets with keep-alive. Private to http.c.
 * Threads: the loop's. */
#ifndef KS_LOOP_HTTP_CONNECTION_H
#define KS_LOOP_HTTP_CONNECTION_H

#include <curl/curl.h>

#include "loop/http.h"

/* Both are owned. `connect_to` is for CURLOPT_CONNECT_TO, NULL if the server has no other TLS name than its host. */
struct ks_http_url {
    char *text;
    struct curl_slist *connect_to;
};

/* Makes the URL of a path. With another TLS name, the URL takes that name, and its connections go to the server's host.
 * *url must be all zero. Returns -1 if out of memory; then some of it may be made already. */
int ks_http_make_url(struct ks_http_url *url, const struct ks_http_server *server, const char *path);

/* Sets the options of an easy handle that belong to the connection. */
void ks_http_set_connection(CURL *easy, const struct ks_http_server *server);

#endif
