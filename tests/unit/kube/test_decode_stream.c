#include "config.h"

#include "support/kube_decode_input.h"

static const char bare_pod[] = "generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled=\n";

static void a_watch_gives_its_events_however_it_is_cut(void **state)
{
    static const size_t cuts[] = {0, 1, 2, 3, 7, 100};
    char *expected;

    (void)state;
    assert_true(asprintf(&expected,
                         "ADDED pods " SAMPLE_TEXT
                         "\nMODIFIED pods /p %sBOOKMARK pods / generate= version=9 owner=/ created=0 "
                         "deleting=0 phase=unknown reason= unscheduled=\nDELETED pods /p %s",
                         bare_pod, bare_pod) > 0);
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf watch;

        build_watch(&watch, (enum ks_kube_encoding)encoding);
        for (size_t i = 0; i < COUNT(cuts); i++) {
            struct result result;

            decode(&result, &(struct input){.encoding = (enum ks_kube_encoding)encoding,
                                            .stream = KS_KUBE_WATCH,
                                            .data = watch.data,
                                            .length = watch.length,
                                            .cut = cuts[i]});
            assert_int_equal(result.status, 0);
            check_text("watch", result.text.data, expected);
            free_result(&result);
        }
        ks_buf_fini(&watch);
    }
    free(expected);
}

static void a_truncated_list_is_an_error_at_every_byte(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf list;

        build_list(&list, (enum ks_kube_encoding)encoding, encoding == KS_KUBE_JSON ? SAMPLE_JSON : SAMPLE_PROTOBUF);
        /* JSON ends with a newline that means nothing. */
        for (size_t length = 0; length < list.length - (encoding == KS_KUBE_JSON); length++) {
            struct result result;

            decode(&result,
                   &(struct input){.encoding = (enum ks_kube_encoding)encoding, .data = list.data, .length = length});
            assert_int_equal(result.status, -1);
            assert_int_equal(result.error.kind, KS_ERROR_PROTOCOL);
            free_result(&result);
        }
        ks_buf_fini(&list);
    }
}

static void a_watch_may_end_between_events_only(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf watch;
        size_t ends = 0;

        build_watch(&watch, (enum ks_kube_encoding)encoding);
        for (size_t length = 0; length <= watch.length; length++) {
            struct result result;

            decode(&result, &(struct input){.encoding = (enum ks_kube_encoding)encoding,
                                            .stream = KS_KUBE_WATCH,
                                            .data = watch.data,
                                            .length = length});
            ends += result.status == 0;
            if (result.status < 0) {
                assert_int_equal(result.error.kind, KS_ERROR_PROTOCOL);
            }
            free_result(&result);
        }
        /* At the beginning, after each of the four events, and in JSON between the four spaces. */
        assert_int_equal(ends, encoding == KS_KUBE_JSON ? 9 : 5);
        ks_buf_fini(&watch);
    }
}

/* Nothing is promised except to survive, and to fail with a reason. */
static void change_every_byte(enum ks_kind kind, enum ks_kube_encoding encoding, enum ks_kube_stream stream,
                              struct ks_buf *data)
{
    static const unsigned char changes[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '"', '{', ']', '\\'};

    for (size_t i = 0; i < data->length * COUNT(changes); i++) {
        char *byte = &data->data[i / COUNT(changes)];
        char before = *byte;
        struct result result;

        *byte = (char)changes[i % COUNT(changes)];
        decode(&result,
               &(struct input){
                   .kind = kind, .encoding = encoding, .stream = stream, .data = data->data, .length = data->length});
        if (result.status < 0) {
            assert_true(result.error.kind == KS_ERROR_PROTOCOL || result.error.kind == KS_ERROR_LIMIT);
            assert_true(result.error.text[0]);
        }
        free_result(&result);
        *byte = before;
    }
}

