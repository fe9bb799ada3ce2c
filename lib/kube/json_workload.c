#include "config.h"

#include "kube/annotation.h"
#include "kube/json.h"

#define PATH_MOST  4 /* with the NULL at its end */

#define DEPLOYMENT (1U << KS_KIND_DEPLOYMENT)
#define REPLICASET (1U << KS_KIND_REPLICASET | 1U << KS_KIND_REPLICATIONCONTROLLER)
#define STATEFUL   (1U << KS_KIND_STATEFULSET)
#define DAEMON     (1U << KS_KIND_DAEMONSET)
#define JOB        (1U << KS_KIND_JOB)
#define CRONJOB    (1U << KS_KIND_CRONJOB)
#define REPLICATED (DEPLOYMENT | REPLICASET | STATEFUL)
#define ROLLED     (REPLICATED | DAEMON)

enum type {
    TYPE_INT32,
    TYPE_INT64,
    TYPE_BOOL,
    TYPE_TIME,
    TYPE_PORTION,
};

#define MEMBER(name) offsetof(struct ks_workload, name)

/* Members that are read as they are: which kinds have them, and where. */
static const struct member {
    unsigned kinds;
    enum type type;
    size_t offset;
    const char *path[PATH_MOST];
    const char *key;
} members[] = {
    {REPLICATED, TYPE_INT32, MEMBER(desired), {"spec"}, "replicas"},
    {DAEMON, TYPE_INT32, MEMBER(desired), {"status"}, "desiredNumberScheduled"},
    {JOB, TYPE_INT32, MEMBER(desired), {"status"}, "active"},
    {JOB | CRONJOB, TYPE_BOOL, MEMBER(suspended), {"spec"}, "suspend"},
    {DEPLOYMENT, TYPE_BOOL, MEMBER(paused), {"spec"}, "paused"},
    {ROLLED, TYPE_INT32, MEMBER(min_ready_seconds), {"spec"}, "minReadySeconds"},
    {STATEFUL, TYPE_INT32, MEMBER(partition), {"spec", "updateStrategy", "rollingUpdate"}, "partition"},
    {DEPLOYMENT, TYPE_PORTION, MEMBER(max_unavailable), {"spec", "strategy", "rollingUpdate"}, "maxUnavailable"},
    {DEPLOYMENT, TYPE_PORTION, MEMBER(max_surge), {"spec", "strategy", "rollingUpdate"}, "maxSurge"},
    {STATEFUL | DAEMON,
     TYPE_PORTION,
     MEMBER(max_unavailable),
     {"spec", "updateStrategy", "rollingUpdate"},
     "maxUnavailable"},
    {DAEMON, TYPE_PORTION, MEMBER(max_surge), {"spec", "updateStrategy", "rollingUpdate"}, "maxSurge"},
    {ROLLED, TYPE_INT64, MEMBER(observed_generation), {"status"}, "observedGeneration"},
    {REPLICATED, TYPE_INT32, MEMBER(replicas), {"status"}, "replicas"},
    {DEPLOYMENT | STATEFUL, TYPE_INT32, MEMBER(updated), {"status"}, "updatedReplicas"},
    {REPLICATED, TYPE_INT32, MEMBER(ready), {"status"}, "readyReplicas"},
    {REPLICATED, TYPE_INT32, MEMBER(available), {"status"}, "availableReplicas"},
    {DAEMON, TYPE_INT32, MEMBER(replicas), {"status"}, "currentNumberScheduled"},
    {DAEMON, TYPE_INT32, MEMBER(updated), {"status"}, "updatedNumberScheduled"},
    {DAEMON, TYPE_INT32, MEMBER(ready), {"status"}, "numberReady"},
    {DAEMON, TYPE_INT32, MEMBER(available), {"status"}, "numberAvailable"},
    {JOB, TYPE_INT32, MEMBER(ready), {"status"}, "ready"},
    {JOB, TYPE_INT32, MEMBER(succeeded), {"status"}, "succeeded"},
    {JOB, TYPE_INT32, MEMBER(failed), {"status"}, "failed"},
    {JOB, TYPE_TIME, MEMBER(finished), {"status"}, "completionTime"},
    {CRONJOB, TYPE_TIME, MEMBER(last_schedule), {"status"}, "lastScheduleTime"},
    {CRONJOB, TYPE_TIME, MEMBER(last_success), {"status"}, "lastSuccessfulTime"},
};

