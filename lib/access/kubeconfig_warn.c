#include "config.h"

#include "access/kubeconfig_warn.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "access/kubeconfig_field.h"
#include "access/pem_file.h"
#include "base/string_list.h"

#define WARNINGS_MOST 20 /* lines in the log; a file with more is of another kind */

/* Source: k8s.io/client-go/tools/clientcmd/api/v1, types.go. What we have no use for is known, too. */
static const char *const file_fields[] = {"kind",     "apiVersion",      "preferences", "clusters", "users",
                                          "contexts", "current-context", "extensions",  NULL};
static const char *const cluster_fields[] = {"server",
                                             "tls-server-name",
                                             "insecure-skip-tls-verify",
                                             "certificate-authority",
                                             "certificate-authority-data",
                                             "proxy-url",
                                             "disable-compression",
                                             "extensions",
                                             NULL};
static const char *const user_fields[] = {"client-certificate",
                                          "client-certificate-data",
                                          "client-key",
                                          "client-key-data",
                                          "token",
                                          "tokenFile",
                                          "as",
                                          "as-uid",
                                          "as-groups",
                                          "as-user-extra",
                                          "username",
                                          "password",
                                          "auth-provider",
                                          "exec",
                                          "extensions",
                                          NULL};
static const char *const context_fields[] = {"cluster", "user", "namespace", "extensions", NULL};
static const char *const exec_fields[] = {
    "command", "args", "env", "apiVersion", "installHint", "provideClusterInfo", "interactiveMode", NULL};
static const char *const variable_fields[] = {"name", "value", NULL};

/* Whether two names differ at most in case and dashes, as those of another tool or a slip do. */
static bool is_like(const char *one, const char *other)
{
    do {
        one += strspn(one, "-_");
        other += strspn(other, "-_");
        if (strncasecmp(one, other, 1) != 0) {
            return false;
        }
    } while (*one++ && *other++);
    return true;
}

/* Gives the field that is meant, or NULL. Returns whether it is that field itself. */
static bool is_known(const char *field, const char *const *known, const char **meant)
{
    *meant = NULL;
    for (; *known; known++) {
        if (strcmp(*known, field) == 0) {
            return true;
        }
        if (is_like(*known, field)) {
            *meant = *known;
        }
    }
    return false;
}

static int add(struct ks_string_list *warnings, const struct ks_kubeconfig_section *section, const char *field,
               const char *text, struct ks_error *err)
{
    struct ks_error warning;

    if (warnings->count == WARNINGS_MOST) {
        return 0;
    }
    ks_kubeconfig_invalid(section, field, text, &warning);
    return ks_string_list_add(warnings, warning.text, err);
}

static int add_unknown(struct ks_string_list *warnings, const struct ks_kubeconfig_section *section, const char *field,
                       const char *meant, struct ks_error *err)
{
    char text[128];
    char shown[128];

    snprintf(shown, sizeof shown, "%.80s", field);
    snprintf(text, sizeof text, "not a field of a kubeconfig, so it has no effect%s%s%s", meant ? "; \"" : "",
             meant ? meant : "", meant ? "\" is one" : "");
    return add(warnings, section, shown, text, err);
}

static int check(struct ks_string_list *warnings, const struct ks_kubeconfig_section *section, const char *const *known,
                 struct ks_error *err)
{
    const yaml_node_t *node = section->node;

    if (!node || node->type != YAML_MAPPING_NODE) {
        return 0;
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = ks_kubeconfig_at(section->document, pair->key);
        const char *field = ks_kubeconfig_is_text(key, false) ? ks_kubeconfig_scalar(key) : "?";
        const char *meant;

        if (!ks_kubeconfig_is_merge_key(key) && !is_known(field, known, &meant) &&
            add_unknown(warnings, section, field, meant, err)) {
            return -1;
        }
    }
    return 0;
}

/* Checks an entry's own fields, beside its name, and those of its body. */
static int check_entry(struct ks_string_list *warnings, const struct ks_kubeconfig_section *section,
                       const char *const *known, struct ks_error *err)
{
    const char *const own[] = {"name", section->item, NULL};
    struct ks_kubeconfig_section entry = *section;

    entry.node = section->entry;
    return check(warnings, &entry, own, err) || check(warnings, section, known, err) ? -1 : 0;
}

static int check_exec(struct ks_string_list *warnings, const struct ks_kubeconfig_section *user, struct ks_error *err)
{
    struct ks_kubeconfig_section section = *user;
    const yaml_node_t *exec = ks_kubeconfig_child(user->document, user->node, "exec");
    const yaml_node_t *variables = ks_kubeconfig_child(user->document, exec, "env");

    section.node = exec;
    section.prefix = "exec.";
    if (check(warnings, &section, exec_fields, err)) {
        return -1;
    }
    section.prefix = "exec.env.";
    if (!variables || variables->type != YAML_SEQUENCE_NODE) {
        return 0;
    }
    for (size_t i = 0; i < ks_kubeconfig_item_count(variables); i++) {
        section.node = ks_kubeconfig_item(user->document, variables, i);
        if (check(warnings, &section, variable_fields, err)) {
            return -1;
        }
    }
    return 0;
}

static int check_files(struct ks_string_list *warnings, const struct ks_kubeconfig *kubeconfig, struct ks_error *err)
{
    for (size_t i = 0; i < kubeconfig->count; i++) {
        const struct ks_kubeconfig_section file = {.document = &kubeconfig->documents[i],
                                                   .node = ks_kubeconfig_root(&kubeconfig->documents[i])};

        if (check(warnings, &file, file_fields, err)) {
            return -1;
        }
    }
    return 0;
}

/* A passphrase would have to be typed, and nobody is there. */
static int check_key(struct ks_string_list *warnings, const struct ks_kubeconfig_section *user,
                     const struct ks_kube_material *key, struct ks_error *err)
{
    struct ks_pem_file file = {.text = NULL};
    struct ks_error error;
    bool is_encrypted = ks_pem_is_encrypted(key->data, key->length);

    if (key->path && ks_pem_file_read(&file, key->path, &error) == 0) {
        is_encrypted = ks_pem_is_encrypted(file.text, file.length);
    }
    ks_pem_file_fini(&file);
    if (!is_encrypted) {
        return 0;
    }
    return add(warnings, user, key->path ? "client-key" : "client-key-data",
               "must not be encrypted, since nobody can enter its passphrase: decrypt it with \"openssl pkey\"", err);
}

static int check_all(struct ks_string_list *warnings, const struct ks_kubeconfig *kubeconfig,
                     const struct ks_kubeconfig_choice *choice, const struct ks_access *config, struct ks_error *err)
{
    const struct ks_kubeconfig_section *user = &choice->user;

    if (check_files(warnings, kubeconfig, err) || check_entry(warnings, &choice->context, context_fields, err) ||
        check_entry(warnings, &choice->cluster, cluster_fields, err)) {
        return -1;
    }
    if (!user->document) {
        return 0;
    }
    return check_entry(warnings, user, user_fields, err) || check_exec(warnings, user, err) ||
                   check_key(warnings, user, &config->key, err)
               ? -1
               : 0;
}

int ks_kubeconfig_warn(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_choice *choice,
                       struct ks_access *config, struct ks_error *err)
{
    KS_CLEANUP_STRING_LIST struct ks_string_list warnings = {.strings = NULL};

    if (check_all(&warnings, kubeconfig, choice, config, err)) {
        return -1;
    }
    config->warnings = ks_string_list_take(&warnings);
    return 0;
}
