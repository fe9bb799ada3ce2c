/* Cuts a stream of protobuf into pieces: a list into its fields and items, a watch into its frames. */
#include "config.h"

#include <sys/types.h>

#include "kube/private.h"

enum wire_type {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_BYTES = 2,
    WIRE_FIXED32 = 5,
};

/* Field numbers of runtime.Unknown, which wraps a list, and of the list. */
enum field {
    UNKNOWN_TYPE_META = 1,
    UNKNOWN_RAW = 2,
    LIST_METADATA = 1,
    LIST_ITEMS = 2,
};

/* Gets ready for the next number: a tag or a prefix. */
static void expect(struct ks_kube_protobuf_stream *stream, enum ks_kube_protobuf_state state)
{
    stream->state = state;
    stream->number = 0;
    stream->number_length = 0;
}

static int end_field(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;
    bool gathered = stream->state == KS_PROTOBUF_GATHER;

    expect(stream, decoder->stream == KS_KUBE_WATCH ? KS_PROTOBUF_PREFIX : KS_PROTOBUF_TAG);
    if (stream->raw_left == 0) {
        stream->in_raw = false;
    }
    return gathered ? ks_kube_protobuf_report(decoder, err) : 0;
}

static int begin_bytes(struct ks_kube_decoder *decoder, enum ks_kube_protobuf_state state, uint64_t length,
                       struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;

    if (state == KS_PROTOBUF_GATHER && length > decoder->object_limit) {
        return ks_error_set(err, KS_ERROR_LIMIT, "object of %llu bytes: must have at most %zu",
                            (unsigned long long)length, decoder->object_limit);
    }
    if (stream->in_raw) {
        if (length > stream->raw_left) {
            return ks_error_set(err, KS_ERROR_PROTOCOL, "protobuf: a field is longer than its list");
        }
        stream->raw_left -= length;
    }
    stream->state = state;
    stream->field_left = length;
    ks_buf_reset(&decoder->piece);
    return length == 0 ? end_field(decoder, err) : 0;
}

/* The meaning of a field of bytes at this place. */
static enum ks_kube_protobuf_piece piece_of(const struct ks_kube_protobuf_stream *stream)
{
    if (stream->in_raw) {
        return stream->field == LIST_METADATA ? KS_PROTOBUF_LIST_META
               : stream->field == LIST_ITEMS  ? KS_PROTOBUF_ITEM
                                              : KS_PROTOBUF_NOTHING;
    }
    return stream->field == UNKNOWN_TYPE_META                  ? KS_PROTOBUF_TYPE_META
           : stream->field == UNKNOWN_RAW && stream->is_status ? KS_PROTOBUF_STATUS
                                                               : KS_PROTOBUF_NOTHING;
}

static int take_length(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;

    stream->piece = piece_of(stream);
    if (stream->piece == KS_PROTOBUF_NOTHING && !stream->in_raw && stream->field == UNKNOWN_RAW) {
        stream->raw_seen = true;
        stream->in_raw = true;
        stream->raw_left = stream->number;
        return end_field(decoder, err);
    }
    return begin_bytes(decoder, stream->piece == KS_PROTOBUF_NOTHING ? KS_PROTOBUF_SKIP : KS_PROTOBUF_GATHER,
                       stream->number, err);
}

static int take_tag(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;
    enum wire_type wire_type = (enum wire_type)(stream->number & 7);

    if (stream->number > UINT32_MAX || stream->number >> 3 == 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "protobuf: invalid field number");
    }
    stream->field = (uint32_t)(stream->number >> 3);
    switch (wire_type) {
    case WIRE_VARINT:
        expect(stream, KS_PROTOBUF_VARINT);
        return 0;
    case WIRE_BYTES:
        expect(stream, KS_PROTOBUF_LENGTH);
        return 0;
    case WIRE_FIXED64:
        return begin_bytes(decoder, KS_PROTOBUF_SKIP, 8, err);
    case WIRE_FIXED32:
        return begin_bytes(decoder, KS_PROTOBUF_SKIP, 4, err);
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "protobuf: invalid wire type");
}

