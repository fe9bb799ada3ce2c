#include "config.h"

#include "apiserver/kubeconfig_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An error shows this much of a file's name, to leave room for the rest of its sentence. */
#define NAME_MAX_SHOWN 200

const struct ks_kubeconfig_kind ks_kubeconfig_clusters = {"clusters", "cluster"};
const struct ks_kubeconfig_kind ks_kubeconfig_users = {"users", "user"};
const struct ks_kubeconfig_kind ks_kubeconfig_contexts = {"contexts", "context"};

const char *ks_kubeconfig_scalar(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_scalar(const yaml_node_t *node, const char *text)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == strlen(text) &&
           strcmp(ks_kubeconfig_scalar(node), text) == 0;
}

static bool is_unset(const yaml_node_t *node)
{
    static const char *const nulls[] = {"~", "null", "Null", "NULL"};

    if (is_scalar(node, "")) {
        return true;
    }
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
        if (is_scalar(node, nulls[i]) && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
            return true;
        }
    }
    return false;
}

bool ks_kubeconfig_is_text(const yaml_node_t *node, bool one_line)
{
    if (node->type != YAML_SCALAR_NODE || strlen(ks_kubeconfig_scalar(node)) != node->data.scalar.length) {
        return false;
    }
    for (const char *text = ks_kubeconfig_scalar(node); one_line && *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

const yaml_node_t *ks_kubeconfig_child(struct ks_kubeconfig_document *document, const yaml_node_t *node,
                                       const char *key)
{
    if (!node || node->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        if (is_scalar(yaml_document_get_node(&document->yaml, pair->key), key)) {
            const yaml_node_t *value = yaml_document_get_node(&document->yaml, pair->value);

            return is_unset(value) ? NULL : value;
        }
    }
    return NULL;
}

size_t ks_kubeconfig_item_count(const yaml_node_t *sequence)
{
    return sequence ? (size_t)(sequence->data.sequence.items.top - sequence->data.sequence.items.start) : 0;
}

const yaml_node_t *ks_kubeconfig_item(struct ks_kubeconfig_document *document, const yaml_node_t *sequence,
                                      size_t index)
{
    return yaml_document_get_node(&document->yaml, sequence->data.sequence.items.start[index]);
}

static const yaml_node_t *entry_list(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind)
{
    return ks_kubeconfig_child(document, yaml_document_get_root_node(&document->yaml), kind->list);
}

bool ks_kubeconfig_next(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_kind *kind,
                        struct ks_kubeconfig_section *section)
{
    for (; section->document_index < kubeconfig->count; section->document_index++, section->entry_index = 0) {
        struct ks_kubeconfig_document *document = &kubeconfig->documents[section->document_index];
        const yaml_node_t *list = entry_list(document, kind);

        while (section->entry_index < ks_kubeconfig_item_count(list)) {
            const yaml_node_t *entry = ks_kubeconfig_item(document, list, section->entry_index++);
            const yaml_node_t *name = ks_kubeconfig_child(document, entry, "name");

            if (name) {
                section->document = document;
                section->node = ks_kubeconfig_child(document, entry, kind->item);
                section->item = kind->item;
                section->name = ks_kubeconfig_scalar(name);
                section->prefix = "";
                return true;
            }
        }
    }
    return false;
}

bool ks_kubeconfig_find(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_kind *kind, const char *name,
                        struct ks_kubeconfig_section *section)
{
    memset(section, 0, sizeof *section);
    while (ks_kubeconfig_next(kubeconfig, kind, section)) {
        if (strcmp(section->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int invalid(const struct ks_kubeconfig_document *document, size_t line, const char *problem,
                   struct ks_error *err)
{
    return ks_error_set(err, KS_ERROR_INVALID, "kubeconfig %s: line %zu: %s", document->name, line + 1, problem);
}

static void set_problem(const struct ks_kubeconfig_document *document, const struct ks_kubeconfig_text *text,
                        const yaml_parser_t *parser, struct ks_error *err)
{
    size_t line = parser->problem_mark.line;

    if (!parser->problem) { /* libyaml gives no reason only if it is out of memory */
        ks_error_memory(err);
        return;
    }
    if (parser->error == YAML_READER_ERROR) { /* a reader error has only the offset */
        line = 0;
        for (size_t i = 0; i < parser->problem_offset && i < text->length; i++) {
            line += text->text[i] == '\n';
        }
    }
    invalid(document, line, parser->problem, err);
}

static int load(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_text *text, struct ks_error *err)
{
    yaml_parser_t parser;
    int result = 0;

    if (!yaml_parser_initialize(&parser)) {
        return ks_error_memory(err);
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text->text, text->length);
    if (!yaml_parser_load(&parser, &document->yaml)) {
        set_problem(document, text, &parser, err);
        result = -1;
    }
    yaml_parser_delete(&parser);
    return result;
}

static int check_entry(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind,
                       const yaml_node_t *entry, struct ks_error *err)
{
    const yaml_node_t *name = ks_kubeconfig_child(document, entry, "name");
    const yaml_node_t *body = ks_kubeconfig_child(document, entry, kind->item);
    char problem[80];

    if (entry->type != YAML_MAPPING_NODE || (body && body->type != YAML_MAPPING_NODE)) {
        snprintf(problem, sizeof problem, "an entry of %s must be a mapping of name and %s, itself a mapping",
                 kind->list, kind->item);
        return invalid(document, entry->start_mark.line, problem, err);
    }
    if (name && !ks_kubeconfig_is_text(name, true)) {
        snprintf(problem, sizeof problem, "the name of a %s must be one line of text", kind->item);
        return invalid(document, name->start_mark.line, problem, err);
    }
    return 0;
}

static int check_list(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind,
                      struct ks_error *err)
{
    const yaml_node_t *list = entry_list(document, kind);

    if (list && list->type != YAML_SEQUENCE_NODE) {
        char problem[80];

        snprintf(problem, sizeof problem, "%s must be a list", kind->list);
        return invalid(document, list->start_mark.line, problem, err);
    }
    for (size_t i = 0; i < ks_kubeconfig_item_count(list); i++) {
        if (check_entry(document, kind, ks_kubeconfig_item(document, list, i), err)) {
            return -1;
        }
    }
    return 0;
}

static int check_merge_keys(struct ks_kubeconfig_document *document, struct ks_error *err)
{
    for (yaml_node_t *node = document->yaml.nodes.start; node < document->yaml.nodes.top; node++) {
        if (node->type == YAML_MAPPING_NODE && ks_kubeconfig_child(document, node, "<<")) {
            return invalid(document, node->start_mark.line, "merge keys (<<) are not supported: repeat the fields",
                           err);
        }
    }
    return 0;
}

/* Checks only the shape. Fields are checked when they are used: a broken user in no context does no harm. */
static int check(struct ks_kubeconfig_document *document, struct ks_error *err)
{
    const yaml_node_t *root = yaml_document_get_root_node(&document->yaml);

    if (root && root->type != YAML_MAPPING_NODE && !is_unset(root)) {
        return invalid(document, root->start_mark.line, "must be a mapping with clusters, users and contexts", err);
    }
    if (check_merge_keys(document, err) || check_list(document, &ks_kubeconfig_clusters, err) ||
        check_list(document, &ks_kubeconfig_users, err) || check_list(document, &ks_kubeconfig_contexts, err)) {
        return -1;
    }
    return 0;
}

int ks_kubeconfig_document_parse(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_text *text,
                                 struct ks_error *err)
{
    struct ks_kubeconfig_document parsed = {.name = strndup(text->name, NAME_MAX_SHOWN),
                                            .folder = strdup(text->folder)};
    int result;

    if (!parsed.name || !parsed.folder) {
        result = ks_error_memory(err);
    } else if (text->length > KS_KUBECONFIG_SIZE_MAX) {
        result = ks_error_set(err, KS_ERROR_LIMIT, "kubeconfig %s: larger than %u MiB", parsed.name,
                              KS_KUBECONFIG_SIZE_MAX >> 20);
    } else {
        result = load(&parsed, text, err);
    }
    if (result || check(&parsed, err)) {
        ks_kubeconfig_document_fini(&parsed);
        return -1;
    }
    *document = parsed;
    return 0;
}

void ks_kubeconfig_document_fini(struct ks_kubeconfig_document *document)
{
    for (yaml_node_t *node = document->yaml.nodes.start; node < document->yaml.nodes.top; node++) {
        if (node->type == YAML_SCALAR_NODE) {
            explicit_bzero(node->data.scalar.value, node->data.scalar.length);
        }
    }
    yaml_document_delete(&document->yaml);
    free(document->name);
    free(document->folder);
    memset(document, 0, sizeof *document);
}
