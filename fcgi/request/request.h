/* A request as the fronts hand it over and as pages get it: taken apart, validated, typed.
 * A request and its response belong to the thread that serves it. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth/keyring.h"
#include "badge/logo.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "base/url.h"
#include "request/shield_options.h"
#include "settings/settings.h"
#include "store/store.h"

/* Another cluster, by the kube-shields in it. */
struct app_peer {
    const struct ks_peer_address *address;
    struct ks_store *store;
};

/* How many refusals the log was told of, by the minute: whoever sends nonsense must not fill a disk. */
struct app_refusals {
    _Atomic int64_t minute;
    atomic_uint count;
};

/* What all requests share; set up once, before the first. */
struct app {
    const struct settings *settings;
    struct ks_store *store; /* of our own cluster */
    const struct app_peer *peers;
    size_t peer_count;
    struct ks_keyring *keyring;    /* NULL: no secret is shared, nothing signed is accepted */
    const char *instance;          /* another one with each start */
    atomic_int *polls;             /* peers that wait for news now; NULL: nobody may */
    struct app_refusals *refusals; /* NULL: each is told of */
    const struct ks_log *log;
    const struct ks_logos *logos; /* NULL: there are none */
    bool is_public;               /* OTHER_SHIELDS is set */
    bool is_incomplete;           /* as CGI: the API server did not answer in time, and will not be asked again */
};

enum request_method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_OTHER,
};

enum request_format {
    FORMAT_SVG,
    FORMAT_JSON,    /* ours: all that is known */
    FORMAT_TEXT,    /* one line */
    FORMAT_SHIELDS, /* the endpoint schema of shields.io */
    FORMAT_RAW,     /* ?raw: the ancestor's JSON */
};

struct request {
    const struct app *app;
    enum request_method method;
    bool internal;         /* the proxy vouches that it comes from inside */
    bool accepts_image;    /* Accept names an image type */
    bool is_signed;        /* by one who has the shared secret: the answer is to be signed, too */
    bool is_refused;       /* its signature is not right */
    struct ks_error wrong; /* why the target is not accepted; of no kind where it is */
    struct ks_keyring_claim claim;
    size_t first_cluster, end_cluster; /* that it asks: 0 is our own, then the peers in their order */
    const char *accept;                /* the header, or NULL */
    const char *if_none_match;
    struct ks_url url;
    const char *prefix;     /* what the server mounted us under: "" or "/shields" */
    char path[KS_URL_SIZE]; /* as it was asked for, below the prefix, without the query */
    char query[KS_URL_SIZE];

    /* Set by the dispatcher, from the route's pattern; NULL where it has none. */
    const char *service;
    const char *namespace_name;
    const char *check;
    const char *static_text;
    enum request_format format;
    struct shield_options shield;
};

/* How a front finds a CGI variable; NULL where it is not set. */
typedef const char *request_variable(void *arg, const char *name);

/* Takes the variables of a request apart. KS_ERROR_INVALID for a target that is not accepted, KS_ERROR_MEMORY;
 * the request can still be answered with that error. */
int request_init(struct request *request, const struct app *app, request_variable *variable, void *arg,
                 struct ks_error *err);
void request_fini(struct request *request);

/* The cluster of that number: its name and its store. */
const char *request_cluster_name(const struct request *request, size_t cluster);
struct ks_store *request_cluster_store(const struct request *request, size_t cluster);

#endif
