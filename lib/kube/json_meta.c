/* Metadata in JSON. */
#include "config.h"

#include "kube/annotation.h"
#include "kube/json.h"
#include "kube/labels.h"

void ks_kube_json_annotations(struct ks_annotations *annotations, unsigned wanted, struct json_object *from)
{
    for (int i = 0; i < KS_ANNOTATION_COUNT; i++) {
        struct json_object *value = wanted & 1U << i ? ks_kube_json_get(from, ks_kube_annotation_rules[i].key) : NULL;

        if (json_object_is_type(value, json_type_string)) {
            ks_kube_annotate(annotations, (enum ks_kube_annotation)i, json_object_get_string(value),
                             (size_t)json_object_get_string_len(value));
        }
    }
}

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

void ks_kube_json_meta(struct ks_object_meta *meta, enum ks_kind kind, struct json_object *from, struct ks_buf *packed)
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
