/* A Status that comes instead of a list, or that ends a watch; and where a stream has stopped. */
#include "config.h"

#include "support/kube_decode_input.h"

/* A decoder that was fed with bytes one by one; the caller frees it. */
static struct ks_kube_decoder *fed(const struct input *input, struct result *result)
{
    const struct ks_kube_sink sink = {on_object, on_list_meta, result};
    struct ks_kube_decoder *decoder;

    *result = (struct result){.status = 0};
    ks_buf_init(&result->text, LIMIT);
    assert_int_equal(ks_kube_decoder_new(&decoder, KS_KIND_POD, input->encoding, input->stream, LIMIT, sink, NULL), 0);
    for (size_t i = 0; i < input->length && result->status == 0; i++) {
        result->status = ks_kube_decoder_feed(decoder, (const char *)input->data + i, 1, &result->error);
    }
    return decoder;
}

static void build_status(struct ks_buf *data, const struct input *input, const char *status)
{
    char *text;

    ks_buf_init(data, LIMIT);
    if (input->stream == KS_KUBE_WATCH) {
        append_event(data, input->encoding, "ERROR", status);
    } else if (input->encoding == KS_KUBE_JSON) {
        append_json(data, status);
    } else {
        assert_true(asprintf(&text, "1{1'v1' 2'Status'} 2{%s} 3'' 4''", status) > 0);
        ks_buf_literal(data, "k8s\0");
        protobuf_message(data, text);
        free(text);
    }
}

static void a_refusal_says_its_code_and_whether_our_version_is_too_large(void **state)
{
    static const struct {
        const char *json, *protobuf;
        int code;
        bool is_too_large;
    } rows[] = {
        {"{'kind':'Status','message':'m','code':504,'details':{'causes':[{'reason':'ResourceVersionTooLarge',"
         "'message':'Too large resource version'}],'retryAfterSeconds':1}}",
         "3'm' 5{4{1'ResourceVersionTooLarge' 2'Too large resource version'} 5=1} 6=504", 504, true},
        {"{'kind':'Status','message':'m','code':504,'details':{'causes':[{'reason':'x'},{'message':'y'},{'reason':"
         "'ResourceVersionTooLarge'}]}}",
         "3'm' 5{4{1'x'} 4{2'y'} 4{1'ResourceVersionTooLarge'}} 6=504", 504, true},
        {"{'kind':'Status','message':'Timeout: Too large resource version: 354, current: 293','code':504}",
         "3'Timeout: Too large resource version: 354, current: 293' 6=504", 504, true},
        {"{'kind':'Status','message':'Timeout: etcd','code':504,'details':{'causes':[{'reason':'x'}]}}",
         "3'Timeout: etcd' 5{4{1'x'}} 6=504", 504, false},
        {"{'kind':'Status','message':'old','code':410,'details':{}}", "3'old' 5{} 6=410", 410, false},
        {"{'kind':'Status','details':{'causes':{}}}", "5{4{}}", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows) * 4; i++) {
        struct input input = {.encoding = i & 1 ? KS_KUBE_JSON : KS_KUBE_PROTOBUF,
                              .stream = i & 2 ? KS_KUBE_WATCH : KS_KUBE_LIST};
        const char *status = input.encoding == KS_KUBE_JSON ? rows[i / 4].json : rows[i / 4].protobuf;
        struct ks_kube_decoder *decoder;
        struct ks_kube_refusal refusal;
        struct result result;
        struct ks_buf data;

        build_status(&data, &input, status);
        input.data = data.data;
        input.length = data.length;
        decoder = fed(&input, &result);
        refusal = ks_kube_decoder_refusal(decoder);
        assert_row_number(status, result.status, -1);
        assert_row_number(status, refusal.is_status, true);
        assert_row_number(status, refusal.code, rows[i / 4].code);
        assert_row_number(status, refusal.is_too_large, rows[i / 4].is_too_large);
        ks_kube_decoder_free(decoder);
        free_result(&result);
        ks_buf_fini(&data);
    }
}

static void what_is_no_status_is_no_refusal(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct input input = {.encoding = (enum ks_kube_encoding)encoding, .stream = KS_KUBE_LIST};
        struct ks_kube_decoder *decoder;
        struct result result;
        struct ks_buf data;

        build_list(&data, input.encoding, encoding == KS_KUBE_JSON ? SAMPLE_JSON : SAMPLE_PROTOBUF);
        input.data = data.data;
        input.length = data.length;
        decoder = fed(&input, &result);
        assert_int_equal(result.status, 0);
        assert_false(ks_kube_decoder_refusal(decoder).is_status);
        ks_kube_decoder_free(decoder);
        free_result(&result);
        ks_buf_fini(&data);
    }
}

static void a_list_of_other_objects_is_an_error(void **state)
{
    static const struct {
        const char *kind;
        bool is_ours;
    } rows[] = {{"PodList", true},   {"", true},          {"UserList", false}, {"Pod", false},
                {"NodeList", false}, {"PodLists", false}, {"Table", false}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows) * 2; i++) {
        struct input input = {.encoding = i & 1 ? KS_KUBE_JSON : KS_KUBE_PROTOBUF, .stream = KS_KUBE_LIST};
        struct result result;
        struct ks_buf data;
        char text[64];

        ks_buf_init(&data, LIMIT);
        if (input.encoding == KS_KUBE_JSON) {
            snprintf(text, sizeof text, "{'kind':'%s','items':[]}", rows[i / 2].kind);
            append_json(&data, text);
        } else {
            snprintf(text, sizeof text, "1{1'v1' 2'%s'} 2{}", rows[i / 2].kind);
            ks_buf_literal(&data, "k8s\0");
            protobuf_message(&data, text);
        }
        input.data = data.data;
        input.length = data.length;
        ks_kube_decoder_free(fed(&input, &result));
        assert_row_number(rows[i / 2].kind, result.status, rows[i / 2].is_ours ? 0 : -1);
        free_result(&result);
        ks_buf_fini(&data);
    }
}

/* After each byte of a watch: inside an event, unless it was the last byte of one. */
static void a_watch_is_inside_an_event_from_its_first_byte_to_its_last(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct input input = {.encoding = (enum ks_kube_encoding)encoding, .stream = KS_KUBE_WATCH};
        const char *pod = encoding == KS_KUBE_JSON ? "{'metadata':{'name':'p'}}" : "1{1'p'}";
        struct ks_buf data;
        size_t one;

        ks_buf_init(&data, LIMIT);
        append_event(&data, input.encoding, "ADDED", pod);
        one = data.length;
        append_event(&data, input.encoding, "ADDED", pod);
        input.data = data.data;
        for (input.length = 0; input.length <= data.length; input.length++) {
            bool is_between = input.length % one == 0;
            struct result result;
            struct ks_kube_decoder *decoder = fed(&input, &result);

            /* The line feed after a JSON event may be missing. */
            if (encoding == KS_KUBE_PROTOBUF || input.length % one != one - 1) {
                assert_int_equal(ks_kube_decoder_is_inside(decoder), !is_between);
            }
            ks_kube_decoder_free(decoder);
            free_result(&result);
        }
        ks_buf_fini(&data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_says_its_code_and_whether_our_version_is_too_large),
        cmocka_unit_test(what_is_no_status_is_no_refusal),
        cmocka_unit_test(a_list_of_other_objects_is_an_error),
        cmocka_unit_test(a_watch_is_inside_an_event_from_its_first_byte_to_its_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
