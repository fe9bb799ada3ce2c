/* Names: which ones are valid. Source: Kubernetes, "Object Names and IDs" (DNS labels and subdomains, RFC 1123). Pure.
 * Threads: any. */
#ifndef KS_HEALTH_NAMES_H
#define KS_HEALTH_NAMES_H

#include "base/error.h"

#define KS_NAME_SIZE       254 /* 253 bytes and the NUL */
#define KS_NAMESPACE_SIZE  64
#define KS_CHECK_NAME_SIZE 64

/* Each check returns 0, or -1 with KS_ERROR_INVALID.
 *
 * A service: letters, digits, '-', '_' and '.', with a letter or digit at each end, at most 253 bytes. Kubernetes
 * allows lower case only; services of custom checks may have upper case. */
int ks_name_check_service(const char *name, struct ks_error *err);
/* The first part of such a name. */
int ks_name_check_prefix(const char *name, struct ks_error *err);
/* A namespace: a DNS label of lower-case letters, digits and '-', at most 63 bytes. */
int ks_name_check_namespace(const char *name, struct ks_error *err);
/* A check: like a service, at most 63 bytes. */
int ks_name_check_check(const char *name, struct ks_error *err);
/* The name of our own cluster: like a check; the error begins with the name. */
int ks_name_check_cluster(const char *name, struct ks_error *err);

#endif
