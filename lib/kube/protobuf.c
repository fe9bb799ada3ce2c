#include "config.h"

#include "kube/protobuf.h"

#include <string.h>

#include "base/utf8.h"
#include "kube/protobuf_field.h"

/* Field numbers of an entry of a map. */
enum entry {
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
};

static const pb_msgdesc_t *const descriptors[KS_KIND_COUNT] = {
    [KS_KIND_POD] = ks_pb_Pod_fields,
    [KS_KIND_DEPLOYMENT] = ks_pb_Deployment_fields,
    [KS_KIND_REPLICASET] = ks_pb_StatefulSet_fields,
    [KS_KIND_REPLICATIONCONTROLLER] = ks_pb_StatefulSet_fields,
    [KS_KIND_BUDGET] = ks_pb_StatefulSet_fields,
    [KS_KIND_STATEFULSET] = ks_pb_StatefulSet_fields,
    [KS_KIND_DAEMONSET] = ks_pb_DaemonSet_fields,
    [KS_KIND_JOB] = ks_pb_Job_fields,
    [KS_KIND_CRONJOB] = ks_pb_CronJob_fields,
    [KS_KIND_NODE] = ks_pb_Node_fields,
};

static void fill_meta(struct ks_object_meta *meta, const ks_pb_ObjectMeta *from)
{
    meta->namespace_name = ks_kube_protobuf_text(from->namespace);
    meta->name = ks_kube_protobuf_text(from->name);
    meta->generate_name = ks_kube_protobuf_text(from->generate_name);
    meta->resource_version = ks_kube_protobuf_text(from->resource_version);
    meta->created = from->creation_timestamp.seconds;
    meta->deleting = from->has_deletion_timestamp;
    for (pb_size_t i = 0; i < from->owner_references_count; i++) {
        if (from->owner_references[i].controller) {
            meta->owner_kind = ks_kube_protobuf_text(from->owner_references[i].kind);
            meta->owner_name = ks_kube_protobuf_text(from->owner_references[i].name);
            break;
        }
    }
}

static void fill_statuses(struct ks_kube_containers *containers, bool init, const ks_pb_ContainerStatus *statuses,
                          pb_size_t count)
{
    for (pb_size_t i = 0; i < count; i++) {
        const ks_pb_ContainerStatus *from = &statuses[i];
        struct ks_container *container = ks_kube_containers_find(containers, init, ks_kube_protobuf_text(from->name));

        if (!container) {
            continue;
        }
        container->has_status = true;
        container->ready = from->ready;
        container->restart_count = from->restart_count;
        container->waiting_reason = ks_kube_protobuf_text(from->state.waiting.reason);
        container->terminated_reason = ks_kube_protobuf_text(from->state.terminated.reason);
        container->last_reason = ks_kube_protobuf_text(from->last_state.terminated.reason);
        container->terminated = from->state.has_terminated;
        container->exit_code = from->state.terminated.exit_code;
    }
}

static int fill_containers(struct ks_kube_containers *containers, const ks_pb_Pod *from, struct ks_error *err)
{
    containers->count = 0;
    containers->next = 0;
    for (pb_size_t i = 0; i < from->spec.containers_count; i++) {
        const ks_pb_Container *container = &from->spec.containers[i];

        if (ks_kube_containers_add(containers, KS_CONTAINER_REGULAR, ks_kube_protobuf_text(container->name),
                                   ks_kube_protobuf_text(container->image), err) < 0) {
            return -1;
        }
    }
    for (pb_size_t i = 0; i < from->spec.init_containers_count; i++) {
        const ks_pb_Container *container = &from->spec.init_containers[i];
        enum ks_container_role role = ks_kube_init_container_role(ks_kube_protobuf_text(container->restart_policy));

        if (ks_kube_containers_add(containers, role, ks_kube_protobuf_text(container->name),
                                   ks_kube_protobuf_text(container->image), err) < 0) {
            return -1;
        }
    }
    fill_statuses(containers, false, from->status.container_statuses, from->status.container_statuses_count);
    fill_statuses(containers, true, from->status.init_container_statuses, from->status.init_container_statuses_count);
    return 0;
}

