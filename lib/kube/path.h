/* The API paths of kinds. Source: Kubernetes API reference. Threads: any. */
#ifndef KS_KUBE_PATH_H
#define KS_KUBE_PATH_H

#include "base/buf.h"
#include "kube/object.h"

/* How many API versions a kind may be found under: CronJobs in batch/v1, or v1beta1 before Kubernetes 1.21. */
unsigned ks_kube_path_versions(enum ks_kind kind);

/* "/apis/apps/v1/namespaces/shop/deployments?"; namespace_name NULL for all. */
void ks_kube_path_put(struct ks_buf *out, enum ks_kind kind, unsigned version, const char *namespace_name);

/* "fieldSelector=metadata.namespace!=kube-system,…&", or nothing. */
void ks_kube_path_put_excluded(struct ks_buf *out, const char *const *excluded);

#endif
