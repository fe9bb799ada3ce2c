/* Whatever a peer sends, in either format: a refused document reports nothing but the reason; an accepted one reports
 * each thing once, in order, with valid names, texts, numbers, colors and JSON. What it reports of a service can be
 * said in format 1, too. The first byte chooses whether the rest is a whole document, the inside of its braces, or the
 * members of an element, or of nodes. */
#include "config.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/answer.h"
#include "badge/color.h"
#include "base/utf8.h"
#include "document/private.h"
#include "health/outcome.h"
#include "health/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *before, *after;
} frames[] = {
    {"", ""},
    {"{\"instance\":\"a\",\"version\":1,", "}"},
    {"{\"instance\":\"a\",\"version\":1,\"services\":[{\"namespace\":\"n\",\"kind\":\"Job\",\"name\":\"s\",", "}]}"},
    {"{\"instance\":\"a\",\"version\":1,\"custom\":[{\"service\":\"s\",\"check\":\"c\",\"color\":\"red\",", "}]}"},
    {"{\"format\":2,\"instance\":\"a\",\"version\":1,", "}"},
    {"{\"instance\":\"a\",\"version\":1,\"services\":[{\"namespace\":\"n\",\"kind\":\"Job\",\"name\":\"s\",",
     "}],\"format\":2}"},
    {"{\"format\":2,\"instance\":\"a\",\"version\":1,\"nodes\":{\"total\":3,\"ready\":3,", "}}"},
};

#define FRAMES (sizeof frames / sizeof frames[0])

/* How far the telling is: 1 head, 2 services, 3 gone, 4 checks, 5 checks that are gone. */
struct telling {
    int stage;
    int format;
    bool full;
};

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void enter(struct telling *telling, int stage)
{
    require(telling->stage >= 1 && telling->stage <= stage);
    telling->stage = stage;
}

static void check_text(const char *at, size_t most)
{
    require(strlen(at) <= most);
    while (*at) {
        const char *start = at;
        unsigned code = ks_utf8_next(&at);

        require(code >= 0x20 && (code < 0x7f || code > 0x9f));
        require(code != 0xfffd || memcmp(start, "\xef\xbf\xbd", 3) == 0);
    }
}

static void check_names(const char *namespace_name, const char *kind, const char *name)
{
    require(ks_name_check_namespace(namespace_name, NULL) == 0 && ks_name_check_service(name, NULL) == 0);
    require(kind[0] && strlen(kind) < 64 && !strpbrk(kind, "/ \"\n"));
}

static void check_tally(const struct ks_tally *tally)
{
    require(tally->used <= KS_TALLY_SIZE && tally->others >= 0);
    for (uint32_t i = 0; i < tally->used; i++) {
        check_text(tally->entries[i].text, 255);
        require(tally->entries[i].text[0] && tally->entries[i].count >= 0);
    }
}

static void check_nodes(const struct ks_peer_document *document)
{
    struct ks_nodes_state old = document->nodes;

    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        require(old.pressures[i] >= 0 && (document->format > 1 || old.pressures[i] == 0));
    }
    ks_peer_downgrade_nodes(&old);
    require(old.ready >= 0 && old.ready <= document->nodes.ready);
}

static bool is_red_in_format_1(const struct ks_service_state *state)
{
    return state->services[KS_OUTCOME_FAILED] > 0 || state->ready != state->total;
}

static void check_downgrade(const struct ks_service_state *state)
{
    struct ks_service_state old = *state;
    int64_t age_ms = 0;

    ks_peer_downgrade(&old, &age_ms);
    require(ks_outcome_of(&old) <= KS_OUTCOME_TERMINATING && old.services[ks_outcome_of(&old)] == 1);
    require(old.ready >= 0 && old.total >= 0 && old.pods >= 0 && old.pods_ready >= 0 && age_ms >= 0);
    require(old.down == 0 || is_red_in_format_1(&old) || age_ms > 0);
}

static int on_head(void *arg, const struct ks_peer_document *document, struct ks_error *err)
{
    struct telling *telling = arg;

    (void)err;
    require(telling->stage == 0);
    telling->stage = 1;
    telling->full = document->full;
    telling->format = document->format;
    require(document->format == 1 || document->format == 2);
    require(document->instance[0] && strlen(document->instance) < KS_DOCUMENT_INSTANCE_SIZE);
    require(document->readiness <= KS_FORBIDDEN && document->nodes_state <= KS_SOURCE_OFF);
    require(document->nodes.total >= 0 && document->nodes.ready >= 0 && document->nodes_age_ms >= -1);
    check_nodes(document);
    return 0;
}

