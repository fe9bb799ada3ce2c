/* Feeds the decoder with streams written as text, and keeps what it reports as text. */
#ifndef KS_TEST_KUBE_DECODE_INPUT_H
#define KS_TEST_KUBE_DECODE_INPUT_H

#include "kube/decode.h"
#include "support/kube_text.h"
#include "support/protobuf_text.h"
#include "support/testing.h"

#define LIMIT ((size_t)1 << 20)

/* A running pod of a Deployment, in both encodings and as printed by kube_text. */
#define SAMPLE_PROTOBUF                                                                                                \
    "1{1'web-7d4b9c-x2x' 2'web-7d4b9c-' 3'shop' 4'' 5'u' 6'42' 8{1=1451703845 2=5} 11{1'app' 2'web'} "                 \
    "11{1'pod-template-hash' 2'7d4b9c'} 12{1'a' 2'b'} 13{1'Node' 3'n'} 13{1'ReplicaSet' 3'web-7d4b9c' 4'u' 6=1} "      \
    "17{1'kubectl'}} 2{1{1'v'} 2{1'main' 2'registry/web:1.2'} 10'node-1' 20{1'setup' 2'setup:1'} "                     \
    "20{1'proxy' 2'proxy:2' 24'Always'}} 3{1'Running' 2{1'PodScheduled' 2'True' 5'x'} "                                \
    "8{1'main' 2{2{1{1=5}}} 3{3{1=137 3'OOMKilled'}} 4=1 5=3 6'i' 9=1} "                                               \
    "10{1'proxy' 2{2{}} 4=1 5=1} 10{1'setup' 2{3{1=0 3'Completed'}} 5=0}}"

#define SAMPLE_JSON                                                                                                    \
    "{'metadata':{'name':'web-7d4b9c-x2x','generateName':'web-7d4b9c-','namespace':'shop','uid':'u',"                  \
    "'resourceVersion':'42','creationTimestamp':'2016-01-02T03:04:05Z','labels':{'app':'web',"                         \
    "'pod-template-hash':'7d4b9c'},'annotations':{'a':'b'},'ownerReferences':[{'kind':'Node','name':'n'},"             \
    "{'kind':'ReplicaSet','name':'web-7d4b9c','uid':'u','controller':true}],'managedFields':[{}]},"                    \
    "'spec':{'volumes':[{}],'containers':[{'name':'main','image':'registry/web:1.2'}],'nodeName':'node-1',"            \
    "'initContainers':[{'name':'setup','image':'setup:1'},{'name':'proxy','image':'proxy:2',"                          \
    "'restartPolicy':'Always'}]},'status':{'phase':'Running','conditions':[{'type':'PodScheduled','status':'True',"    \
    "'reason':'x'}],'containerStatuses':[{'name':'main','state':{'running':{'startedAt':'1970-01-01T00:00:05Z'}},'"    \
    "lastState':"                                                                                                      \
    "{'terminated':{'exitCode':137,'reason':'OOMKilled'}},'ready':true,'restartCount':3,'started':true,'image':'i'}]," \
    "'initContainerStatuses':[{'name':'proxy','state':{'running':{}},'ready':true,'restartCount':1},"                  \
    "{'name':'setup','state':{'terminated':{'exitCode':0,'reason':'Completed'}},'restartCount':0}]}}"

#define SAMPLE_TEXT                                                                                                    \
    "shop/web-7d4b9c-x2x generate=web-7d4b9c- version=42 owner=ReplicaSet/web-7d4b9c created=1451703845 deleting=0 "   \
    "labels=app|web|pod-template-hash|7d4b9c| phase=running reason= unscheduled= has_conditions=1 node=node-1 "        \
    "[regular main image=registry/web:1.2 ready=1 restarts=3 waiting= terminated=0,,0 last=OOMKilled started=1 "       \
    "started_at=5] "                                                                                                   \
    "[init setup image=setup:1 ready=0 restarts=0 waiting= terminated=1,Completed,0 last=] "                           \
    "[sidecar proxy image=proxy:2 ready=1 restarts=1 waiting= terminated=0,,0 last=]"

