/* What a scalar of YAML means: null, true, a number or text. kubectl's parser reads YAML 1.1, in which "yes" and "on"
 * are true and 017 is 15. Private to kubeconfig*.c. Pure. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_SCALAR_H
#define KS_ACCESS_KUBECONFIG_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "access/kubeconfig_tree.h"

#define KS_KUBECONFIG_NUMBER_SIZE 80 /* of the longest number as JSON, with its NUL */

/* False for every node that is not a scalar, too. */
bool ks_kubeconfig_is_null(const yaml_node_t *node);
bool ks_kubeconfig_is_bool(const yaml_node_t *node, bool *value);

/* Writes a number as JSON does. Returns false, and writes nothing, if the node is not a number. */
bool ks_kubeconfig_number(struct ks_buf *out, const yaml_node_t *node);

/* Infinity, and what is not a number: JSON has neither. */
bool ks_kubeconfig_is_endless(const yaml_node_t *node);

#endif
