/* Elements of "custom" and "custom_gone". */
#include "config.h"

#include <json-c/json_visit.h>
#include <string.h>

#include "base/json.h"
#include "document/private.h"
#include "health/names.h"

#define PRINT (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

static const struct ks_peer_range wall_range = {0, KS_DOCUMENT_TIME_MOST * 1000};
static const struct ks_peer_range late_range = {-KS_DOCUMENT_AGE_MOST, KS_DOCUMENT_AGE_MOST};

static int check_number(struct json_object *value, int flags, struct json_object *parent, const char *key,
                        size_t *index, void *arg)
{
    bool *valid = arg;

    (void)flags;
    (void)parent;
    (void)key;
    (void)index;
    /* json-c prints a fraction as it was written. */
    if (json_object_is_type(value, json_type_double)) {
        const char *text = json_object_to_json_string_ext(value, PRINT);

        *valid = *valid && text && ks_json_is_number(text);
    }
    return JSON_C_VISIT_RETURN_CONTINUE;
}

/* Here null is a value. Borrowed from the element. */
static int read_raw(const char **raw, struct json_object *element, struct ks_error *err)
{
    struct json_object *value;
    bool valid = true;

    *raw = "";
    if (!json_object_object_get_ex(element, "raw", &value)) {
        return 0;
    }
    if (!value) {
        *raw = "null";
        return 0;
    }
    json_c_visit(value, 0, check_number, &valid);
    if (!valid) {
        return ks_peer_refuse("raw", value, "JSON, with numbers as RFC 8259 has them", err);
    }
    *raw = json_object_to_json_string_ext(value, PRINT);
    if (!*raw) {
        return ks_error_memory(err);
    }
    if (strlen(*raw) > KS_DOCUMENT_RAW_MOST) {
        return ks_peer_refuse("raw", value, "JSON of at most 1 MiB", err);
    }
    return 0;
}

static int read_times(struct ks_custom_state *state, struct json_object *element, struct ks_error *err)
{
    if (ks_peer_number(element, "ran_at", &wall_range, &state->ran_at, err) ||
        ks_peer_number(element, "took_ms", &ks_peer_age_range, &state->took_ms, err) ||
        ks_peer_number(element, "answered_ago_ms", &ks_peer_age_range, &state->answered_at, err)) {
        return -1;
    }
    return ks_peer_number(element, "late_in_ms", &late_range, &state->late_at, err);
}

static int read_texts(struct ks_custom_state *state, struct json_object *element, struct ks_error *err)
{
    if (ks_peer_line(element, "label", KS_DOCUMENT_LABEL_MOST, &state->label, err) ||
        ks_peer_line(element, "message", KS_DOCUMENT_MESSAGE_MOST, &state->message, err) ||
        ks_peer_line(element, "reason", KS_DOCUMENT_REASON_MOST, &state->reason, err) ||
        ks_peer_line(element, "mistake", KS_DOCUMENT_MISTAKE_MOST, &state->mistake, err)) {
        return -1;
    }
    return 0;
}

/* A check that never answered has no color. */
static int read_color(struct ks_custom_state *state, struct json_object *element, struct ks_error *err)
{
    if (state->phase != KS_CUSTOM_ANSWERED && !ks_peer_member(element, "color")) {
        return 0;
    }
    return ks_peer_ruled(element, "color", &ks_peer_color, &state->color, err);
}

static int read_phase(struct ks_custom_state *state, struct json_object *element, struct ks_error *err)
{
    int phase = KS_CUSTOM_ANSWERED;

    if (ks_peer_word(element, "phase", &ks_peer_phases, &phase, err)) {
        return -1;
    }
    state->phase = (enum ks_custom_phase)phase;
    return 0;
}

/* The refusal of a whole file has no check's name. */
static int read_names(struct ks_custom_state *state, struct json_object *element, bool may_be_file,
                      struct ks_error *err)
{
    const char *check = "";

    if (ks_peer_ruled(element, "service", &ks_peer_service, &state->service, err)) {
        return -1;
    }
    if (may_be_file) {
        if (ks_peer_line(element, "check", KS_CHECK_NAME_SIZE - 1, &check, err)) {
            return -1;
        }
        if (!check[0]) {
            state->check = "";
            return 0;
        }
    }
    return ks_peer_ruled(element, "check", &ks_peer_check, &state->check, err);
}

int ks_peer_read_custom(void *arg, struct json_object *element, struct ks_error *err)
{
    struct ks_peer_reading *reading = arg;
    const struct ks_peer_reader *reader = reading->reader;
    struct ks_custom_state state = {.label = "", .message = "", .color = "", .reason = "", .mistake = ""};

    if (read_phase(&state, element, err) || read_names(&state, element, state.phase == KS_CUSTOM_REFUSED, err) ||
        ks_peer_flag(element, "failed", &state.failed, err) || read_texts(&state, element, err) ||
        read_color(&state, element, err) || read_times(&state, element, err) || read_raw(&state.raw, element, err)) {
        return -1;
    }
    if (reader) {
        return reader->custom(reader->arg, &state, err);
    }
    ks_peer_keys_add(&reading->checks, false, state.service, state.check, NULL);
    return 0;
}

int ks_peer_read_custom_gone(void *arg, struct json_object *element, struct ks_error *err)
{
    struct ks_peer_reading *reading = arg;
    const struct ks_peer_reader *reader = reading->reader;
    struct ks_custom_state state;

    if (read_names(&state, element, true, err)) {
        return -1;
    }
    if (reader) {
        return reader->custom_gone(reader->arg, state.service, state.check, err);
    }
    reading->gone++;
    ks_peer_keys_add(&reading->checks, true, state.service, state.check, NULL);
    return 0;
}