static int fill_pod(struct ks_kube_object *object, const ks_pb_Pod *from, struct ks_kube_containers *containers,
                    struct ks_error *err)
{
    struct ks_pod *pod = &object->pod;

    fill_meta(&object->meta, &from->metadata);
    pod->phase = ks_pod_phase_of(ks_kube_protobuf_text(from->status.phase));
    pod->reason = ks_kube_protobuf_text(from->status.reason);
    for (pb_size_t i = 0; i < from->status.conditions_count; i++) {
        const ks_pb_Condition *condition = &from->status.conditions[i];

        ks_kube_pod_condition(pod, ks_kube_protobuf_text(condition->type), ks_kube_protobuf_text(condition->status),
                              ks_kube_protobuf_text(condition->reason));
    }
    if (fill_containers(containers, from, err) < 0) {
        return -1;
    }
    pod->containers = containers->items;
    pod->container_count = containers->count;
    return 0;
}

static int32_t count_template(const ks_pb_PodTemplateSpec *template)
{
    int32_t count = template->spec.containers_count;

    for (pb_size_t i = 0; i < template->spec.init_containers_count; i++) {
        const char *policy = ks_kube_protobuf_text(template->spec.init_containers[i].restart_policy);

        count += ks_kube_init_container_role(policy) == KS_CONTAINER_SIDECAR;
    }
    return count;
}

static void fill_job(struct ks_kube_object *object, const ks_pb_Job *from)
{
    fill_meta(&object->meta, &from->metadata);
    object->workload.desired = from->status.active;
    object->workload.containers_per_pod = count_template(&from->spec.template);
    object->workload.suspended = from->spec.suspend;
    for (pb_size_t i = 0; i < from->status.conditions_count; i++) {
        ks_kube_job_condition(&object->workload, ks_kube_protobuf_text(from->status.conditions[i].type),
                              ks_kube_protobuf_text(from->status.conditions[i].status));
    }
}

static void fill_node(struct ks_kube_object *object, const ks_pb_Node *from)
{
    fill_meta(&object->meta, &from->metadata);
    object->node.unschedulable = from->spec.unschedulable;
    for (pb_size_t i = 0; i < from->status.conditions_count; i++) {
        ks_kube_node_condition(&object->node, ks_kube_protobuf_text(from->status.conditions[i].type),
                               ks_kube_protobuf_text(from->status.conditions[i].status));
    }
}

static int fill(struct ks_kube_object *object, const struct ks_kube_protobuf_message *from,
                struct ks_kube_containers *containers, struct ks_error *err)
{
    struct ks_workload *workload = &object->workload;

    switch (from->kind) {
    case KS_KIND_POD:
        return fill_pod(object, &from->pod, containers, err);
    case KS_KIND_DEPLOYMENT:
        fill_meta(&object->meta, &from->deployment.metadata);
        if (from->deployment.spec.has_replicas) {
            workload->desired = from->deployment.spec.replicas;
        }
        workload->containers_per_pod = count_template(&from->deployment.spec.template);
        workload->paused = from->deployment.spec.paused;
        break;
    case KS_KIND_STATEFULSET:
        fill_meta(&object->meta, &from->statefulset.metadata);
        if (from->statefulset.spec.has_replicas) {
            workload->desired = from->statefulset.spec.replicas;
        }
        workload->containers_per_pod = count_template(&from->statefulset.spec.template);
        break;
    case KS_KIND_DAEMONSET:
        fill_meta(&object->meta, &from->daemonset.metadata);
        workload->desired = from->daemonset.status.desired_number_scheduled;
        workload->containers_per_pod = count_template(&from->daemonset.spec.template);
        break;
    case KS_KIND_JOB:
        fill_job(object, &from->job);
        break;
    case KS_KIND_CRONJOB:
        fill_meta(&object->meta, &from->cronjob.metadata);
        workload->containers_per_pod = count_template(&from->cronjob.spec.job_template.spec.template);
        workload->suspended = from->cronjob.spec.suspend;
        break;
    case KS_KIND_REPLICASET:
    case KS_KIND_REPLICATIONCONTROLLER:
    case KS_KIND_BUDGET:
        break;
    case KS_KIND_NODE:
        fill_node(object, &from->node);
        break;
    case KS_KIND_COUNT:
        break;
    }
    return 0;
}

