/* Applies objects that come, change and go to the writer's private picture of the cluster. */
#include "config.h"

#include "store/comparison.h"

bool ks_object_is_excluded(const struct ks_store *store, const struct ks_kube_object *object)
{
    return object->kind != KS_KIND_NODE &&
           ks_string_list_find(&store->excluded, object->meta.namespace_name) < store->excluded.count;
}

int ks_object_apply(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                    const struct ks_kube_object *object, struct ks_error *err)
{
    switch (object->kind) {
    case KS_KIND_POD:
        return ks_apply_pod(store, group, event, object, err);
    case KS_KIND_NODE:
        return ks_apply_node(store, event, object, err);
    case KS_KIND_BUDGET:
        return ks_apply_budget(store, group, event, object, err);
    default:
        return ks_apply_controller(store, group, event, object, err);
    }
}

int ks_store_apply(struct ks_store *store, size_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                   struct ks_error *err)
{
    if (event == KS_KUBE_BOOKMARK || ks_object_is_excluded(store, object) ||
        ks_comparison_is_ahead(store, (uint32_t)group, object)) {
        return 0;
    }
    if (ks_object_apply(store, (uint32_t)group, event, object, err)) {
        return -1;
    }
    ks_comparison_note(store, (uint32_t)group, object);
    return 0;
}