struct result {
    int status;
    struct ks_error error;
    struct ks_buf text;  /* a line for each object and for the list's metadata */
    size_t refuse_after; /* objects, 0 for never */
    size_t objects;
};

static inline int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object,
                            struct ks_error *err)
{
    struct result *result = arg;

    kube_text(&result->text, event, object);
    if (++result->objects == result->refuse_after) {
        return ks_error_set(err, KS_ERROR_INVALID, "enough");
    }
    return 0;
}

static inline int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct result *result = arg;

    (void)err;
    ks_buf_printf(&result->text, "list %s%s\n", meta->resource_version, meta->is_partial ? " (partial)" : "");
    return 0;
}

static inline void free_result(struct result *result)
{
    ks_buf_fini(&result->text);
}

struct input {
    enum ks_kind kind;
    enum ks_kube_encoding encoding;
    enum ks_kube_stream stream;
    const void *data;
    size_t length;
    size_t cut; /* bytes fed at a time, 0 for all at once */
    size_t limit;
    size_t refuse_after;
};

/* Feeds each part from its own allocation, so that the sanitizer sees every read beyond its end. */
static inline int feed(struct ks_kube_decoder *decoder, const struct input *input, struct ks_error *err)
{
    size_t cut = input->cut ? input->cut : input->length;

    for (size_t i = 0; i < input->length; i += cut) {
        size_t length = input->length - i < cut ? input->length - i : cut;
        char *part = malloc(length);
        int status;

        assert_non_null(part);
        memcpy(part, (const char *)input->data + i, length);
        status = ks_kube_decoder_feed(decoder, part, length, err);
        free(part);
        if (status < 0) {
            return -1;
        }
    }
    return ks_kube_decoder_finish(decoder, err);
}

static inline void decode(struct result *result, const struct input *input)
{
    struct ks_kube_decoder *decoder;
    struct ks_kube_sink sink = {on_object, on_list_meta, NULL};

    *result = (struct result){.refuse_after = input->refuse_after};
    sink.arg = result;
    ks_buf_init(&result->text, LIMIT);
    assert_int_equal(ks_kube_decoder_new(&decoder, input->kind, input->encoding, input->stream,
                                         input->limit ? input->limit : LIMIT, sink, NULL),
                     0);
    result->status = feed(decoder, input, &result->error);
    ks_kube_decoder_free(decoder);
}

/* Here, JSON is written with ' instead of ". */
static inline void append_json(struct ks_buf *out, const char *text)
{
    for (; *text; text++) {
        ks_buf_bytes(out, *text == '\'' ? "\"" : text, 1);
    }
}

static inline void build_list(struct ks_buf *out, enum ks_kube_encoding encoding, const char *object)
{
    char *text;

    ks_buf_init(out, LIMIT);
    if (encoding == KS_KUBE_JSON) {
        append_json(out, "{'apiVersion':'v1','metadata':{'resourceVersion':'7'},'items':[");
        append_json(out, object);
        append_json(out, "]}\n");
        return;
    }
    assert_true(asprintf(&text, "1{1'v1'} 2{1{2'7'} 2{%s}}", object) > 0);
    ks_buf_literal(out, "k8s\0");
    protobuf_message(out, text);
    free(text);
}

