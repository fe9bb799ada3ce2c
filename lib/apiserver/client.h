/* A client of one API server: knows its address and our identity, and sends requests with both. Its configuration can
 * be loaded again while it runs. Threads: the loop's. */
#ifndef KS_APISERVER_CLIENT_H
#define KS_APISERVER_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/http.h"
#include "access/access.h"
#include "apiserver/credentials.h"
#include "loop/loop.h"

struct ks_kube_client;

/* Makes a client, and loads its configuration. The source's strings are borrowed until it is freed. `changed` is called
 * when credentials that a request waits for have arrived, or failed. */
int ks_kube_client_new(struct ks_kube_client **client, struct ks_loop *loop, const struct ks_access_source *source,
                       void (*changed)(void *arg), void *arg, struct ks_error *err);
/* Frees. Its requests must be over. NULL is fine. */
void ks_kube_client_free(struct ks_kube_client *client);

/* Loads the configuration again; requests in flight go on as they were. On failure the old configuration stays, and it
 * is outdated only once the files change again. */
int ks_kube_client_reload(struct ks_kube_client *client, struct ks_error *err);

/* Whether a kubeconfig file, or the file of the client certificate, is another one than when it was loaded, so that it
 * should be loaded again. Looks at the disk. A file that is gone does not count. Token and CA files are read again
 * anyway, before the next request. */
bool ks_kube_client_is_outdated(struct ks_kube_client *client);

struct ks_loop *ks_kube_client_loop(const struct ks_kube_client *client);
const struct ks_access *ks_kube_client_config(const struct ks_kube_client *client);

enum ks_kube_start {
    KS_KUBE_STARTED,
    KS_KUBE_WAIT,   /* for credentials; `changed` will be called */
    KS_KUBE_FAILED, /* err says why */
};

struct ks_kube_request {
    struct ks_http_request http; /* without the Authorization and Accept headers */
    const char *accept;
};

/* Starts a GET request. *generation is that of the credentials in use, for ks_kube_client_refused. */
enum ks_kube_start ks_kube_client_get(struct ks_kube_client *client, const struct ks_kube_request *request,
                                      struct ks_http_transfer **transfer, uint64_t *generation, struct ks_error *err);

/* Reports that the server answered 401, so that these credentials are not used again. */
void ks_kube_client_refused(struct ks_kube_client *client, uint64_t generation);

#endif
