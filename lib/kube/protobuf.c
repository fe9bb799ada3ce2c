#include "config.h"

#include "kube/protobuf.h"

#include "kube/labels.h"
#include "kube/protobuf_field.h"

static const pb_msgdesc_t *const descriptors[KS_KIND_COUNT] = {
    [KS_KIND_POD] = ks_pb_Pod_fields,
    [KS_KIND_DEPLOYMENT] = ks_pb_Deployment_fields,
    [KS_KIND_REPLICASET] = ks_pb_ReplicaSet_fields,
    [KS_KIND_REPLICATIONCONTROLLER] = ks_pb_ReplicaSet_fields,
    [KS_KIND_STATEFULSET] = ks_pb_StatefulSet_fields,
    [KS_KIND_DAEMONSET] = ks_pb_DaemonSet_fields,
    [KS_KIND_JOB] = ks_pb_Job_fields,
    [KS_KIND_CRONJOB] = ks_pb_CronJob_fields,
    [KS_KIND_BUDGET] = ks_pb_PodDisruptionBudget_fields,
    [KS_KIND_NODE] = ks_pb_Node_fields,
};

static void fill_meta(struct ks_object_meta *meta, const ks_pb_ObjectMeta *from)
{
    meta->namespace_name = ks_kube_protobuf_text(from->namespace);
    meta->name = ks_kube_protobuf_text(from->name);
    meta->generate_name = ks_kube_protobuf_text(from->generate_name);
    meta->resource_version = ks_kube_protobuf_text(from->resource_version);
    meta->created = ks_kube_protobuf_time(&from->creation_timestamp);
    meta->generation = from->generation;
    meta->deleting = from->has_deletion_timestamp;
    for (pb_size_t i = 0; i < from->owner_references_count; i++) {
        if (from->owner_references[i].controller) {
            meta->owner_kind = ks_kube_protobuf_text(from->owner_references[i].kind);
            meta->owner_name = ks_kube_protobuf_text(from->owner_references[i].name);
            break;
        }
    }
}

/* What was read while the message was decoded. */
static void fill_heard(struct ks_kube_object *object, const struct ks_kube_protobuf_message *message)
{
    object->meta.annotations = message->meta.annotations;
    object->meta.annotations.hidden |= message->template.annotations.hidden;
    if (ks_kube_has_labels(object->kind)) {
        ks_labels_end(&message->scratch->packed);
        object->meta.labels = message->scratch->packed.data;
    }
    if (object->kind == KS_KIND_POD) {
        object->pod.step = message->step;
    }
}

static int fill_node(struct ks_node *node, const ks_pb_Node *from, struct ks_kube_scratch *scratch,
                     struct ks_error *err)
{
    if (ks_kube_protobuf_conditions(from->status.conditions, from->status.conditions_count, scratch, err) < 0) {
        return -1;
    }
    ks_kube_node_conditions(node, &scratch->conditions);
    node->unschedulable = from->spec.unschedulable;
    return 0;
}

static int fill(struct ks_kube_object *object, struct ks_kube_protobuf_message *from, struct ks_kube_scratch *scratch,
                struct ks_error *err)
{
    fill_meta(&object->meta, &from->pod.metadata);
    fill_heard(object, from);
    switch (from->kind) {
    case KS_KIND_POD:
        return ks_kube_protobuf_pod(&object->pod, &from->pod, scratch, err);
    case KS_KIND_NODE:
        return fill_node(&object->node, &from->node, scratch, err);
    case KS_KIND_BUDGET:
        ks_kube_protobuf_budget(&object->budget, &from->budget, scratch);
        return 0;
    default:
        return ks_kube_protobuf_workload(&object->workload, from, scratch, err);
    }
}

int ks_kube_protobuf_object(struct ks_kube_protobuf_message *message, enum ks_kind kind, pb_istream_t *stream,
                            struct ks_kube_scratch *scratch, struct ks_kube_object *object, struct ks_error *err)
{
    message->kind = kind;
    message->scratch = scratch;
    ks_kube_scratch_reset(scratch);
    ks_kube_protobuf_listen(message, ks_kube_protobuf_template(message));
    if (!pb_decode(stream, descriptors[kind], &message->pod)) {
        return ks_kube_protobuf_error(stream, err);
    }
    ks_kube_object_init(object, kind);
    if (fill(object, message, scratch, err) < 0 || ks_buf_check(&scratch->packed, err) < 0) {
        ks_kube_protobuf_release(message);
        return -1;
    }
    return 0;
}

void ks_kube_protobuf_release(struct ks_kube_protobuf_message *message)
{
    pb_release(descriptors[message->kind], &message->pod);
}
