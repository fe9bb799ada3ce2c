/* Reads the text of kubeconfig files (YAML, which includes JSON) and merges them as kubectl does: files are added in
 * order, and the first definition of a cluster, user or context wins, as does the first current-context. Nothing here
 * opens a kubeconfig file, so tests only need its text.
 *
 * Source: Kubernetes, "Organizing Cluster Access Using kubeconfig Files" and "kubeconfig (v1)".
 * Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_H
#define KS_ACCESS_KUBECONFIG_H

#include <stddef.h>

#include "base/error.h"
#include "access/access.h"

#define KS_KUBECONFIG_SIZE_MAX (4U << 20)

/* The text of one file; borrowed for the call. */
struct ks_kubeconfig_text {
    const char *name;   /* in errors */
    const char *folder; /* absolute; relative paths in the text begin here */
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

/* Adds a file. KS_ERROR_LIMIT if it is larger than KS_KUBECONFIG_SIZE_MAX; KS_ERROR_INVALID names the file and the
 * line. On failure nothing is added. */
int ks_kubeconfig_add(struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_text *text, struct ks_error *err);

/* Fills *config from the source's context; NULL: the current context, or the only one. Of the source it reads besides
 * the environment's proxies and is_plain_allowed. The caller releases *config with ks_access_fini; on failure it is
 * untouched. Errors never quote a token, password or key. */
int ks_kubeconfig_resolve(const struct ks_kubeconfig *kubeconfig, const struct ks_access_source *source,
                          struct ks_access *config, struct ks_error *err);

#endif
