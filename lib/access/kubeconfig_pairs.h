/* All fields of a mapping, those that it merges among them. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_PAIRS_H
#define KS_ACCESS_KUBECONFIG_PAIRS_H

#include <stddef.h>

#include "base/error.h"
#include "access/kubeconfig_tree.h"

#define KS_KUBECONFIG_PAIRS_MOST 1000

struct ks_kubeconfig_pair {
    const yaml_node_t *key, *value; /* borrowed */
};

/* All zero: none. */
struct ks_kubeconfig_pairs {
    struct ks_kubeconfig_pair *pairs;
    size_t count;
};

/* Gives every key once, with the value that counts. The caller releases *pairs with _fini, after a failure, too.
 * KS_ERROR_LIMIT if there are more than KS_KUBECONFIG_PAIRS_MOST. */
int ks_kubeconfig_pairs_take(struct ks_kubeconfig_pairs *pairs, struct ks_kubeconfig_document *document,
                             const yaml_node_t *mapping, struct ks_error *err);
void ks_kubeconfig_pairs_fini(struct ks_kubeconfig_pairs *pairs);

#endif
