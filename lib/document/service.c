/* Elements of "services" and "gone". */
#include "config.h"

#include <string.h>

#include "kube/annotation.h"
#include "document/private.h"

static const struct ks_peer_range time_range = {0, KS_DOCUMENT_TIME_MOST};

static int read_numbers(struct ks_service_state *state, struct json_object *element, struct ks_error *err)
{
    for (size_t i = 0; i < KS_DOCUMENT_COUNTS; i++) {
        const struct ks_peer_field *field = &ks_peer_counts[i];
        int32_t *count = (int32_t *)(void *)((char *)state + field->offset);
        int64_t number = 0;

        if (ks_peer_number(element, field->name, &ks_peer_count_range, &number, err)) {
            return -1;
        }
        *count = (int32_t)number;
    }
    for (size_t i = 0; i < KS_DOCUMENT_TIMES; i++) {
        const struct ks_peer_field *field = &ks_peer_times[i];
        int64_t *time = (int64_t *)(void *)((char *)state + field->offset);

        if (ks_peer_number(element, field->name, &time_range, time, err)) {
            return -1;
        }
    }
    return 0;
}

static int read_entry(struct ks_tally *tally, struct json_object *entries, const char *text, struct ks_error *err)
{
    int64_t count = 0;

    if (!text[0] || !ks_peer_is_line(text, strlen(text), KS_DOCUMENT_TALLY_MOST)) {
        return ks_peer_refuse(NULL, entries, "an object whose names have 1 to 255 bytes and no control characters",
                              err);
    }
    if (ks_peer_number(entries, text, &ks_peer_count_range, &count, err)) {
        return -1;
    }
    tally->entries[tally->used].text = text;
    tally->entries[tally->used].count = (int32_t)count;
    tally->used++;
    return 0;
}

static int read_tally(struct ks_tally *tally, struct json_object *element, const struct ks_peer_tally_field *field,
                      struct ks_error *err)
{
    struct json_object *entries = ks_peer_member(element, field->name);
    int64_t others = 0;

    if (ks_peer_number(element, field->more, &ks_peer_count_range, &others, err)) {
        return -1;
    }
    tally->others = (int32_t)others;
    if (!entries) {
        return 0;
    }
    if (!json_object_is_type(entries, json_type_object) || json_object_object_length(entries) > KS_TALLY_SIZE) {
        return ks_peer_refuse(field->name, entries, "an object of at most 8 numbers", err);
    }
    json_object_object_foreach(entries, text, count)
    {
        (void)count;
        if (read_entry(tally, entries, text, err)) {
            return ks_error_wrap(err, "%s", field->name);
        }
    }
    return 0;
}

/* The rules for annotations in Kubernetes hold here, too: an invalid one counts as missing. */
static int annotate(struct ks_annotations *annotations, enum ks_kube_annotation which, struct json_object *element,
                    const char *name, struct ks_error *err)
{
    struct json_object *value = ks_peer_member(element, name);

    if (value && !json_object_is_type(value, json_type_string)) {
        return ks_peer_refuse(name, value, "text", err);
    }
    if (value) {
        ks_kube_annotate(annotations, which, json_object_get_string(value), (size_t)json_object_get_string_len(value));
    }
    return 0;
}

static int read_annotations(struct ks_annotations *annotations, struct json_object *element, struct ks_error *err)
{
    *annotations = KS_NO_ANNOTATIONS;
    if (annotate(annotations, KS_ANNOTATION_LABEL, element, "label", err) ||
        annotate(annotations, KS_ANNOTATION_COLOR, element, "color", err) ||
        annotate(annotations, KS_ANNOTATION_LINK, element, "link", err)) {
        return -1;
    }
    return ks_peer_flag(element, "hidden", &annotations->hidden, err);
}

/* Format 1 has no word for it: it is what its writer shows red. */
static bool is_down(const struct ks_service_state *state)
{
    return state->services[KS_OUTCOME_FAILED] > 0 || state->ready != state->total ||
           (state->services[KS_OUTCOME_RUNNING] > 0 && state->pods < state->desired);
}

