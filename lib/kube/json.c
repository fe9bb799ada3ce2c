#include "config.h"

#include "kube/json.h"

static int fill_node(struct ks_node *node, struct json_object *json, struct ks_kube_scratch *scratch,
                     struct ks_error *err)
{
    if (ks_kube_json_conditions(ks_kube_json_get(json, "status"), scratch, err) < 0) {
        return -1;
    }
    ks_kube_node_conditions(node, &scratch->conditions);
    node->unschedulable = ks_kube_json_bool(ks_kube_json_get(json, "spec"), "unschedulable");
    return 0;
}

static int fill(struct ks_kube_object *object, struct json_object *json, struct ks_kube_scratch *scratch,
                struct ks_error *err)
{
    switch (object->kind) {
    case KS_KIND_POD:
        return ks_kube_json_pod(&object->pod, json, scratch, err);
    case KS_KIND_NODE:
        return fill_node(&object->node, json, scratch, err);
    case KS_KIND_BUDGET:
        ks_kube_json_budget(&object->budget, json, scratch);
        return 0;
    default:
        return ks_kube_json_workload(object, json, scratch, err);
    }
}

int ks_kube_json_object(struct json_object *json, enum ks_kind kind, struct ks_kube_scratch *scratch,
                        struct ks_kube_object *object, struct ks_error *err)
{
    if (!json_object_is_type(json, json_type_object)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "JSON: must have an object here");
    }
    ks_kube_object_init(object, kind);
    ks_kube_scratch_reset(scratch);
    ks_kube_json_meta(&object->meta, kind, ks_kube_json_get(json, "metadata"), &scratch->packed);
    if (fill(object, json, scratch, err) < 0) {
        return -1;
    }
    return ks_buf_check(&scratch->packed, err);
}
