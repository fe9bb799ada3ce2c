/* Writes a document from the store, without anything that a reader would refuse: one odd owner reference of one pod
 * must not cost the peers a whole cluster. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "document/private.h"
#include "health/judges.h"
#include "health/names.h"
#include "health/outcome.h"
#include "store/store.h"

struct writing {
    struct ks_buf *out;
    const char *instance;
    const char *list; /* the open one, or NULL */
    int64_t format;
    bool full;
    int64_t now; /* CLOCK_MONOTONIC, ms */
};

/* Truncates, and replaces control characters. */
static void put_line(struct ks_buf *out, const char *text, size_t most)
{
    struct ks_buf line KS_CLEANUP_BUF;

    ks_buf_init(&line, most); /* truncates */
    if (ks_peer_is_line(text, strlen(text), most)) {
        ks_buf_json(out, text);
    } else {
        ks_buf_line(&line, text);
        ks_buf_json(out, line.data);
        ks_buf_fail_with(out, &line);
    }
}

static void put_name(struct ks_buf *out, const char *name)
{
    ks_buf_printf(out, ",\"%s\":", name);
}

/* Defaults are left out. */
static void put_text(struct ks_buf *out, const char *name, const char *text, size_t most)
{
    if (text[0]) {
        put_name(out, name);
        put_line(out, text, most);
    }
}

static void put_number(struct ks_buf *out, const char *name, int64_t number, int64_t least, int64_t most)
{
    number = number < least ? least : number;
    number = number > most ? most : number;
    if (number) {
        put_name(out, name);
        ks_buf_printf(out, "%" PRId64, number);
    }
}

static void put_flag(struct ks_buf *out, const char *name, bool flag)
{
    if (flag) {
        put_name(out, name);
        ks_buf_literal(out, "true");
    }
}

static void put_word(struct ks_buf *out, const char *name, const struct ks_peer_words *words, unsigned word,
                     unsigned usual)
{
    if (word != usual) {
        put_name(out, name);
        ks_buf_json(out, words->words[word]);
    }
}

static void put_annotation(struct ks_buf *out, const char *name, const char *text)
{
    if (text[0]) {
        put_name(out, name);
        ks_buf_json(out, text);
    }
}

/* ---- lists ---- */

static void begin_element(struct writing *writing, const char *list)
{
    struct ks_buf *out = writing->out;

    if (writing->list && strcmp(writing->list, list) == 0) {
        ks_buf_literal(out, ",");
        return;
    }
    if (writing->list) {
        ks_buf_literal(out, "]");
    }
    put_name(out, list);
    ks_buf_literal(out, "[");
    writing->list = list;
}

static bool is_written(const char *namespace_name, const char *kind, const char *name)
{
    return ks_peer_namespace.accepts(namespace_name) && ks_peer_kind.accepts(kind) && ks_peer_service.accepts(name);
}

static void begin_service(struct writing *writing, const char *list, const char *const names[3])
{
    struct ks_buf *out = writing->out;

    begin_element(writing, list);
    ks_buf_literal(out, "{\"namespace\":");
    ks_buf_json(out, names[0]);
    ks_buf_literal(out, ",\"kind\":");
    ks_buf_json(out, names[1]);
    ks_buf_literal(out, ",\"name\":");
    ks_buf_json(out, names[2]);
}

static void put_tally(struct ks_buf *out, const struct ks_service_state *state, const struct ks_peer_tally_field *field)
{
    const struct ks_tally *tally = (const struct ks_tally *)(const void *)((const char *)state + field->offset);

    if (tally->used) {
        put_name(out, field->name);
        for (uint32_t i = 0; i < tally->used; i++) {
            ks_buf_bytes(out, i ? "," : "{", 1);
            put_line(out, tally->entries[i].text, KS_DOCUMENT_TALLY_MOST);
            ks_buf_printf(out, ":%" PRId32, tally->entries[i].count > 0 ? tally->entries[i].count : 0);
        }
        ks_buf_literal(out, "}");
    }
    put_number(out, field->more, tally->others, 0, INT32_MAX);
}

static void put_without(struct ks_buf *out, uint32_t kinds)
{
    if (kinds) {
        put_name(out, "judged_without");
        ks_judges_put(out, kinds);
    }
}