static int read_verdict(struct ks_service_state *state, struct json_object *element, int format, struct ks_error *err)
{
    bool down = is_down(state);
    bool guessed = false;

    if (format > 1) {
        down = false;
        if (ks_peer_flag(element, "down", &down, err) || ks_peer_flag(element, "guessed", &guessed, err)) {
            return -1;
        }
    }
    state->down = down;
    state->guessed = guessed;
    return 0;
}

static uint32_t kind_of(const char *word)
{
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        if (strcmp(ks_kind_plural((enum ks_kind)kind), word) == 0) {
            return 1U << kind;
        }
    }
    return 0; /* a newer peer may know more kinds */
}

static int read_without(struct ks_service_state *state, struct json_object *element, struct ks_error *err)
{
    struct json_object *kinds = ks_peer_member(element, "judged_without");
    size_t count = 0;

    if (!kinds) {
        return 0;
    }
    if (json_object_is_type(kinds, json_type_array)) {
        count = json_object_array_length(kinds);
    }
    if (!json_object_is_type(kinds, json_type_array) || count > KS_DOCUMENT_KINDS_MOST) {
        return ks_peer_refuse("judged_without", kinds, "a list of at most 64 texts", err);
    }
    for (size_t i = 0; i < count; i++) {
        struct json_object *word = json_object_array_get_idx(kinds, i);

        if (!json_object_is_type(word, json_type_string)) {
            return ks_peer_refuse("judged_without", word, "text", err);
        }
        state->without |= kind_of(json_object_get_string(word));
    }
    return 0;
}

static int read_state(struct ks_service_state *state, struct json_object *element, int format, struct ks_error *err)
{
    const struct ks_peer_words *words = format > 1 ? &ks_peer_outcomes : &ks_peer_outcomes_1;
    int outcome = KS_OUTCOME_RUNNING;

    /* The kinds do not matter here: the peer itself says how old the state is. */
    *state = (struct ks_service_state){.kinds = 1U << KS_KIND_POD};
    if (ks_peer_word(element, "outcome", words, &outcome, err) || read_numbers(state, element, err)) {
        return -1;
    }
    state->services[outcome] = 1;
    if (read_verdict(state, element, format, err) || (format > 1 && read_without(state, element, err))) {
        return -1;
    }
    for (size_t i = 0; i < KS_DOCUMENT_TALLIES; i++) {
        struct ks_tally *tally = (struct ks_tally *)(void *)((char *)state + ks_peer_tallies[i].offset);

        if (format >= ks_peer_tallies[i].format && read_tally(tally, element, &ks_peer_tallies[i], err)) {
            return -1;
        }
    }
    return read_annotations(&state->annotations, element, err);
}

static int read_names(struct ks_service_view *view, struct json_object *element, struct ks_error *err)
{
    if (ks_peer_ruled(element, "namespace", &ks_peer_namespace, &view->namespace_name, err) ||
        ks_peer_ruled(element, "kind", &ks_peer_kind, &view->kind, err)) {
        return -1;
    }
    return ks_peer_ruled(element, "name", &ks_peer_service, &view->name, err);
}

int ks_peer_read_service(void *arg, struct json_object *element, struct ks_error *err)
{
    struct ks_peer_reading *reading = arg;
    const struct ks_peer_reader *reader = reading->reader;
    struct ks_service_state state;
    struct ks_service_view view = {.state = &state};
    int64_t age_ms = -1;

    if (read_names(&view, element, err) || read_state(&state, element, reading->format, err) ||
        ks_peer_number(element, "age_ms", &ks_peer_age_range, &age_ms, err)) {
        return -1;
    }
    view.age_ms = age_ms < 0 ? 0 : age_ms;
    if (reader) {
        return reader->service(reader->arg, &view, age_ms, err);
    }
    ks_peer_keys_add(&reading->services, false, view.namespace_name, view.kind, view.name);
    return 0;
}

int ks_peer_read_gone(void *arg, struct json_object *element, struct ks_error *err)
{
    struct ks_peer_reading *reading = arg;
    const struct ks_peer_reader *reader = reading->reader;
    struct ks_service_view view;

    if (read_names(&view, element, err)) {
        return -1;
    }
    if (reader) {
        return reader->gone(reader->arg, view.namespace_name, view.kind, view.name, err);
    }
    reading->gone++;
    ks_peer_keys_add(&reading->services, true, view.namespace_name, view.kind, view.name);
    return 0;
}
