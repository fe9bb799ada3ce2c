/* A comparison in progress: what events told meanwhile, and what differed so far. For the files of this folder. */
#ifndef KS_STORE_COMPARISON_H
#define KS_STORE_COMPARISON_H

#include "store/private.h"

struct noted;

struct comparison {
    uint64_t told; /* the version that the watch had told; 0: not a number */
    bool is_whole; /* the list is complete */
    bool forgets;  /* there were more absences than it remembers */
    size_t absence_count;
    struct noted *absences; /* owned: what events took away */
    size_t early_count;
    struct noted *early; /* owned: what the list showed and the watch has not told yet */
    struct ks_store_difference difference;
};

/* Ends the one that goes on, and begins another: written->comparison is NULL if out of memory. */
void ks_comparison_begin(struct written_source *written, const char *told);
/* Forgets it; nothing if there is none. */
void ks_comparison_end(struct written_source *written);

/* Whether one version is after the other. If they are not numbers nobody knows: the watch will tell. */
bool ks_version_is_later(uint64_t one, uint64_t other);
/* Whether the list has already shown a later form of the object than this event. */
bool ks_comparison_is_ahead(const struct ks_store *store, uint32_t group, const struct ks_kube_object *object);
/* Whether an event knows better than the list. known: the object's mark, or NULL. */
bool ks_comparison_has_event(const struct comparison *comparison, const struct mark *known, const struct mark *listed,
                             const char *key);
/* The list showed something newer than the watch had told: not a difference if an event tells it before the end.
 * was_kept: in another form. */
void ks_comparison_expect(struct comparison *comparison, const struct mark *listed, const char *key, bool was_kept);
/* What no event has told by the end is a difference. */
void ks_comparison_count_untold(struct comparison *comparison, enum ks_kind kind);
/* An event was applied: if the object is not kept now, an older form of it in the list must not bring it back. */
void ks_comparison_note(struct ks_store *store, uint32_t group, const struct ks_kube_object *object);

/* Counts a difference; the first one becomes the example. */
void ks_difference_note_missing(struct ks_store_difference *difference, enum ks_kind kind, const char *key);
void ks_difference_note_outdated(struct ks_store_difference *difference, enum ks_kind kind, const char *key);
void ks_difference_note_gone(struct ks_store_difference *difference, enum ks_kind kind, const char *key);

#endif
