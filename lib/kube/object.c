#include "config.h"

#include "kube/object.h"

#include <stdlib.h>
#include <string.h>

#include "kube/private.h"

const char *ks_kind_name(enum ks_kind kind)
{
    static const char *const names[KS_KIND_COUNT] = {
        [KS_KIND_POD] = "Pod",
        [KS_KIND_DEPLOYMENT] = "Deployment",
        [KS_KIND_REPLICASET] = "ReplicaSet",
        [KS_KIND_REPLICATIONCONTROLLER] = "ReplicationController",
        [KS_KIND_STATEFULSET] = "StatefulSet",
        [KS_KIND_DAEMONSET] = "DaemonSet",
        [KS_KIND_JOB] = "Job",
        [KS_KIND_CRONJOB] = "CronJob",
        [KS_KIND_BUDGET] = "PodDisruptionBudget",
        [KS_KIND_NODE] = "Node",
    };

    return names[kind];
}

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

bool ks_kube_has_labels(enum ks_kind kind)
{
    return kind == KS_KIND_POD || kind == KS_KIND_REPLICASET || kind == KS_KIND_REPLICATIONCONTROLLER;
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

int32_t ks_kube_int32(int64_t number)
{
    return number < INT32_MIN ? INT32_MIN : number > INT32_MAX ? INT32_MAX : (int32_t)number;
}

struct ks_portion ks_kube_portion_of_number(int32_t number)
{
    return (struct ks_portion){.is_given = true, .value = number};
}

struct ks_portion ks_kube_portion_of_text(const char *text)
{
    bool is_number = (text[0] >= '0' && text[0] <= '9') || text[0] == '-';
    char *end;
    long value = strtol(text, &end, 10);

    if (!is_number || strcmp(end, "%") != 0) {
        return (struct ks_portion){0};
    }
    return (struct ks_portion){.is_given = true, .is_percent = true, .value = ks_kube_int32(value)};
}

bool ks_kube_revisions_differ(const char *current, const char *update)
{
    return current[0] && update[0] && strcmp(current, update) != 0;
}

bool ks_kube_restarts_always(const char *restart_policy)
{
    return !restart_policy[0] || strcmp(restart_policy, "Always") == 0;
}

void ks_kube_workload_strategy(struct ks_workload *workload, const char *type)
{
    workload->on_delete = strcmp(type, "OnDelete") == 0;
    workload->is_recreated = strcmp(type, "Recreate") == 0;
}

bool ks_kube_budget_is_exact(struct ks_portion min_available, struct ks_portion max_unavailable)
{
    return max_unavailable.is_given || (min_available.is_given && min_available.is_percent);
}
