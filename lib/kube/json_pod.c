#include "config.h"

#include "kube/annotation.h"
#include "kube/json.h"

static int add_containers(struct ks_kube_containers *containers, bool init, struct json_object *list,
                          struct ks_error *err)
{
    for (size_t i = 0; i < ks_kube_json_length(list); i++) {
        struct json_object *from = ks_kube_json_element(list, i);
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

int ks_kube_json_containers(struct json_object *pod_spec, struct ks_kube_scratch *scratch, struct ks_error *err)
{
    if (add_containers(&scratch->containers, false, ks_kube_json_get(pod_spec, "containers"), err) < 0) {
        return -1;
    }
    return add_containers(&scratch->containers, true, ks_kube_json_get(pod_spec, "initContainers"), err);
}

int ks_kube_json_conditions(struct json_object *status, struct ks_kube_scratch *scratch, struct ks_error *err)
{
    struct json_object *list = ks_kube_json_get(status, "conditions");

    for (size_t i = 0; i < ks_kube_json_length(list); i++) {
        struct json_object *from = ks_kube_json_element(list, i);
        const struct ks_kube_condition condition = {.type = ks_kube_json_text(from, "type"),
                                                    .status = ks_kube_json_text(from, "status"),
                                                    .reason = ks_kube_json_text(from, "reason"),
                                                    .since = ks_kube_json_time(from, "lastTransitionTime")};

        if (from && ks_kube_conditions_add(&scratch->conditions, &condition, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static void fill_status(struct ks_container *container, struct json_object *from)
{
    struct json_object *state = ks_kube_json_get(from, "state");
    struct json_object *terminated = ks_kube_json_get(state, "terminated");
    struct json_object *last = ks_kube_json_get(ks_kube_json_get(from, "lastState"), "terminated");

    container->has_status = true;
    container->ready = ks_kube_json_bool(from, "ready");
    container->started = ks_kube_json_bool(from, "started");
    container->restart_count = ks_kube_json_int(from, "restartCount", 0);
    container->started_at = ks_kube_json_time(ks_kube_json_get(state, "running"), "startedAt");
    container->waiting_reason = ks_kube_json_text(ks_kube_json_get(state, "waiting"), "reason");
    container->terminated_reason = ks_kube_json_text(terminated, "reason");
    container->last_reason = ks_kube_json_text(last, "reason");
    container->terminated = json_object_is_type(terminated, json_type_object);
    container->exit_code = ks_kube_json_int(terminated, "exitCode", 0);
    container->finished_at = ks_kube_json_time(terminated, "finishedAt");
    container->last_finished_at = ks_kube_json_time(last, "finishedAt");
}

static void fill_statuses(struct ks_kube_containers *containers, bool init, struct json_object *list)
{
    for (size_t i = 0; i < ks_kube_json_length(list); i++) {
        struct json_object *from = ks_kube_json_element(list, i);
        struct ks_container *container =
            from ? ks_kube_containers_find(containers, init, ks_kube_json_text(from, "name")) : NULL;

        if (container) {
            fill_status(container, from);
        }
    }
}

static void fill_gates(struct ks_pod *pod, struct json_object *gates, const struct ks_kube_conditions *conditions)
{
    for (size_t i = 0; i < ks_kube_json_length(gates); i++) {
        ks_kube_pod_gate(pod, conditions, ks_kube_json_text(ks_kube_json_element(gates, i), "conditionType"));
    }
}

static const char *step_of(struct json_object *meta)
{
    struct json_object *value =
        ks_kube_json_get(ks_kube_json_get(meta, "annotations"), ks_kube_annotation_rules[KS_ANNOTATION_STEP].key);

    return json_object_is_type(value, json_type_string)
               ? ks_kube_annotation_value(KS_ANNOTATION_STEP, json_object_get_string(value),
                                          (size_t)json_object_get_string_len(value))
               : "";
}

int ks_kube_json_pod(struct ks_pod *pod, struct json_object *json, struct ks_kube_scratch *scratch,
                     struct ks_error *err)
{
    struct json_object *spec = ks_kube_json_get(json, "spec");
    struct json_object *status = ks_kube_json_get(json, "status");

    if (ks_kube_json_conditions(status, scratch, err) < 0 || ks_kube_json_containers(spec, scratch, err) < 0) {
        return -1;
    }
    fill_statuses(&scratch->containers, false, ks_kube_json_get(status, "containerStatuses"));
    fill_statuses(&scratch->containers, true, ks_kube_json_get(status, "initContainerStatuses"));
    ks_kube_pod_conditions(pod, &scratch->conditions);
    fill_gates(pod, ks_kube_json_get(spec, "readinessGates"), &scratch->conditions);
    pod->phase = ks_pod_phase_of(ks_kube_json_text(status, "phase"));
    pod->reason = ks_kube_json_text(status, "reason");
    pod->node_name = ks_kube_json_text(spec, "nodeName");
    pod->restarts_always = ks_kube_restarts_always(ks_kube_json_text(spec, "restartPolicy"));
    pod->step = step_of(ks_kube_json_get(json, "metadata"));
    pod->containers = scratch->containers.items;
    pod->container_count = scratch->containers.count;
    return 0;
}
