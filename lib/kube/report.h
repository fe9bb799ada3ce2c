/* How a decoder reports, whatever the encoding: objects go to its sink, a Status becomes an error. Pure. Threads: the
 * decoder's. */
#ifndef KS_KUBE_REPORT_H
#define KS_KUBE_REPORT_H

#include "kube/decode.h"

/* Hands an object to the sink. KS_ERROR_PROTOCOL if it has no name, which only a bookmark's may lack. */
int ks_kube_report_object(const struct ks_kube_sink *sink, enum ks_kube_event event,
                          const struct ks_kube_object *object, struct ks_error *err);

/* The event that a watch calls by this name. KS_ERROR_PROTOCOL for others; ERROR is one of them, since it carries a
 * Status. */
int ks_kube_report_event_of(const char *name, enum ks_kube_event *event, struct ks_error *err);

/* Whether an answer to a list, whose `kind` this is, is a Status. KS_ERROR_PROTOCOL if it is neither that nor a list of
 * these objects: somebody else than Kubernetes answers, or to another question. */
int ks_kube_report_list_kind(enum ks_kind kind, const char *name, bool *is_status, struct ks_error *err);

/* A metav1.Status; its texts are borrowed. */
struct ks_kube_status {
    const char *message;
    const char *reason;
    int32_t code;
    bool is_too_large; /* one of its causes is ResourceVersionTooLarge */
};

/* Whether this is the cause of "Too large resource version". */
bool ks_kube_report_is_too_large(const char *cause);

/* Fills *refusal, sets the error that a Status stands for, as decode.h describes, and returns -1. */
int ks_kube_report_status(const struct ks_kube_status *status, struct ks_kube_refusal *refusal, struct ks_error *err);

#endif