static int on_service(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err)
{
    const struct ks_service_state *state = service->state;
    const struct telling *telling = arg;
    int outcomes = 0;

    (void)err;
    enter(arg, 2);
    check_names(service->namespace_name, service->kind, service->name);
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        outcomes += state->services[i];
    }
    require(outcomes == 1 && age_ms >= -1 && state->ready >= 0 && state->total >= 0 && state->restarts >= 0);
    require(state->created >= 0 && state->yellow_until >= 0 && state->yellow_until <= 253402300799);
    check_tally(&state->reasons);
    check_tally(&state->versions);
    check_tally(&state->doubts);
    require((state->down == 0 || state->down == 1) && (state->guessed == 0 || state->guessed == 1));
    require(state->without >> KS_KIND_COUNT == 0);
    require(telling->format > 1 || (!state->guessed && !state->without && !state->doubts.used &&
                                    !state->doubts.others && ks_outcome_of(state) <= KS_OUTCOME_TERMINATING));
    check_downgrade(state);
    require(strlen(state->annotations.label) <= 255 && strlen(state->annotations.link) <= 2048);
    return 0;
}

static int on_gone(void *arg, const char *namespace_name, const char *kind, const char *name, struct ks_error *err)
{
    struct telling *telling = arg;

    (void)err;
    enter(telling, 3);
    require(!telling->full);
    check_names(namespace_name, kind, name);
    return 0;
}

static int on_custom(void *arg, const struct ks_custom_state *state, struct ks_error *err)
{
    struct ks_color color;

    (void)err;
    enter(arg, 4);
    require(ks_name_check_service(state->service, NULL) == 0);
    require(ks_name_check_check(state->check, NULL) == 0 || state->phase == KS_CUSTOM_REFUSED);
    require(ks_color_parse(state->color, &color) || (state->phase != KS_CUSTOM_ANSWERED && !state->color[0]));
    require(strlen(state->color) < KS_ANSWER_COLOR_SIZE && state->answered_at >= 0 && state->took_ms >= 0);
    check_text(state->label, KS_RESULT_LABEL_SIZE - 1);
    check_text(state->message, KS_RESULT_MESSAGE_SIZE - 1);
    check_text(state->reason, 2 * KS_ERROR_TEXT_SIZE);
    check_text(state->mistake, KS_ERROR_TEXT_SIZE);
    if (state->raw[0]) {
        struct json_object *raw = json_tokener_parse(state->raw);

        require(raw || strcmp(state->raw, "null") == 0);
        require(!strstr(state->raw, "NaN") || strchr(state->raw, '"'));
        json_object_put(raw);
    }
    return 0;
}

static int on_custom_gone(void *arg, const char *service, const char *check, struct ks_error *err)
{
    struct telling *telling = arg;

    (void)err;
    enter(telling, 5);
    require(!telling->full && ks_name_check_service(service, NULL) == 0);
    require(!check[0] || ks_name_check_check(check, NULL) == 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct telling telling = {.stage = 0};
    const struct ks_peer_reader reader = {on_head, on_service, on_gone, on_custom, on_custom_gone, &telling};
    struct ks_error err = {.kind = KS_ERROR_NONE};
    const char *before, *after;
    size_t length;
    char *json;

    if (size < 1) {
        return 0;
    }
    before = frames[data[0] % FRAMES].before;
    after = frames[data[0] % FRAMES].after;
    length = strlen(before) + size - 1 + strlen(after);
    json = malloc(length + !length);
    require(json != NULL);
    memcpy(json, before, strlen(before));
    memcpy(json + strlen(before), data + 1, size - 1);
    memcpy(json + strlen(before) + size - 1, after, strlen(after));
    if (ks_peer_document_read(json, length, &reader, &err) == 0) {
        require(telling.stage >= 1 && err.kind == KS_ERROR_NONE);
    } else {
        require(telling.stage == 0 && err.kind == KS_ERROR_PROTOCOL && err.text[0]);
    }
    free(json);
    return 0;
}
