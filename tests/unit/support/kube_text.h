/* A decoded object as one line of text, for tests that compare and for people who look. It has every field, but those
 * that few objects have are left out while they are empty. */
#ifndef KS_TEST_KUBE_TEXT_H
#define KS_TEST_KUBE_TEXT_H

#include <inttypes.h>

#include "base/buf.h"
#include "kube/decode.h"
#include "kube/labels.h"

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

/* " name=value", unless it is 0. */
static inline void kube_text_number(struct ks_buf *text, const char *name, int64_t value)
{
    if (value) {
        ks_buf_printf(text, " %s=%" PRId64, name, value);
    }
}

static inline void kube_text_word(struct ks_buf *text, const char *name, const char *value)
{
    if (value[0]) {
        ks_buf_printf(text, " %s=%s", name, value);
    }
}

/* " name=key|value|", with a | for each NUL but the last. */
static inline void kube_text_packed(struct ks_buf *text, const char *name, const char *packed, size_t size)
{
    if (size > 1) {
        ks_buf_printf(text, " %s=", name);
        for (size_t i = 0; i < size - 1; i++) {
            ks_buf_bytes(text, packed[i] ? &packed[i] : "|", 1);
        }
    }
}

static inline void kube_text_truth(struct ks_buf *text, const char *name, enum ks_truth truth)
{
    static const char *const names[] = {"", "true", "false", "unknown", "both"};

    kube_text_word(text, name, names[truth]);
}

static inline void kube_text_portion(struct ks_buf *text, const char *name, const struct ks_portion *portion)
{
    if (portion->is_given) {
        ks_buf_printf(text, " %s=%d%s", name, (int)portion->value, portion->is_percent ? "%" : "");
    }
}

static inline void kube_text_meta(struct ks_buf *text, const struct ks_object_meta *meta)
{
    ks_buf_printf(text, " %s/%s generate=%s version=%s owner=%s/%s created=%" PRId64 " deleting=%d",
                  meta->namespace_name, meta->name, meta->generate_name, meta->resource_version, meta->owner_kind,
                  meta->owner_name, meta->created, meta->deleting);
    kube_text_number(text, "generation", meta->generation);
    kube_text_packed(text, "labels", meta->labels, ks_labels_size(meta->labels));
    kube_text_annotations(text, &meta->annotations);
}

static inline void kube_text_containers(struct ks_buf *text, const struct ks_container *containers, size_t count)
{
    static const char *const roles[] = {"regular", "sidecar", "init"};

    for (size_t i = 0; i < count; i++) {
        const struct ks_container *container = &containers[i];

        ks_buf_printf(text, " [%s %s image=%s", roles[container->role], container->name, container->image);
        if (container->has_status) {
            ks_buf_printf(text, " ready=%d restarts=%d waiting=%s terminated=%d,%s,%d last=%s", container->ready,
                          (int)container->restart_count, container->waiting_reason, container->terminated,
                          container->terminated_reason, (int)container->exit_code, container->last_reason);
            kube_text_number(text, "started", container->started);
            kube_text_number(text, "started_at", container->started_at);
            kube_text_number(text, "finished_at", container->finished_at);
            kube_text_number(text, "last_finished_at", container->last_finished_at);
        }
        ks_buf_literal(text, "]");
    }
}

static inline void kube_text_pod(struct ks_buf *text, const struct ks_pod *pod)
{
    static const char *const phases[] = {"unknown", "pending", "running", "succeeded", "failed"};

    ks_buf_printf(text, " phase=%s reason=%s unscheduled=%s", phases[pod->phase], pod->reason, pod->unscheduled_reason);
    kube_text_number(text, "has_conditions", pod->has_conditions);
    kube_text_truth(text, "ready", pod->ready);
    kube_text_truth(text, "containers_ready", pod->containers_ready);
    kube_text_word(text, "gate", pod->unmet_gate);
    kube_text_word(text, "node", pod->node_name);
    kube_text_number(text, "runs_to_completion", !pod->restarts_always);
    kube_text_word(text, "step", pod->step);
    kube_text_containers(text, pod->containers, pod->container_count);
}