static void put_state(struct ks_buf *out, const struct ks_service_state *state, int64_t format)
{
    const struct ks_annotations *annotations = &state->annotations;
    const char *bytes = (const char *)state;

    put_word(out, "outcome", &ks_peer_outcomes, ks_outcome_of(state), KS_OUTCOME_RUNNING);
    put_flag(out, "down", format > 1 && state->down > 0);
    for (size_t i = 0; i < KS_DOCUMENT_COUNTS; i++) {
        int32_t count;

        memcpy(&count, bytes + ks_peer_counts[i].offset, sizeof count);
        put_number(out, ks_peer_counts[i].name, count, 0, INT32_MAX);
    }
    for (size_t i = 0; i < KS_DOCUMENT_TIMES; i++) {
        int64_t time;

        memcpy(&time, bytes + ks_peer_times[i].offset, sizeof time);
        put_number(out, ks_peer_times[i].name, time, 0, KS_DOCUMENT_TIME_MOST);
    }
    put_flag(out, "guessed", format > 1 && state->guessed > 0);
    for (size_t i = 0; i < KS_DOCUMENT_TALLIES; i++) {
        if (format >= ks_peer_tallies[i].format) {
            put_tally(out, state, &ks_peer_tallies[i]);
        }
    }
    put_without(out, format > 1 ? state->without : 0);
    put_annotation(out, "label", annotations->label);
    put_annotation(out, "color", annotations->color);
    put_annotation(out, "link", annotations->link);
    put_flag(out, "hidden", annotations->hidden);
}

/* ---- from the store ---- */

static void put_pressures(struct ks_buf *out, const struct ks_nodes_state *nodes)
{
    bool some = false;

    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        if (nodes->pressures[i] > 0) {
            ks_buf_printf(out, "%s\"%s\":%" PRId32, some ? "," : ",\"pressures\":{",
                          ks_pressure_name((enum ks_pressure)i), nodes->pressures[i]);
            some = true;
        }
    }
    if (some) {
        ks_buf_literal(out, "}");
    }
}

static void put_nodes(const struct writing *writing, const struct ks_store_changes *changes)
{
    struct ks_nodes_state nodes = changes->nodes;
    struct ks_buf *out = writing->out;

    if (writing->format == 1) {
        ks_peer_downgrade_nodes(&nodes);
    }
    ks_buf_literal(out, ",\"nodes\":{\"state\":");
    ks_buf_json(out, ks_peer_source_states.words[changes->nodes_state]);
    put_number(out, "total", nodes.total, 0, INT32_MAX);
    put_number(out, "ready", nodes.ready, 0, INT32_MAX);
    put_number(out, "cordoned", nodes.cordoned, 0, INT32_MAX);
    if (writing->format > 1) {
        put_pressures(out, &nodes);
    }
    put_number(out, "age_ms", changes->nodes_age_ms, 0, KS_DOCUMENT_AGE_MOST);
    ks_buf_literal(out, "}");
}

static void put_head(void *arg, const struct ks_store_changes *changes)
{
    struct writing *writing = arg;
    struct ks_buf *out = writing->out;

    writing->full = changes->full;
    ks_buf_literal(out, "{");
    if (writing->format > 1) {
        ks_buf_printf(out, "\"format\":%" PRId64 ",", writing->format);
    }
    ks_buf_literal(out, "\"instance\":");
    ks_buf_json(out, writing->instance);
    put_name(out, "version");
    ks_buf_printf(out, "%" PRIu64, changes->version);
    put_flag(out, "full", changes->full);
    /* For a peer it is the same: there is nothing yet, and it asks again. */
    put_word(out, "readiness", &ks_peer_readinesses,
             changes->readiness == KS_UNREACHABLE ? KS_STARTING : changes->readiness, KS_READY);
    if (changes->nodes_state != KS_SOURCE_OFF) {
        put_nodes(writing, changes);
    }
}

static void put_service(void *arg, const struct ks_service_view *service)
{
    struct writing *writing = arg;
    const char *const names[] = {service->namespace_name, service->kind, service->name};
    int64_t age_ms = service->age_ms;
    struct ks_service_state state;

    if (!service->state || !is_written(names[0], names[1], names[2])) {
        return;
    }
    state = *service->state;
    if (writing->format == 1) {
        ks_peer_downgrade(&state, &age_ms);
    }
    begin_service(writing, "services", names);
    put_state(writing->out, &state, writing->format);
    put_number(writing->out, "age_ms", age_ms, 0, KS_DOCUMENT_AGE_MOST);
    ks_buf_literal(writing->out, "}");
}