static enum ks_kube_annotation annotation_of(pb_istream_t key)
{
    size_t length = key.bytes_left;
    char text[32];

    if (length <= sizeof text && pb_read(&key, (pb_byte_t *)text, length)) {
        for (int i = 0; i < KS_ANNOTATION_COUNT; i++) {
            const char *wanted = ks_kube_annotation_rules[i].key;

            if (length == strlen(wanted) && memcmp(text, wanted, length) == 0) {
                return (enum ks_kube_annotation)i;
            }
        }
    }
    return KS_ANNOTATION_COUNT;
}

/* Called for each entry of ObjectMeta.annotations. Annotations that mean nothing to us are skipped without a copy. */
static bool read_annotation(pb_istream_t *entry, const pb_field_t *field, void **arg)
{
    struct ks_kube_protobuf_message *message = *arg;
    pb_istream_t key = PB_ISTREAM_EMPTY;
    pb_istream_t value = PB_ISTREAM_EMPTY;
    enum ks_kube_annotation which;
    size_t length;
    char *text;

    (void)field;
    if (ks_kube_protobuf_find(*entry, ENTRY_KEY, &key, NULL) < 0 ||
        ks_kube_protobuf_find(*entry, ENTRY_VALUE, &value, NULL) < 0) {
        PB_RETURN_ERROR(entry, "an annotation is malformed");
    }
    which = annotation_of(key);
    if (which == KS_ANNOTATION_COUNT) {
        return true;
    }
    text = message->annotation_texts[which];
    length = value.bytes_left <= KS_ANNOTATION_MOST ? value.bytes_left : 0;
    if (!pb_read(&value, (pb_byte_t *)text, length)) {
        PB_RETURN_ERROR(entry, "an annotation is malformed");
    }
    text[length] = '\0';
    ks_utf8_overwrite(text);
    ks_kube_annotate(&message->annotations, which, text, length);
    return true;
}

/* The metadata is the first member of every kind's struct, so one assignment serves all. nanopb keeps callbacks when
 * it clears the rest. */
static void listen_for_annotations(struct ks_kube_protobuf_message *message)
{
    message->annotations = KS_NO_ANNOTATIONS;
    message->pod.metadata.annotations = (pb_callback_t){.arg = message};
    if (ks_kube_has_annotations(message->kind)) {
        message->pod.metadata.annotations.funcs.decode = read_annotation;
    }
}

int ks_kube_protobuf_object(struct ks_kube_protobuf_message *message, enum ks_kind kind, pb_istream_t *stream,
                            struct ks_kube_containers *containers, struct ks_kube_object *object, struct ks_error *err)
{
    message->kind = kind;
    listen_for_annotations(message);
    if (!pb_decode(stream, descriptors[kind], &message->pod)) {
        return ks_kube_protobuf_error(stream, err);
    }
    ks_kube_object_init(object, kind);
    object->meta.annotations = message->annotations;
    if (fill(object, message, containers, err) < 0) {
        ks_kube_protobuf_release(message);
        return -1;
    }
    return 0;
}

void ks_kube_protobuf_release(struct ks_kube_protobuf_message *message)
{
    pb_release(descriptors[message->kind], &message->pod);
}
