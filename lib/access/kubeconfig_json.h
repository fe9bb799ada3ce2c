/* YAML as JSON, as kubectl converts it. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_JSON_H
#define KS_ACCESS_KUBECONFIG_JSON_H

#include "base/buf.h"
#include "base/error.h"
#include "access/kubeconfig_tree.h"

/* Appends a node. KS_ERROR_INVALID or KS_ERROR_LIMIT if JSON has no such value, or if it is nested too deeply; what
 * does not fit below the buffer's ceiling fails the buffer. */
int ks_kubeconfig_json(struct ks_buf *out, struct ks_kubeconfig_document *document, const yaml_node_t *node,
                       struct ks_error *err);

#endif
