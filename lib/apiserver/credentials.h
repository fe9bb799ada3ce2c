/* Our credentials at the API server, kept current: token files rotate, and answers of exec plugins expire.
 * Source: Kubernetes, "Configure Service Accounts for Pods" and "client-go credential plugins".
 * Threads: the loop's. */
#ifndef KS_APISERVER_CREDENTIALS_H
#define KS_APISERVER_CREDENTIALS_H

#include <stdint.h>

#include "base/error.h"
#include "loop/http.h"
#include "access/access.h"
#include "loop/loop.h"

struct ks_kube_credentials;

enum ks_credentials_state {
    KS_CREDENTIALS_READY,
    KS_CREDENTIALS_PENDING, /* an exec plugin runs; `changed` will be called */
    KS_CREDENTIALS_FAILED,  /* err says why; asking again tries again */
};

/* Makes credentials from a configuration, which is borrowed. `changed` is called when a plugin has answered or
 * failed. */
int ks_kube_credentials_new(struct ks_kube_credentials **credentials, struct ks_loop *loop,
                            const struct ks_access *config, void (*changed)(void *arg), void *arg,
                            struct ks_error *err);
void ks_kube_credentials_free(struct ks_kube_credentials *credentials);

/* Makes the credentials ready if that takes no waiting: reads the token file if it has changed, or starts the
 * plugin. */
enum ks_credentials_state ks_kube_credentials_prepare(struct ks_kube_credentials *credentials, struct ks_error *err);

/* Returns "Authorization: …", or NULL if there is none. Borrowed until the next prepare. */
const char *ks_kube_credentials_header(const struct ks_kube_credentials *credentials);
/* Gives the plugin's client certificate; both are all zero if there is none. */
void ks_kube_credentials_certificate(const struct ks_kube_credentials *credentials,
                                     struct ks_http_material *certificate, struct ks_http_material *key);

/* Returns a number that changes with every new credential. */
uint64_t ks_kube_credentials_generation(const struct ks_kube_credentials *credentials);
/* Reports a 401: the server no longer accepts the credential of that generation. */
void ks_kube_credentials_refused(struct ks_kube_credentials *credentials, uint64_t generation);

#endif
