/* PodDisruptionBudgets in protobuf. */
#include "config.h"

#include "kube/labels.h"
#include "kube/protobuf.h"
#include "kube/protobuf_field.h"

static const char *pack_selector(struct ks_buf *packed, const ks_pb_LabelSelector *from)
{
    for (pb_size_t i = 0; i < from->match_labels_count; i++) {
        ks_selector_begin(packed, ks_kube_protobuf_text(from->match_labels[i].key), "In", 1);
        ks_selector_value(packed, ks_kube_protobuf_text(from->match_labels[i].value));
    }
    for (pb_size_t i = 0; i < from->match_expressions_count; i++) {
        const ks_pb_LabelSelectorRequirement *requirement = &from->match_expressions[i];

        ks_selector_begin(packed, ks_kube_protobuf_text(requirement->key), ks_kube_protobuf_text(requirement->operator),
                          requirement->values_count);
        for (pb_size_t j = 0; j < requirement->values_count; j++) {
            ks_selector_value(packed, ks_kube_protobuf_text(requirement->values[j]));
        }
    }
    ks_selector_end(packed);
    return packed->data;
}

void ks_kube_protobuf_budget(struct ks_budget *budget, const ks_pb_PodDisruptionBudget *from,
                             struct ks_kube_scratch *scratch)
{
    budget->expected = from->status.expected_pods;
    budget->desired_healthy = from->status.desired_healthy;
    budget->current_healthy = from->status.current_healthy;
    budget->is_exact = ks_kube_budget_is_exact(
        from->spec.has_min_available ? ks_kube_protobuf_portion(&from->spec.min_available) : (struct ks_portion){0},
        from->spec.has_max_unavailable ? ks_kube_protobuf_portion(&from->spec.max_unavailable)
                                       : (struct ks_portion){0});
    budget->selector = pack_selector(&scratch->packed, &from->spec.selector);
}
