#include "config.h"

#include "access/kubeconfig_json.h"

#include <string.h>

#include "access/kubeconfig_pairs.h"
#include "access/kubeconfig_scalar.h"
#include "base/escape.h"

#define DEPTH_MOST 32

static int put(struct ks_buf *out, struct ks_kubeconfig_document *document, const yaml_node_t *node, int depth,
               struct ks_error *err);

static int put_scalar(struct ks_buf *out, const yaml_node_t *node, struct ks_error *err)
{
    bool truth;

    if (ks_kubeconfig_is_endless(node)) {
        return ks_error_set(err, KS_ERROR_INVALID, "must not have infinite numbers: JSON has none");
    }
    if (ks_kubeconfig_is_null(node)) {
        ks_buf_literal(out, "null");
    } else if (ks_kubeconfig_is_bool(node, &truth)) {
        ks_buf_printf(out, "%s", truth ? "true" : "false");
    } else if (!ks_kubeconfig_number(out, node)) {
        if (!ks_kubeconfig_is_text(node, false)) {
            return ks_error_set(err, KS_ERROR_INVALID, "must not contain NUL");
        }
        ks_buf_json(out, ks_kubeconfig_scalar(node));
    }
    return 0;
}

/* The names of JSON's members are always texts. */
static int put_key(struct ks_buf *out, const yaml_node_t *key, struct ks_error *err)
{
    char memory[KS_KUBECONFIG_NUMBER_SIZE];
    struct ks_buf number;
    bool truth;

    ks_buf_init_fixed(&number, memory, sizeof memory);
    if (!ks_kubeconfig_is_text(key, false) || ks_kubeconfig_is_null(key) || ks_kubeconfig_is_endless(key)) {
        return ks_error_set(err, KS_ERROR_INVALID, "must have texts as the names of its fields");
    }
    ks_buf_json(out, ks_kubeconfig_is_bool(key, &truth)   ? (truth ? "true" : "false")
                     : ks_kubeconfig_number(&number, key) ? number.data
                                                          : ks_kubeconfig_scalar(key));
    return 0;
}

static int put_pairs(struct ks_buf *out, struct ks_kubeconfig_document *document,
                     const struct ks_kubeconfig_pairs *pairs, int depth, struct ks_error *err)
{
    ks_buf_literal(out, "{");
    for (size_t i = 0; i < pairs->count && !out->failed; i++) {
        if (i > 0) {
            ks_buf_literal(out, ",");
        }
        if (put_key(out, pairs->pairs[i].key, err)) {
            return -1;
        }
        ks_buf_literal(out, ":");
        if (put(out, document, pairs->pairs[i].value, depth + 1, err)) {
            return -1;
        }
    }
    ks_buf_literal(out, "}");
    return 0;
}

static int put_mapping(struct ks_buf *out, struct ks_kubeconfig_document *document, const yaml_node_t *node, int depth,
                       struct ks_error *err)
{
    struct ks_kubeconfig_pairs pairs;
    int result = ks_kubeconfig_pairs_take(&pairs, document, node, err);

    result = result ? -1 : put_pairs(out, document, &pairs, depth, err);
    ks_kubeconfig_pairs_fini(&pairs);
    return result;
}

static int put_list(struct ks_buf *out, struct ks_kubeconfig_document *document, const yaml_node_t *node, int depth,
                    struct ks_error *err)
{
    ks_buf_literal(out, "[");
    for (size_t i = 0; i < ks_kubeconfig_item_count(node) && !out->failed; i++) {
        if (i > 0) {
            ks_buf_literal(out, ",");
        }
        if (put(out, document, ks_kubeconfig_item(document, node, i), depth + 1, err)) {
            return -1;
        }
    }
    ks_buf_literal(out, "]");
    return 0;
}

/* Aliases may lead back to where they stand, or make a few lines enormous: the depth ends the one, the buffer's ceiling
 * the other. */
static int put(struct ks_buf *out, struct ks_kubeconfig_document *document, const yaml_node_t *node, int depth,
               struct ks_error *err)
{
    if (depth > DEPTH_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "must not be nested more than %d deep", DEPTH_MOST);
    }
    switch (node->type) {
    case YAML_MAPPING_NODE:
        return put_mapping(out, document, node, depth, err);
    case YAML_SEQUENCE_NODE:
        return put_list(out, document, node, depth, err);
    default:
        return put_scalar(out, node, err);
    }
}

int ks_kubeconfig_json(struct ks_buf *out, struct ks_kubeconfig_document *document, const yaml_node_t *node,
                       struct ks_error *err)
{
    return put(out, document, node, 0, err);
}
