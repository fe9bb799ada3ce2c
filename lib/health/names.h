/* Names: what is accepted, and what a service is called.
 * Source: Kubernetes, "Object Names and IDs" (DNS labels and subdomains, RFC 1123). Threads: any. */
#ifndef KS_NAME_H
#define KS_NAME_H

#include <stdbool.h>

#include "base/error.h"
#include "kube/object.h"

#define KS_NAME_SIZE       254 /* 253 bytes and the NUL */
#define KS_NAMESPACE_SIZE  64
#define KS_CHECK_NAME_SIZE 64

/* A service: letters, digits, '-', '_' and '.', begins and ends with a letter or digit, at most 253 bytes.
 * Kubernetes allows lower case only; custom services may differ. */
int ks_name_check_service(const char *name, struct ks_error *err);
/* The beginning of such a name. */
int ks_name_check_prefix(const char *name, struct ks_error *err);
/* A DNS label: lower case letters, digits and '-', at most 63 bytes. */
int ks_name_check_namespace(const char *name, struct ks_error *err);
/* A check: as a service, at most 63 bytes. */
int ks_name_check_check(const char *name, struct ks_error *err);
/* Our own cluster: as a check; the error begins with the name. */
int ks_name_check_cluster(const char *name, struct ks_error *err);

/* The controller that a pod belongs to in the end, as far as the pod itself tells. */
struct ks_root {
    const char *kind;        /* "Deployment", "Rollout", "Job", …: borrowed from the object, or static */
    char name[KS_NAME_SIZE]; /* the service's name */
};

/* False where no controller made the pod. A name of a ReplicaSet that ends in the pod's template hash loses it and
 * becomes its Deployment's (or Argo Rollout's). A Job stays a Job: what made it, only the Job itself tells. */
bool ks_name_pod_root(const struct ks_kube_object *pod, struct ks_root *root);

/* For clusters whose Jobs may not be read: the CronJob whose controller would name a Job so (`name-` and 8 to 10
 * digits: the time of its schedule), or false. */
bool ks_name_cronjob_of(const char *job, char cronjob[static KS_NAME_SIZE]);

/* The ancestor named a service after its pods' generateName without the last '-', so that the name of a Deployment's
 * service ended in its template hash and changed at each rollout. Such a name leads to the stable one, and to its
 * kind: "web-5d4f8c7d9" to Deployment "web", "backup-27891234" to CronJob "backup". */
bool ks_name_of_ancestor(const char *name, char stable[static KS_NAME_SIZE], const char **kind);

#endif
