/* The address of the API server and our identity there, from inside a Pod or from kubeconfig files.
 *
 * Source: Kubernetes, "Accessing the API from a Pod" and "Organizing Cluster Access Using kubeconfig Files"
 * (client.authentication.k8s.io/v1 and v1beta1 for exec plugins).
 * Threads: read-only once loaded. */
#ifndef KS_ACCESS_ACCESS_H
#define KS_ACCESS_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Data (owned; decoded from a …-data field), or the absolute path of a file (owned). All zero: not set. */
struct ks_kube_material {
    char *data;
    size_t length;
    char *path;
};

/* An exec credential plugin. Both arrays are NULL-terminated, or both are NULL. `environment` holds "NAME=value", in
 * addition to our own environment. */
struct ks_kube_exec {
    char *api_version;
    char **arguments; /* the command first; a command with a slash is resolved against the kubeconfig's folder */
    char **environment;
    bool provide_cluster_info;
    char *cluster_config; /* JSON for spec.cluster.config; or NULL */
    char *install_hint;   /* for people who have to install the plugin; or NULL */
};

/* All strings are owned, and NULL if not set. */
struct ks_access {
    char *context; /* the kubeconfig context, or "in-cluster" */
    char *server;  /* https://host:port[/prefix], without a trailing slash */
    char *tls_server_name;
    char *proxy;
    bool is_proxy_ours; /* it is the environment's, not the kubeconfig's */
    bool insecure;
    struct ks_kube_material ca;
    struct ks_kube_material certificate;
    struct ks_kube_material key;
    char *token;
    char *token_file; /* wins over token as long as it can be read; read again when it changes */
    char *username;   /* HTTP basic, on servers that still know it */
    char *password;
    struct ks_kube_exec exec; /* arguments is NULL if there is none */
    char **impersonation;     /* "Impersonate-User: …" and so on, NULL-terminated; NULL: we are who we are */
    char **files;             /* the kubeconfig files that were looked for, NULL-terminated; NULL: none */
    char **warnings;          /* for the log, NULL-terminated: fields that nobody knows; NULL: none */
};

/* Decides which configuration is loaded. The caller reads the environment, so that tests can set everything here. */
struct ks_access_source {
    const char *service_host;    /* KUBERNETES_SERVICE_HOST, NULL or "" outside a Pod */
    const char *service_port;    /* KUBERNETES_SERVICE_PORT */
    const char *service_account; /* folder with token and ca.crt; NULL: the one that Kubernetes mounts */
    const char
        *kubeconfig;  /* KUBECONFIG or --kubeconfig: paths separated by ':'; the first one that defines a name wins */
    const char *home; /* HOME, for .kube/config */
    const char *context; /* --context, or NULL for current-context */
    /* The environment's proxies, or NULL; a kubeconfig's proxy-url wins. */
    const char *https_proxy, *http_proxy, *no_proxy;
    bool is_plain_allowed; /* credentials may go to another host over http:// */
};

/* Sets what the environment says, which owns the texts: where the Pod's API server is, KUBECONFIG, HOME, and the
 * proxies, of which the names in upper case win. As a CGI program there is no HTTP_PROXY. */
void ks_access_source_read_environment(struct ks_access_source *source);

/* Loads an explicit kubeconfig, otherwise the Pod's service account, otherwise ~/.kube/config.
 * KS_ERROR_NOT_FOUND if there is none of them. KS_ERROR_INVALID names the file, the field and what it must be, or says
 * that none of the files of an explicit kubeconfig exists. Every error is one line and quotes no secret.
 * On success *config is filled, whatever it held before, and the caller releases it with ks_access_fini. On
 * failure it is untouched. */
int ks_access_load(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err);
/* Whether both lead to the same server as the same user. Their files and warnings do not count. */
bool ks_access_is_same(const struct ks_access *one, const struct ks_access *other);
/* Wipes every string before it is freed. */
void ks_access_fini(struct ks_access *config);

#endif
