#include "config.h"

#include "access/kubeconfig_pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int add(struct ks_kubeconfig_pairs *pairs, const yaml_node_t *key, const yaml_node_t *value,
               struct ks_error *err)
{
    struct ks_kubeconfig_pair *grown;

    if (pairs->count == KS_KUBECONFIG_PAIRS_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "more than %d fields", KS_KUBECONFIG_PAIRS_MOST);
    }
    grown = ks_array_grow(pairs->pairs, pairs->count, sizeof *grown);
    if (!grown) {
        return ks_error_memory(err);
    }
    pairs->pairs = grown;
    pairs->pairs[pairs->count++] = (struct ks_kubeconfig_pair){.key = key, .value = value};
    return 0;
}

static int add_all(struct ks_kubeconfig_pairs *pairs, struct ks_kubeconfig_document *document,
                   const yaml_node_t *mapping, struct ks_error *err);

/* Of a list of mappings the first one wins, so it comes last. */
static int merge(struct ks_kubeconfig_pairs *pairs, struct ks_kubeconfig_document *document, const yaml_node_t *merged,
                 struct ks_error *err)
{
    if (merged->type == YAML_MAPPING_NODE) {
        return add_all(pairs, document, merged, err);
    }
    for (size_t i = ks_kubeconfig_item_count(merged); i-- > 0;) {
        if (add_all(pairs, document, ks_kubeconfig_item(document, merged, i), err)) {
            return -1;
        }
    }
    return 0;
}

/* Adds in the order in which a later pair replaces an earlier one. */
static int add_all(struct ks_kubeconfig_pairs *pairs, struct ks_kubeconfig_document *document,
                   const yaml_node_t *mapping, struct ks_error *err)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = ks_kubeconfig_at(document, pair->key);
        const yaml_node_t *value = ks_kubeconfig_at(document, pair->value);

        if (ks_kubeconfig_is_merge_key(key) ? merge(pairs, document, value, err) : add(pairs, key, value, err)) {
            return -1;
        }
    }
    return 0;
}

static bool is_same_key(const yaml_node_t *one, const yaml_node_t *other)
{
    return one->type == YAML_SCALAR_NODE && other->type == YAML_SCALAR_NODE &&
           one->data.scalar.length == other->data.scalar.length &&
           memcmp(one->data.scalar.value, other->data.scalar.value, one->data.scalar.length) == 0;
}

static bool is_replaced(const struct ks_kubeconfig_pairs *pairs, size_t index)
{
    for (size_t later = index + 1; later < pairs->count; later++) {
        if (is_same_key(pairs->pairs[index].key, pairs->pairs[later].key)) {
            return true;
        }
    }
    return false;
}

int ks_kubeconfig_pairs_take(struct ks_kubeconfig_pairs *pairs, struct ks_kubeconfig_document *document,
                             const yaml_node_t *mapping, struct ks_error *err)
{
    size_t kept = 0;

    *pairs = (struct ks_kubeconfig_pairs){.pairs = NULL};
    if (!mapping) {
        return 0;
    }
    if (add_all(pairs, document, mapping, err)) {
        return -1;
    }
    for (size_t i = 0; i < pairs->count; i++) {
        if (!is_replaced(pairs, i)) {
            pairs->pairs[kept++] = pairs->pairs[i];
        }
    }
    pairs->count = kept;
    return 0;
}

void ks_kubeconfig_pairs_fini(struct ks_kubeconfig_pairs *pairs)
{
    free(pairs->pairs);
    *pairs = (struct ks_kubeconfig_pairs){.pairs = NULL};
}
