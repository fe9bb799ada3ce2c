/* The annotations of a controller that change how the shields of its service look. The rules are the same whether a
 * value comes from Kubernetes or from a peer. Pure. Threads: any. */
#ifndef KS_KUBE_ANNOTATION_H
#define KS_KUBE_ANNOTATION_H

#include "kube/object.h"

enum ks_kube_annotation {
    KS_ANNOTATION_LABEL,
    KS_ANNOTATION_COLOR,
    KS_ANNOTATION_LINK,
    KS_ANNOTATION_HIDDEN,
    KS_ANNOTATION_COUNT,
};
#define KS_ANNOTATION_MOST 2048 /* bytes of the longest value that is read, without its NUL */

extern const struct ks_kube_annotation_rule {
    const char *key;
    size_t most; /* bytes of the value, without its NUL */
} ks_kube_annotation_rules[KS_ANNOTATION_COUNT];

/* Whether annotations of this kind are read: those of controllers are, those of pods and nodes are not. */
bool ks_kube_has_annotations(enum ks_kind kind);

/* Sets one annotation. `value` is NUL-terminated after `length` bytes, and borrowed. A value that breaks the rules
 * makes the annotation absent. */
void ks_kube_annotate(struct ks_annotations *annotations, enum ks_kube_annotation which, const char *value,
                      size_t length);

#endif
