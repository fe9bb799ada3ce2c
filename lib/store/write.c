/* Applies objects that come, change and go to the writer's private picture of the cluster. */
#include "config.h"

#include "store/private.h"

static bool is_excluded(const struct ks_store *store, const char *namespace_name)
{
    return ks_string_list_find(&store->excluded, namespace_name) < store->excluded.count;
}

int ks_store_apply(struct ks_store *store, size_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                   struct ks_error *err)
{
    if (event == KS_KUBE_BOOKMARK ||
        (object->kind != KS_KIND_NODE && is_excluded(store, object->meta.namespace_name))) {
        return 0;
    }
    switch (object->kind) {
    case KS_KIND_POD:
        return ks_apply_pod(store, (uint32_t)group, event, object, err);
    case KS_KIND_NODE:
        return ks_apply_node(store, event, object, err);
    case KS_KIND_BUDGET:
        return ks_apply_budget(store, (uint32_t)group, event, object, err);
    default:
        return ks_apply_controller(store, (uint32_t)group, event, object, err);
    }
}
