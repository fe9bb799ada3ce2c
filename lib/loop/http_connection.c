#include "config.h"

#include "loop/http_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"

/* The kernel finds a dead peer on a silent network after 10 s + 3 * 5 s. */
#define KEEPALIVE_IDLE_S     10
#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_COUNT      3

#define HTTP2_SINCE          0x080600 /* libcurl 8.6.0 */

/* Host and port of a URL, as they stand in it. */
struct authority {
    const char *host, *port, *end; /* port: ":443", or the end */
};

static struct authority authority_of(const char *url)
{
    const char *scheme_end = strstr(url, "://");
    struct authority found = {.host = scheme_end ? scheme_end + 3 : url};
    const char *bracket;

    found.end = found.host + strcspn(found.host, "/?#");
    for (const char *at = found.host; at < found.end; at++) {
        found.host = *at == '@' ? at + 1 : found.host;
    }
    bracket = found.host[0] == '[' ? strchr(found.host, ']') : NULL;
    found.port = bracket && bracket < found.end ? bracket + 1 : found.host + strcspn(found.host, ":/?#");
    return found;
}

static bool has_scheme(const char *url, const char *scheme)
{
    return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

/* libcurl verifies the host of the URL and no other, so that must be the TLS name. */
static int make_renamed(struct ks_http_target *target, const struct ks_http_server *server, const char *path)
{
    const struct authority real = authority_of(server->url);
    const char *name = server->tls_server_name;
    bool is_ipv6 = strchr(name, ':') && name[0] != '[';
    char *redirect = NULL;

    if (asprintf(&target->url, "https://%s%s%s%s%s", is_ipv6 ? "[" : "", name, is_ipv6 ? "]" : "", real.port, path) <
        0) {
        target->url = NULL;
        return -1;
    }
    if (asprintf(&target->host, "Host: %.*s", (int)(real.end - real.host), real.host) < 0) {
        target->host = NULL;
        return -1;
    }
    if (asprintf(&redirect, "::%.*s:", (int)(real.port - real.host), real.host) < 0) {
        return -1;
    }
    target->connect_to = curl_slist_append(NULL, redirect);
    free(redirect);
    return target->connect_to ? 0 : -1;
}

/* libcurl resolves names here for socks5://, and takes 1080 as the port of any proxy that has none. Programs in Go,
 * such as kubectl, leave names to the proxy, and take the port of the scheme. */
static int make_proxy(struct ks_http_target *target, const char *url)
{
    const struct authority proxy = authority_of(url);
    bool is_socks = has_scheme(url, "socks5://");
    bool is_bare = has_scheme(url, "http://") && proxy.port == proxy.end;
    const char *rest = url + (is_socks ? strlen("socks5") : 0);

    if (asprintf(&target->proxy, "%s%.*s%s", is_socks ? "socks5h" : "", (int)(proxy.end - rest), rest,
                 is_bare ? ":80" : "") < 0) {
        target->proxy = NULL;
        return -1;
    }
    return 0;
}

int ks_http_make_target(struct ks_http_target *target, const struct ks_http_server *server, const char *path)
{
    if (server->proxy && make_proxy(target, server->proxy)) {
        return -1;
    }
    if (server->tls_server_name && has_scheme(server->url, "https://")) {
        return make_renamed(target, server, path);
    }
    if (asprintf(&target->url, "%s%s", server->url, path) < 0) {
        target->url = NULL;
        return -1;
    }
    return 0;
}

void ks_http_target_fini(struct ks_http_target *target)
{
    curl_slist_free_all(target->connect_to);
    free(target->url);
    free(target->host);
    ks_secret_free(target->proxy);
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

/* For a proxy that is reached over https://, too, as programs in Go do. */
static void set_ca(CURL *easy, const struct ks_http_server *server)
{
    set_material(easy, &server->ca, CURLOPT_CAINFO_BLOB, CURLOPT_CAINFO);
    set_material(easy, &server->ca, CURLOPT_PROXY_CAINFO_BLOB, CURLOPT_PROXY_CAINFO);
    if (server->ca.data || server->ca.path) {
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
        curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
    }
    /* Each new connection reads the CA file again, in case it was replaced. */
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, server->insecure ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, server->insecure ? 0L : 2L);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, server->insecure ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, server->insecure ? 0L : 2L);
}

static void set_tls(CURL *easy, const struct ks_http_server *server)
{
    set_ca(easy, server);
    set_material(easy, &server->certificate, CURLOPT_SSLCERT_BLOB, CURLOPT_SSLCERT);
    set_material(easy, &server->key, CURLOPT_SSLKEY_BLOB, CURLOPT_SSLKEY);
    /* Otherwise OpenSSL asks for the passphrase of a key on the terminal, and everything waits. */
    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");
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

void ks_http_set_connection(CURL *easy, const struct ks_http_server *server, const struct ks_http_target *target)
{
    curl_easy_setopt(easy, CURLOPT_URL, target->url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, target->connect_to);
    /* Empty texts: nothing from the environment. */
    curl_easy_setopt(easy, CURLOPT_PROXY, target->proxy ? target->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version());
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    set_tls(easy, server);
}