static void a_changed_byte_does_no_harm(void **state)
{
    static const struct {
        enum ks_kind kind;
        const char *protobuf, *json;
    } rows[] = {
        {KS_KIND_POD, SAMPLE_PROTOBUF, SAMPLE_JSON},
        {KS_KIND_DEPLOYMENT,
         "1{1'd' 12{1'kube-shields.io/hidden' 2'true'}} 2{3{1{12{1'kube-shields.io/hidden' 2'true'}} 2{2{1'a'}}} "
         "4{2{1{1=1 3'25%'}}}} 3{6{1'Available' 2'True' 4'x'}}",
         "{'metadata':{'name':'d','annotations':{'kube-shields.io/hidden':'true'}},'spec':{'template':{'metadata':"
         "{'annotations':{'kube-shields.io/hidden':'true'}},'spec':{'containers':[{'name':'a'}]}},'strategy':"
         "{'rollingUpdate':{'maxUnavailable':'25%'}}},'status':{'conditions':[{'type':'Available','status':'True'}]}}"},
        {KS_KIND_BUDGET, "1{1'b'} 2{2{1{1'app' 2'web'} 2{1'env' 2'In' 3'prod' 3'test'}} 3{1=0 2=1}} 3{6=4}",
         "{'metadata':{'name':'b'},'spec':{'selector':{'matchLabels':{'app':'web'},'matchExpressions':[{'key':'env',"
         "'operator':'In','values':['prod','test']}]},'maxUnavailable':1},'status':{'expectedPods':4}}"},
        {KS_KIND_CRONJOB, "1{1'c'} 3{1{1'Job'} 4{1=1} 5{1=1}}",
         "{'metadata':{'name':'c'},'status':{'active':[{}],'lastScheduleTime':'1970-01-01T00:00:01Z'}}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows) * 2; i++) {
        enum ks_kube_encoding encoding = i & 1 ? KS_KUBE_PROTOBUF : KS_KUBE_JSON;
        struct ks_buf data;

        build_list(&data, encoding, encoding == KS_KUBE_JSON ? rows[i / 2].json : rows[i / 2].protobuf);
        change_every_byte(rows[i / 2].kind, encoding, KS_KUBE_LIST, &data);
        ks_buf_fini(&data);
    }
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf data;

        build_watch(&data, (enum ks_kube_encoding)encoding);
        change_every_byte(KS_KIND_POD, (enum ks_kube_encoding)encoding, KS_KUBE_WATCH, &data);
        ks_buf_fini(&data);
    }
}

