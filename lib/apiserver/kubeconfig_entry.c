#include "config.h"

#include "apiserver/kubeconfig_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apiserver/kubeconfig_field.h"

/* ---- the cluster ---- */

/* Returns the rest of a URL after one of the schemes (a NULL-terminated list), or NULL if it has none of them. */
static const char *after_scheme(const char *url, const char *const *schemes)
{
    for (; *schemes; schemes++) {
        if (strncasecmp(url, *schemes, strlen(*schemes)) == 0) {
            return url + strlen(*schemes);
        }
    }
    return NULL;
}

static int read_server(const struct ks_kubeconfig_section *cluster, struct ks_access *config, struct ks_error *err)
{
    static const char *const schemes[] = {"https://", "http://", NULL};
    const char *host;

    if (ks_kubeconfig_string(cluster, "server", &config->server, err)) {
        return -1;
    }
    if (!config->server) {
        return ks_kubeconfig_invalid(cluster, "server", "not set: must be https://host:port or http://host:port", err);
    }
    host = after_scheme(config->server, schemes);
    if (strpbrk(config->server, "@?#")) { /* may hold a secret: not quoted */
        return ks_kubeconfig_invalid(cluster, "server", "must not contain a user name, password or query", err);
    }
    if (!host || strchr("/:", host[0]) || strchr(host, ' ')) {
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
    static const char *const schemes[] = {"http://", "https://", "socks5://", NULL};
    const char *host;

    if (ks_kubeconfig_string(cluster, "proxy-url", &config->proxy, err)) {
        return -1;
    }
    host = config->proxy ? after_scheme(config->proxy, schemes) : NULL;
    if (config->proxy && (!host || !host[0])) { /* may hold a password: not quoted */
        return ks_kubeconfig_invalid(cluster, "proxy-url", "must begin with http://, https:// or socks5://", err);
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

static int check_exec(const struct ks_kubeconfig_section *exec, struct ks_error *err)
{
    const char *version;
    const char *mode;

    if (ks_kubeconfig_text(exec, "apiVersion", &version, err) ||
        ks_kubeconfig_text(exec, "interactiveMode", &mode, err)) {
        return -1;
    }
    if (!version || (strcmp(version, "client.authentication.k8s.io/v1") != 0 &&
                     strcmp(version, "client.authentication.k8s.io/v1beta1") != 0)) {
        ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be client.authentication.k8s.io/v1 or …/v1beta1",
                     version ? version : "");
        return ks_kubeconfig_locate(exec, "apiVersion", err);
    }
    if (mode && strcmp(mode, "Never") != 0 && strcmp(mode, "IfAvailable") != 0) {
        ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be Never or IfAvailable, since nobody can answer", mode);
        return ks_kubeconfig_locate(exec, "interactiveMode", err);
    }
    return 0;
}

/* Reads the command and its arguments. */
static int read_arguments(const struct ks_kubeconfig_section *exec, struct ks_kube_exec *into, struct ks_error *err)
{
    const yaml_node_t *list;
    const char *command;
    size_t count;

    if (ks_kubeconfig_text(exec, "command", &command, err) ||
        ks_kubeconfig_node(exec, "args", YAML_SEQUENCE_NODE, &list, err)) {
        return -1;
    }
    if (!command) {
        return ks_kubeconfig_invalid(exec, "command", "not set: must be a program", err);
    }
    count = ks_kubeconfig_item_count(list);
    into->arguments = calloc(count + 2, sizeof *into->arguments);
    if (!into->arguments) {
        return ks_error_memory(err);
    }
    /* A command without a slash is looked up in PATH. */
    if (strchr(command, '/') ? ks_kubeconfig_copy_path(exec, command, &into->arguments[0], err)
                             : ks_kubeconfig_copy(&into->arguments[0], command, err)) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *argument = ks_kubeconfig_item(exec->document, list, i);

        if (!ks_kubeconfig_is_text(argument, false)) {
            return ks_kubeconfig_invalid(exec, "args", "must be texts", err);
        }
        if (ks_kubeconfig_copy(&into->arguments[i + 1], ks_kubeconfig_scalar(argument), err)) {
            return -1;
        }
    }
    return 0;
}

/* Reads one "NAME=value" of the list. */
static int read_variable(const struct ks_kubeconfig_section *exec, const yaml_node_t *entry, char **variable,
                         struct ks_error *err)
{
    const yaml_node_t *name = ks_kubeconfig_child(exec->document, entry, "name");
    const yaml_node_t *value = ks_kubeconfig_child(exec->document, entry, "value");

    if (!name || !ks_kubeconfig_is_text(name, true) || strchr(ks_kubeconfig_scalar(name), '=') ||
        (value && !ks_kubeconfig_is_text(value, false))) {
        return ks_kubeconfig_invalid(exec, "env", "must be mappings of name (without =) and value", err);
    }
    if (asprintf(variable, "%s=%s", ks_kubeconfig_scalar(name), value ? ks_kubeconfig_scalar(value) : "") < 0) {
        *variable = NULL;
        return ks_error_memory(err);
    }
    return 0;
}

static int read_environment(const struct ks_kubeconfig_section *exec, struct ks_kube_exec *into, struct ks_error *err)
{
    const yaml_node_t *list;
    size_t count;

    if (ks_kubeconfig_node(exec, "env", YAML_SEQUENCE_NODE, &list, err)) {
        return -1;
    }
    count = ks_kubeconfig_item_count(list);
    into->environment = calloc(count + 1, sizeof *into->environment);
    if (!into->environment) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (read_variable(exec, ks_kubeconfig_item(exec->document, list, i), &into->environment[i], err)) {
            return -1;
        }
    }
    return 0;
}

static int read_exec(const struct ks_kubeconfig_section *user, struct ks_kube_exec *into, struct ks_error *err)
{
    struct ks_kubeconfig_section exec = *user;

    if (ks_kubeconfig_node(user, "exec", YAML_MAPPING_NODE, &exec.node, err)) {
        return -1;
    }
    if (!exec.node) {
        return 0;
    }
    exec.prefix = "exec.";
    if (check_exec(&exec, err) || ks_kubeconfig_string(&exec, "apiVersion", &into->api_version, err) ||
        ks_kubeconfig_bool(&exec, "provideClusterInfo", &into->provide_cluster_info, err) ||
        read_arguments(&exec, into, err) || read_environment(&exec, into, err)) {
        return -1;
    }
    return 0;
}

int ks_kubeconfig_read_user(const struct ks_kubeconfig_section *user, struct ks_access *config, struct ks_error *err)
{
    if (ks_kubeconfig_child(user->document, user->node, "auth-provider")) {
        return ks_kubeconfig_invalid(user, "auth-provider", "not supported: use exec", err);
    }
    if (ks_kubeconfig_string(user, "token", &config->token, err) ||
        ks_kubeconfig_path(user, "tokenFile", &config->token_file, err) ||
        ks_kubeconfig_string(user, "username", &config->username, err) ||
        ks_kubeconfig_string(user, "password", &config->password, err) ||
        ks_kubeconfig_material(user, "client-certificate-data", "client-certificate", &config->certificate, err) ||
        ks_kubeconfig_material(user, "client-key-data", "client-key", &config->key, err) ||
        read_exec(user, &config->exec, err)) {
        return -1;
    }
    if (is_set(&config->certificate) && !is_set(&config->key)) {
        return ks_kubeconfig_invalid(user, "client-key", "not set: a client-certificate needs its key", err);
    }
    return 0;
}
