/* Compares a list that is taken beside a watch with what the watch told. */
#include "config.h"

#include "store/comparison.h"

void ks_store_compare_begin(struct ks_store *store, size_t group, enum ks_kind kind, const char *told)
{
    ks_store_list_begin(store, group, kind);
    ks_comparison_begin(&store->written[group][kind], told);
}

int ks_store_compare(struct ks_store *store, size_t group, const struct ks_kube_object *object, struct ks_error *err)
{
    struct comparison *comparison = store->written[group][object->kind].comparison;
    const struct mark listed = ks_mark(store, (uint32_t)group, object);
    uint64_t edits = store->edits;
    const struct mark *known;
    bool was_kept;
    char key[OBJECT_KEY_SIZE];

    if (!comparison) {
        return ks_error_memory(err);
    }
    if (ks_object_is_excluded(store, object)) {
        return 0;
    }
    if (ks_object_key(object, key, err)) {
        return -1;
    }
    known = ks_mark_find(store, object->kind, key);
    was_kept = known != NULL;
    if (ks_comparison_has_event(comparison, known, &listed, key)) {
        return 0;
    }
    if (ks_object_apply(store, (uint32_t)group, KS_KUBE_ADDED, object, err)) {
        return -1;
    }
    if (store->edits == edits) {
        return 0;
    }
    if (ks_version_is_later(listed.version, comparison->told)) {
        ks_comparison_expect(comparison, &listed, key, was_kept); /* it may be on its way */
    } else if (was_kept) {
        ks_difference_note_outdated(&comparison->difference, object->kind, key);
    } else {
        ks_difference_note_missing(&comparison->difference, object->kind, key);
    }
    return 0;
}

void ks_store_compare_end(struct ks_store *store, size_t group, enum ks_kind kind)
{
    struct comparison *comparison = store->written[group][kind].comparison;

    if (comparison) {
        comparison->is_whole = true;
    }
}

void ks_store_compare_settle(struct ks_store *store, size_t group, enum ks_kind kind,
                             struct ks_store_difference *difference)
{
    struct written_source *written = &store->written[group][kind];

    *difference = (struct ks_store_difference){.missing = 0};
    if (!written->comparison || !written->comparison->is_whole) {
        return;
    }
    ks_comparison_count_untold(written->comparison, kind);
    *difference = written->comparison->difference;
    ks_comparison_end(written);
    ks_objects_sweep(store, group, kind, difference);
}