static void anything_but_protobuf_is_an_error(void **state)
{
#define BYTES(text) text, sizeof text - 1
    static const struct {
        const char *name;
        enum ks_kube_stream stream;
        const char *data;
        size_t length;
        enum ks_error_kind kind;
        const char *text; /* NULL if it is nanopb's own */
    } rows[] = {
        {"nothing", KS_KUBE_LIST, BYTES(""), KS_ERROR_PROTOCOL, "list: ended too early"},
        {"JSON", KS_KUBE_LIST, BYTES("{\"kind\":\"PodList\"}"), KS_ERROR_PROTOCOL,
         "list: must begin with the four bytes of protobuf"},
        {"no list in it", KS_KUBE_LIST, BYTES("k8s\0"), KS_ERROR_PROTOCOL, "list: ended too early"},
        {"field 0", KS_KUBE_LIST, BYTES("k8s\0\x02\0"), KS_ERROR_PROTOCOL, "protobuf: invalid field number"},
        {"a group", KS_KUBE_LIST, BYTES("k8s\0\x13"), KS_ERROR_PROTOCOL, "protobuf: invalid wire type"},
        {"wire type 7", KS_KUBE_LIST, BYTES("k8s\0\x17"), KS_ERROR_PROTOCOL, "protobuf: invalid wire type"},
        {"a tag of 33 bits", KS_KUBE_LIST, BYTES("k8s\0\x82\x80\x80\x80\x10\0"), KS_ERROR_PROTOCOL,
         "protobuf: invalid field number"},
        {"a varint of 65 bits", KS_KUBE_LIST, BYTES("k8s\0\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
         KS_ERROR_PROTOCOL, "protobuf: a number has more than 64 bits"},
        {"a varint of 11 bytes", KS_KUBE_LIST, BYTES("k8s\0\x18\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0"),
         KS_ERROR_PROTOCOL, "protobuf: a number has more than 64 bits"},
        {"a list of 2^64-1 bytes", KS_KUBE_LIST, BYTES("k8s\0\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         KS_ERROR_PROTOCOL, "list: ended too early"},
        {"skipping 2^64-1 bytes", KS_KUBE_LIST, BYTES("k8s\0\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01zzz"),
         KS_ERROR_PROTOCOL, "list: ended too early"},
        {"an item of 2^64-1 bytes", KS_KUBE_LIST,
         BYTES("k8s\0\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         KS_ERROR_LIMIT, "object of 18446744073709551615 bytes: must have at most 1048576"},
        {"an unknown field longer than its list", KS_KUBE_LIST, BYTES("k8s\0\x12\x03\x1a\x02z"), KS_ERROR_PROTOCOL,
         "protobuf: a field is longer than its list"},
        {"an item longer than its list", KS_KUBE_LIST, BYTES("k8s\0\x12\x03\x12\x02z"), KS_ERROR_PROTOCOL,
         "protobuf: a field is longer than its list"},
        {"a list that ends in a tag", KS_KUBE_LIST, BYTES("k8s\0\x12\x01\x80\x01"), KS_ERROR_PROTOCOL,
         "protobuf: the list ends inside a field"},
        {"a list that ends in a length", KS_KUBE_LIST, BYTES("k8s\0\x12\x02\x12\x80\x01"), KS_ERROR_PROTOCOL,
         "protobuf: the list ends inside a field"},
        {"a fixed field longer than its list", KS_KUBE_LIST, BYTES("k8s\0\x12\x02\x19z"), KS_ERROR_PROTOCOL,
         "protobuf: a field is longer than its list"},
        {"an empty item", KS_KUBE_LIST, BYTES("k8s\0\x12\x02\x12\0"), KS_ERROR_PROTOCOL, "object: has no name"},
        {"a name longer than its metadata", KS_KUBE_LIST, BYTES("k8s\0\x12\x06\x12\x04\x0a\x02\x0a\x05"),
         KS_ERROR_PROTOCOL, NULL},
        {"a name of 2^32-1 bytes", KS_KUBE_LIST, BYTES("k8s\0\x12\x0a\x12\x08\x0a\x06\x0a\xff\xff\xff\xff\x0f"),
         KS_ERROR_PROTOCOL, NULL},
        {"a name that is a number", KS_KUBE_LIST, BYTES("k8s\0\x12\x06\x12\x04\x0a\x02\x08\x05"), KS_ERROR_PROTOCOL,
         NULL},
        {"an empty event", KS_KUBE_WATCH, BYTES("\0\0\0\0"), KS_ERROR_PROTOCOL, "watch event: has no object"},
        {"an event without an object", KS_KUBE_WATCH,
         BYTES("\0\0\0\x07\x0a\x05"
               "ADDED"),
         KS_ERROR_PROTOCOL, "watch event: has no object"},
        {"an event without a raw object", KS_KUBE_WATCH,
         BYTES("\0\0\0\x09\x0a\x05"
               "ADDED\x12\0"),
         KS_ERROR_PROTOCOL, "watch event: has no object"},
        {"an event with an object in JSON", KS_KUBE_WATCH,
         BYTES("\0\0\0\x0d\x0a\x05"
               "ADDED\x12\x04\x0a\x02{}"),
         KS_ERROR_PROTOCOL, "watch event: its object must be in protobuf"},
        {"an event with other magic", KS_KUBE_WATCH,
         BYTES("\0\0\0\x13\x0a\x05"
               "ADDED\x12\x0a\x0a\x08"
               "k8t\0\x12\x02\x0a\0"),
         KS_ERROR_PROTOCOL, "watch event: its object must be in protobuf"},
        {"an event without a type", KS_KUBE_WATCH, BYTES("\0\0\0\x0c\x12\x0a\x0a\x08k8s\0\x12\x02\x0a\0"),
         KS_ERROR_PROTOCOL, "watch event: has no type"},
        {"a frame of 2^32-1 bytes", KS_KUBE_WATCH, BYTES("\xff\xff\xff\xff"), KS_ERROR_LIMIT,
         "object of 4294967295 bytes: must have at most 1048576"},
        {"JSON in a watch", KS_KUBE_WATCH, BYTES("{\"type\":\"ADDED\"}"), KS_ERROR_LIMIT,
         "object of 2065855609 bytes: must have at most 1048576"},
    };
#undef BYTES

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_error(
            rows[i].name,
            &(struct input){
                .encoding = KS_KUBE_PROTOBUF, .stream = rows[i].stream, .data = rows[i].data, .length = rows[i].length},
            rows[i].kind, rows[i].text);
    }
}

static void anything_but_json_is_an_error(void **state)
{
    static const struct {
        enum ks_kube_stream stream;
        const char *text;
    } rows[] = {
        {KS_KUBE_LIST, ""},
        {KS_KUBE_LIST, "k8s"},
        {KS_KUBE_LIST, "[]"},
        {KS_KUBE_LIST, "{'items'}"},
        {KS_KUBE_LIST, "{'items':}"},
        {KS_KUBE_LIST, "{'items':[}"},
        {KS_KUBE_LIST, "{'items':[,]}"},
        {KS_KUBE_LIST, "{'items':[{'metadata':{'name':'p'}},]}"},
        {KS_KUBE_LIST, "{'items':[{'metadata':{'name':'p'}} {'metadata':{'name':'p'}}]}"},
        {KS_KUBE_LIST, "{'items':[{'metadata':{'name':'p'}]}}"},
        {KS_KUBE_LIST, "{'items':[{'metadata':{'name':p}}]}"},
        {KS_KUBE_LIST, "{'items':[1]}"},
        {KS_KUBE_LIST, "{'items':['p']}"},
        {KS_KUBE_LIST, "{'items':[null]}"},
        {KS_KUBE_LIST, "{'items':[[]]}"},
        {KS_KUBE_LIST, "{'items':[{}]}"},
        {KS_KUBE_LIST, "{'items':[{'metadata':{'name':1}}]}"},
        {KS_KUBE_LIST, "{'items':[],}"},
        {KS_KUBE_LIST, "{,}"},
        {KS_KUBE_LIST, "{1:2}"},
        {KS_KUBE_LIST, "{'a' 1}"},
        {KS_KUBE_LIST, "{'a':tru}"},
        {KS_KUBE_LIST, "{'a':1'b'}"},
        {KS_KUBE_LIST, "{'a':{]}"},
        {KS_KUBE_LIST, "{}x"},
        {KS_KUBE_LIST, "{}{}"},
        {KS_KUBE_WATCH, "x\n"},
        {KS_KUBE_WATCH, "[]\n"},
        {KS_KUBE_WATCH, "null\n"},
        {KS_KUBE_WATCH, "{}\n"},
        {KS_KUBE_WATCH, "{'type':'ADDED'}\n"},
        {KS_KUBE_WATCH, "{'type':'ADDED','object':1}\n"},
        {KS_KUBE_WATCH, "{'type':'ADDED','object':{}}\n"},
        {KS_KUBE_WATCH, "{'type':'ODD','object':{'metadata':{'name':'p'}}}\n"},
        {KS_KUBE_WATCH, "{'object':{'metadata':{'name':'p'}}}\n"},
        {KS_KUBE_WATCH, "{'type':'BOOKMARK','object':{}} {}\n"},
        {KS_KUBE_WATCH, "{'type':'BOOKMARK','object':{}}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf data;

        ks_buf_init(&data, LIMIT);
        append_json(&data, rows[i].text);
        check_error(rows[i].text, &(struct input){.stream = rows[i].stream, .data = data.data, .length = data.length},
                    KS_ERROR_PROTOCOL, NULL);
        ks_buf_fini(&data);
    }
    check_error("words", &(struct input){.data = "{\"a\":trx}", .length = 9}, KS_ERROR_PROTOCOL,
                "JSON: true or false expected");
    check_error("a NUL byte", &(struct input){.data = "{\"a\":\"\0\"}", .length = 9}, KS_ERROR_PROTOCOL,
                "JSON: must not have a NUL byte");
    check_error("a NUL byte between", &(struct input){.data = "{\0\"a\":1}", .length = 8}, KS_ERROR_PROTOCOL,
                "list: must be a JSON object with items");
}

static void json_nested_too_deep_is_refused(void **state)
{
    static const char *const begins[] = {"{'items':[{'metadata':", "{'type':'ADDED','object':"};

    (void)state;
    for (int stream = KS_KUBE_LIST; stream <= KS_KUBE_WATCH; stream++) {
        struct ks_buf data;

        ks_buf_init(&data, LIMIT);
        append_json(&data, begins[stream]);
        for (int i = 0; i < 10000; i++) {
            ks_buf_literal(&data, "[");
        }
        for (int i = 0; i < 10000; i++) {
            ks_buf_literal(&data, "]");
        }
        append_json(&data, stream == KS_KUBE_LIST ? "}]}" : "}\n");
        check_error("depth",
                    &(struct input){.stream = (enum ks_kube_stream)stream, .data = data.data, .length = data.length},
                    KS_ERROR_LIMIT, NULL);
        ks_buf_fini(&data);
    }
}

static void a_status_becomes_its_error(void **state)
{
    static const struct {
        int code;
        const char *reason;
        enum ks_error_kind kind;
    } rows[] = {
        {401, "Unauthorized", KS_ERROR_UNAUTHORIZED},
        {403, "Forbidden", KS_ERROR_FORBIDDEN},
        {404, "NotFound", KS_ERROR_NOT_FOUND},
        {410, "Gone", KS_ERROR_GONE},
        {0, "Expired", KS_ERROR_GONE},
        {504, "Timeout", KS_ERROR_TIMEOUT},
        {500, "InternalError", KS_ERROR_PROTOCOL},
        {-1, "", KS_ERROR_PROTOCOL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows) * 4; i++) {
        int code = rows[i / 4].code;
        const char *reason = rows[i / 4].reason;
        struct input input = {.encoding = i & 1 ? KS_KUBE_JSON : KS_KUBE_PROTOBUF,
                              .stream = i & 2 ? KS_KUBE_WATCH : KS_KUBE_LIST};
        struct ks_buf data;
        char object[200];
        char whole[300];

        ks_buf_init(&data, LIMIT);
        snprintf(object, sizeof object,
                 input.encoding == KS_KUBE_JSON
                     ? "{'kind':'Status','metadata':{},'status':'Failure','message':'why','reason':'%s','code':%d}"
                     : "1{} 2'Failure' 3'why' 4'%s' 5{} 6=%d",
                 reason, code);
        if (input.stream == KS_KUBE_WATCH) {
            append_event(&data, input.encoding, "ERROR", object);
        } else if (input.encoding == KS_KUBE_JSON) {
            append_json(&data, object);
        } else {
            ks_buf_literal(&data, "k8s\0");
            snprintf(whole, sizeof whole, "1{1'v1' 2'Status'} 2{%s} 3'' 4''", object);
            protobuf_message(&data, whole);
        }
        input.data = data.data;
        input.length = data.length;
        check_error(reason, &input, rows[i / 4].kind, "why");
        ks_buf_fini(&data);
    }
}

static void a_status_is_known_wherever_its_kind_comes(void **state)
{
    static const char text[] = "{\"code\":410,\"message\":\"old\",\"kind\":\"Status\"}";
    static const char bare[] = "{\"kind\":\"Status\",\"message\":{}}";

    (void)state;
    check_error("order", &(struct input){.data = text, .length = sizeof text - 1}, KS_ERROR_GONE, "old");
    check_error("bare", &(struct input){.data = bare, .length = sizeof bare - 1}, KS_ERROR_PROTOCOL,
                "Status 0 without a message");
}

static void an_object_may_be_as_large_as_the_limit_and_no_larger(void **state)
{
    static const char protobuf[] = "1{1'n' 12{1'a' 2'bcdefghijklmnopqrstuvwxyz'}}";
    static const char json[] = "{'metadata':{'name':'n','annotations':{'a':'bcdefghijklmnopqrstuvwxyz'}}}";

    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        bool is_json = variant & 1;
        struct input input = {.kind = KS_KIND_NODE,
                              .encoding = is_json ? KS_KUBE_JSON : KS_KUBE_PROTOBUF,
                              .stream = variant & 2 ? KS_KUBE_WATCH : KS_KUBE_LIST};
        struct ks_buf data, object;
        struct result result;

        ks_buf_init(&object, LIMIT);
        if (input.stream == KS_KUBE_WATCH) {
            ks_buf_init(&data, LIMIT);
            append_event(&data, input.encoding, "ADDED", is_json ? json : protobuf);
            /* Without the length of the frame, or the newline. */
            input.limit = data.length - (is_json ? 1 : 4);
        } else {
            build_list(&data, input.encoding, is_json ? json : protobuf);
            protobuf_message(&object, is_json ? "" : protobuf);
            input.limit = is_json ? sizeof json - 1 : object.length;
        }
        input.data = data.data;
        input.length = data.length;
        decode(&result, &input);
        assert_int_equal(result.status, 0);
        assert_int_equal(result.objects, 1);
        free_result(&result);
        input.limit--;
        check_error("limit", &input, KS_ERROR_LIMIT, NULL);
        ks_buf_fini(&data);
        ks_buf_fini(&object);
    }
}

static void a_callback_stops_the_decoder_with_its_error(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf watch;
        struct result result;

        build_watch(&watch, (enum ks_kube_encoding)encoding);
        decode(&result, &(struct input){.encoding = (enum ks_kube_encoding)encoding,
                                        .stream = KS_KUBE_WATCH,
                                        .data = watch.data,
                                        .length = watch.length,
                                        .refuse_after = 2});
        assert_int_equal(result.status, -1);
        assert_int_equal(result.error.kind, KS_ERROR_INVALID);
        assert_string_equal(result.error.text, "enough");
        assert_int_equal(result.objects, 2);
        free_result(&result);
        ks_buf_fini(&watch);
    }
}

static void a_failed_decoder_returns_its_error_again(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_kube_decoder *decoder;
        struct ks_error first, again;

        assert_int_equal(ks_kube_decoder_new(&decoder, KS_KIND_POD, (enum ks_kube_encoding)encoding, KS_KUBE_LIST,
                                             LIMIT, (struct ks_kube_sink){on_object, on_list_meta, NULL}, NULL),
                         0);
        assert_int_equal(ks_kube_decoder_feed(decoder, "x", 1, &first), -1);
        assert_int_equal(ks_kube_decoder_feed(decoder, "{}", 2, &again), -1);
        assert_string_equal(again.text, first.text);
        assert_int_equal(ks_kube_decoder_feed(decoder, "{}", 2, NULL), -1);
        assert_int_equal(ks_kube_decoder_finish(decoder, &again), -1);
        assert_int_equal(again.kind, KS_ERROR_PROTOCOL);
        ks_kube_decoder_free(decoder);
    }
    ks_kube_decoder_free(NULL);
}

static void an_invalid_limit_is_refused(void **state)
{
    static const size_t limits[] = {0, INT32_MAX, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct ks_kube_decoder *decoder;
        struct ks_error err;

        assert_int_equal(ks_kube_decoder_new(&decoder, KS_KIND_POD, KS_KUBE_JSON, KS_KUBE_LIST, limits[i],
                                             (struct ks_kube_sink){0}, &err),
                         -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_gives_its_events_however_it_is_cut),
        cmocka_unit_test(a_truncated_list_is_an_error_at_every_byte),
        cmocka_unit_test(a_watch_may_end_between_events_only),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(anything_but_protobuf_is_an_error),
        cmocka_unit_test(anything_but_json_is_an_error),
        cmocka_unit_test(json_nested_too_deep_is_refused),
        cmocka_unit_test(a_status_becomes_its_error),
        cmocka_unit_test(a_status_is_known_wherever_its_kind_comes),
        cmocka_unit_test(an_object_may_be_as_large_as_the_limit_and_no_larger),
        cmocka_unit_test(a_callback_stops_the_decoder_with_its_error),
        cmocka_unit_test(a_failed_decoder_returns_its_error_again),
        cmocka_unit_test(an_invalid_limit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
