/* HTTP GET on the loop: TLS, HTTP/2 where the server has it, streamed bodies, deadlines. libcurl stays in here.
 * Redirects are never followed. Threads: the loop's. */
#ifndef KS_HTTP_H
#define KS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/loop.h"

/* Bytes in memory, or a file; both absent means not set. */
struct ks_http_material {
    const void *data;
    size_t length;
    const char *path;
};

/* A server and who we are to it. Borrowed by the requests in flight. */
struct ks_http_server {
    const char *url;                          /* scheme://host[:port][/prefix], without a trailing slash */
    const char *tls_server_name;              /* name to verify and to send, where it is not the URL's host; or NULL */
    const char *proxy;                        /* proxy URL, or NULL for none: the environment's is never used */
    struct ks_http_material ca;               /* instead of the system's roots */
    struct ks_http_material certificate, key; /* PEM */
    bool insecure;                            /* verify nothing */
};

struct ks_http_request {
    const char *path;           /* "/api/v1/pods?…", appended to the server's URL; copied */
    const char *const *headers; /* "Name: value", NULL-terminated; copied */
    int64_t connect_timeout_ms;
    int64_t response_timeout_ms; /* no byte for this long before the response; with idle_timeout_ms only */
    int64_t idle_timeout_ms;     /* no byte for this long; 0 for no limit */
    int64_t total_timeout_ms;    /* 0 for no limit */
    bool fresh;                  /* not on a connection that is open already */
    bool compressed;             /* says that gzip is accepted; data comes decoded */
    bool once;                   /* where a kept connection closes without an answer, it is not sent again */

    /* The status and Content-Type ("" where absent), once, before any data. -1 stops the transfer with err. */
    int (*response)(void *arg, int status, const char *content_type, struct ks_error *err);
    int (*data)(void *arg, const void *data, size_t length, struct ks_error *err);
    /* The end: err is NULL where the whole body arrived. The transfer is freed when this returns; a new one may be
     * started from here. Not called after ks_http_cancel. */
    void (*done)(void *arg, const struct ks_error *err);
    void *arg;
};

struct ks_http_transfer;

/* The transfer belongs to the loop until done is called or it is cancelled. */
int ks_http_start(struct ks_http_transfer **transfer, struct ks_loop *loop, const struct ks_http_server *server,
                  const struct ks_http_request *request, struct ks_error *err);
/* The value of a header of the response, "" where it has none; from inside the response and data callbacks, and done.
 * KS_ERROR_PROTOCOL where it has several of that name. Borrowed until the callback ends. */
int ks_http_header(const struct ks_http_transfer *transfer, const char *name, const char **value, struct ks_error *err);
/* NULL is fine. Not from inside the transfer's own response or data callback: return -1 there. */
void ks_http_cancel(struct ks_http_transfer *transfer);

/* The error kind that stands for an HTTP status; KS_ERROR_NONE for 2xx. */
enum ks_error_kind ks_http_status_kind(int status);

#endif
