/* A connection to one API server: where it is, who we are, and requests with both. Its configuration can be loaded
 * again while it runs. Threads: the loop's. */
#ifndef KS_KUBE_CLIENT_H
#define KS_KUBE_CLIENT_H

#include <stdint.h>

#include "base/error.h"
#include "loop/http.h"
#include "apiserver/access.h"
#include "apiserver/credentials.h"
#include "loop/loop.h"

struct ks_kube_client;

/* changed: credentials that a request waited for are there (or have failed). The source's strings are borrowed. */
int ks_kube_client_new(struct ks_kube_client **client, struct ks_loop *loop, const struct ks_kube_config_source *source,
                       void (*changed)(void *arg), void *arg, struct ks_error *err);
/* Its requests must be over. */
void ks_kube_client_free(struct ks_kube_client *client);

/* Reads the configuration again. On failure the old one stays. Requests in flight must be over. */
int ks_kube_client_reload(struct ks_kube_client *client, struct ks_error *err);

const struct ks_kube_config *ks_kube_client_config(const struct ks_kube_client *client);

enum ks_kube_start {
    KS_KUBE_STARTED,
    KS_KUBE_WAIT,   /* for credentials; changed will be called */
    KS_KUBE_FAILED, /* err says why */
};

struct ks_kube_request {
    struct ks_http_request http; /* without the Authorization and Accept headers */
    const char *accept;
};

/* generation: of the credentials used, for ks_kube_client_refused. */
enum ks_kube_start ks_kube_client_get(struct ks_kube_client *client, const struct ks_kube_request *request,
                                      struct ks_http_transfer **transfer, uint64_t *generation, struct ks_error *err);

/* 401. */
void ks_kube_client_refused(struct ks_kube_client *client, uint64_t generation);

#endif
