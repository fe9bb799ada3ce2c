/* From one object in protobuf to a struct ks_kube_object. Pure. Threads: any; a message belongs to one. */
#ifndef KS_KUBE_PROTOBUF_H
#define KS_KUBE_PROTOBUF_H

#include <pb_decode.h>

#include "kube/annotation.h"
#include "kube/private.h"
#include "kube/kubernetes.pb.h"

/* A decoded message, from which its object borrows. */
struct ks_kube_protobuf_message {
    enum ks_kind kind;
    union {
        ks_pb_Pod pod;
        ks_pb_Deployment deployment;
        ks_pb_StatefulSet statefulset;
        ks_pb_DaemonSet daemonset;
        ks_pb_Job job;
        ks_pb_CronJob cronjob;
        ks_pb_Node node;
    };
    struct ks_annotations annotations;
    char annotation_texts[KS_ANNOTATION_COUNT][KS_ANNOTATION_MOST + 1];
};

/* Reads to the end of the stream. The object is valid until the message is released or moved, or the containers
 * change. On failure there is nothing to release. */
int ks_kube_protobuf_object(struct ks_kube_protobuf_message *message, enum ks_kind kind, pb_istream_t *stream,
                            struct ks_kube_containers *containers, struct ks_kube_object *object, struct ks_error *err);
void ks_kube_protobuf_release(struct ks_kube_protobuf_message *message);

#endif
