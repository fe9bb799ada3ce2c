#include "config.h"

#include "access/kubeconfig_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/kubeconfig_field.h"
#include "access/kubeconfig_scalar.h"

#define MERGES_MOST 256 /* mappings that one mapping merges, those that these merge among them */

static int check_entry(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind,
                       const yaml_node_t *entry, struct ks_error *err)
{
    const yaml_node_t *name = ks_kubeconfig_child(document, entry, "name");
    const yaml_node_t *body = ks_kubeconfig_child(document, entry, kind->item);
    char problem[80];

    if (entry->type != YAML_MAPPING_NODE || (body && body->type != YAML_MAPPING_NODE)) {
        snprintf(problem, sizeof problem, "an entry of %s must be a mapping of name and %s, itself a mapping",
                 kind->list, kind->item);
        return ks_kubeconfig_invalid_line(document, entry->start_mark.line, problem, err);
    }
    if (name && !ks_kubeconfig_is_text(name, true)) {
        snprintf(problem, sizeof problem, "the name of a %s must be one line of text", kind->item);
        return ks_kubeconfig_invalid_line(document, name->start_mark.line, problem, err);
    }
    return 0;
}

/* By name, equal ones by line. */
static int compare(const void *one, const void *other)
{
    const yaml_node_t *const *first = one;
    const yaml_node_t *const *second = other;
    int order = strcmp(ks_kubeconfig_scalar(*first), ks_kubeconfig_scalar(*second));
    size_t line = (*first)->start_mark.line;
    size_t other_line = (*second)->start_mark.line;

    return order ? order : (line > other_line) - (line < other_line);
}

/* Which of two entries would be meant? */
static int check_names(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind,
                       const yaml_node_t *list, struct ks_error *err)
{
    const yaml_node_t **names = calloc(ks_kubeconfig_item_count(list) + 1, sizeof *names);
    size_t count = 0;
    int result = 0;

    if (!names) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < ks_kubeconfig_item_count(list); i++) {
        names[count] = ks_kubeconfig_child(document, ks_kubeconfig_item(document, list, i), "name");
        count += names[count] != NULL;
    }
    qsort(names, count, sizeof *names, compare);
    for (size_t i = 1; i < count && !result; i++) {
        if (strcmp(ks_kubeconfig_scalar(names[i - 1]), ks_kubeconfig_scalar(names[i])) == 0) {
            char problem[160];

            snprintf(problem, sizeof problem, "%s must not have two entries with the name \"%.80s\"", kind->list,
                     ks_kubeconfig_scalar(names[i]));
            result = ks_kubeconfig_invalid_line(document, names[i]->start_mark.line, problem, err);
        }
    }
    free(names);
    return result;
}

static int check_list(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind,
                      struct ks_error *err)
{
    const yaml_node_t *list = ks_kubeconfig_list(document, kind);

    if (list && list->type != YAML_SEQUENCE_NODE) {
        char problem[80];

        snprintf(problem, sizeof problem, "%s must be a list", kind->list);
        return ks_kubeconfig_invalid_line(document, list->start_mark.line, problem, err);
    }
    for (size_t i = 0; i < ks_kubeconfig_item_count(list); i++) {
        if (check_entry(document, kind, ks_kubeconfig_item(document, list, i), err)) {
            return -1;
        }
    }
    return list ? check_names(document, kind, list, err) : 0;
}

/* ---- merge keys ---- */

/* Walks all that a mapping merges, and takes each from *left. A mapping that merges itself uses that up. */
static const char *walk_merges(struct ks_kubeconfig_document *document, const yaml_node_t *node, int *left)
{
    const char *problem = NULL;

    if (node->type != YAML_MAPPING_NODE) {
        return "a merge key (<<) must have a mapping, or a list of mappings";
    }
    if (--*left < 0) {
        return "merge keys (<<) must not merge themselves, or more than 256 mappings";
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top && !problem;
         pair++) {
        const yaml_node_t *value = ks_kubeconfig_at(document, pair->value);

        if (!ks_kubeconfig_is_merge_key(ks_kubeconfig_at(document, pair->key))) {
            continue;
        }
        if (value->type != YAML_SEQUENCE_NODE) {
            problem = walk_merges(document, value, left);
            continue;
        }
        for (size_t i = 0; i < ks_kubeconfig_item_count(value) && !problem; i++) {
            problem = walk_merges(document, ks_kubeconfig_item(document, value, i), left);
        }
    }
    return problem;
}

static int check_merge_keys(struct ks_kubeconfig_document *document, struct ks_error *err)
{
    for (yaml_node_t *node = document->yaml.nodes.start; node < document->yaml.nodes.top; node++) {
        int left = MERGES_MOST;
        const char *problem = node->type == YAML_MAPPING_NODE ? walk_merges(document, node, &left) : NULL;

        if (problem) {
            return ks_kubeconfig_invalid_line(document, node->start_mark.line, problem, err);
        }
    }
    return 0;
}

/* ---- the file ---- */

static int check_word(struct ks_kubeconfig_document *document, const char *field, const char *wanted,
                      struct ks_error *err)
{
    const struct ks_kubeconfig_section file = {.document = document, .node = ks_kubeconfig_root(document)};
    const char *word;

    if (ks_kubeconfig_text(&file, field, &word, err)) {
        return -1;
    }
    if (!word || strcmp(word, wanted) == 0) {
        return 0;
    }
    ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be %s", word, wanted);
    return ks_kubeconfig_locate(&file, field, err);
}

int ks_kubeconfig_check(struct ks_kubeconfig_document *document, struct ks_error *err)
{
    const yaml_node_t *root = ks_kubeconfig_root(document);

    if (root && root->type != YAML_MAPPING_NODE &&
        (root->type != YAML_SCALAR_NODE || (root->data.scalar.length && !ks_kubeconfig_is_null(root)))) {
        return ks_kubeconfig_invalid_line(document, root->start_mark.line,
                                          "must be a mapping with clusters, users and contexts", err);
    }
    return check_merge_keys(document, err) || check_word(document, "kind", "Config", err) ||
                   check_word(document, "apiVersion", "v1", err) ||
                   check_list(document, &ks_kubeconfig_clusters, err) ||
                   check_list(document, &ks_kubeconfig_users, err) || check_list(document, &ks_kubeconfig_contexts, err)
               ? -1
               : 0;
}
