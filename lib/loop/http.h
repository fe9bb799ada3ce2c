/* HTTP GET on the loop: TLS, HTTP/2 if the server has it, streamed bodies, deadlines. Redirects are never followed.
 * Nobody outside lib/loop sees libcurl. Threads: the loop's. */
#ifndef KS_LOOP_HTTP_H
#define KS_LOOP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/loop.h"

/* PEM in memory, or a file of it. All zero: not set. */
struct ks_http_material {
    const void *data;
    size_t length;
    const char *path;
};

/* A server, and our identity there. Requests copy it. */
struct ks_http_server {
    const char *url;             /* scheme://host[:port][/prefix], without a trailing slash */
    const char *tls_server_name; /* for SNI and to verify, instead of the URL's host, which stays the Host; or NULL */
    const char *proxy;           /* proxy URL, or NULL; the environment's is never used. socks5:// resolves there */
    struct ks_http_material ca;  /* instead of the system's roots */
    struct ks_http_material certificate, key; /* PEM */
    bool insecure;                            /* verify nothing */
};

struct ks_http_request {
    const char *path;           /* "/api/v1/pods?…", appended to the server's URL; copied */
    const char *const *headers; /* "Name: value", NULL-terminated; copied */
    int64_t connect_timeout_ms;
    int64_t response_timeout_ms; /* no byte for this long before the response; only if there is idle_timeout_ms */
    int64_t idle_timeout_ms;     /* no byte for this long; 0 for no limit */
    int64_t total_timeout_ms;    /* 0 for no limit */
    bool fresh;                  /* open a new connection */
    bool compressed;             /* ask for gzip; data comes decoded */
    int64_t slice_ms;            /* after `data` took this long, other work has its turn; 0: no limit */
    bool once;                   /* do not send again if a kept connection closes without an answer */

    /* Called once, before any data, with the status and Content-Type ("" if absent). -1 stops the transfer with err. */
    int (*response)(void *arg, int status, const char *content_type, struct ks_error *err);
    int (*data)(void *arg, const void *data, size_t length, struct ks_error *err);
    /* Called at the end; err is NULL if the whole body arrived, and err->errnum is EKEYREJECTED if we do not trust the
     * server's certificate. The transfer is freed when this returns. You may start a new one from here. Not called
     * after ks_http_cancel. */
    void (*done)(void *arg, const struct ks_error *err);
    void *arg;
};

struct ks_http_transfer;

/* Starts a transfer. It belongs to the loop until `done` is called or it is cancelled. */
int ks_http_start(struct ks_http_transfer **transfer, struct ks_loop *loop, const struct ks_http_server *server,
                  const struct ks_http_request *request, struct ks_error *err);
/* Gives the value of a response header, or "" if there is none. Call it from inside response, data or done. The value
 * is borrowed until the callback returns. KS_ERROR_PROTOCOL if the response has several headers of that name. */
int ks_http_header(const struct ks_http_transfer *transfer, const char *name, const char **value, struct ks_error *err);
/* Cancels and frees. NULL is fine. Inside the transfer's own response or data callback, return -1 instead. */
void ks_http_cancel(struct ks_http_transfer *transfer);

/* The kind of error for an HTTP status; KS_ERROR_NONE for 2xx. */
enum ks_error_kind ks_http_status_kind(int status);

#endif
