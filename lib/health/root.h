/* Which service a pod or a controller belongs to, and the other names that service may have had. Pure. Threads: any. */
#ifndef KS_HEALTH_ROOT_H
#define KS_HEALTH_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health/names.h"
#include "kube/object.h"

/* The controller at the top of those that made an object, as far as the object itself shows. */
struct ks_root {
    const char *kind;        /* "Deployment", "Rollout", "Job", …: borrowed from the object, or static */
    char name[KS_NAME_SIZE]; /* the service's name */
    uint32_t run;            /* of a pod: see struct ks_pod_facts */
};

/* The service of a pod. False if no controller made the pod. The name is that of
 * - a ReplicaSet's Deployment or Argo Rollout, if the ReplicaSet's name ends in the pod's template hash;
 * - a ReplicationController's DeploymentConfig, if the labels name it;
 * - the pod without its node's, for a static pod (kind "Node");
 * - the template that a workflow engine's labels name, or else the owner without a run's suffix, for a pod that runs to
 *   completion and whose owner Kubernetes itself does not have;
 * - the owner otherwise. Only a Job itself shows which CronJob made it, and only a ReplicaSet itself what else did. */
bool ks_name_pod_root(const struct ks_kube_object *pod, struct ks_root *root);
/* The service of a controller object: that of its owner for a ReplicaSet, a ReplicationController, a CronJob's Job, and
 * a Job whose name is its owner's and a run's suffix. False if the name is too long. */
bool ks_name_controller_root(const struct ks_kube_object *controller, struct ks_root *root);

/* Whether a kind of owner is none of those whose pods and objects Kubernetes itself manages. */
bool ks_name_is_custom_kind(const char *kind);
/* Whether a kind is known to start runs or to be one: "WorkflowTemplate", "PipelineRun", … . */
bool ks_name_is_run_kind(const char *kind);

/* For clusters whose Jobs must not be read: the CronJob whose controller would give a Job this name (`name-` and 8 to
 * 10 digits, the time of its schedule). False if there is none. */
bool ks_name_cronjob_of(const char *job, char cronjob[static KS_NAME_SIZE]);

/* What a name may have meant. */
struct ks_old_name {
    const char *kind; /* of the service; NULL: any, if it has runs */
    char name[KS_NAME_SIZE];
};
#define KS_OLD_NAMES_MOST 6

/* kube-shields 0.0.6 named a service after the generateName of its pods, without the last '-'. So the name of a
 * Deployment's service ended in its template hash and changed with each rollout. This finds the stable names that such
 * a name may stand for, the most likely first: "web-5d4f8c7d9" is the Deployment "web", "backup-27891234" the CronJob
 * "backup", "web-3" the Indexed Job or the DeploymentConfig "web", "etl-x7k2p" what "etl-x7k2p" was a run of. Returns
 * how many there are. */
size_t ks_name_resolve_old(const char *name, struct ks_old_name found[static KS_OLD_NAMES_MOST]);

#endif
