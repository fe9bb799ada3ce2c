/* Where the API server is and who we are to it: from inside a Pod, or from kubeconfig files.
 *
 * Source: Kubernetes, "Accessing the API from a Pod" and "Organizing Cluster Access Using kubeconfig Files"
 * (client.authentication.k8s.io/v1 and v1beta1 for exec plugins).
 * Threads: read-only once loaded. */
#ifndef KS_KUBE_CONFIG_H
#define KS_KUBE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Data (owned; from a …-data field, decoded), or the path of a file (owned, absolute). All zero: not set. */
struct ks_kube_material {
    char *data;
    size_t length;
    char *path;
};

/* An exec credential plugin; arrays are NULL-terminated, and both there or both NULL; environment holds "NAME=value",
 * which come on top of our own. */
struct ks_kube_exec {
    char *api_version;
    char **arguments; /* the command first; a command with a slash is resolved against the kubeconfig's folder */
    char **environment;
    bool provide_cluster_info;
};

/* All strings are owned, NULL where not set. */
struct ks_kube_config {
    char *context; /* the kubeconfig context, or "in-cluster" */
    char *server;  /* https://host:port[/prefix], without a trailing slash */
    char *tls_server_name;
    char *proxy;
    bool insecure;
    struct ks_kube_material ca;
    struct ks_kube_material certificate;
    struct ks_kube_material key;
    char *token;
    char *token_file; /* wins over token; read again when it changes */
    char *username;   /* HTTP basic, on servers that still know it */
    char *password;
    struct ks_kube_exec exec; /* arguments is NULL where there is none */
};

/* What decides which configuration is taken; the environment is read by the caller, so that this is testable. */
struct ks_kube_config_source {
    const char *service_host;    /* KUBERNETES_SERVICE_HOST, NULL or "" outside a Pod */
    const char *service_port;    /* KUBERNETES_SERVICE_PORT */
    const char *service_account; /* folder of token and ca.crt; NULL for Kubernetes's own, below /var/run/secrets */
    const char *kubeconfig;      /* KUBECONFIG or --kubeconfig: paths separated by ':', first one wins per name */
    const char *home;            /* HOME, for .kube/config */
    const char *context;         /* --context, or NULL for current-context */
};

/* An explicit kubeconfig wins, then the Pod's service account, then ~/.kube/config.
 * KS_ERROR_NOT_FOUND where there is none of them; KS_ERROR_INVALID names the file, the field and what is accepted, also
 * where none of the files of an explicit kubeconfig exists. Every error is one line and quotes no secret.
 * On success *config is filled (whatever it held before is overwritten) and is released with ks_kube_config_fini; on
 * failure it is untouched. */
int ks_kube_config_load(struct ks_kube_config *config, const struct ks_kube_config_source *source,
                        struct ks_error *err);
/* Wipes every string before it is freed. */
void ks_kube_config_fini(struct ks_kube_config *config);

#endif
