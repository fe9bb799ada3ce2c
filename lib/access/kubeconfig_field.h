/* The fields of a kubeconfig section, by type. A field that is not set leaves its target unchanged and is not an error.
 * Private to kubeconfig*.c. Errors name file, entry and field, never the value. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_FIELD_H
#define KS_ACCESS_KUBECONFIG_FIELD_H

#include <stdbool.h>

#include "base/error.h"
#include "access/access.h"
#include "access/kubeconfig_tree.h"

/* Puts "kubeconfig FILE: cluster "NAME": FIELD" before an error. Returns -1. */
int ks_kubeconfig_locate(const struct ks_kubeconfig_section *section, const char *field, struct ks_error *err);
/* KS_ERROR_INVALID with that, and what the field must be. Returns -1. */
int ks_kubeconfig_invalid(const struct ks_kubeconfig_section *section, const char *field, const char *wanted,
                          struct ks_error *err);

/* Gives one line of text, borrowed; NULL if it is not set. */
int ks_kubeconfig_text(const struct ks_kubeconfig_section *section, const char *field, const char **text,
                       struct ks_error *err);
/* Copies one line of text; the caller owns it. */
int ks_kubeconfig_string(const struct ks_kubeconfig_section *section, const char *field, char **string,
                         struct ks_error *err);
/* Copies a path, made absolute from the file's folder. */
int ks_kubeconfig_path(const struct ks_kubeconfig_section *section, const char *field, char **path,
                       struct ks_error *err);
/* Reads data_field, decoded; otherwise path_field. */
int ks_kubeconfig_material(const struct ks_kubeconfig_section *section, const char *data_field, const char *path_field,
                           struct ks_kube_material *material, struct ks_error *err);
int ks_kubeconfig_bool(const struct ks_kubeconfig_section *section, const char *field, bool *value,
                       struct ks_error *err);
/* Gives a node of this type, borrowed; NULL if it is not set. */
int ks_kubeconfig_node(const struct ks_kubeconfig_section *section, const char *field, yaml_node_type_t type,
                       const yaml_node_t **node, struct ks_error *err);

/* Copies a text. KS_ERROR_MEMORY. */
int ks_kubeconfig_copy(char **to, const char *text, struct ks_error *err);
int ks_kubeconfig_copy_path(const struct ks_kubeconfig_section *section, const char *path, char **to,
                            struct ks_error *err);

#endif