static int take_varint_byte(struct ks_kube_decoder *decoder, unsigned char byte, struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;

    if (stream->in_raw) {
        if (stream->raw_left == 0) {
            return ks_error_set(err, KS_ERROR_PROTOCOL, "protobuf: the list ends inside a field");
        }
        stream->raw_left--;
    }
    /* The tenth byte has room for bit 63 only. */
    if (stream->number_length == 9 && byte > 1) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "protobuf: a number has more than 64 bits");
    }
    stream->number |= (uint64_t)(byte & 0x7f) << (7 * stream->number_length++);
    if (byte & 0x80) {
        return 0;
    }
    switch (stream->state) {
    case KS_PROTOBUF_TAG:
        return take_tag(decoder, err);
    case KS_PROTOBUF_LENGTH:
        return take_length(decoder, err);
    default:
        return end_field(decoder, err);
    }
}

static int take_prefix_byte(struct ks_kube_decoder *decoder, unsigned char byte, struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;

    if (decoder->stream == KS_KUBE_LIST && byte != (unsigned char)KS_KUBE_PROTOBUF_MAGIC[stream->number_length]) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "list: must begin with the four bytes of protobuf");
    }
    stream->number = stream->number << 8 | byte;
    if (++stream->number_length < sizeof KS_KUBE_PROTOBUF_MAGIC) {
        return 0;
    }
    if (decoder->stream == KS_KUBE_LIST) {
        expect(stream, KS_PROTOBUF_TAG);
        return 0;
    }
    stream->piece = KS_PROTOBUF_EVENT;
    return begin_bytes(decoder, KS_PROTOBUF_GATHER, stream->number, err);
}

/* Skips or gathers. Returns the number of bytes that it used, or -1. */
static ssize_t take_bytes(struct ks_kube_decoder *decoder, const unsigned char *data, size_t length,
                          struct ks_error *err)
{
    struct ks_kube_protobuf_stream *stream = &decoder->protobuf;
    size_t used = stream->field_left < length ? (size_t)stream->field_left : length;

    if (stream->state == KS_PROTOBUF_GATHER) {
        ks_buf_bytes(&decoder->piece, data, used);
        if (ks_buf_check(&decoder->piece, err) < 0) {
            return -1;
        }
    }
    stream->field_left -= used;
    if (stream->field_left == 0 && end_field(decoder, err) < 0) {
        return -1;
    }
    return (ssize_t)used;
}

int ks_kube_protobuf_feed(struct ks_kube_decoder *decoder, const unsigned char *data, size_t length,
                          struct ks_error *err)
{
    const unsigned char *end = data + length;

    while (data < end) {
        ssize_t used = 1;

        switch (decoder->protobuf.state) {
        case KS_PROTOBUF_PREFIX:
            if (take_prefix_byte(decoder, *data, err) < 0) {
                return -1;
            }
            break;
        case KS_PROTOBUF_TAG:
        case KS_PROTOBUF_VARINT:
        case KS_PROTOBUF_LENGTH:
            if (take_varint_byte(decoder, *data, err) < 0) {
                return -1;
            }
            break;
        case KS_PROTOBUF_SKIP:
        case KS_PROTOBUF_GATHER:
            used = take_bytes(decoder, data, (size_t)(end - data), err);
            if (used < 0) {
                return -1;
            }
            break;
        }
        data += used;
    }
    return 0;
}

int ks_kube_protobuf_finish(const struct ks_kube_decoder *decoder, struct ks_error *err)
{
    const struct ks_kube_protobuf_stream *stream = &decoder->protobuf;
    bool between =
        stream->number_length == 0 && stream->state != KS_PROTOBUF_SKIP && stream->state != KS_PROTOBUF_GATHER;

    if (decoder->stream == KS_KUBE_WATCH) {
        return between ? 0 : ks_error_set(err, KS_ERROR_PROTOCOL, "watch: ended inside an event");
    }
    if (between && stream->state == KS_PROTOBUF_TAG && stream->raw_seen && !stream->in_raw) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "list: ended too early");
}
