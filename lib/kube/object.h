/* The part of a Kubernetes object that kube-shields reads: the same structs whether it came as protobuf or as JSON.
 *
 * All texts are UTF-8 and never NULL ("" if the API server sent none). An object is borrowed: it is valid in the
 * callback that receives it, and no longer. Times are Unix seconds, 0 if absent. Threads: the collector's.
 *
 * Source of fields and their numbers: Kubernetes API, core/v1, apps/v1, batch/v1, policy/v1, meta/v1. */
#ifndef KS_KUBE_OBJECT_H
#define KS_KUBE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ks_kind {
    KS_KIND_POD,
    KS_KIND_DEPLOYMENT,
    KS_KIND_REPLICASET,
    KS_KIND_REPLICATIONCONTROLLER,
    KS_KIND_STATEFULSET,
    KS_KIND_DAEMONSET,
    KS_KIND_JOB,
    KS_KIND_CRONJOB,
    KS_KIND_BUDGET, /* PodDisruptionBudget: says how many pods it expects */
    KS_KIND_NODE,   /* the last, as the only one without a namespace */
    KS_KIND_COUNT,
};

/* The annotations of a controller. Of a pod and of a controller's pod template, only `hidden` is read; budgets and
 * nodes have none. A value counts as absent if it is longer than its limit (in bytes), has a NUL, or is not valid. */
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
    /* Of pods, ReplicaSets and ReplicationControllers: their labels, for ks_labels_get and ks_selector_matches
     * (kube/labels.h); of others NULL, which both take as no labels. */
    const char *labels;
    int64_t created;
    int64_t generation; /* of the spec; 0 if absent */
    bool deleting;      /* has a deletionTimestamp */
    struct ks_annotations annotations;
};

enum ks_pod_phase {
    KS_POD_UNKNOWN,
    KS_POD_PENDING,
    KS_POD_RUNNING,
    KS_POD_SUCCEEDED,
    KS_POD_FAILED,
};

/* The status of a condition, such as Ready. */
enum ks_truth {
    KS_ABSENT, /* the object does not have it */
    KS_TRUE,
    KS_FALSE,
    KS_UNKNOWN,    /* "Unknown", and whatever else is neither True nor False */
    KS_TRUE_FALSE, /* it is there twice, with different values */
};

enum ks_container_role {
    KS_CONTAINER_REGULAR,
    KS_CONTAINER_SIDECAR, /* an init container whose restartPolicy is Always */
    KS_CONTAINER_INIT,
};

/* One container of the pod's spec, with its status if it has one yet; or of a controller's template, without one. */
struct ks_container {
    const char *name;
    const char *image; /* as the spec has it */
    enum ks_container_role role;
    bool has_status;
    bool ready;
    bool started;                  /* its startup probe has succeeded, or it has none and runs */
    int32_t restart_count;         /* as sent, even if negative */
    int64_t started_at;            /* of state.running */
    const char *waiting_reason;    /* state.waiting.reason, or "" */
    const char *terminated_reason; /* state.terminated.reason, or "" */
    const char *last_reason;       /* lastState.terminated.reason, or "" */
    bool terminated;               /* has state.terminated */
    int32_t exit_code;             /* of state.terminated */
    int64_t finished_at;           /* of state.terminated */
    int64_t last_finished_at;      /* of lastState.terminated */
};

struct ks_pod {
    enum ks_pod_phase phase;
    enum ks_truth ready;            /* condition Ready */
    enum ks_truth containers_ready; /* condition ContainersReady */
    bool has_conditions;            /* any at all: what never ran under a kubelet may have none */
    bool restarts_always;           /* spec.restartPolicy is Always, or absent: it is meant to run for ever */
    const char *reason;             /* status.reason: Evicted, NodeLost, … */
    const char *unscheduled_reason; /* reason of the condition PodScheduled=False, or "" */
    const char *unmet_gate;         /* the first of spec.readinessGates whose condition is not True, or "" */
    const char *node_name;          /* spec.nodeName, or "" */
    const char *step;               /* annotation workflows.argoproj.io/node-name, or "" */
    const struct ks_container *containers;
    size_t container_count;
};

enum ks_job_outcome {
    KS_JOB_RUNNING,
    KS_JOB_COMPLETE, /* condition Complete=True */
    KS_JOB_FAILED,   /* condition Failed=True, or FailureTarget=True: it will be */
    KS_JOB_BOTH,     /* Complete and Failed are both True */
};

/* An IntOrString, such as maxUnavailable: "25%" or 1. */
struct ks_portion {
    bool is_given;
    bool is_percent;
    int32_t value; /* as sent, even if absurd; if it is text but no percentage, is_given is false */
};

/* Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job or CronJob. Numbers are as sent, even if
 * negative or absurd: lib/health refuses those. One that does not fit becomes the nearest one that does. */
struct ks_workload {
    int32_t desired;                       /* pods that there should be: spec.replicas (1 if unset), a DaemonSet's
                                              status.desiredNumberScheduled, a Job's status.active; a CronJob's 0 */
    int32_t containers_per_pod;            /* regular and sidecar containers of the template */
    const struct ks_container *containers; /* all of the template, without status */
    size_t container_count;
    const char
        *reason;       /* of the condition that failed (Progressing=False, ReplicaFailure, Failed, FailureTarget), "" */
    bool suspended;    /* Job, CronJob: spec.suspend */
    bool paused;       /* Deployment: spec.paused */
    bool on_delete;    /* StatefulSet, DaemonSet: the update strategy is OnDelete */
    bool is_recreated; /* Deployment: the strategy is Recreate */
    bool has_update;   /* StatefulSet: currentRevision and updateRevision differ */

    /* The rollout: Deployment, StatefulSet, DaemonSet; observed_generation of all but Jobs and CronJobs. */
    int32_t min_ready_seconds;
    int32_t partition; /* StatefulSet */
    struct ks_portion max_unavailable;
    struct ks_portion max_surge;
    int64_t observed_generation;  /* 0 if absent */
    int32_t replicas;             /* status.replicas, currentNumberScheduled */
    int32_t updated;              /* status.updatedReplicas, updatedNumberScheduled */
    int32_t ready;                /* status.readyReplicas, numberReady, a Job's ready */
    int32_t available;            /* status.availableReplicas, numberAvailable */
    enum ks_truth is_available;   /* Deployment: condition Available */
    enum ks_truth is_progressing; /* Deployment: condition Progressing */
    bool is_rolled_out;           /* Deployment: Progressing=True, its reason is NewReplicaSetAvailable */
    bool has_replica_failure;     /* Deployment, ReplicaSet, ReplicationController: condition ReplicaFailure=True */
    bool has_condition_twice;     /* one of those that are read, with different values */

    /* Jobs and CronJobs. */
    enum ks_job_outcome outcome;
    int32_t succeeded, failed; /* Job: pods */
    int64_t finished;          /* Job: completionTime, or when Failed or FailureTarget became True */
    int32_t active;            /* CronJob: how many Jobs status.active names */
    int64_t last_schedule;     /* CronJob: status.lastScheduleTime */
    int64_t last_success;      /* CronJob: status.lastSuccessfulTime */
    bool has_last_success;     /* CronJob: this API version has status.lastSuccessfulTime; batch/v1beta1 may not */
};

/* PodDisruptionBudget. */
struct ks_budget {
    int32_t expected;        /* status.expectedPods, as sent */
    int32_t desired_healthy; /* status.desiredHealthy, as sent */
    int32_t current_healthy; /* status.currentHealthy, as sent */
    /* Its controller asked the pods' owner how many there should be: maxUnavailable is given, or minAvailable is a
     * percentage. Otherwise `expected` only counts the pods that there are. */
    bool is_exact;
    const char *selector; /* for ks_selector_matches (kube/labels.h); "": matches nothing */
};

/* Conditions of a node that say that something is short, besides Ready. */
enum ks_pressure {
    KS_PRESSURE_DISK,    /* DiskPressure */
    KS_PRESSURE_MEMORY,  /* MemoryPressure */
    KS_PRESSURE_PID,     /* PIDPressure */
    KS_PRESSURE_NETWORK, /* NetworkUnavailable */
    KS_PRESSURE_COUNT,
};

struct ks_node {
    bool ready;         /* condition Ready=True */
    bool unschedulable; /* cordoned */
    bool pressures[KS_PRESSURE_COUNT];
};

struct ks_kube_object {
    enum ks_kind kind;
    struct ks_object_meta meta;
    union {
        struct ks_pod pod;
        struct ks_workload workload;
        struct ks_budget budget;
        struct ks_node node;
    };
};

/* Whether two workloads are the same, apart from their containers. */
bool ks_workload_is_same(const struct ks_workload *one, const struct ks_workload *other);

/* "DiskPressure", … . */
const char *ks_pressure_name(enum ks_pressure pressure);

/* "Pod", "Deployment", …: as in an ownerReference. */
const char *ks_kind_name(enum ks_kind kind);

/* "pods", "deployments", …: the plural that URLs, logs and metrics use. */
const char *ks_kind_plural(enum ks_kind kind);

#endif
