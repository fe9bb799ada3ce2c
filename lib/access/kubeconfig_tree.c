#include "config.h"

#include "access/kubeconfig_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/kubeconfig_scalar.h"
#include "base/base64.h"

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
    return is_scalar(node, "") || ks_kubeconfig_is_null(node);
}

const yaml_node_t *ks_kubeconfig_at(struct ks_kubeconfig_document *document, int number)
{
    return yaml_document_get_node(&document->yaml, number);
}

const yaml_node_t *ks_kubeconfig_root(struct ks_kubeconfig_document *document)
{
    return yaml_document_get_root_node(&document->yaml);
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

bool ks_kubeconfig_is_merge_key(const yaml_node_t *key)
{
    return is_scalar(key, "<<") && key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static const yaml_node_t *find_last(struct ks_kubeconfig_document *document, const yaml_node_t *node, const char *key);

/* Of several mappings that are merged, the first one that has the key wins. */
static const yaml_node_t *find_merged(struct ks_kubeconfig_document *document, const yaml_node_t *merged,
                                      const char *key)
{
    const yaml_node_t *value = NULL;

    if (merged->type != YAML_SEQUENCE_NODE) {
        return find_last(document, merged, key);
    }
    for (size_t i = 0; i < ks_kubeconfig_item_count(merged) && !value; i++) {
        value = find_last(document, ks_kubeconfig_item(document, merged, i), key);
    }
    return value;
}

/* Ends, because ks_kubeconfig_check lets no mapping merge itself. */
static const yaml_node_t *find_last(struct ks_kubeconfig_document *document, const yaml_node_t *node, const char *key)
{
    if (node->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.top; pair-- > node->data.mapping.pairs.start;) {
        const yaml_node_t *name = ks_kubeconfig_at(document, pair->key);
        const yaml_node_t *value = ks_kubeconfig_at(document, pair->value);

        value = ks_kubeconfig_is_merge_key(name) ? find_merged(document, value, key)
                : is_scalar(name, key)           ? value
                                                 : NULL;
        if (value) {
            return value;
        }
    }
    return NULL;
}

const yaml_node_t *ks_kubeconfig_child(struct ks_kubeconfig_document *document, const yaml_node_t *node,
                                       const char *key)
{
    const yaml_node_t *value = node ? find_last(document, node, key) : NULL;

    return value && !is_unset(value) ? value : NULL;
}

size_t ks_kubeconfig_item_count(const yaml_node_t *sequence)
{
    return sequence ? (size_t)(sequence->data.sequence.items.top - sequence->data.sequence.items.start) : 0;
}

const yaml_node_t *ks_kubeconfig_item(struct ks_kubeconfig_document *document, const yaml_node_t *sequence,
                                      size_t index)
{
    return ks_kubeconfig_at(document, sequence->data.sequence.items.start[index]);
}

const yaml_node_t *ks_kubeconfig_list(struct ks_kubeconfig_document *document, const struct ks_kubeconfig_kind *kind)
{
    return ks_kubeconfig_child(document, ks_kubeconfig_root(document), kind->list);
}

bool ks_kubeconfig_next(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_kind *kind,
                        struct ks_kubeconfig_section *section)
{
    for (; section->document_index < kubeconfig->count; section->document_index++, section->entry_index = 0) {
        struct ks_kubeconfig_document *document = &kubeconfig->documents[section->document_index];
        const yaml_node_t *list = ks_kubeconfig_list(document, kind);

        while (section->entry_index < ks_kubeconfig_item_count(list)) {
            const yaml_node_t *entry = ks_kubeconfig_item(document, list, section->entry_index++);
            const yaml_node_t *name = ks_kubeconfig_child(document, entry, "name");

            if (name) {
                section->document = document;
                section->entry = entry;
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

int ks_kubeconfig_invalid_line(const struct ks_kubeconfig_document *document, size_t line, const char *problem,
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
    ks_kubeconfig_invalid_line(document, line, parser->problem, err);
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

/* kubectl's parser decodes !!binary, so a …-data field with it is base64 of base64. The decoded text is never longer.
 */
static int decode_binary(struct ks_kubeconfig_document *document, yaml_node_t *node, struct ks_error *err)
{
    char *data;
    size_t length;

    if (ks_base64_decode(ks_kubeconfig_scalar(node), node->data.scalar.length, &data, &length, err)) {
        return err && err->kind == KS_ERROR_MEMORY
                   ? -1
                   : ks_kubeconfig_invalid_line(document, node->start_mark.line, "!!binary must be base64", err);
    }
    explicit_bzero(node->data.scalar.value, node->data.scalar.length);
    memcpy(node->data.scalar.value, data, length + 1);
    node->data.scalar.length = length;
    explicit_bzero(data, length);
    free(data);
    return 0;
}

static int decode_all_binary(struct ks_kubeconfig_document *document, struct ks_error *err)
{
    for (yaml_node_t *node = document->yaml.nodes.start; node < document->yaml.nodes.top; node++) {
        if (node->type == YAML_SCALAR_NODE && strcmp((const char *)node->tag, "tag:yaml.org,2002:binary") == 0 &&
            decode_binary(document, node, err)) {
            return -1;
        }
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
    if (result || decode_all_binary(&parsed, err)) {
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
