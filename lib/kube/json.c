#include "config.h"

#include "kube/json.h"

#include <string.h>

#include "kube/annotation.h"
#include "kube/time.h"

struct json_object *ks_kube_json_get(struct json_object *json, const char *key)
{
    struct json_object *value;

    if (!json_object_is_type(json, json_type_object) || !json_object_object_get_ex(json, key, &value)) {
        return NULL;
    }
    return value;
}

const char *ks_kube_json_text_of(struct json_object *json)
{
    return json_object_is_type(json, json_type_string) ? json_object_get_string(json) : "";
}

const char *ks_kube_json_text(struct json_object *json, const char *key)
{
    return ks_kube_json_text_of(ks_kube_json_get(json, key));
}

int32_t ks_kube_json_int_of(struct json_object *json, int32_t otherwise)
{
    int64_t number;

    if (!json_object_is_type(json, json_type_int)) {
        return otherwise;
    }
    number = json_object_get_int64(json);
    return number < INT32_MIN || number > INT32_MAX ? otherwise : (int32_t)number;
}

int32_t ks_kube_json_int(struct json_object *json, const char *key, int32_t otherwise)
{
    return ks_kube_json_int_of(ks_kube_json_get(json, key), otherwise);
}

static bool get_bool(struct json_object *json, const char *key)
{
    struct json_object *value = ks_kube_json_get(json, key);

    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

/* Reading a list of objects: a value that is not a list has no elements, and an element that is not an object is
 * NULL. */
static size_t list_length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static struct json_object *list_object(struct json_object *list, size_t index)
{
    struct json_object *element = json_object_array_get_idx(list, index);

    return json_object_is_type(element, json_type_object) ? element : NULL;
}

static void fill_meta(struct ks_object_meta *meta, struct json_object *from)
{
    struct json_object *owners = ks_kube_json_get(from, "ownerReferences");

    meta->namespace_name = ks_kube_json_text(from, "namespace");
    meta->name = ks_kube_json_text(from, "name");
    meta->generate_name = ks_kube_json_text(from, "generateName");
    meta->resource_version = ks_kube_json_text(from, "resourceVersion");
    meta->created = ks_kube_time(ks_kube_json_text(from, "creationTimestamp"));
    meta->deleting = ks_kube_json_text(from, "deletionTimestamp")[0] != '\0';
    for (size_t i = 0; i < list_length(owners); i++) {
        struct json_object *owner = list_object(owners, i);

        if (get_bool(owner, "controller")) {
            meta->owner_kind = ks_kube_json_text(owner, "kind");
            meta->owner_name = ks_kube_json_text(owner, "name");
            break;
        }
    }
}

static void fill_annotations(struct ks_annotations *annotations, struct json_object *from)
{
    for (int i = 0; i < KS_ANNOTATION_COUNT; i++) {
        struct json_object *value = ks_kube_json_get(from, ks_kube_annotation_rules[i].key);

        if (json_object_is_type(value, json_type_string)) {
            ks_kube_annotate(annotations, (enum ks_kube_annotation)i, json_object_get_string(value),
                             (size_t)json_object_get_string_len(value));
        }
    }
}

static int add_containers(struct ks_kube_containers *containers, bool init, struct json_object *list,
                          struct ks_error *err)
{
    for (size_t i = 0; i < list_length(list); i++) {
        struct json_object *from = list_object(list, i);
        enum ks_container_role role = KS_CONTAINER_REGULAR;

        if (!from) {
            continue;
        }
        if (init) {
            role = ks_kube_init_container_role(ks_kube_json_text(from, "restartPolicy"));
        }
        if (ks_kube_containers_add(containers, role, ks_kube_json_text(from, "name"), ks_kube_json_text(from, "image"),
                                   err) < 0) {
            return -1;
        }
    }
    return 0;
}

static void fill_statuses(struct ks_kube_containers *containers, bool init, struct json_object *list)
{
    for (size_t i = 0; i < list_length(list); i++) {
        struct json_object *from = list_object(list, i);
        struct json_object *state = ks_kube_json_get(from, "state");
        struct json_object *terminated = ks_kube_json_get(state, "terminated");
        struct json_object *last_state = ks_kube_json_get(from, "lastState");
        struct ks_container *container =
            from ? ks_kube_containers_find(containers, init, ks_kube_json_text(from, "name")) : NULL;

        if (!container) {
            continue;
        }
        container->has_status = true;
        container->ready = get_bool(from, "ready");
        container->restart_count = ks_kube_json_int(from, "restartCount", 0);
        container->waiting_reason = ks_kube_json_text(ks_kube_json_get(state, "waiting"), "reason");
        container->terminated_reason = ks_kube_json_text(terminated, "reason");
        container->last_reason = ks_kube_json_text(ks_kube_json_get(last_state, "terminated"), "reason");
        container->terminated = json_object_is_type(terminated, json_type_object);
        container->exit_code = ks_kube_json_int(terminated, "exitCode", 0);
    }
}

static int fill_containers(struct ks_kube_containers *containers, struct json_object *spec, struct json_object *status,
                           struct ks_error *err)
{
    containers->count = 0;
    containers->next = 0;
    if (add_containers(containers, false, ks_kube_json_get(spec, "containers"), err) < 0 ||
        add_containers(containers, true, ks_kube_json_get(spec, "initContainers"), err) < 0) {
        return -1;
    }
    fill_statuses(containers, false, ks_kube_json_get(status, "containerStatuses"));
    fill_statuses(containers, true, ks_kube_json_get(status, "initContainerStatuses"));
    return 0;
}

static int fill_pod(struct ks_pod *pod, struct json_object *json, struct ks_kube_containers *containers,
                    struct ks_error *err)
{
    struct json_object *status = ks_kube_json_get(json, "status");
    struct json_object *conditions = ks_kube_json_get(status, "conditions");

    pod->phase = ks_pod_phase_of(ks_kube_json_text(status, "phase"));
    pod->reason = ks_kube_json_text(status, "reason");
    for (size_t i = 0; i < list_length(conditions); i++) {
        struct json_object *condition = list_object(conditions, i);

        ks_kube_pod_condition(pod, ks_kube_json_text(condition, "type"), ks_kube_json_text(condition, "status"),
                              ks_kube_json_text(condition, "reason"));
    }
    if (fill_containers(containers, ks_kube_json_get(json, "spec"), status, err) < 0) {
        return -1;
    }
    pod->containers = containers->items;
    pod->container_count = containers->count;
    return 0;
}

/* Counts the regular and sidecar containers of spec.template. */
static int32_t count_template(struct json_object *spec)
{
    struct json_object *template = ks_kube_json_get(ks_kube_json_get(spec, "template"), "spec");
    struct json_object *containers = ks_kube_json_get(template, "containers");
    struct json_object *init_containers = ks_kube_json_get(template, "initContainers");
    int32_t count = 0;

    for (size_t i = 0; i < list_length(containers); i++) {
        count += list_object(containers, i) != NULL;
    }
    for (size_t i = 0; i < list_length(init_containers); i++) {
        const char *policy = ks_kube_json_text(list_object(init_containers, i), "restartPolicy");

        count += ks_kube_init_container_role(policy) == KS_CONTAINER_SIDECAR;
    }
    return count;
}

static void fill_job(struct ks_workload *job, struct json_object *spec, struct json_object *status)
{
    struct json_object *conditions = ks_kube_json_get(status, "conditions");

    job->desired = ks_kube_json_int(status, "active", 0);
    job->containers_per_pod = count_template(spec);
    job->suspended = get_bool(spec, "suspend");
    for (size_t i = 0; i < list_length(conditions); i++) {
        struct json_object *condition = list_object(conditions, i);

        ks_kube_job_condition(job, ks_kube_json_text(condition, "type"), ks_kube_json_text(condition, "status"));
    }
}

static void fill_node(struct ks_node *node, struct json_object *spec, struct json_object *status)
{
    struct json_object *conditions = ks_kube_json_get(status, "conditions");

    node->unschedulable = get_bool(spec, "unschedulable");
    for (size_t i = 0; i < list_length(conditions); i++) {
        struct json_object *condition = list_object(conditions, i);

        ks_kube_node_condition(node, ks_kube_json_text(condition, "type"), ks_kube_json_text(condition, "status"));
    }
}

int ks_kube_json_object(struct json_object *json, enum ks_kind kind, struct ks_kube_containers *containers,
                        struct ks_kube_object *object, struct ks_error *err)
{
    struct json_object *meta = ks_kube_json_get(json, "metadata");
    struct json_object *spec = ks_kube_json_get(json, "spec");
    struct json_object *status = ks_kube_json_get(json, "status");
    struct ks_workload *workload = &object->workload;

    if (!json_object_is_type(json, json_type_object)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "JSON: must have an object here");
    }
    ks_kube_object_init(object, kind);
    fill_meta(&object->meta, meta);
    if (ks_kube_has_annotations(kind)) {
        fill_annotations(&object->meta.annotations, ks_kube_json_get(meta, "annotations"));
    }
    switch (kind) {
    case KS_KIND_POD:
        return fill_pod(&object->pod, json, containers, err);
    case KS_KIND_DEPLOYMENT:
        workload->desired = ks_kube_json_int(spec, "replicas", workload->desired);
        workload->containers_per_pod = count_template(spec);
        workload->paused = get_bool(spec, "paused");
        break;
    case KS_KIND_STATEFULSET:
        workload->desired = ks_kube_json_int(spec, "replicas", workload->desired);
        workload->containers_per_pod = count_template(spec);
        break;
    case KS_KIND_DAEMONSET:
        workload->desired = ks_kube_json_int(status, "desiredNumberScheduled", 0);
        workload->containers_per_pod = count_template(spec);
        break;
    case KS_KIND_JOB:
        fill_job(workload, spec, status);
        break;
    case KS_KIND_CRONJOB:
        workload->containers_per_pod = count_template(ks_kube_json_get(ks_kube_json_get(spec, "jobTemplate"), "spec"));
        workload->suspended = get_bool(spec, "suspend");
        break;
    case KS_KIND_REPLICASET:
    case KS_KIND_REPLICATIONCONTROLLER:
    case KS_KIND_BUDGET:
        break;
    case KS_KIND_NODE:
        fill_node(&object->node, spec, status);
        break;
    case KS_KIND_COUNT:
        break;
    }
    return 0;
}
