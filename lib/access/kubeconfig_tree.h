/* The YAML tree of one kubeconfig file, and its named entries. Private to kubeconfig*.c: libyaml stays in these.
 *
 * This file reads YAML as kubectl's parser does: the last of two equal keys wins, and so does a merge key (<<) over
 * what stands before it; !!binary is decoded; only the first document of a stream is read. Two entries of one list must
 * not have the same name. What kubectl leaves open: entries without a name are never found; null and "" mean not set.
 * Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_TREE_H
#define KS_ACCESS_KUBECONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/error.h"
#include "access/kubeconfig.h"

struct ks_kubeconfig_document {
    yaml_document_t yaml;
    char *name;   /* in errors */
    char *folder; /* absolute */
};

struct ks_kubeconfig_kind {
    const char *list; /* the field of the file */
    const char *item; /* the field of an entry, and the word for it */
};

extern const struct ks_kubeconfig_kind ks_kubeconfig_clusters;
extern const struct ks_kubeconfig_kind ks_kubeconfig_users;
extern const struct ks_kubeconfig_kind ks_kubeconfig_contexts;

/* A mapping, and its place for errors; all borrowed. All zero: before the first entry. */
struct ks_kubeconfig_section {
    struct ks_kubeconfig_document *document;
    const yaml_node_t *node;  /* NULL: no fields */
    const yaml_node_t *entry; /* the mapping of name and node */
    const char *item;         /* "cluster", "user", "context"; NULL for the file itself */
    const char *name;
    const char *prefix;    /* of field names: "exec." or "" */
    size_t document_index; /* where ks_kubeconfig_next goes on */
    size_t entry_index;
};

/* Parses a file, but checks only that it is YAML. The caller releases *document with _fini, which wipes every text in
 * it; on failure it is untouched. */
int ks_kubeconfig_document_parse(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_text *text,
                                 struct ks_error *err);
void ks_kubeconfig_document_fini(struct ks_kubeconfig_document *document);

/* Moves a section to the next named entry of a kind, in all files. Returns false after the last one. */
bool ks_kubeconfig_next(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_kind *kind,
                        struct ks_kubeconfig_section *section);
bool ks_kubeconfig_find(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_kind *kind, const char *name,
                        struct ks_kubeconfig_section *section);

/* Returns the value of a mapping's key; NULL if it is not set, or if node is NULL or not a mapping. */
const yaml_node_t *ks_kubeconfig_child(struct ks_kubeconfig_document *document, const yaml_node_t *node,
                                       const char *key);

/* A node of the document, by the number that another has of it. */
const yaml_node_t *ks_kubeconfig_at(struct ks_kubeconfig_document *document, int number);
const yaml_node_t *ks_kubeconfig_root(struct ks_kubeconfig_document *document);
bool ks_kubeconfig_is_merge_key(const yaml_node_t *key);

/* Returns the entries of a kind; NULL if there are none. */
const yaml_node_t *ks_kubeconfig_list(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind);
size_t ks_kubeconfig_item_count(const yaml_node_t *sequence);
const yaml_node_t *ks_kubeconfig_item(struct ks_kubeconfig_document *document, const yaml_node_t *sequence,
                                      size_t index);

/* Returns whether a node is a scalar without NUL; with one_line, also without any control character. */
bool ks_kubeconfig_is_text(const yaml_node_t *node, bool one_line);
const char *ks_kubeconfig_scalar(const yaml_node_t *node);

/* KS_ERROR_INVALID with the file and the line (from 0). Returns -1. */
int ks_kubeconfig_invalid_line(const struct ks_kubeconfig_document *document, size_t line, const char *problem,
                               struct ks_error *err);

#endif
