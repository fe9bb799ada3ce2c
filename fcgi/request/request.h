/* A request as pages get it: parsed, validated, typed. It belongs to the thread that serves it. */
#ifndef KS_REQUEST_REQUEST_H
#define KS_REQUEST_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/keyring.h"
#include "base/error.h"
#include "base/url.h"
#include "request/app.h"
#include "request/shield_options.h"

enum request_method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_OTHER,
};

enum request_format {
    FORMAT_SVG,
    FORMAT_JSON,    /* ours: everything we know */
    FORMAT_TEXT,    /* one line */
    FORMAT_SHIELDS, /* the endpoint schema of shields.io */
    FORMAT_RAW,     /* ?raw: the JSON of kube-shields 0.0.6 */
};

struct request {
    const struct app *app;
    enum request_method method;
    bool internal;         /* the proxy marks it as coming from inside */
    bool accepts_image;    /* Accept names an image type */
    bool is_signed;        /* with the shared secret: so is the answer */
    bool is_refused;       /* its signature is wrong */
    struct ks_error wrong; /* why the target is invalid; KS_ERROR_NONE if it is valid */
    struct ks_keyring_claim claim;
    size_t first_cluster, end_cluster; /* the clusters that it asks: 0 is our own, the peers follow in their order */
    const char *accept;                /* the header, or NULL */
    const char *if_none_match;
    struct ks_url url;
    const char *prefix;     /* where the server mounted us: "" or "/shields" */
    char path[KS_URL_SIZE]; /* as requested, below the prefix, without the query */
    char query[KS_URL_SIZE];

    /* The dispatcher sets these from the route's pattern; NULL if it has none. */
    const char *service;
    const char *namespace_name;
    const char *check;
    const char *static_text;
    enum request_format format;
    struct shield_options shield;
};

/* How a front finds a CGI variable. Returns NULL if it is not set. */
typedef const char *request_variable(void *arg, const char *name);

/* Parses the variables of a request. Fails with KS_ERROR_INVALID if the target is invalid, or with KS_ERROR_MEMORY.
 * Even then the request can be answered, and must be released with request_fini. */
int request_init(struct request *request, const struct app *app, request_variable *variable, void *arg,
                 struct ks_error *err);
void request_fini(struct request *request);

/* The name and the store of a cluster by its number, as in first_cluster. */
const char *request_cluster_name(const struct request *request, size_t cluster);
struct ks_store *request_cluster_store(const struct request *request, size_t cluster);

#endif