static void fill_member(struct ks_workload *workload, const struct member *member, struct json_object *json)
{
    struct json_object *parent = ks_kube_json_at(json, member->path);
    void *to = (char *)workload + member->offset;

    switch (member->type) {
    case TYPE_INT32:
        *(int32_t *)to = ks_kube_json_int(parent, member->key, *(int32_t *)to);
        break;
    case TYPE_INT64:
        *(int64_t *)to = ks_kube_json_int64(parent, member->key);
        break;
    case TYPE_BOOL:
        *(bool *)to = ks_kube_json_bool(parent, member->key);
        break;
    case TYPE_TIME:
        *(int64_t *)to = ks_kube_json_time(parent, member->key);
        break;
    case TYPE_PORTION:
        *(struct ks_portion *)to = ks_kube_json_portion(parent, member->key);
        break;
    }
}

static int fill_template(struct ks_kube_object *object, struct json_object *json, struct ks_kube_scratch *scratch,
                         struct ks_error *err)
{
    static const char *const usual[] = {"spec", "template", NULL};
    static const char *const of_cronjob[] = {"spec", "jobTemplate", "spec", "template", NULL};
    struct json_object *template = ks_kube_json_at(json, object->kind == KS_KIND_CRONJOB ? of_cronjob : usual);
    struct json_object *annotations = ks_kube_json_get(ks_kube_json_get(template, "metadata"), "annotations");
    struct ks_annotations of_template = KS_NO_ANNOTATIONS;

    if (ks_kube_json_containers(ks_kube_json_get(template, "spec"), scratch, err) < 0) {
        return -1;
    }
    object->workload.containers = scratch->containers.items;
    object->workload.container_count = scratch->containers.count;
    object->workload.containers_per_pod = ks_kube_containers_per_pod(&scratch->containers);
    ks_kube_json_annotations(&of_template, KS_KUBE_TEMPLATE_ANNOTATIONS, annotations);
    object->meta.annotations.hidden |= of_template.hidden;
    return 0;
}

static void fill_strategy(struct ks_workload *workload, enum ks_kind kind, struct json_object *spec)
{
    const char *key = kind == KS_KIND_DEPLOYMENT ? "strategy" : "updateStrategy";

    ks_kube_workload_strategy(workload, ks_kube_json_text(ks_kube_json_get(spec, key), "type"));
}

int ks_kube_json_workload(struct ks_kube_object *object, struct json_object *json, struct ks_kube_scratch *scratch,
                          struct ks_error *err)
{
    struct ks_workload *workload = &object->workload;
    struct json_object *status = ks_kube_json_get(json, "status");
    unsigned kind = 1U << object->kind;

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (members[i].kinds & kind) {
            fill_member(workload, &members[i], json);
        }
    }
    if (fill_template(object, json, scratch, err) < 0) {
        return -1;
    }
    if (kind & (DEPLOYMENT | REPLICASET | JOB) && ks_kube_json_conditions(status, scratch, err) < 0) {
        return -1;
    }
    if (kind & (DEPLOYMENT | STATEFUL | DAEMON)) {
        fill_strategy(workload, object->kind, ks_kube_json_get(json, "spec"));
    }
    if (kind & (DEPLOYMENT | REPLICASET)) {
        ks_kube_rollout_conditions(workload, &scratch->conditions);
    }
    if (kind & JOB) {
        ks_kube_job_conditions(workload, &scratch->conditions);
    }
    if (kind & STATEFUL) {
        workload->has_update = ks_kube_revisions_differ(ks_kube_json_text(status, "currentRevision"),
                                                        ks_kube_json_text(status, "updateRevision"));
    }
    if (kind & CRONJOB) {
        workload->active = (int32_t)ks_kube_json_length(ks_kube_json_get(status, "active"));
    }
    return 0;
}
