#include "config.h"

#include "kube/annotation.h"

#include <string.h>

#include "base/link.h"

const struct ks_kube_annotation_rule ks_kube_annotation_rules[KS_ANNOTATION_COUNT] = {
    [KS_ANNOTATION_LABEL] = {"kube-shields.io/label", 255},
    [KS_ANNOTATION_COLOR] = {"kube-shields.io/color", 63},
    [KS_ANNOTATION_LINK] = {"kube-shields.io/link", KS_ANNOTATION_MOST},
    [KS_ANNOTATION_HIDDEN] = {"kube-shields.io/hidden", sizeof "true" - 1},
    [KS_ANNOTATION_STEP] = {"workflows.argoproj.io/node-name", KS_ANNOTATION_MOST},
};

unsigned ks_kube_annotations_of(enum ks_kind kind)
{
    switch (kind) {
    case KS_KIND_POD:
        return 1U << KS_ANNOTATION_HIDDEN | 1U << KS_ANNOTATION_STEP;
    case KS_KIND_BUDGET:
    case KS_KIND_NODE:
        return 0;
    default:
        return 1U << KS_ANNOTATION_LABEL | 1U << KS_ANNOTATION_COLOR | 1U << KS_ANNOTATION_LINK |
               1U << KS_ANNOTATION_HIDDEN;
    }
}

const char *ks_kube_annotation_value(enum ks_kube_annotation which, const char *value, size_t length)
{
    return length > ks_kube_annotation_rules[which].most || memchr(value, '\0', length) ? "" : value;
}

void ks_kube_annotate(struct ks_annotations *annotations, enum ks_kube_annotation which, const char *value,
                      size_t length)
{
    value = ks_kube_annotation_value(which, value, length);
    switch (which) {
    case KS_ANNOTATION_LABEL:
        annotations->label = value;
        break;
    case KS_ANNOTATION_COLOR:
        annotations->color = value;
        break;
    case KS_ANNOTATION_LINK:
        annotations->link = ks_is_web_link(value) ? value : "";
        break;
    case KS_ANNOTATION_HIDDEN:
        annotations->hidden = strcmp(value, "true") == 0;
        break;
    case KS_ANNOTATION_STEP:
    case KS_ANNOTATION_COUNT:
        break;
    }
}
