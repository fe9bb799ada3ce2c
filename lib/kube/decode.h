/* Decodes what the API server sends, as it streams in: a list or a watch, in protobuf or in JSON. One object is in
 * memory at a time, whatever the size of the list.
 *
 * Source: Kubernetes API concepts, "Efficient detection of changes" and "Protobuf encoding".
 * Threads: a decoder belongs to one thread. */
#ifndef KS_KUBE_DECODE_H
#define KS_KUBE_DECODE_H

#include "base/error.h"
#include "kube/object.h"

enum ks_kube_encoding {
    KS_KUBE_JSON,
    KS_KUBE_PROTOBUF,
};

/* The encoding that a Content-Type stands for; KS_ERROR_PROTOCOL for any other. */
int ks_kube_encoding_of(const char *content_type, enum ks_kube_encoding *encoding, struct ks_error *err);

enum ks_kube_stream {
    KS_KUBE_LIST,
    KS_KUBE_WATCH,
};

enum ks_kube_event {
    KS_KUBE_ADDED, /* every item of a list, too */
    KS_KUBE_MODIFIED,
    KS_KUBE_DELETED,
    KS_KUBE_BOOKMARK, /* only meta.resource_version counts */
};

/* What a decoder reports. A callback that returns -1 (and sets err) stops the decoder with that error.
 * Views are valid during the call. */
struct ks_kube_sink {
    int (*object)(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err);
    /* A list's own metadata; may come before or after its items. */
    int (*list_meta)(void *arg, const char *resource_version, struct ks_error *err);
    void *arg;
};

struct ks_kube_decoder;

/* object_limit: most bytes of one encoded object (or watch event); a larger one is KS_ERROR_LIMIT. */
int ks_kube_decoder_new(struct ks_kube_decoder **decoder, enum ks_kind kind, enum ks_kube_encoding encoding,
                        enum ks_kube_stream stream, size_t object_limit, struct ks_kube_sink sink,
                        struct ks_error *err);
void ks_kube_decoder_free(struct ks_kube_decoder *decoder);

/* Any cut of the stream, down to single bytes. Garbage is KS_ERROR_PROTOCOL. A watch's ERROR event, and a Status
 * where a list should be, become an error: code 410 (or reason Expired) KS_ERROR_GONE, 401, 403, 404 theirs, 504
 * KS_ERROR_TIMEOUT, else KS_ERROR_PROTOCOL; the text is the Status's message. After an error the decoder is spent. */
int ks_kube_decoder_feed(struct ks_kube_decoder *decoder, const void *data, size_t length, struct ks_error *err);

/* At the end of the stream: KS_ERROR_PROTOCOL where it ended inside a list or a frame. */
int ks_kube_decoder_finish(struct ks_kube_decoder *decoder, struct ks_error *err);

#endif
