/* Reads a document, and prints what it reports, one line each. */
#ifndef KS_TEST_PEER_DOCUMENT_SEEN_H
#define KS_TEST_PEER_DOCUMENT_SEEN_H

#include "support/testing.h"

#include "document/document.h"
#include "document/private.h"
#include "health/judges.h"
#include "store/store.h"

#define INSTANCE "0123456789abcdef"

static inline void print_tally(struct ks_buf *text, const struct ks_tally *tally)
{
    for (uint32_t i = 0; i < tally->used; i++) {
        ks_buf_printf(text, " %s*%d", tally->entries[i].text, (int)tally->entries[i].count);
    }
    ks_buf_printf(text, " +%d", (int)tally->others);
}

static inline void print_service(void *arg, const struct ks_service_view *service)
{
    const struct ks_service_state *state = service->state;
    struct ks_buf *text = arg;

    ks_buf_printf(text, "service %s/%s/%s", service->namespace_name, service->kind, service->name);
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (state->services[i]) {
            ks_buf_printf(text, " %s*%d", ks_peer_outcomes.words[i], (int)state->services[i]);
        }
    }
    ks_buf_printf(text, "%s%s", state->down ? " down" : "", state->guessed ? " guessed" : "");
    if (state->without) {
        ks_buf_literal(text, " without ");
        ks_judges_put(text, state->without);
    }
    ks_buf_printf(text, " %d/%d %d", (int)state->ready, (int)state->total, (int)state->restarts);
    ks_buf_printf(text, " pods %d/%d/%d", (int)state->pods_ready, (int)state->pods, (int)state->desired);
    ks_buf_printf(text, " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, state->created, state->oldest, state->newest,
                  state->yellow_until);
    print_tally(text, &state->reasons);
    print_tally(text, &state->versions);
    print_tally(text, &state->doubts);
    ks_buf_printf(text, " \"%s\" \"%s\" \"%s\" %d age %" PRId64 "\n", state->annotations.label,
                  state->annotations.color, state->annotations.link, state->annotations.hidden,
                  service->age_ms / 60000);
}

static inline void print_custom(struct ks_buf *text, const struct ks_custom_state *state, int64_t ago_ms,
                                int64_t late_ms)
{
    ks_buf_printf(text, "check %s/%s %d %d \"%s\" \"%s\" \"%s\" \"%s\" \"%s\" %s %" PRId64 " %" PRId64, state->service,
                  state->check, (int)state->phase, state->failed, state->label, state->message, state->color,
                  state->reason, state->mistake, state->raw, state->ran_at, state->took_ms);
    ks_buf_printf(text, " ago %" PRId64 " late %" PRId64 "\n", ago_ms / 60000, late_ms / 60000);
}

static inline void print_head(struct ks_buf *text, const struct ks_store_changes *changes)
{
    ks_buf_printf(text, "%s %d nodes %d %d/%d %d", changes->full ? "full" : "delta", (int)changes->readiness,
                  (int)changes->nodes_state, (int)changes->nodes.ready, (int)changes->nodes.total,
                  (int)changes->nodes.cordoned);
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        if (changes->nodes.pressures[i]) {
            ks_buf_printf(text, " %s*%d", ks_pressure_name((enum ks_pressure)i), (int)changes->nodes.pressures[i]);
        }
    }
    ks_buf_printf(text, " age %" PRId64 "\n", changes->nodes_age_ms / 60000);
}

static inline int on_head(void *arg, const struct ks_peer_document *document, struct ks_error *err)
{
    const struct ks_store_changes changes = {.full = document->full,
                                             .readiness = document->readiness,
                                             .nodes_state = document->nodes_state,
                                             .nodes = document->nodes,
                                             .nodes_age_ms = document->nodes_age_ms < 0 ? 0 : document->nodes_age_ms};

    (void)err;
    ks_buf_printf(arg, "%s.%" PRIu64 " ", document->instance, document->version);
    print_head(arg, &changes);
    return 0;
}

static inline int on_service(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err)
{
    (void)err;
    assert_int_equal(service->age_ms, age_ms < 0 ? 0 : age_ms);
    assert_int_equal(service->custom_count, 0);
    print_service(arg, service);
    return 0;
}

static inline int on_gone(void *arg, const char *namespace_name, const char *kind, const char *name,
                          struct ks_error *err)
{
    (void)err;
    ks_buf_printf(arg, "gone %s/%s/%s\n", namespace_name, kind, name);
    return 0;
}

static inline int on_custom(void *arg, const struct ks_custom_state *state, struct ks_error *err)
{
    (void)err;
    print_custom(arg, state, state->answered_at, state->late_at);
    return 0;
}

static inline int on_custom_gone(void *arg, const char *service, const char *check, struct ks_error *err)
{
    (void)err;
    ks_buf_printf(arg, "check gone %s/%s\n", service, check);
    return 0;
}

/* Reads a copy of the exact size, so that the sanitizer sees every read beyond its end. */
static inline int read_document(const char *json, size_t length, struct ks_buf *text, struct ks_error *err)
{
    const struct ks_peer_reader reader = {on_head, on_service, on_gone, on_custom, on_custom_gone, text};
    char *copy = malloc(length + !length);
    int result;

    assert_non_null(copy);
    memcpy(copy, json, length);
    result = ks_peer_document_read(copy, length, &reader, err);
    free(copy);
    return result;
}

static inline void assert_read(const char *json, const char *wanted)
{
    struct ks_error err = {.text = ""};
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    if (read_document(json, strlen(json), &text, &err)) {
        fail_msg("%s: %s", json, err.text);
    }
    assert_row_text(json, text.data, wanted);
}

#endif
