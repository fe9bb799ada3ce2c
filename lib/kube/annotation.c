#include "config.h"

#include "kube/annotation.h"

#include <string.h>

#include "base/link.h"

const struct ks_kube_annotation_rule ks_kube_annotation_rules[KS_ANNOTATION_COUNT] = {
    [KS_ANNOTATION_LABEL] = {"kube-shields.io/label", 255},
    [KS_ANNOTATION_COLOR] = {"kube-shields.io/color", 63},
    [KS_ANNOTATION_LINK] = {"kube-shields.io/link", KS_ANNOTATION_MOST},
    [KS_ANNOTATION_HIDDEN] = {"kube-shields.io/hidden", sizeof "true" - 1},
};

bool ks_kube_has_annotations(enum ks_kind kind)
{
    return kind != KS_KIND_POD && kind != KS_KIND_BUDGET && kind != KS_KIND_NODE;
}

void ks_kube_annotate(struct ks_annotations *annotations, enum ks_kube_annotation which, const char *value,
                      size_t length)
{
    if (length > ks_kube_annotation_rules[which].most || memchr(value, '\0', length)) {
        value = "";
    }
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
    case KS_ANNOTATION_COUNT:
        break;
    }
}
