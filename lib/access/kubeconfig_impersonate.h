/* A kubeconfig's as, as-uid, as-groups and as-user-extra. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_IMPERSONATE_H
#define KS_ACCESS_KUBECONFIG_IMPERSONATE_H

#include "base/error.h"
#include "access/kubeconfig_tree.h"

/* Gives the header lines of a user, NULL-terminated; NULL if it impersonates nobody. The caller owns them. */
int ks_kubeconfig_read_impersonation(const struct ks_kubeconfig_section *user, char ***headers, struct ks_error *err);

#endif
