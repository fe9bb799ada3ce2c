/* Who we are to the API server, as it is now: a token file that rotates, an exec plugin whose answer expires.
 * Source: Kubernetes, "Configure Service Accounts for Pods" and "client-go credential plugins".
 * Threads: the loop's. */
#ifndef KS_KUBE_CREDENTIALS_H
#define KS_KUBE_CREDENTIALS_H

#include <stdint.h>

#include "base/error.h"
#include "loop/http.h"
#include "apiserver/access.h"
#include "loop/loop.h"

struct ks_kube_credentials;

enum ks_credentials_state {
    KS_CREDENTIALS_READY,
    KS_CREDENTIALS_PENDING, /* an exec plugin runs; changed() will be called */
    KS_CREDENTIALS_FAILED,  /* err says why; asking again tries again */
};

/* config is borrowed. changed: the plugin has answered, or failed. */
int ks_kube_credentials_new(struct ks_kube_credentials **credentials, struct ks_loop *loop,
                            const struct ks_kube_config *config, void (*changed)(void *arg), void *arg,
                            struct ks_error *err);
void ks_kube_credentials_free(struct ks_kube_credentials *credentials);

/* Makes them ready where that takes no waiting: reads the token file where it has changed. */
enum ks_credentials_state ks_kube_credentials_prepare(struct ks_kube_credentials *credentials, struct ks_error *err);

/* "Authorization: …", or NULL for none. Borrowed until the next prepare. */
const char *ks_kube_credentials_header(const struct ks_kube_credentials *credentials);
/* A client certificate that the plugin gave; both absent otherwise. */
void ks_kube_credentials_certificate(const struct ks_kube_credentials *credentials,
                                     struct ks_http_material *certificate, struct ks_http_material *key);

/* Changes with every new credential. */
uint64_t ks_kube_credentials_generation(const struct ks_kube_credentials *credentials);
/* 401: what was used at that generation is no longer accepted. */
void ks_kube_credentials_refused(struct ks_kube_credentials *credentials, uint64_t generation);

#endif
