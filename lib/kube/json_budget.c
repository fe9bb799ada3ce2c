/* PodDisruptionBudgets in JSON. */
#include "config.h"

#include "kube/json.h"
#include "kube/labels.h"

/* A value of the wrong type makes a requirement that nothing fulfils: if it were left out, the selector would match
 * more than it should. */
#define UNFULFILLED ""

static void put_labels(struct ks_buf *out, struct json_object *labels)
{
    if (!json_object_is_type(labels, json_type_object)) {
        return;
    }
    json_object_object_foreach(labels, key, value)
    {
        ks_selector_begin(out, key, ks_kube_json_is_text(value) ? "In" : UNFULFILLED, 1);
        ks_selector_value(out, ks_kube_json_text_of(value));
    }
}

/* Absent values are fine: Exists has none. */
static bool are_texts(struct json_object *values)
{
    if (values && !json_object_is_type(values, json_type_array)) {
        return false;
    }
    for (size_t i = 0; i < ks_kube_json_length(values); i++) {
        if (!ks_kube_json_is_text(json_object_array_get_idx(values, i))) {
            return false;
        }
    }
    return true;
}

static void put_expression(struct ks_buf *out, struct json_object *expression)
{
    struct json_object *values = ks_kube_json_get(expression, "values");
    size_t count = ks_kube_json_length(values);

    ks_selector_begin(out, ks_kube_json_text(expression, "key"),
                      are_texts(values) ? ks_kube_json_text(expression, "operator") : UNFULFILLED, count);
    for (size_t i = 0; i < count; i++) {
        ks_selector_value(out, ks_kube_json_text_of(json_object_array_get_idx(values, i)));
    }
}

static const char *pack_selector(struct ks_buf *packed, struct json_object *selector)
{
    struct json_object *expressions = ks_kube_json_get(selector, "matchExpressions");

    put_labels(packed, ks_kube_json_get(selector, "matchLabels"));
    for (size_t i = 0; i < ks_kube_json_length(expressions); i++) {
        put_expression(packed, ks_kube_json_element(expressions, i));
    }
    ks_selector_end(packed);
    return packed->data;
}

void ks_kube_json_budget(struct ks_budget *budget, struct json_object *json, struct ks_kube_scratch *scratch)
{
    struct json_object *spec = ks_kube_json_get(json, "spec");
    struct json_object *status = ks_kube_json_get(json, "status");

    budget->expected = ks_kube_json_int(status, "expectedPods", 0);
    budget->desired_healthy = ks_kube_json_int(status, "desiredHealthy", 0);
    budget->current_healthy = ks_kube_json_int(status, "currentHealthy", 0);
    budget->is_exact = ks_kube_budget_is_exact(ks_kube_json_portion(spec, "minAvailable"),
                                               ks_kube_json_portion(spec, "maxUnavailable"));
    budget->selector = pack_selector(&scratch->packed, ks_kube_json_get(spec, "selector"));
}
