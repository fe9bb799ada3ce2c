#include "config.h"

#include "access/kubeconfig_field.h"

#include <stdio.h>
#include <string.h>

#include "access/kubeconfig_scalar.h"
#include "base/base64.h"

int ks_kubeconfig_locate(const struct ks_kubeconfig_section *section, const char *field, struct ks_error *err)
{
    const char *file = section->document->name;

    if (!section->item) {
        return ks_error_wrap(err, "kubeconfig %s: %s", file, field);
    }
    return ks_error_wrap(err, "kubeconfig %s: %s \"%.80s\": %s%s", file, section->item, section->name, section->prefix,
                         field);
}

int ks_kubeconfig_invalid(const struct ks_kubeconfig_section *section, const char *field, const char *wanted,
                          struct ks_error *err)
{
    ks_error_set(err, KS_ERROR_INVALID, "%s", wanted);
    return ks_kubeconfig_locate(section, field, err);
}

int ks_kubeconfig_copy(char **to, const char *text, struct ks_error *err)
{
    *to = strdup(text);
    return *to ? 0 : ks_error_memory(err);
}

/* Removes "//", "." and ".." from an absolute path, as client-go does: by its text, whatever is a link. */
static void clean_path(char *path)
{
    char *to = path;

    for (const char *from = path; *from;) {
        size_t length;

        from += strspn(from, "/");
        length = strcspn(from, "/");
        if (length == 2 && from[0] == '.' && from[1] == '.') {
            while (to > path && *--to != '/') {
            }
        } else if (length > 0 && !(length == 1 && from[0] == '.')) {
            *to++ = '/';
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    if (to == path) {
        *to++ = '/';
    }
    *to = '\0';
}

int ks_kubeconfig_copy_path(const struct ks_kubeconfig_section *section, const char *path, char **to,
                            struct ks_error *err)
{
    if (path[0] == '/') {
        return ks_kubeconfig_copy(to, path, err);
    }
    if (asprintf(to, "%s/%s", section->document->folder, path) < 0) {
        *to = NULL;
        return ks_error_memory(err);
    }
    clean_path(*to);
    return 0;
}

static const yaml_node_t *find(const struct ks_kubeconfig_section *section, const char *field)
{
    return ks_kubeconfig_child(section->document, section->node, field);
}

int ks_kubeconfig_text(const struct ks_kubeconfig_section *section, const char *field, const char **text,
                       struct ks_error *err)
{
    const yaml_node_t *node = find(section, field);

    *text = NULL;
    if (node && !ks_kubeconfig_is_text(node, true)) {
        return ks_kubeconfig_invalid(section, field, "must be one line of text without control characters", err);
    }
    if (node) {
        *text = ks_kubeconfig_scalar(node);
    }
    return 0;
}

int ks_kubeconfig_string(const struct ks_kubeconfig_section *section, const char *field, char **string,
                         struct ks_error *err)
{
    const char *text;

    if (ks_kubeconfig_text(section, field, &text, err)) {
        return -1;
    }
    return text ? ks_kubeconfig_copy(string, text, err) : 0;
}

int ks_kubeconfig_path(const struct ks_kubeconfig_section *section, const char *field, char **path,
                       struct ks_error *err)
{
    const char *text;

    if (ks_kubeconfig_text(section, field, &text, err)) {
        return -1;
    }
    return text ? ks_kubeconfig_copy_path(section, text, path, err) : 0;
}

int ks_kubeconfig_material(const struct ks_kubeconfig_section *section, const char *data_field, const char *path_field,
                           struct ks_kube_material *material, struct ks_error *err)
{
    const yaml_node_t *node;

    if (ks_kubeconfig_node(section, data_field, YAML_SCALAR_NODE, &node, err)) {
        return -1;
    }
    if (!node) {
        return ks_kubeconfig_path(section, path_field, &material->path, err);
    }
    if (ks_base64_decode(ks_kubeconfig_scalar(node), node->data.scalar.length, &material->data, &material->length,
                         err)) {
        return ks_kubeconfig_locate(section, data_field, err);
    }
    return 0;
}

int ks_kubeconfig_bool(const struct ks_kubeconfig_section *section, const char *field, bool *value,
                       struct ks_error *err)
{
    const yaml_node_t *node = find(section, field);

    if (!node) {
        return 0;
    }
    if (ks_kubeconfig_is_bool(node, value)) {
        return 0;
    }
    return ks_kubeconfig_invalid(section, field, "must be true or false", err);
}

int ks_kubeconfig_node(const struct ks_kubeconfig_section *section, const char *field, yaml_node_type_t type,
                       const yaml_node_t **node, struct ks_error *err)
{
    *node = find(section, field);
    if (!*node || (*node)->type == type) {
        return 0;
    }
    return ks_kubeconfig_invalid(section, field,
                                 type == YAML_SEQUENCE_NODE  ? "must be a list"
                                 : type == YAML_MAPPING_NODE ? "must be a mapping"
                                                             : "must be text",
                                 err);
}