static inline void kube_text_rollout(struct ks_buf *text, const struct ks_workload *workload)
{
    kube_text_number(text, "on_delete", workload->on_delete);
    kube_text_number(text, "is_recreated", workload->is_recreated);
    kube_text_number(text, "has_update", workload->has_update);
    kube_text_number(text, "min_ready_seconds", workload->min_ready_seconds);
    kube_text_number(text, "partition", workload->partition);
    kube_text_portion(text, "max_unavailable", &workload->max_unavailable);
    kube_text_portion(text, "max_surge", &workload->max_surge);
    kube_text_number(text, "observed", workload->observed_generation);
    kube_text_number(text, "replicas", workload->replicas);
    kube_text_number(text, "updated", workload->updated);
    kube_text_number(text, "ready", workload->ready);
    kube_text_number(text, "available", workload->available);
    kube_text_truth(text, "is_available", workload->is_available);
    kube_text_truth(text, "is_progressing", workload->is_progressing);
    kube_text_number(text, "is_rolled_out", workload->is_rolled_out);
    kube_text_number(text, "has_replica_failure", workload->has_replica_failure);
    kube_text_number(text, "has_condition_twice", workload->has_condition_twice);
}

static inline void kube_text_workload(struct ks_buf *text, const struct ks_workload *workload)
{
    static const char *const outcomes[] = {"running", "complete", "failed", "both"};

    ks_buf_printf(text, " desired=%d containers=%d suspended=%d paused=%d outcome=%s", (int)workload->desired,
                  (int)workload->containers_per_pod, workload->suspended, workload->paused,
                  outcomes[workload->outcome]);
    kube_text_word(text, "reason", workload->reason);
    kube_text_rollout(text, workload);
    kube_text_number(text, "succeeded", workload->succeeded);
    kube_text_number(text, "failed", workload->failed);
    kube_text_number(text, "finished", workload->finished);
    kube_text_number(text, "active", workload->active);
    kube_text_number(text, "last_schedule", workload->last_schedule);
    kube_text_number(text, "last_success", workload->last_success);
    kube_text_number(text, "lacks_last_success", !workload->has_last_success);
    kube_text_containers(text, workload->containers, workload->container_count);
}

static inline void kube_text_budget(struct ks_buf *text, const struct ks_budget *budget)
{
    ks_buf_printf(text, " expected=%d desired_healthy=%d current_healthy=%d exact=%d", (int)budget->expected,
                  (int)budget->desired_healthy, (int)budget->current_healthy, budget->is_exact);
    kube_text_packed(text, "selector", budget->selector, ks_selector_size(budget->selector));
}

static inline void kube_text_node(struct ks_buf *text, const struct ks_node *node)
{
    ks_buf_printf(text, " ready=%d unschedulable=%d", node->ready, node->unschedulable);
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        kube_text_number(text, ks_pressure_name((enum ks_pressure)i), node->pressures[i]);
    }
}

static inline void kube_text(struct ks_buf *text, enum ks_kube_event event, const struct ks_kube_object *object)
{
    static const char *const events[] = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK"};

    ks_buf_printf(text, "%s %s", events[event], ks_kind_plural(object->kind));
    kube_text_meta(text, &object->meta);
    if (object->kind == KS_KIND_POD) {
        kube_text_pod(text, &object->pod);
    } else if (object->kind == KS_KIND_NODE) {
        kube_text_node(text, &object->node);
    } else if (object->kind == KS_KIND_BUDGET) {
        kube_text_budget(text, &object->budget);
    } else {
        kube_text_workload(text, &object->workload);
    }
    ks_buf_literal(text, "\n");
}

#endif
