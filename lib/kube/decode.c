#include "config.h"

#include "kube/decode.h"

#include <strings.h>

#include <stdlib.h>
#include <string.h>

#include "kube/private.h"

int ks_kube_decoder_new(struct ks_kube_decoder **decoder, enum ks_kind kind, enum ks_kube_encoding encoding,
                        enum ks_kube_stream stream, size_t object_limit, struct ks_kube_sink sink, struct ks_error *err)
{
    struct ks_kube_decoder *made;

    /* json-c counts in int. */
    if (object_limit == 0 || object_limit >= INT32_MAX) {
        return ks_error_set(err, KS_ERROR_INVALID, "object limit %zu: must be 1 to %d bytes", object_limit,
                            INT32_MAX - 1);
    }
    made = calloc(1, sizeof *made);
    if (!made) {
        return ks_error_memory(err);
    }
    made->kind = kind;
    made->encoding = encoding;
    made->stream = stream;
    made->object_limit = object_limit;
    made->sink = sink;
    ks_buf_init(&made->piece, object_limit);
    ks_kube_scratch_init(&made->scratch, object_limit);
    if (encoding == KS_KUBE_JSON && ks_kube_json_init(made, err) < 0) {
        ks_kube_decoder_free(made);
        return -1;
    }
    *decoder = made;
    return 0;
}

void ks_kube_decoder_free(struct ks_kube_decoder *decoder)
{
    if (!decoder) {
        return;
    }
    if (decoder->encoding == KS_KUBE_JSON) {
        ks_kube_json_fini(decoder);
    }
    ks_kube_scratch_fini(&decoder->scratch);
    ks_buf_fini(&decoder->piece);
    free(decoder);
}

/* Passes a failure on and remembers it, for calls after it. */
static int conclude(struct ks_kube_decoder *decoder, int result, struct ks_error *err)
{
    if (result == 0) {
        return 0;
    }
    decoder->spent = true;
    if (err) {
        *err = decoder->failure;
    }
    return -1;
}

int ks_kube_decoder_feed(struct ks_kube_decoder *decoder, const void *data, size_t length, struct ks_error *err)
{
    int result;

    if (decoder->spent) {
        result = -1;
    } else if (decoder->encoding == KS_KUBE_PROTOBUF) {
        result = ks_kube_protobuf_feed(decoder, data, length, &decoder->failure);
    } else {
        result = ks_kube_json_feed(decoder, data, length, &decoder->failure);
    }
    return conclude(decoder, result, err);
}

struct ks_kube_refusal ks_kube_decoder_refusal(const struct ks_kube_decoder *decoder)
{
    return decoder->refusal;
}

bool ks_kube_decoder_is_inside(const struct ks_kube_decoder *decoder)
{
    if (decoder->spent) {
        return false;
    }
    return decoder->encoding == KS_KUBE_PROTOBUF ? ks_kube_protobuf_finish(decoder, NULL) < 0
                                                 : ks_kube_json_finish(decoder, NULL) < 0;
}

int ks_kube_decoder_finish(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    int result;

    if (decoder->spent) {
        result = -1;
    } else if (decoder->encoding == KS_KUBE_PROTOBUF) {
        result = ks_kube_protobuf_finish(decoder, &decoder->failure);
    } else {
        result = ks_kube_json_finish(decoder, &decoder->failure);
    }
    return conclude(decoder, result, err);
}

int ks_kube_encoding_of(const char *content_type, enum ks_kube_encoding *encoding, struct ks_error *err)
{
    static const char protobuf[] = "application/vnd.kubernetes.protobuf";
    static const char json[] = "application/json";

    if (strncasecmp(content_type, protobuf, sizeof protobuf - 1) == 0) {
        *encoding = KS_KUBE_PROTOBUF;
        return 0;
    }
    if (strncasecmp(content_type, json, sizeof json - 1) == 0) {
        *encoding = KS_KUBE_JSON;
        return 0;
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "Content-Type \"%.80s\": must be %s or %s; is a proxy in the way?",
                        content_type, protobuf, json);
}
