#include "config.h"

#include "access/kubeconfig_exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/kubeconfig_field.h"
#include "access/kubeconfig_json.h"
#include "access/kubeconfig_scalar.h"
#include "base/buf.h"

#define EXTENSION   "client.authentication.k8s.io/exec"
#define CONFIG_MOST (64 * 1024) /* bytes of JSON: it goes into an environment variable (Linux takes 128 KiB) */

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
        if (ks_kubeconfig_copy(&into->arguments[i + 1],
                               ks_kubeconfig_is_null(argument) ? "" : ks_kubeconfig_scalar(argument), err)) {
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

/* The extension of a cluster that is for its plugins; NULL if it has none. */
static int find_config(const struct ks_kubeconfig_section *cluster, const yaml_node_t **config, struct ks_error *err)
{
    const yaml_node_t *list;

    *config = NULL;
    if (ks_kubeconfig_node(cluster, "extensions", YAML_SEQUENCE_NODE, &list, err)) {
        return -1;
    }
    for (size_t i = 0; i < ks_kubeconfig_item_count(list) && !*config; i++) {
        const yaml_node_t *entry = ks_kubeconfig_item(cluster->document, list, i);
        const yaml_node_t *name = ks_kubeconfig_child(cluster->document, entry, "name");

        if (name && ks_kubeconfig_is_text(name, true) && strcmp(ks_kubeconfig_scalar(name), EXTENSION) == 0) {
            *config = ks_kubeconfig_child(cluster->document, entry, "extension");
        }
    }
    return 0;
}

static int read_config(const struct ks_kubeconfig_section *cluster, char **json, struct ks_error *err)
{
    KS_CLEANUP_BUF struct ks_buf text;
    const yaml_node_t *config;

    ks_buf_init(&text, CONFIG_MOST);
    if (find_config(cluster, &config, err)) {
        return -1;
    }
    if (!config) {
        return 0;
    }
    if (ks_kubeconfig_json(&text, cluster->document, config, err) || ks_buf_check(&text, err)) {
        return ks_kubeconfig_locate(cluster, "extensions." EXTENSION, err);
    }
    return ks_kubeconfig_copy(json, text.data, err);
}

/* May have several lines. */
static int read_hint(const struct ks_kubeconfig_section *exec, char **hint, struct ks_error *err)
{
    const yaml_node_t *node;

    if (ks_kubeconfig_node(exec, "installHint", YAML_SCALAR_NODE, &node, err)) {
        return -1;
    }
    return node ? ks_kubeconfig_copy(hint, ks_kubeconfig_scalar(node), err) : 0;
}

int ks_kubeconfig_read_exec(const struct ks_kubeconfig_section *user, const struct ks_kubeconfig_section *cluster,
                            struct ks_kube_exec *into, struct ks_error *err)
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
        read_hint(&exec, &into->install_hint, err) || read_arguments(&exec, into, err) ||
        read_environment(&exec, into, err)) {
        return -1;
    }
    return into->provide_cluster_info ? read_config(cluster, &into->cluster_config, err) : 0;
}
