/* Opens the pieces that protobuf_stream.c cuts: metadata, a Status, items, watch events. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "kube/protobuf.h"
#include "kube/protobuf_field.h"
#include "kube/report.h"

/* Field numbers of runtime.Unknown, metav1.WatchEvent and runtime.RawExtension. */
enum field {
    UNKNOWN_RAW = 2,
    EVENT_TYPE = 1,
    EVENT_OBJECT = 2,
    RAW_EXTENSION_RAW = 1,
};

static int report_object(struct ks_kube_decoder *decoder, enum ks_kube_event event, pb_istream_t *stream,
                         struct ks_error *err)
{
    struct ks_kube_protobuf_message message;
    struct ks_kube_object object;
    int result;

    if (ks_kube_protobuf_object(&message, decoder->kind, stream, &decoder->scratch, &object, err) < 0) {
        return -1;
    }
    result = ks_kube_report_object(&decoder->sink, event, &object, err);
    ks_kube_protobuf_release(&message);
    return result;
}

static int report_status(struct ks_kube_decoder *decoder, pb_istream_t *stream, struct ks_error *err)
{
    ks_pb_Status from;
    struct ks_kube_status status;

    if (!pb_decode(stream, ks_pb_Status_fields, &from)) {
        return ks_kube_protobuf_error(stream, err);
    }
    status = (struct ks_kube_status){.message = ks_kube_protobuf_text(from.message),
                                     .reason = ks_kube_protobuf_text(from.reason),
                                     .code = from.code};
    for (pb_size_t i = 0; i < from.details.causes_count; i++) {
        status.is_too_large |= ks_kube_report_is_too_large(ks_kube_protobuf_text(from.details.causes[i].reason));
    }
    ks_kube_report_status(&status, &decoder->refusal, err);
    pb_release(ks_pb_Status_fields, &from);
    return -1;
}

static int report_list_meta(struct ks_kube_decoder *decoder, pb_istream_t *stream, struct ks_error *err)
{
    ks_pb_ListMeta from;
    struct ks_kube_list_meta meta;
    int result;

    if (!pb_decode(stream, ks_pb_ListMeta_fields, &from)) {
        return ks_kube_protobuf_error(stream, err);
    }
    meta = (struct ks_kube_list_meta){.resource_version = ks_kube_protobuf_text(from.resource_version),
                                      .is_partial = ks_kube_protobuf_text(from.continue_token)[0] != '\0'};
    result = decoder->sink.list_meta(decoder->sink.arg, &meta, err);
    pb_release(ks_pb_ListMeta_fields, &from);
    return result;
}

static int read_type_meta(struct ks_kube_decoder *decoder, pb_istream_t *stream, struct ks_error *err)
{
    ks_pb_TypeMeta meta;
    int result;

    if (!pb_decode(stream, ks_pb_TypeMeta_fields, &meta)) {
        return ks_kube_protobuf_error(stream, err);
    }
    result =
        ks_kube_report_list_kind(decoder->kind, ks_kube_protobuf_text(meta.kind), &decoder->protobuf.is_status, err);
    pb_release(ks_pb_TypeMeta_fields, &meta);
    return result;
}

/* Descends into a field. */
static int enter(pb_istream_t *stream, uint32_t field, struct ks_error *err)
{
    int found = ks_kube_protobuf_find(*stream, field, stream, err);

    if (found == 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "watch event: has no object");
    }
    return found < 0 ? -1 : 0;
}

/* From a WatchEvent down to the bytes of the object. */
static int open_event(pb_istream_t event, pb_istream_t *object, struct ks_error *err)
{
    unsigned char begin[sizeof KS_KUBE_PROTOBUF_MAGIC];

    *object = event;
    if (enter(object, EVENT_OBJECT, err) < 0 || enter(object, RAW_EXTENSION_RAW, err) < 0) {
        return -1;
    }
    if (!pb_read(object, begin, sizeof begin) ||
        memcmp(begin, KS_KUBE_PROTOBUF_MAGIC, sizeof KS_KUBE_PROTOBUF_MAGIC) != 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "watch event: its object must be in protobuf");
    }
    return enter(object, UNKNOWN_RAW, err);
}

static int report_event(struct ks_kube_decoder *decoder, const pb_istream_t *stream, struct ks_error *err)
{
    enum ks_kube_event event;
    pb_istream_t object;
    pb_istream_t field = PB_ISTREAM_EMPTY;
    char type[16] = "";
    int found = ks_kube_protobuf_find(*stream, EVENT_TYPE, &field, err);

    if (found < 0 || open_event(*stream, &object, err) < 0) {
        return -1;
    }
    if (found == 0 || field.bytes_left >= sizeof type || !pb_read(&field, (pb_byte_t *)type, field.bytes_left)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "watch event: has no type");
    }
    if (strcmp(type, "ERROR") == 0) {
        return report_status(decoder, &object, err);
    }
    ks_utf8_overwrite(type);
    if (ks_kube_report_event_of(type, &event, err) < 0) {
        return -1;
    }
    return report_object(decoder, event, &object, err);
}

int ks_kube_protobuf_report(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    const struct ks_buf *piece = &decoder->piece;
    pb_istream_t stream = pb_istream_from_buffer((const pb_byte_t *)piece->data, piece->length);

    switch (decoder->protobuf.piece) {
    case KS_PROTOBUF_TYPE_META:
        return read_type_meta(decoder, &stream, err);
    case KS_PROTOBUF_STATUS:
        return report_status(decoder, &stream, err);
    case KS_PROTOBUF_LIST_META:
        return report_list_meta(decoder, &stream, err);
    case KS_PROTOBUF_ITEM:
        return report_object(decoder, KS_KUBE_ADDED, &stream, err);
    case KS_PROTOBUF_EVENT:
        return report_event(decoder, &stream, err);
    case KS_PROTOBUF_NOTHING:
        break;
    }
    return 0;
}
