/* Shared by the parts of the decoder. The stream files cut a stream into pieces, the piece files open what a piece is
 * wrapped in, protobuf.c and json.c (with a file each for metadata, pods, workloads and budgets) make a struct
 * ks_kube_object of it, and object.c and condition.c know what a value means in either encoding. Threads: as decode.h.
 */
#ifndef KS_KUBE_PRIVATE_H
#define KS_KUBE_PRIVATE_H

#include "base/buf.h"
#include "kube/decode.h"
#include "kube/scratch.h"

struct json_tokener;

enum ks_kube_protobuf_state {
    KS_PROTOBUF_PREFIX, /* a list's magic, or the length of a watch's frame */
    KS_PROTOBUF_TAG,
    KS_PROTOBUF_VARINT, /* a number that is skipped */
    KS_PROTOBUF_LENGTH,
    KS_PROTOBUF_SKIP,
    KS_PROTOBUF_GATHER,
};

enum ks_kube_protobuf_piece {
    KS_PROTOBUF_NOTHING,
    KS_PROTOBUF_TYPE_META,
    KS_PROTOBUF_STATUS,
    KS_PROTOBUF_LIST_META,
    KS_PROTOBUF_ITEM,
    KS_PROTOBUF_EVENT,
};

struct ks_kube_protobuf_stream {
    enum ks_kube_protobuf_state state;
    enum ks_kube_protobuf_piece piece; /* that is being gathered */
    uint64_t number;                   /* the varint or prefix that is being read */
    unsigned number_length;            /* its bytes so far */
    uint32_t field;
    uint64_t field_left; /* bytes to skip or to gather */
    uint64_t raw_left;   /* bytes of Unknown.raw that belong to no field yet */
    bool in_raw;
    bool raw_seen;
    bool is_status; /* as Unknown.typeMeta says */
};

enum ks_kube_json_state {
    KS_JSON_START,
    KS_JSON_FIRST_KEY, /* or the end */
    KS_JSON_KEY,
    KS_JSON_COLON,
    KS_JSON_VALUE,
    KS_JSON_VALUE_END,
    KS_JSON_FIRST_ITEM, /* or the end */
    KS_JSON_ITEM,
    KS_JSON_ITEM_END,
    KS_JSON_END,
};

/* The top-level members of a list or a Status that mean something. */
enum ks_kube_json_member {
    KS_JSON_OTHER,
    KS_JSON_KIND,
    KS_JSON_METADATA,
    KS_JSON_ITEMS,
    KS_JSON_MESSAGE,
    KS_JSON_REASON,
    KS_JSON_DETAILS,
    KS_JSON_CODE,
};

struct ks_kube_json_stream {
    struct json_tokener *tokener; /* owned */
    enum ks_kube_json_state state;
    enum ks_kube_json_member member;
    bool gathering; /* a key, a value or an item */
    bool in_string, escaped;
    size_t depth;
    bool is_status;
    bool is_too_large; /* see struct ks_kube_status */
    int32_t code;
    char reason[64]; /* only compared */
    char message[KS_ERROR_TEXT_SIZE];
};

struct ks_kube_decoder {
    enum ks_kind kind;
    enum ks_kube_encoding encoding;
    enum ks_kube_stream stream;
    size_t object_limit;
    struct ks_kube_sink sink;
    struct ks_buf piece; /* what the splitter gathers */
    struct ks_kube_scratch scratch;
    struct ks_kube_protobuf_stream protobuf;
    struct ks_kube_json_stream json;
    struct ks_kube_refusal refusal;
    bool spent;
    struct ks_error failure; /* why it is spent */
};

/* Cutting the stream into pieces (protobuf_stream.c, json_stream.c). */
int ks_kube_protobuf_feed(struct ks_kube_decoder *decoder, const unsigned char *data, size_t length,
                          struct ks_error *err);
int ks_kube_protobuf_finish(const struct ks_kube_decoder *decoder, struct ks_error *err);
/* Reports the piece that was gathered (protobuf_piece.c). */
int ks_kube_protobuf_report(struct ks_kube_decoder *decoder, struct ks_error *err);

/* The four bytes before a runtime.Unknown, the NUL among them (Kubernetes' pkg/runtime/serializer/protobuf). */
#define KS_KUBE_PROTOBUF_MAGIC "k8s"

int ks_kube_json_init(struct ks_kube_decoder *decoder, struct ks_error *err);
void ks_kube_json_fini(struct ks_kube_decoder *decoder);
int ks_kube_json_feed(struct ks_kube_decoder *decoder, const char *data, size_t length, struct ks_error *err);
int ks_kube_json_finish(const struct ks_kube_decoder *decoder, struct ks_error *err);
/* Take the gathered piece as a key, a value, an item or an event (json_piece.c). */
int ks_kube_json_take_key(struct ks_kube_decoder *decoder, struct ks_error *err);
int ks_kube_json_take_value(struct ks_kube_decoder *decoder, struct ks_error *err);
int ks_kube_json_report_item(struct ks_kube_decoder *decoder, struct ks_error *err);
int ks_kube_json_report_event(struct ks_kube_decoder *decoder, struct ks_error *err);
/* At the end of the list, which may turn out to be a Status. */
int ks_kube_json_report_end(struct ks_kube_decoder *decoder, struct ks_error *err);

/* An empty object of the kind: every text is "", every number its default. */
void ks_kube_object_init(struct ks_kube_object *object, enum ks_kind kind);

/* Whether labels of this kind are read. */
bool ks_kube_has_labels(enum ks_kind kind);

/* What values mean. A number that does not fit becomes the nearest one that does, which is absurd enough. */
enum ks_pod_phase ks_pod_phase_of(const char *text);
int32_t ks_kube_int32(int64_t number);
struct ks_portion ks_kube_portion_of_number(int32_t number);
struct ks_portion ks_kube_portion_of_text(const char *text);
bool ks_kube_restarts_always(const char *restart_policy);
void ks_kube_workload_strategy(struct ks_workload *workload, const char *type);
/* Of a StatefulSet. A revision that is absent is not another one. */
bool ks_kube_revisions_differ(const char *current, const char *update);
bool ks_kube_budget_is_exact(struct ks_portion min_available, struct ks_portion max_unavailable);

#endif
