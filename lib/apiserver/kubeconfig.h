/* The text of kubeconfig files (YAML, and JSON as a part of it), merged as kubectl does: files are added in order, and
 * the first definition of a named cluster, user or context wins, as does the first current-context. Nothing here
 * touches a file, so whoever has bytes can test it.
 *
 * Source: Kubernetes, "Organizing Cluster Access Using kubeconfig Files" and "kubeconfig (v1)".
 * Threads: one at a time. */
#ifndef KS_KUBECONFIG_H
#define KS_KUBECONFIG_H

#include <stddef.h>

#include "base/error.h"
#include "apiserver/access.h"

#define KS_KUBECONFIG_SIZE_MAX (4U << 20)

/* One file; borrowed for the call. */
struct ks_kubeconfig_text {
    const char *name;   /* in errors */
    const char *folder; /* absolute: relative paths in the text start here */
    const char *text;
    size_t length;
};

struct ks_kubeconfig {
    struct ks_kubeconfig_document *documents; /* owned */
    size_t count;
};

void ks_kubeconfig_init(struct ks_kubeconfig *kubeconfig);
void ks_kubeconfig_fini(struct ks_kubeconfig *kubeconfig);
#define KS_CLEANUP_KUBECONFIG __attribute__((cleanup(ks_kubeconfig_fini)))

/* KS_ERROR_LIMIT above KS_KUBECONFIG_SIZE_MAX; KS_ERROR_INVALID names the file and the line. On failure nothing is
 * added. */
int ks_kubeconfig_add(struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_text *text, struct ks_error *err);

/* What a context says; NULL for the current one, or the only one. On success *config is filled and released with
 * ks_kube_config_fini; on failure it is untouched. Errors never quote a token, password or key. */
int ks_kubeconfig_resolve(const struct ks_kubeconfig *kubeconfig, const char *context, struct ks_kube_config *config,
                          struct ks_error *err);

#endif
