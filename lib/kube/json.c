#include "config.h"

#include "kube/json.h"

#include "kube/annotation.h"
#include "kube/labels.h"

static void fill_owner(struct ks_object_meta *meta, struct json_object *owners)
{
    for (size_t i = 0; i < ks_kube_json_length(owners); i++) {
        struct json_object *owner = ks_kube_json_element(owners, i);

        if (ks_kube_json_bool(owner, "controller")) {
            meta->owner_kind = ks_kube_json_text(owner, "kind");
            meta->owner_name = ks_kube_json_text(owner, "name");
            break;
        }
    }
}

static const char *pack_labels(struct ks_buf *packed, struct json_object *labels)
{
    if (json_object_is_type(labels, json_type_object)) {
        json_object_object_foreach(labels, key, value)
        {
            if (ks_kube_json_is_text(value)) {
                ks_labels_put(packed, key, json_object_get_string(value));
            }
        }
    }
    ks_labels_end(packed);
    return packed->data;
}

static void fill_meta(struct ks_object_meta *meta, enum ks_kind kind, struct json_object *from, struct ks_buf *packed)
{
    meta->namespace_name = ks_kube_json_text(from, "namespace");
    meta->name = ks_kube_json_text(from, "name");
    meta->generate_name = ks_kube_json_text(from, "generateName");
    meta->resource_version = ks_kube_json_text(from, "resourceVersion");
    meta->created = ks_kube_json_time(from, "creationTimestamp");
    meta->generation = ks_kube_json_int64(from, "generation");
    meta->deleting = ks_kube_json_text(from, "deletionTimestamp")[0] != '\0';
    fill_owner(meta, ks_kube_json_get(from, "ownerReferences"));
    ks_kube_json_annotations(&meta->annotations, ks_kube_annotations_of(kind), ks_kube_json_get(from, "annotations"));
    if (ks_kube_has_labels(kind)) {
        meta->labels = pack_labels(packed, ks_kube_json_get(from, "labels"));
    }
}

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
    fill_meta(&object->meta, kind, ks_kube_json_get(json, "metadata"), &scratch->packed);
    if (fill(object, json, scratch, err) < 0) {
        return -1;
    }
    return ks_buf_check(&scratch->packed, err);
}
