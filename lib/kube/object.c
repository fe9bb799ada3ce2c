#include "config.h"

#include "kube/object.h"

#include <string.h>

#include "kube/private.h"

const char *ks_kind_plural(enum ks_kind kind)
{
    static const char *const plurals[KS_KIND_COUNT] = {
        [KS_KIND_POD] = "pods",
        [KS_KIND_DEPLOYMENT] = "deployments",
        [KS_KIND_REPLICASET] = "replicasets",
        [KS_KIND_REPLICATIONCONTROLLER] = "replicationcontrollers",
        [KS_KIND_STATEFULSET] = "statefulsets",
        [KS_KIND_DAEMONSET] = "daemonsets",
        [KS_KIND_JOB] = "jobs",
        [KS_KIND_CRONJOB] = "cronjobs",
        [KS_KIND_BUDGET] = "poddisruptionbudgets",
        [KS_KIND_NODE] = "nodes",
    };

    return plurals[kind];
}

void ks_kube_object_init(struct ks_kube_object *object, enum ks_kind kind)
{
    *object = (struct ks_kube_object){
        .kind = kind,
        .meta = {.namespace_name = "",
                 .name = "",
                 .generate_name = "",
                 .resource_version = "",
                 .owner_kind = "",
                 .owner_name = "",
                 .annotations = KS_NO_ANNOTATIONS},
    };
    if (kind == KS_KIND_POD) {
        object->pod = (struct ks_pod){.restarts_always = true,
                                      .reason = "",
                                      .unscheduled_reason = "",
                                      .unmet_gate = "",
                                      .node_name = "",
                                      .step = ""};
    } else if (kind == KS_KIND_BUDGET) {
        object->budget = (struct ks_budget){.selector = ""};
    } else if (kind != KS_KIND_NODE) {
        object->workload = (struct ks_workload){.reason = "", .has_last_success = true};
        object->workload.desired = kind != KS_KIND_DAEMONSET && kind != KS_KIND_JOB && kind != KS_KIND_CRONJOB;
    }
}

const char *ks_pressure_name(enum ks_pressure pressure)
{
    static const char *const names[KS_PRESSURE_COUNT] = {
        [KS_PRESSURE_DISK] = "DiskPressure",
        [KS_PRESSURE_MEMORY] = "MemoryPressure",
        [KS_PRESSURE_PID] = "PIDPressure",
        [KS_PRESSURE_NETWORK] = "NetworkUnavailable",
    };

    return names[pressure];
}

enum ks_pod_phase ks_pod_phase_of(const char *text)
{
    static const char *const names[] = {
        [KS_POD_UNKNOWN] = "Unknown",     [KS_POD_PENDING] = "Pending", [KS_POD_RUNNING] = "Running",
        [KS_POD_SUCCEEDED] = "Succeeded", [KS_POD_FAILED] = "Failed",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            return (enum ks_pod_phase)i;
        }
    }
    return KS_POD_UNKNOWN;
}

void ks_kube_pod_condition(struct ks_pod *pod, const char *type, const char *status, const char *reason)
{
    if (strcmp(type, "PodScheduled") == 0) {
        pod->unscheduled_reason = strcmp(status, "False") == 0 ? reason : "";
    }
}

void ks_kube_job_condition(struct ks_workload *job, const char *type, const char *status)
{
    if (strcmp(status, "True") != 0) {
        return;
    }
    if (strcmp(type, "Complete") == 0) {
        job->outcome = KS_JOB_COMPLETE;
    } else if (strcmp(type, "Failed") == 0) {
        job->outcome = KS_JOB_FAILED;
    }
}

void ks_kube_node_condition(struct ks_node *node, const char *type, const char *status)
{
    if (strcmp(type, "Ready") == 0) {
        node->ready = strcmp(status, "True") == 0;
    }
}
