/* From one object in protobuf to a struct ks_kube_object. Pure. Threads: any; a message belongs to one. */
#ifndef KS_KUBE_PROTOBUF_H
#define KS_KUBE_PROTOBUF_H

#include <pb_decode.h>

#include "kube/annotation.h"
#include "kube/private.h"
#include "kube/kubernetes.pb.h"

/* The annotations of one metadata that are wanted. */
struct ks_kube_protobuf_listener {
    struct ks_kube_protobuf_message *message;
    struct ks_annotations annotations;
    unsigned wanted; /* bits 1 << enum ks_kube_annotation */
};

/* A decoded message, from which its object borrows. */
struct ks_kube_protobuf_message {
    enum ks_kind kind;
    union {
        ks_pb_Pod pod;
        ks_pb_Deployment deployment;
        ks_pb_ReplicaSet replicaset; /* or a ReplicationController */
        ks_pb_StatefulSet statefulset;
        ks_pb_DaemonSet daemonset;
        ks_pb_Job job;
        ks_pb_CronJob cronjob;
        ks_pb_PodDisruptionBudget budget;
        ks_pb_Node node;
    };
    struct ks_kube_scratch *scratch;
    struct ks_kube_protobuf_listener meta, template;
    const char *step;
    char annotation_texts[KS_ANNOTATION_COUNT][KS_ANNOTATION_MOST + 1];
};

/* Reads to the end of the stream. The object is valid until the message is released or moved, or the scratch changes.
 * On failure there is nothing to release. */
int ks_kube_protobuf_object(struct ks_kube_protobuf_message *message, enum ks_kind kind, pb_istream_t *stream,
                            struct ks_kube_scratch *scratch, struct ks_kube_object *object, struct ks_error *err);
void ks_kube_protobuf_release(struct ks_kube_protobuf_message *message);

/* The parts of it that have a file of their own: labels and annotations, which are read while the message is decoded
 * (protobuf_meta.c), pods (protobuf_pod.c), workloads (protobuf_workload.c) and budgets (protobuf_budget.c). */
void ks_kube_protobuf_listen(struct ks_kube_protobuf_message *message, ks_pb_PodTemplateSpec *template);
int ks_kube_protobuf_pod(struct ks_pod *pod, const ks_pb_Pod *from, struct ks_kube_scratch *scratch,
                         struct ks_error *err);
int ks_kube_protobuf_workload(struct ks_workload *workload, struct ks_kube_protobuf_message *from,
                              struct ks_kube_scratch *scratch, struct ks_error *err);
void ks_kube_protobuf_budget(struct ks_budget *budget, const ks_pb_PodDisruptionBudget *from,
                             struct ks_kube_scratch *scratch);

/* The template that a workload makes pods from; NULL for other kinds. */
ks_pb_PodTemplateSpec *ks_kube_protobuf_template(struct ks_kube_protobuf_message *message);

/* Into scratch->containers and scratch->conditions. */
int ks_kube_protobuf_containers(const ks_pb_Container *containers, pb_size_t count, bool init,
                                struct ks_kube_scratch *scratch, struct ks_error *err);
int ks_kube_protobuf_conditions(const ks_pb_Condition *conditions, pb_size_t count, struct ks_kube_scratch *scratch,
                                struct ks_error *err);
int64_t ks_kube_protobuf_time(const ks_pb_Time *time);
struct ks_portion ks_kube_protobuf_portion(const ks_pb_IntOrString *from);

#endif
