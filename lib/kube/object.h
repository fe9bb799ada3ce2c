/* The part of a Kubernetes object that kube-shields reads: the same structs whether it came as protobuf or as JSON.
 *
 * All texts are UTF-8 and never NULL ("" if the API server sent none). An object is borrowed: it is valid in the
 * callback that receives it, and no longer. Times are Unix seconds, 0 if absent. Threads: the collector's.
 *
 * Source of fields and their numbers: Kubernetes API, core/v1, apps/v1, batch/v1, meta/v1. */
#ifndef KS_KUBE_OBJECT_H
#define KS_KUBE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ks_kind {
    KS_KIND_POD,
    KS_KIND_DEPLOYMENT,
    KS_KIND_STATEFULSET,
    KS_KIND_DAEMONSET,
    KS_KIND_JOB,
    KS_KIND_CRONJOB,
    KS_KIND_NODE,
    KS_KIND_COUNT,
};

/* The annotations of a controller. A value counts as absent if it is longer than its limit (in bytes), has a NUL, or
 * is not valid. Pods and nodes have none. */
struct ks_annotations {
    const char *label; /* kube-shields.io/label, at most 255: the left part, for every check */
    const char
        *color; /* kube-shields.io/color, at most 63: for shields that would be green or blue; not validated here */
    const char *link; /* kube-shields.io/link, at most 2048: begins with http:// or https://, in any case */
    bool hidden;      /* kube-shields.io/hidden is "true": not in lists, but still answered */
};
#define KS_NO_ANNOTATIONS ((struct ks_annotations){.label = "", .color = "", .link = "", .hidden = false})

struct ks_object_meta {
    const char *namespace_name; /* "" for nodes */
    const char *name;
    const char *generate_name;
    const char *resource_version;
    const char *owner_kind; /* of the ownerReference with controller: true; "" if there is none */
    const char *owner_name;
    int64_t created;
    bool deleting; /* has a deletionTimestamp */
    struct ks_annotations annotations;
};

enum ks_pod_phase {
    KS_POD_UNKNOWN,
    KS_POD_PENDING,
    KS_POD_RUNNING,
    KS_POD_SUCCEEDED,
    KS_POD_FAILED,
};

enum ks_container_role {
    KS_CONTAINER_REGULAR,
    KS_CONTAINER_SIDECAR, /* an init container whose restartPolicy is Always */
    KS_CONTAINER_INIT,
};

/* One container of the pod's spec, with its status if it has one yet. */
struct ks_container {
    const char *name;
    const char *image; /* as the spec has it */
    enum ks_container_role role;
    bool has_status;
    bool ready;
    int32_t restart_count;
    const char *waiting_reason;    /* state.waiting.reason, or "" */
    const char *terminated_reason; /* state.terminated.reason, or "" */
    const char *last_reason;       /* lastState.terminated.reason, or "" */
    bool terminated;               /* has state.terminated */
    int32_t exit_code;             /* of state.terminated */
};

struct ks_pod {
    enum ks_pod_phase phase;
    const char *reason;                     /* status.reason: Evicted, NodeLost, … */
    const char *unscheduled_reason;         /* reason of the condition PodScheduled=False, or "" */
    const char *pod_template_hash;          /* label pod-template-hash: made by a Deployment */
    const char *rollouts_pod_template_hash; /* label rollouts-pod-template-hash: made by an Argo Rollout */
    const struct ks_container *containers;
    size_t container_count;
};

enum ks_job_outcome {
    KS_JOB_RUNNING,
    KS_JOB_COMPLETE, /* condition Complete=True */
    KS_JOB_FAILED,   /* condition Failed=True */
};

/* Deployment, StatefulSet, DaemonSet, Job or CronJob. */
struct ks_workload {
    int32_t desired;            /* pods that there should be: spec.replicas (1 if unset), a DaemonSet's
                                   status.desiredNumberScheduled, a Job's status.active; a CronJob's 0 */
    int32_t containers_per_pod; /* regular and sidecar containers of the template */
    bool suspended;             /* Job, CronJob: spec.suspend */
    bool paused;                /* Deployment: spec.paused */
    enum ks_job_outcome outcome;
};

struct ks_node {
    bool ready;         /* condition Ready=True */
    bool unschedulable; /* cordoned */
};

struct ks_kube_object {
    enum ks_kind kind;
    struct ks_object_meta meta;
    union {
        struct ks_pod pod;
        struct ks_workload workload;
        struct ks_node node;
    };
};

/* "pods", "deployments", …: the plural that URLs, logs and metrics use. */
const char *ks_kind_plural(enum ks_kind kind);

#endif
