/* Opens the pieces that json_stream.c cuts: keys and values of a list or a Status, items, watch events. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "kube/json.h"
#include "kube/report.h"

/* Objects of Kubernetes nest about 25 deep; their managedFields are the deepest. */
#define MOST_DEPTH 128

int ks_kube_json_init(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    decoder->json.tokener = json_tokener_new_ex(MOST_DEPTH);
    if (!decoder->json.tokener) {
        return ks_error_memory(err);
    }
    json_tokener_set_flags(decoder->json.tokener, JSON_TOKENER_STRICT);
    return 0;
}

void ks_kube_json_fini(struct ks_kube_decoder *decoder)
{
    if (decoder->json.tokener) {
        json_tokener_free(decoder->json.tokener);
    }
}

/* Parses the piece that was gathered. The caller releases *value with json_object_put; NULL stands for null. */
static int parse(struct ks_kube_decoder *decoder, struct json_object **value, struct ks_error *err)
{
    struct ks_buf *piece = &decoder->piece;
    struct json_tokener *tokener = decoder->json.tokener;
    enum json_tokener_error error;

    *value = NULL;
    if (memchr(piece->data, '\0', piece->length)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "JSON: must not have a NUL byte");
    }
    if (piece->length) {
        ks_utf8_overwrite(piece->data);
    }
    json_tokener_reset(tokener);
    /* Including the NUL, which tells json-c that a number has ended. */
    *value = json_tokener_parse_ex(tokener, piece->data, (int)piece->length + 1);
    error = json_tokener_get_error(tokener);
    if (error == json_tokener_success) {
        return 0;
    }
    json_object_put(*value);
    if (error == json_tokener_error_depth) {
        return ks_error_set(err, KS_ERROR_LIMIT, "JSON: nesting must be at most %d deep", MOST_DEPTH);
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "JSON: %s", ks_json_error_text(error));
}

static int report_object(struct ks_kube_decoder *decoder, enum ks_kube_event event, struct json_object *json,
                         struct ks_error *err)
{
    struct ks_kube_object object;

    if (ks_kube_json_object(json, decoder->kind, &decoder->scratch, &object, err) < 0) {
        return -1;
    }
    return ks_kube_report_object(&decoder->sink, event, &object, err);
}

static enum ks_kube_json_member member_of(const char *key)
{
    static const char *const names[] = {
        [KS_JSON_KIND] = "kind",       [KS_JSON_METADATA] = "metadata", [KS_JSON_ITEMS] = "items",
        [KS_JSON_MESSAGE] = "message", [KS_JSON_REASON] = "reason",     [KS_JSON_DETAILS] = "details",
        [KS_JSON_CODE] = "code",
    };

    for (size_t i = KS_JSON_OTHER + 1; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(key, names[i]) == 0) {
            return (enum ks_kube_json_member)i;
        }
    }
    return KS_JSON_OTHER;
}

static int report_list_meta(struct ks_kube_decoder *decoder, struct json_object *value, struct ks_error *err)
{
    const struct ks_kube_list_meta meta = {.resource_version = ks_kube_json_text(value, "resourceVersion"),
                                           .is_partial = ks_kube_json_text(value, "continue")[0] != '\0'};

    return decoder->sink.list_meta(decoder->sink.arg, &meta, err);
}

/* details: of a Status. */
static bool is_too_large(struct json_object *details)
{
    struct json_object *causes = ks_kube_json_get(details, "causes");

    for (size_t i = 0; i < ks_kube_json_length(causes); i++) {
        if (ks_kube_report_is_too_large(ks_kube_json_text(ks_kube_json_element(causes, i), "reason"))) {
            return true;
        }
    }
    return false;
}

static int take_member(struct ks_kube_decoder *decoder, struct json_object *value, struct ks_error *err)
{
    struct ks_kube_json_stream *json = &decoder->json;

    switch (json->member) {
    case KS_JSON_KIND:
        return ks_kube_report_list_kind(decoder->kind, ks_kube_json_text_of(value), &json->is_status, err);
    case KS_JSON_METADATA:
        if (!json->is_status && json_object_is_type(value, json_type_object)) {
            return report_list_meta(decoder, value, err);
        }
        break;
    case KS_JSON_MESSAGE:
        snprintf(json->message, sizeof json->message, "%s", ks_kube_json_text_of(value));
        break;
    case KS_JSON_REASON:
        snprintf(json->reason, sizeof json->reason, "%s", ks_kube_json_text_of(value));
        break;
    case KS_JSON_DETAILS:
        json->is_too_large = is_too_large(value);
        break;
    case KS_JSON_CODE:
        json->code = ks_kube_json_int_of(value, 0);
        break;
    case KS_JSON_ITEMS:
    case KS_JSON_OTHER:
        break;
    }
    return 0;
}

int ks_kube_json_take_key(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct json_object *key;

    if (parse(decoder, &key, err) < 0) {
        return -1;
    }
    decoder->json.member = member_of(ks_kube_json_text_of(key));
    json_object_put(key);
    return 0;
}

int ks_kube_json_take_value(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct json_object *value;
    int result;

    if (parse(decoder, &value, err) < 0) {
        return -1;
    }
    result = take_member(decoder, value, err);
    json_object_put(value);
    return result;
}

int ks_kube_json_report_item(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct json_object *item;
    int result;

    if (parse(decoder, &item, err) < 0) {
        return -1;
    }
    result = report_object(decoder, KS_KUBE_ADDED, item, err);
    json_object_put(item);
    return result;
}

static int open_event(struct ks_kube_decoder *decoder, struct json_object *json, struct ks_error *err)
{
    const char *type = ks_kube_json_text(json, "type");
    struct json_object *object = ks_kube_json_get(json, "object");
    enum ks_kube_event event;

    if (strcmp(type, "ERROR") == 0) {
        const struct ks_kube_status status = {.message = ks_kube_json_text(object, "message"),
                                              .reason = ks_kube_json_text(object, "reason"),
                                              .code = ks_kube_json_int(object, "code", 0),
                                              .is_too_large = is_too_large(ks_kube_json_get(object, "details"))};

        return ks_kube_report_status(&status, &decoder->refusal, err);
    }
    if (ks_kube_report_event_of(type, &event, err) < 0) {
        return -1;
    }
    return report_object(decoder, event, object, err);
}

int ks_kube_json_report_event(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct json_object *event;
    int result;

    if (parse(decoder, &event, err) < 0) {
        return -1;
    }
    result = open_event(decoder, event, err);
    json_object_put(event);
    return result;
}

int ks_kube_json_report_end(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    const struct ks_kube_json_stream *json = &decoder->json;
    const struct ks_kube_status status = {
        .message = json->message, .reason = json->reason, .code = json->code, .is_too_large = json->is_too_large};

    return json->is_status ? ks_kube_report_status(&status, &decoder->refusal, err) : 0;
}
