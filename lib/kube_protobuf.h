/* Makes a struct ks_kube_object of one object in protobuf. Threads: any, one per message. */
#ifndef KS_KUBE_PROTOBUF_H
#define KS_KUBE_PROTOBUF_H

#include <pb_decode.h>

#include "kube_decode_private.h"
#include "kubernetes.pb.h"

/* A decoded message: what the views of its object point into. */
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
};

/* Reads to the end of the stream. The object lives until the message is released or the containers change.
 * On failure there is nothing to release. */
int ks_kube_protobuf_object(struct ks_kube_protobuf_message *message, enum ks_kind kind, pb_istream_t *stream,
                            struct ks_kube_containers *containers, struct ks_kube_object *object, struct ks_error *err);
void ks_kube_protobuf_release(struct ks_kube_protobuf_message *message);

/* "" for NULL; what is not UTF-8 is overwritten. */
const char *ks_kube_protobuf_text(char *text);

/* The error of a nanopb stream. Returns -1. */
int ks_kube_protobuf_error(const pb_istream_t *stream, struct ks_error *err);

#endif