static inline void append_event(struct ks_buf *out, enum ks_kube_encoding encoding, const char *type,
                                const char *object)
{
    struct ks_buf message;
    char *text;

    if (encoding == KS_KUBE_JSON) {
        assert_true(asprintf(&text, "{'type':'%s','object':%s}\n", type, object) > 0);
        append_json(out, text);
    } else {
        assert_true(asprintf(&text, "1'%s' 2{1#{1{1'v1' 2'X'} 2{%s}}}", type, object) > 0);
        unsigned char prefix[4];

        ks_buf_init(&message, LIMIT);
        protobuf_message(&message, text);
        prefix[0] = (unsigned char)(message.length >> 24);
        prefix[1] = (unsigned char)(message.length >> 16);
        prefix[2] = (unsigned char)(message.length >> 8);
        prefix[3] = (unsigned char)message.length;
        ks_buf_bytes(out, prefix, sizeof prefix);
        ks_buf_bytes(out, message.data, message.length);
        ks_buf_fini(&message);
    }
    free(text);
}

/* All events of a watch, around a pod with containers. */
static inline void build_watch(struct ks_buf *watch, enum ks_kube_encoding encoding)
{
    bool json = encoding == KS_KUBE_JSON;

    ks_buf_init(watch, LIMIT);
    append_event(watch, encoding, "ADDED", json ? SAMPLE_JSON : SAMPLE_PROTOBUF);
    append_event(watch, encoding, "MODIFIED", json ? "{'metadata':{'name':'p'}}" : "1{1'p'}");
    if (json) {
        append_json(watch, "\n \r\n");
    }
    append_event(watch, encoding, "BOOKMARK", json ? "{'kind':'Pod','metadata':{'resourceVersion':'9'}}" : "1{6'9'}");
    append_event(watch, encoding, "DELETED", json ? "{'metadata':{'name':'p'}}" : "1{1'p'}");
}

/* Reports the first line and field that differ, instead of two long texts. */
static inline void check_text(const char *name, const char *actual, const char *expected)
{
    size_t same = 0;
    size_t begin;

    if (strcmp(actual, expected) == 0) {
        return;
    }
    while (actual[same] && actual[same] == expected[same]) {
        same++;
    }
    for (begin = same; begin > 0 && actual[begin - 1] != ' ' && actual[begin - 1] != '\n'; begin--) {
    }
    fail_msg("%s: \"%.60s\" instead of \"%.60s\" in\n%s", name, actual + begin, expected + begin, actual);
}

/* An object in both encodings, and as printed by kube_text. */
struct object {
    const char *name;
    enum ks_kind kind;
    const char *protobuf;
    const char *json;
    const char *expected; /* without "ADDED <kind> " */
};

/* A list of the object in both encodings, cut in several ways. */
static inline void check_object(const struct object *row)
{
    static const size_t cuts[] = {0, 1, 2, 3, 7};
    char *expected;

    assert_true(asprintf(&expected, "list 7\nADDED %s %s\n", ks_kind_plural(row->kind), row->expected) > 0);
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf list;

        build_list(&list, (enum ks_kube_encoding)encoding, encoding == KS_KUBE_JSON ? row->json : row->protobuf);
        for (size_t i = 0; i < COUNT(cuts); i++) {
            struct result result;

            decode(&result, &(struct input){.kind = row->kind,
                                            .encoding = (enum ks_kube_encoding)encoding,
                                            .data = list.data,
                                            .length = list.length,
                                            .cut = cuts[i]});
            if (result.status < 0) {
                fail_msg("%s: %s", row->name, result.error.text);
            }
            check_text(row->name, result.text.data, expected);
            free_result(&result);
        }
        ks_buf_fini(&list);
    }
    free(expected);
}

static inline void check_error(const char *name, const struct input *input, enum ks_error_kind kind, const char *text)
{
    static const size_t cuts[] = {0, 1};

    for (size_t i = 0; i < COUNT(cuts); i++) {
        struct input cut = *input;
        struct result result;

        cut.cut = cuts[i];
        decode(&result, &cut);
        if (result.status == 0 || result.error.kind != kind || (text && strcmp(result.error.text, text) != 0)) {
            fail_msg("%s: status %d, kind %d, \"%s\"", name, result.status, (int)result.error.kind, result.error.text);
        }
        free_result(&result);
    }
}

#endif
