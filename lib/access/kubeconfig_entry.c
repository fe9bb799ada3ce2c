#include "config.h"

#include "access/kubeconfig_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/kubeconfig_exec.h"
#include "access/kubeconfig_field.h"
#include "access/kubeconfig_impersonate.h"
#include "access/proxy.h"

/* ---- the cluster ---- */

/* A server without a scheme is http:// to kubectl. */
static int add_scheme(char **server, struct ks_error *err)
{
    char *url;

    if (asprintf(&url, "http://%s", *server) < 0) {
        return ks_error_memory(err);
    }
    free(*server);
    *server = url;
    return 0;
}

static int read_server(const struct ks_kubeconfig_section *cluster, struct ks_access *config, struct ks_error *err)
{
    bool is_http;
    const char *host;

    if (ks_kubeconfig_string(cluster, "server", &config->server, err)) {
        return -1;
    }
    if (!config->server) {
        return ks_kubeconfig_invalid(cluster, "server", "not set: must be https://host:port or http://host:port", err);
    }
    if (!strstr(config->server, "://") && add_scheme(&config->server, err)) {
        return -1;
    }
    is_http = strncasecmp(config->server, "http://", 7) == 0 || strncasecmp(config->server, "https://", 8) == 0;
    host = strstr(config->server, "://") + 3;
    if (strpbrk(config->server, "@?#")) { /* may hold a secret: not quoted */
        return ks_kubeconfig_invalid(cluster, "server", "must not contain a user name, password or query", err);
    }
    if (!is_http || strchr("/:", host[0]) || strchr(host, ' ')) {
        ks_error_set(err, KS_ERROR_INVALID, "\"%.120s\": must be https://host:port or http://host:port",
                     config->server);
        return ks_kubeconfig_locate(cluster, "server", err);
    }
    for (size_t length = strlen(config->server); config->server[length - 1] == '/'; length--) {
        config->server[length - 1] = '\0';
    }
    return 0;
}

static int read_proxy(const struct ks_kubeconfig_section *cluster, struct ks_access *config, struct ks_error *err)
{
    if (ks_kubeconfig_string(cluster, "proxy-url", &config->proxy, err)) {
        return -1;
    }
    if (config->proxy && !ks_proxy_is_url(config->proxy)) {
        return ks_kubeconfig_invalid(cluster, "proxy-url", KS_PROXY_RULE, err);
    }
    return 0;
}

static bool is_set(const struct ks_kube_material *material)
{
    return material->data || material->path;
}

int ks_kubeconfig_read_cluster(const struct ks_kubeconfig_section *cluster, struct ks_access *config,
                               struct ks_error *err)
{
    if (read_server(cluster, config, err) || read_proxy(cluster, config, err) ||
        ks_kubeconfig_string(cluster, "tls-server-name", &config->tls_server_name, err) ||
        ks_kubeconfig_bool(cluster, "insecure-skip-tls-verify", &config->insecure, err) ||
        ks_kubeconfig_material(cluster, "certificate-authority-data", "certificate-authority", &config->ca, err)) {
        return -1;
    }
    if (config->insecure && is_set(&config->ca)) { /* kubectl refuses both together, too */
        return ks_kubeconfig_invalid(cluster, "insecure-skip-tls-verify",
                                     "must not be true if a certificate-authority is set", err);
    }
    return 0;
}

/* ---- the user ---- */

/* kubectl refuses these, too: a request has one Authorization header. */
static int check_basic(const struct ks_kubeconfig_section *user, const struct ks_access *config, struct ks_error *err)
{
    if (!config->username && !config->password) {
        return 0;
    }
    if (!config->username) {
        return ks_kubeconfig_invalid(user, "username", "not set: a password needs it", err);
    }
    if (config->token || config->token_file) {
        return ks_kubeconfig_invalid(user, config->token ? "token" : "tokenFile",
                                     "must not be set together with a username", err);
    }
    return 0;
}

/* A key alone has no use: kubectl does not even read it. */
static int read_key(const struct ks_kubeconfig_section *user, struct ks_access *config, struct ks_error *err)
{
    if (!is_set(&config->certificate)) {
        return 0;
    }
    if (ks_kubeconfig_material(user, "client-key-data", "client-key", &config->key, err)) {
        return -1;
    }
    if (!is_set(&config->key)) {
        return ks_kubeconfig_invalid(user, "client-key", "not set: a client-certificate needs its key", err);
    }
    return 0;
}

int ks_kubeconfig_read_user(const struct ks_kubeconfig_section *user, const struct ks_kubeconfig_section *cluster,
                            struct ks_access *config, struct ks_error *err)
{
    if (ks_kubeconfig_child(user->document, user->node, "auth-provider")) {
        return ks_kubeconfig_invalid(user, "auth-provider", "not supported: use exec", err);
    }
    if (ks_kubeconfig_string(user, "token", &config->token, err) ||
        ks_kubeconfig_path(user, "tokenFile", &config->token_file, err) ||
        ks_kubeconfig_string(user, "username", &config->username, err) ||
        ks_kubeconfig_string(user, "password", &config->password, err) || check_basic(user, config, err) ||
        ks_kubeconfig_material(user, "client-certificate-data", "client-certificate", &config->certificate, err) ||
        read_key(user, config, err) || ks_kubeconfig_read_impersonation(user, &config->impersonation, err)) {
        return -1;
    }
    /* As in client-go: who has other credentials is not asked for more. */
    if (config->token || config->token_file || config->username || is_set(&config->certificate)) {
        return 0;
    }
    return ks_kubeconfig_read_exec(user, cluster, &config->exec, err);
}
