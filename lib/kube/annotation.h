/* The annotations that are read: of a controller, how the shields of its service look; of a pod, which step of a
 * workflow it is. The rules are the same whether a value comes from Kubernetes or from a peer. Pure. Threads: any. */
#ifndef KS_KUBE_ANNOTATION_H
#define KS_KUBE_ANNOTATION_H

#include "kube/object.h"

enum ks_kube_annotation {
    KS_ANNOTATION_LABEL,
    KS_ANNOTATION_COLOR,
    KS_ANNOTATION_LINK,
    KS_ANNOTATION_HIDDEN,
    KS_ANNOTATION_STEP, /* of Argo Workflows: struct ks_pod has it, not struct ks_annotations */
    KS_ANNOTATION_COUNT,
};
#define KS_ANNOTATION_MOST 2048 /* bytes of the longest value that is read, without its NUL */

extern const struct ks_kube_annotation_rule {
    const char *key;
    size_t most; /* bytes of the value, without its NUL */
} ks_kube_annotation_rules[KS_ANNOTATION_COUNT];

/* Which annotations of this kind are read: a set of bits 1 << enum ks_kube_annotation. */
unsigned ks_kube_annotations_of(enum ks_kind kind);
/* And which ones of the pod template that a controller has. */
#define KS_KUBE_TEMPLATE_ANNOTATIONS (1U << KS_ANNOTATION_HIDDEN)

/* The value itself, or "" if it is too long or has a NUL. */
const char *ks_kube_annotation_value(enum ks_kube_annotation which, const char *value, size_t length);

/* Sets one annotation, but not a step. `value` is NUL-terminated after `length` bytes, and borrowed. A value that
 * breaks the rules makes the annotation absent. */
void ks_kube_annotate(struct ks_annotations *annotations, enum ks_kube_annotation which, const char *value,
                      size_t length);

#endif
