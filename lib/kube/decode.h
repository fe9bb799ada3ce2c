/* Decodes the answers of the API server as they stream in: a list or a watch, in protobuf or in JSON. Only one object
 * is in memory at a time, whatever the size of the list.
 *
 * Source: Kubernetes API concepts, "Efficient detection of changes" and "Protobuf encoding". Pure. Threads: a decoder
 * belongs to one thread. */
#ifndef KS_KUBE_DECODE_H
#define KS_KUBE_DECODE_H

#include <stdbool.h>

#include "base/error.h"
#include "kube/object.h"

enum ks_kube_encoding {
    KS_KUBE_JSON,
    KS_KUBE_PROTOBUF,
};

/* The encoding that a Content-Type means. KS_ERROR_PROTOCOL for any other. */
int ks_kube_encoding_of(const char *content_type, enum ks_kube_encoding *encoding, struct ks_error *err);

enum ks_kube_stream {
    KS_KUBE_LIST,
    KS_KUBE_WATCH,
};

enum ks_kube_event {
    KS_KUBE_ADDED, /* also for every item of a list */
    KS_KUBE_MODIFIED,
    KS_KUBE_DELETED,
    KS_KUBE_BOOKMARK, /* only meta.resource_version counts */
};

/* The metadata of a list. */
struct ks_kube_list_meta {
    const char *resource_version;
    bool is_partial; /* metadata.continue: there is more of it */
};

/* Receives what a decoder reports. A callback that returns -1 and sets err stops the decoder with that error. Objects
 * and texts are borrowed for the call. */
struct ks_kube_sink {
    int (*object)(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err);
    /* The metadata of the list itself; may come before or after its items. */
    int (*list_meta)(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err);
    void *arg;
};

struct ks_kube_decoder;

/* object_limit: the most bytes that one encoded object or watch event may have, 1 to INT32_MAX - 1; a larger one is
 * KS_ERROR_LIMIT. The caller releases *decoder with ks_kube_decoder_free; NULL is fine there. */
int ks_kube_decoder_new(struct ks_kube_decoder **decoder, enum ks_kind kind, enum ks_kube_encoding encoding,
                        enum ks_kube_stream stream, size_t object_limit, struct ks_kube_sink sink,
                        struct ks_error *err);
void ks_kube_decoder_free(struct ks_kube_decoder *decoder);

/* Takes the next bytes of the stream, cut anywhere. Malformed input is KS_ERROR_PROTOCOL. The ERROR event of a watch,
 * and a Status instead of a list, become an error with the text of the Status: KS_ERROR_GONE for code 410 or reason
 * Expired, KS_ERROR_UNAUTHORIZED for 401, _FORBIDDEN for 403, _NOT_FOUND for 404, KS_ERROR_TIMEOUT for 504, otherwise
 * KS_ERROR_PROTOCOL. After an error the decoder cannot go on: every later call returns that error again. */
int ks_kube_decoder_feed(struct ks_kube_decoder *decoder, const void *data, size_t length, struct ks_error *err);

/* A Status that came instead of a list, or that ended a watch. */
struct ks_kube_refusal {
    bool is_status; /* false: there was none */
    int32_t code;
    bool is_too_large; /* "Too large resource version": the server does not have our version yet, or never had it */
};
struct ks_kube_refusal ks_kube_decoder_refusal(const struct ks_kube_decoder *decoder);

/* Whether the bytes so far end inside a list, or inside an event of a watch. */
bool ks_kube_decoder_is_inside(const struct ks_kube_decoder *decoder);

/* Call this at the end of the stream. KS_ERROR_PROTOCOL if it ended inside a list or a frame. */
int ks_kube_decoder_finish(struct ks_kube_decoder *decoder, struct ks_error *err);

#endif