static void put_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    struct writing *writing = arg;
    const char *const names[] = {namespace_name, kind, name};

    if (!writing->full && is_written(namespace_name, kind, name)) {
        begin_service(writing, "gone", names);
        ks_buf_literal(writing->out, "}");
    }
}

static bool begin_check(struct writing *writing, const char *list, const char *service, const char *check)
{
    struct ks_buf *out = writing->out;

    if (!ks_peer_service.accepts(service) || (check[0] && !ks_peer_check.accepts(check))) {
        return false;
    }
    begin_element(writing, list);
    ks_buf_literal(out, "{\"service\":");
    ks_buf_json(out, service);
    put_text(out, "check", check, KS_CHECK_NAME_SIZE - 1);
    return true;
}

/* Counts these characters in strings, too: better to leave out `raw` than to have the document refused. */
static bool is_raw_small(const char *raw)
{
    size_t values = 0;

    for (const char *at = strpbrk(raw, "{[,"); at; at = strpbrk(at + 1, "{[,")) {
        values++;
    }
    return raw[0] && strlen(raw) <= KS_DOCUMENT_RAW_MOST && values < KS_DOCUMENT_VALUES_MOST - 64;
}

static void put_custom(void *arg, const struct ks_custom_state *state)
{
    struct writing *writing = arg;
    struct ks_buf *out = writing->out;

    if ((!state->check[0] && state->phase != KS_CUSTOM_REFUSED) ||
        !begin_check(writing, "custom", state->service, state->check)) {
        return;
    }
    put_word(out, "phase", &ks_peer_phases, state->phase, KS_CUSTOM_ANSWERED);
    put_flag(out, "failed", state->failed);
    put_text(out, "label", state->label, KS_DOCUMENT_LABEL_MOST);
    put_text(out, "message", state->message, KS_DOCUMENT_MESSAGE_MOST);
    if (state->phase == KS_CUSTOM_ANSWERED) {
        put_text(out, "color", ks_peer_color.accepts(state->color) ? state->color : KS_ANSWER_DEFAULT_COLOR,
                 KS_ANSWER_COLOR_SIZE - 1);
        put_number(out, "answered_ago_ms", writing->now - state->answered_at, 0, KS_DOCUMENT_AGE_MOST);
        put_number(out, "late_in_ms", state->late_at - writing->now, -KS_DOCUMENT_AGE_MOST, KS_DOCUMENT_AGE_MOST);
    }
    put_text(out, "reason", state->reason, KS_DOCUMENT_REASON_MOST);
    put_text(out, "mistake", state->mistake, KS_DOCUMENT_MISTAKE_MOST);
    put_number(out, "ran_at", state->ran_at, 0, KS_DOCUMENT_TIME_MOST * 1000);
    put_number(out, "took_ms", state->took_ms, 0, KS_DOCUMENT_AGE_MOST);
    if (is_raw_small(state->raw)) {
        put_name(out, "raw");
        ks_buf_bytes(out, state->raw, strlen(state->raw));
    }
    ks_buf_literal(out, "}");
}

static void put_custom_gone(void *arg, const char *service, const char *check)
{
    struct writing *writing = arg;

    if (!writing->full && begin_check(writing, "custom_gone", service, check)) {
        ks_buf_literal(writing->out, "}");
    }
}

void ks_peer_document_write(struct ks_buf *out, struct ks_store *store, const char *instance, uint64_t since,
                            int64_t format)
{
    struct writing writing = {.out = out,
                              .instance = instance,
                              .format = format < KS_DOCUMENT_FORMAT ? format : KS_DOCUMENT_FORMAT,
                              .now = ks_clock_monotonic()};
    const struct ks_store_changes_reader reader = {.head = put_head,
                                                   .service = put_service,
                                                   .gone = put_gone,
                                                   .custom = put_custom,
                                                   .custom_gone = put_custom_gone,
                                                   .arg = &writing};

    ks_store_read_changes(store, since, &reader);
    if (writing.list) {
        ks_buf_literal(out, "]");
    }
    ks_buf_literal(out, "}");
}
