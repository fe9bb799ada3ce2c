/* The exec plugin of a kubeconfig's user. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_EXEC_H
#define KS_ACCESS_KUBECONFIG_EXEC_H

#include "base/error.h"
#include "access/access.h"
#include "access/kubeconfig_tree.h"

/* Fills *into, which must be all zero; it stays so if the user has no plugin. After a failure some of it may be filled
 * already. */
int ks_kubeconfig_read_exec(const struct ks_kubeconfig_section *user, const struct ks_kubeconfig_section *cluster,
                            struct ks_kube_exec *into, struct ks_error *err);

#endif
