/* Packs a service's state: most services have one version, no reason and no annotation. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "health/outcome.h"
#include "store/private.h"

/* as_of is not compared. */
#define COMPARED offsetof(struct sealed_state, created)
_Static_assert(offsetof(struct sealed_state, counts) == COMPARED + 4 * sizeof(int64_t) + 13 * sizeof(int32_t) + 8,
               "a gap in struct sealed_state would be compared");
_Static_assert(KS_TALLY_SIZE <= UINT8_MAX, "uses of a tally are kept in a byte");

size_t ks_annotations_text_size(const struct ks_annotations *annotations)
{
    const char *const texts[] = {annotations->label, annotations->color, annotations->link};
    size_t size = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size += texts[i][0] ? strlen(texts[i]) + 1 : 0;
    }
    return size;
}

char *ks_annotations_move_text(struct ks_annotations *annotations, char *storage)
{
    const char **const texts[] = {&annotations->label, &annotations->color, &annotations->link};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t size = strlen(*texts[i]) + 1;

        if (size == 1) {
            *texts[i] = "";
            continue;
        }
        *texts[i] = memcpy(storage, *texts[i], size);
        storage += size;
    }
    return storage;
}

/* ---- texts: of the tallies, then of the three annotations unless all are "" ---- */

static size_t annotations_size(const struct ks_annotations *annotations)
{
    size_t size = strlen(annotations->label) + strlen(annotations->color) + strlen(annotations->link);

    return size ? size + 3 : 0;
}

static char *put_text(char *storage, const char *text)
{
    size_t size = strlen(text) + 1;

    memcpy(storage, text, size);
    return storage + size;
}

static const char *take_text(const char **storage)
{
    const char *text = *storage;

    *storage += strlen(text) + 1;
    return text;
}

static char *put_tally(const struct ks_tally *tally, int32_t *counts, char *storage)
{
    for (uint32_t i = 0; i < tally->used; i++) {
        counts[i] = tally->entries[i].count;
        storage = put_text(storage, tally->entries[i].text);
    }
    return storage;
}

static void take_tally(struct ks_tally *tally, uint32_t used, const int32_t *counts, const char **storage)
{
    tally->used = used;
    for (uint32_t i = 0; i < used; i++) {
        tally->entries[i].count = counts[i];
        tally->entries[i].text = take_text(storage);
    }
}

static void put_texts(struct sealed_state *sealed, const struct ks_service_state *state)
{
    const struct ks_annotations *annotations = &state->annotations;
    int32_t *counts = sealed->counts;
    char *storage = (char *)(counts + state->reasons.used + state->versions.used + state->doubts.used);

    storage = put_tally(&state->reasons, counts, storage);
    counts += state->reasons.used;
    storage = put_tally(&state->versions, counts, storage);
    counts += state->versions.used;
    storage = put_tally(&state->doubts, counts, storage);
    if (annotations_size(annotations)) {
        storage = put_text(storage, annotations->label);
        storage = put_text(storage, annotations->color);
        put_text(storage, annotations->link);
    }
}

/* ---- the whole ---- */

static size_t size_of(const struct sealed_state *sealed)
{
    size_t used = (size_t)sealed->reasons_used + sealed->versions_used + sealed->doubts_used;

    return offsetof(struct sealed_state, counts) + used * sizeof sealed->counts[0] + sealed->text_size;
}

struct sealed_state *ks_state_seal(const struct ks_service_state *state, int64_t as_of)
{
    size_t text_size = ks_tally_text_size(&state->reasons) + ks_tally_text_size(&state->versions) +
                       ks_tally_text_size(&state->doubts) + annotations_size(&state->annotations);
    struct sealed_state numbers = {
        .as_of = as_of,
        .created = state->created,
        .oldest = state->oldest,
        .newest = state->newest,
        .yellow_until = state->yellow_until,
        .ready = state->ready,
        .total = state->total,
        .restarts = state->restarts,
        .pods = state->pods,
        .pods_ready = state->pods_ready,
        .desired = state->desired,
        .kinds = state->kinds,
        .without = state->without,
        .reasons_others = state->reasons.others,
        .versions_others = state->versions.others,
        .doubts_others = state->doubts.others,
        .text_size = (uint32_t)text_size,
        .outcome = (uint8_t)ks_outcome_of(state),
        .down = state->down > 0,
        .guessed = state->guessed > 0,
        .reasons_used = (uint8_t)state->reasons.used,
        .versions_used = (uint8_t)state->versions.used,
        .doubts_used = (uint8_t)state->doubts.used,
        .hidden = state->annotations.hidden,
    };
    struct sealed_state *sealed = text_size > UINT32_MAX ? NULL : malloc(size_of(&numbers));

    if (sealed) {
        memcpy(sealed, &numbers, offsetof(struct sealed_state, counts));
        put_texts(sealed, state);
    }
    return sealed;
}

void ks_state_unseal(const struct sealed_state *sealed, struct ks_service_state *state)
{
    const int32_t *counts = sealed->counts;
    const char *text = (const char *)(counts + sealed->reasons_used + sealed->versions_used + sealed->doubts_used);
    const char *end = (const char *)sealed + size_of(sealed);

    *state = (struct ks_service_state){
        .created = sealed->created,
        .oldest = sealed->oldest,
        .newest = sealed->newest,
        .yellow_until = sealed->yellow_until,
        .ready = sealed->ready,
        .total = sealed->total,
        .restarts = sealed->restarts,
        .pods = sealed->pods,
        .pods_ready = sealed->pods_ready,
        .desired = sealed->desired,
        .down = sealed->down,
        .guessed = sealed->guessed,
        .kinds = sealed->kinds,
        .without = sealed->without,
        .reasons.others = sealed->reasons_others,
        .versions.others = sealed->versions_others,
        .doubts.others = sealed->doubts_others,
        .annotations = KS_NO_ANNOTATIONS,
    };
    state->services[sealed->outcome] = 1;
    take_tally(&state->reasons, sealed->reasons_used, counts, &text);
    counts += sealed->reasons_used;
    take_tally(&state->versions, sealed->versions_used, counts, &text);
    counts += sealed->versions_used;
    take_tally(&state->doubts, sealed->doubts_used, counts, &text);
    if (text < end) {
        state->annotations.label = take_text(&text);
        state->annotations.color = take_text(&text);
        state->annotations.link = take_text(&text);
    }
    state->annotations.hidden = sealed->hidden;
}

bool ks_state_is_same(const struct sealed_state *one, const struct sealed_state *other)
{
    size_t size = size_of(one);

    return (one->as_of == INT64_MAX) == (other->as_of == INT64_MAX) && size == size_of(other) &&
           memcmp((const char *)one + COMPARED, (const char *)other + COMPARED, size - COMPARED) == 0;
}
