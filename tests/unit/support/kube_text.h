/* A decoded object as one line of text with all of its fields and the annotations that are set, for tests that compare
 * and for people who look. */
#ifndef KS_TEST_KUBE_TEXT_H
#define KS_TEST_KUBE_TEXT_H

#include <inttypes.h>

#include "base/buf.h"
#include "kube/decode.h"

static inline void kube_text_annotations(struct ks_buf *text, const struct ks_annotations *annotations)
{
    if (annotations->label[0]) {
        ks_buf_printf(text, " label=%s", annotations->label);
    }
    if (annotations->color[0]) {
        ks_buf_printf(text, " color=%s", annotations->color);
    }
    if (annotations->link[0]) {
        ks_buf_printf(text, " link=%s", annotations->link);
    }
    if (annotations->hidden) {
        ks_buf_literal(text, " hidden");
    }
}

static inline void kube_text_meta(struct ks_buf *text, const struct ks_object_meta *meta)
{
    ks_buf_printf(text, " %s/%s generate=%s version=%s owner=%s/%s created=%" PRId64 " deleting=%d",
                  meta->namespace_name, meta->name, meta->generate_name, meta->resource_version, meta->owner_kind,
                  meta->owner_name, meta->created, meta->deleting);
    kube_text_annotations(text, &meta->annotations);
}

static inline void kube_text_pod(struct ks_buf *text, const struct ks_pod *pod)
{
    static const char *const phases[] = {"unknown", "pending", "running", "succeeded", "failed"};
    static const char *const roles[] = {"regular", "sidecar", "init"};

    ks_buf_printf(text, " phase=%s reason=%s unscheduled=%s", phases[pod->phase], pod->reason, pod->unscheduled_reason);
    for (size_t i = 0; i < pod->container_count; i++) {
        const struct ks_container *container = &pod->containers[i];

        ks_buf_printf(text, " [%s %s image=%s status=%d ready=%d restarts=%d waiting=%s terminated=%d,%s,%d last=%s]",
                      roles[container->role], container->name, container->image, container->has_status,
                      container->ready, (int)container->restart_count, container->waiting_reason, container->terminated,
                      container->terminated_reason, (int)container->exit_code, container->last_reason);
    }
}

static inline void kube_text(struct ks_buf *text, enum ks_kube_event event, const struct ks_kube_object *object)
{
    static const char *const events[] = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK"};
    static const char *const outcomes[] = {"running", "complete", "failed", "both"};

    ks_buf_printf(text, "%s %s", events[event], ks_kind_plural(object->kind));
    kube_text_meta(text, &object->meta);
    if (object->kind == KS_KIND_POD) {
        kube_text_pod(text, &object->pod);
    } else if (object->kind == KS_KIND_NODE) {
        ks_buf_printf(text, " ready=%d unschedulable=%d", object->node.ready, object->node.unschedulable);
    } else if (object->kind == KS_KIND_BUDGET) {
        ks_buf_printf(text, " expected=%d", (int)object->budget.expected);
    } else {
        ks_buf_printf(text, " desired=%d containers=%d suspended=%d paused=%d outcome=%s",
                      (int)object->workload.desired, (int)object->workload.containers_per_pod,
                      object->workload.suspended, object->workload.paused, outcomes[object->workload.outcome]);
    }
    ks_buf_literal(text, "\n");
}

#endif
