/* API paths of the kinds. Source: Kubernetes API reference. Pure. Threads: any. */
#ifndef KS_KUBE_PATH_H
#define KS_KUBE_PATH_H

#include "base/buf.h"
#include "kube/object.h"

/* How many API versions to try for a kind: 2 for CronJobs and PodDisruptionBudgets, which were only in batch/v1beta1
 * and policy/v1beta1 before Kubernetes 1.21; 1 for the others. */
unsigned ks_kube_path_versions(enum ks_kind kind);

/* Writes "/apis/apps/v1/namespaces/shop/deployments?". namespace_name: NULL for all namespaces. version: below
 * ks_kube_path_versions. */
void ks_kube_path_put(struct ks_buf *out, enum ks_kind kind, unsigned version, const char *namespace_name);

/* Writes "fieldSelector=metadata.namespace!=kube-system,…&" with the excluded namespaces, NULL-terminated, or nothing
 * if there are none. */
void ks_kube_path_put_excluded(struct ks_buf *out, const char *const *excluded);

#endif
