#include "config.h"

#include "loop/http_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel finds a dead peer on a silent network after 10 s + 3 * 5 s. */
#define KEEPALIVE_IDLE_S     10
#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_COUNT      3

#define HTTP2_SINCE          0x080600 /* libcurl 8.6.0 */

/* Returns the length of "https://host" or "https://[::1]", without port and prefix. */
static size_t authority_end(const char *url, const char **host)
{
    const char *scheme = strstr(url, "://");
    const char *end;

    *host = scheme ? scheme + 3 : url;
    end = **host == '[' ? strchr(*host, ']') : NULL;
    end = end ? end + 1 : *host + strcspn(*host, ":/");
    return (size_t)(end - url);
}

int ks_http_make_url(struct ks_http_url *url, const struct ks_http_server *server, const char *path)
{
    const char *host;
    size_t end = authority_end(server->url, &host);
    char *redirect = NULL;
    int length;

    if (!server->tls_server_name) {
        length = asprintf(&url->text, "%s%s", server->url, path);
        url->text = length < 0 ? NULL : url->text;
        return length < 0 ? -1 : 0;
    }
    length = asprintf(&url->text, "%.*s%s%s%s", (int)(host - server->url), server->url, server->tls_server_name,
                      server->url + end, path);
    if (length < 0) {
        url->text = NULL;
        return -1;
    }
    if (asprintf(&redirect, "::%.*s:", (int)(server->url + end - host), host) < 0) {
        return -1;
    }
    url->connect_to = curl_slist_append(NULL, redirect);
    free(redirect);
    return url->connect_to ? 0 : -1;
}

static int on_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    const int on = 1;
    const int idle = KEEPALIVE_IDLE_S;
    const int interval = KEEPALIVE_INTERVAL_S;
    const int count = KEEPALIVE_COUNT;
    const unsigned user_timeout = (KEEPALIVE_IDLE_S + KEEPALIVE_INTERVAL_S * KEEPALIVE_COUNT) * 1000;

    (void)arg;
    (void)purpose;
    /* A socket without keep-alive still works. */
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout);
    return CURL_SOCKOPT_OK;
}

static void set_material(CURL *easy, const struct ks_http_material *material, CURLoption blob, CURLoption path)
{
    if (material->data) {
        struct curl_blob data = {.data = (void *)material->data, .len = material->length, .flags = CURL_BLOB_COPY};

        curl_easy_setopt(easy, blob, &data);
    } else if (material->path) {
        curl_easy_setopt(easy, path, material->path);
    }
}

static void set_tls(CURL *easy, const struct ks_http_server *server)
{
    set_material(easy, &server->ca, CURLOPT_CAINFO_BLOB, CURLOPT_CAINFO);
    if (server->ca.data || server->ca.path) {
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    /* Each new connection reads the CA file again, in case it was replaced. */
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    set_material(easy, &server->certificate, CURLOPT_SSLCERT_BLOB, CURLOPT_SSLCERT);
    set_material(easy, &server->key, CURLOPT_SSLKEY_BLOB, CURLOPT_SSLKEY);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, server->insecure ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, server->insecure ? 0L : 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

/* HTTP/2 only if libcurl can be trusted with long transfers side by side. In Debian 12's libcurl 7.88.1, data of one
 * stream that arrives together with another's may wait until something else happens on the connection: about one start
 * in a hundred against a real API server hung until the next heartbeat. With HTTP/1.1 each watch has its own
 * connection. */
static long http_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num >= HTTP2_SINCE ? CURL_HTTP_VERSION_2TLS
                                                                          : CURL_HTTP_VERSION_1_1;
}

void ks_http_set_connection(CURL *easy, const struct ks_http_server *server)
{
    curl_easy_setopt(easy, CURLOPT_PROXY, server->proxy ? server->proxy : "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version());
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    set_tls(easy, server);
}
