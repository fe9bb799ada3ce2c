/* Whether a kubeconfig file has the shape of one. Private to kubeconfig*.c. Threads: one at a time. */
#ifndef KS_ACCESS_KUBECONFIG_CHECK_H
#define KS_ACCESS_KUBECONFIG_CHECK_H

#include "base/error.h"
#include "access/kubeconfig_tree.h"

/* Checks the kind of the file, its lists of named entries and its merge keys. Fields are checked when they are used: a
 * broken user in no context does no harm. KS_ERROR_INVALID names the file and the line. */
int ks_kubeconfig_check(struct ks_kubeconfig_document *document, struct ks_error *err);

#endif
