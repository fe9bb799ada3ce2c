/* What is odd about a kubeconfig, but no reason not to use it. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_WARN_H
#define KS_ACCESS_KUBECONFIG_WARN_H

#include "base/error.h"
#include "access/access.h"
#include "access/kubeconfig_tree.h"

/* The entries that a context leads to. */
struct ks_kubeconfig_choice {
    struct ks_kubeconfig_section context, cluster, user; /* user.document is NULL if there is none */
};

/* Adds config->warnings: fields that kubectl does not know, which have no effect there either, and a client key that
 * cannot be used. Reads the file of the key. */
int ks_kubeconfig_warn(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_choice *choice,
                       struct ks_access *config, struct ks_error *err);

#endif
