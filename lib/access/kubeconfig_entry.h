/* Reads and checks a kubeconfig's cluster and user. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_ENTRY_H
#define KS_ACCESS_KUBECONFIG_ENTRY_H

#include "base/error.h"
#include "access/access.h"
#include "access/kubeconfig_tree.h"

/* Both fill fields of *config that must be zero. After a failure some may be filled already. */
int ks_kubeconfig_read_cluster(const struct ks_kubeconfig_section *cluster, struct ks_access *config,
                               struct ks_error *err);
/* A plugin may ask for what the cluster has for it. */
int ks_kubeconfig_read_user(const struct ks_kubeconfig_section *user, const struct ks_kubeconfig_section *cluster,
                            struct ks_access *config, struct ks_error *err);

#endif
