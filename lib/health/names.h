/* Names: which ones are valid, and what a service is called. Source: Kubernetes, "Object Names and IDs" (DNS labels
 * and subdomains, RFC 1123). Pure. Threads: any. */
#ifndef KS_HEALTH_NAMES_H
#define KS_HEALTH_NAMES_H

#include <stdbool.h>

#include "base/error.h"
#include "kube/object.h"

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

/* The controller at the top of those that made a pod, as far as the pod itself shows. */
struct ks_root {
    const char *kind;        /* "Deployment", "Rollout", "Job", …: borrowed from the object, or static */
    char name[KS_NAME_SIZE]; /* the service's name */
};

/* False if no controller made the pod. If the name of its ReplicaSet ends in the pod's template hash, the name
 * without it is the Deployment's (or Argo Rollout's). A Job stays a Job: only the Job itself shows which CronJob made
 * it. */
bool ks_name_pod_root(const struct ks_kube_object *pod, struct ks_root *root);

/* For clusters whose Jobs must not be read: the CronJob whose controller would give a Job this name (`name-` and 8 to
 * 10 digits, the time of its schedule). False if there is none. */
bool ks_name_cronjob_of(const char *job, char cronjob[static KS_NAME_SIZE]);

/* kube-shields 0.0.6 named a service after the generateName of its pods, without the last '-'. So the name of a
 * Deployment's service ended in its template hash and changed with each rollout. This finds the stable name and the
 * kind for such a name: "web-5d4f8c7d9" gives the Deployment "web", "backup-27891234" the CronJob "backup". False for
 * other names. */
bool ks_name_resolve_old(const char *name, char stable[static KS_NAME_SIZE], const char **kind);

#endif
