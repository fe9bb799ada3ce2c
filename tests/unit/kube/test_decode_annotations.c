/* Annotations of controllers, templates and pods, from either encoding. */
#include "config.h"

#include "support/kube_decode_input.h"

/* Metadata with all our annotations, among those of others. */
#define ANNOTATED_PROTOBUF                                                                                             \
    "1{1'd' 12{1'app' 2'web'} 12{1'kube-shields.io/hidden' 2'true'} 12{1'kube-shields.io/label' 2'Web shop'} "         \
    "12{1'kube-shields.io/link' 2'https://shop.example/?a=b'} 12{1'kube-shields.io/color' 2'#7b42bc'} 12{1'' 2''} "    \
    "12{}}"
#define ANNOTATED_JSON                                                                                                 \
    "{'metadata':{'name':'d','annotations':{'app':'web','kube-shields.io/hidden':'true','kube-shields.io/label':"      \
    "'Web shop','kube-shields.io/link':'https://shop.example/?a=b','kube-shields.io/color':'#7b42bc','':''}}}"
#define BARE      "/d generate= version= owner=/ created=0 deleting=0"
#define ANNOTATED BARE " label=Web shop color=#7b42bc link=https://shop.example/?a=b hidden"

static void annotations_are_those_of_controllers(void **state)
{
    static const struct {
        enum ks_kind kind;
        const char *expected;
    } rows[] = {
        {KS_KIND_DEPLOYMENT, ANNOTATED " desired=1 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_REPLICASET, ANNOTATED " desired=1 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_REPLICATIONCONTROLLER, ANNOTATED " desired=1 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_STATEFULSET, ANNOTATED " desired=1 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_DAEMONSET, ANNOTATED " desired=0 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_JOB, ANNOTATED " desired=0 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_CRONJOB, ANNOTATED " desired=0 containers=0 suspended=0 paused=0 outcome=running"},
        {KS_KIND_POD, BARE " hidden phase=unknown reason= unscheduled="},
        {KS_KIND_BUDGET, BARE " expected=0 desired_healthy=0 current_healthy=0 exact=0"},
        {KS_KIND_NODE, BARE " ready=0 unschedulable=0"},
    };

    (void)state;
    assert_int_equal(COUNT(rows), KS_KIND_COUNT);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_object(&(struct object){.name = ks_kind_plural(rows[i].kind),
                                      .kind = rows[i].kind,
                                      .protobuf = ANNOTATED_PROTOBUF,
                                      .json = ANNOTATED_JSON,
                                      .expected = rows[i].expected});
    }
}

static void annotations_keep_their_rules(void **state)
{
    static const struct {
        const char *key;
        const char *value;
        size_t fill;      /* number of x after the value */
        const char *kept; /* the value that is kept, with the x; NULL if none is */
    } rows[] = {
        {"label", "", 255, "label="},
        {"label", "", 256, NULL},
        {"label", "", 0, NULL},
        {"label", "\xc3\xa9\xff", 2, "label=\xc3\xa9?"},
        {"color", "", 63, "color="},
        {"color", "", 64, NULL},
        {"link", "http://", 2041, "link=http://"},
        {"link", "http://", 2042, NULL},
        {"link", "https://", 300000, NULL},
        {"link", "HttpS://", 1, "link=HttpS://"},
        {"link", "javascript:alert()//http://", 0, NULL},
        {"link", "ftp://", 1, NULL},
        {"link", "//", 1, NULL},
        {"link", " http://", 1, NULL},
        {"link", "http:/", 1, NULL},
        {"hidden", "true", 0, "hidden"},
        {"hidden", "true", 1, NULL},
        {"hidden", "True", 0, NULL},
        {"hidden", "false", 0, NULL},
        {"hidden", "1", 0, NULL},
        {"labels", "", 1, NULL},
        {"labe", "", 1, NULL},
        {"Label", "", 1, NULL},
        {"a-key-that-is-longer-than-all-others", "", 300000, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct object object = {.name = rows[i].value, .kind = KS_KIND_DEPLOYMENT};
        struct ks_buf protobuf, json, expected;
        char *fill = malloc(rows[i].fill + 1);

        assert_non_null(fill);
        memset(fill, 'x', rows[i].fill);
        fill[rows[i].fill] = '\0';
        ks_buf_init(&protobuf, LIMIT);
        ks_buf_init(&json, LIMIT);
        ks_buf_init(&expected, LIMIT);
        ks_buf_printf(&protobuf, "1{1'd' 12{1'kube-shields.io/%s' 2'%s%s'}}", rows[i].key, rows[i].value, fill);
        ks_buf_printf(&json, "{'metadata':{'name':'d','annotations':{'kube-shields.io/%s':'%s%s'}}}", rows[i].key,
                      rows[i].value, fill);
        ks_buf_printf(&expected, BARE "%s%s%s desired=1 containers=0 suspended=0 paused=0 outcome=running",
                      rows[i].kept ? " " : "", rows[i].kept ? rows[i].kept : "", rows[i].kept ? fill : "");
        object.protobuf = protobuf.data;
        object.json = json.data;
        object.expected = expected.data;
        check_object(&object);
        ks_buf_fini(&protobuf);
        ks_buf_fini(&json);
        ks_buf_fini(&expected);
        free(fill);
    }
}

static void the_last_of_two_equal_annotations_counts(void **state)
{
    static const struct object rows[] = {
        {"another value", KS_KIND_CRONJOB,
         "1{1'd' 12{1'kube-shields.io/label' 2'a'} 12{9=1 2'b' 1'x' 1'kube-shields.io/label'}}",
         "{'metadata':{'name':'d','annotations':{'kube-shields.io/label':'a','kube-shields.io/label':'b'}}}",
         BARE " label=b desired=0 containers=0 suspended=0 paused=0 outcome=running"},
        {"no value", KS_KIND_CRONJOB, "1{1'd' 12{1'kube-shields.io/label' 2'a'} 12{1'kube-shields.io/label'}}",
         "{'metadata':{'name':'d','annotations':{'kube-shields.io/label':'a','kube-shields.io/label':''}}}",
         BARE " desired=0 containers=0 suspended=0 paused=0 outcome=running"},
        {"a value that does not count", KS_KIND_CRONJOB,
         "1{1'd' 12{1'kube-shields.io/link' 2'http://a'} 12{1'kube-shields.io/link' 2'a'} "
         "12{1'kube-shields.io/hidden' 2'true'} 12{1'kube-shields.io/hidden' 2'nonsense'}}",
         "{'metadata':{'name':'d','annotations':{'kube-shields.io/link':'http://a','kube-shields.io/link':'a',"
         "'kube-shields.io/hidden':'true','kube-shields.io/hidden':'nonsense'}}}",
         BARE " desired=0 containers=0 suspended=0 paused=0 outcome=running"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_object(&rows[i]);
    }
}

static void a_step_keeps_its_rule(void **state)
{
    static const struct {
        size_t length;
        bool is_kept;
    } rows[] = {{0, false}, {1, true}, {2048, true}, {2049, false}, {300000, false}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf protobuf KS_CLEANUP_BUF, json KS_CLEANUP_BUF, expected KS_CLEANUP_BUF;
        char *step = malloc(rows[i].length + 1);

        assert_non_null(step);
        memset(step, 'x', rows[i].length);
        step[rows[i].length] = '\0';
        ks_buf_init(&protobuf, LIMIT);
        ks_buf_init(&json, LIMIT);
        ks_buf_init(&expected, LIMIT);
        ks_buf_printf(&protobuf, "1{1'd' 12{1'workflows.argoproj.io/node-name' 2'%s'}}", step);
        ks_buf_printf(&json, "{'metadata':{'name':'d','annotations':{'workflows.argoproj.io/node-name':'%s'}}}", step);
        ks_buf_printf(&expected, BARE " phase=unknown reason= unscheduled=%s%s", rows[i].is_kept ? " step=" : "",
                      rows[i].is_kept ? step : "");
        check_object(&(struct object){"a step", KS_KIND_POD, protobuf.data, json.data, expected.data});
        free(step);
    }
}

static void a_template_can_only_hide(void **state)
{
    static const struct {
        const char *of_controller, *of_template;
        bool is_hidden;
    } rows[] = {
        {"", "true", true},        {"true", "", true},   {"false", "true", true}, {"true", "false", true},
        {"false", "false", false}, {"", "truex", false}, {"", "True", false},     {"", "", false},
    };
    static const struct {
        enum ks_kind kind;
        const char *protobuf, *protobuf_end; /* around the template, in the spec */
        const char *json, *json_end;
        int desired;
    } kinds[] = {
        {KS_KIND_DEPLOYMENT, "3{", "}", "'template':{", "}", 1},
        {KS_KIND_REPLICASET, "3{", "}", "'template':{", "}", 1},
        {KS_KIND_REPLICATIONCONTROLLER, "3{", "}", "'template':{", "}", 1},
        {KS_KIND_STATEFULSET, "3{", "}", "'template':{", "}", 1},
        {KS_KIND_DAEMONSET, "2{", "}", "'template':{", "}", 0},
        {KS_KIND_JOB, "6{", "}", "'template':{", "}", 0},
        {KS_KIND_CRONJOB, "5{2{6{", "}}}", "'jobTemplate':{'spec':{'template':{", "}}}", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows) * COUNT(kinds); i++) {
        size_t row = i / COUNT(kinds), kind = i % COUNT(kinds);
        char protobuf[500], json[500], expected[200];

        snprintf(protobuf, sizeof protobuf,
                 "1{1'd' 12{1'kube-shields.io/hidden' 2'%s'}} 2{%s1{12{1'kube-shields.io/hidden' 2'%s'}}%s}",
                 rows[row].of_controller, kinds[kind].protobuf, rows[row].of_template, kinds[kind].protobuf_end);
        snprintf(json, sizeof json,
                 "{'metadata':{'name':'d','annotations':{'kube-shields.io/hidden':'%s'}},'spec':{%s'metadata':"
                 "{'annotations':{'kube-shields.io/hidden':'%s'}}%s}}",
                 rows[row].of_controller, kinds[kind].json, rows[row].of_template, kinds[kind].json_end);
        snprintf(expected, sizeof expected, BARE "%s desired=%d containers=0 suspended=0 paused=0 outcome=running",
                 rows[row].is_hidden ? " hidden" : "", kinds[kind].desired);
        check_object(&(struct object){protobuf, kinds[kind].kind, protobuf, json, expected});
    }
}

/* With a NUL: JSON has an escape for it, protobuf has the byte. */
static void an_annotation_with_a_nul_is_absent(void **state)
{
    struct ks_buf list;
    struct result result;

    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        build_list(&list, (enum ks_kube_encoding)encoding,
                   encoding == KS_KUBE_JSON
                       ? "{'metadata':{'name':'d','annotations':{'kube-shields.io/label':'a\\u0000b'}}}"
                       : "1{1'd' 12{1'kube-shields.io/label' 2'a@b'}}");
        if (encoding == KS_KUBE_PROTOBUF) {
            *(char *)memchr(list.data, '@', list.length) = '\0';
        }
        decode(&result, &(struct input){.kind = KS_KIND_JOB,
                                        .encoding = (enum ks_kube_encoding)encoding,
                                        .data = list.data,
                                        .length = list.length});
        assert_int_equal(result.status, 0);
        check_text("NUL", result.text.data,
                   "list 7\nADDED jobs " BARE " desired=0 containers=0 suspended=0 paused=0 outcome=running\n");
        free_result(&result);
        ks_buf_fini(&list);
    }
}

static void a_malformed_annotation_is_an_error_where_annotations_are_read(void **state)
{
    static const struct {
        enum ks_kind kind;
        const char *object;
        int status;
    } rows[] = {
        {KS_KIND_DEPLOYMENT, "1{1'd' 12'\x0a\x7f'}", -1},
        {KS_KIND_DEPLOYMENT, "1{1'd' 12=5}", -1},
        {KS_KIND_POD, "1{1'd' 12'\x0a\x7f'}", -1},
        {KS_KIND_POD, "1{1'd' 11'\x0a\x7f'}", -1},
        {KS_KIND_DEPLOYMENT, "1{1'd'} 2{3{1{12'\x0a\x7f'}}}", -1},
        {KS_KIND_DEPLOYMENT, "1{1'd' 11'\x0a\x7f'}", 0},
        {KS_KIND_NODE, "1{1'd' 11'\x0a\x7f' 12'\x0a\x7f'}", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf list;
        struct result result;

        build_list(&list, KS_KUBE_PROTOBUF, rows[i].object);
        decode(&result,
               &(struct input){
                   .kind = rows[i].kind, .encoding = KS_KUBE_PROTOBUF, .data = list.data, .length = list.length});
        assert_int_equal(result.status, rows[i].status);
        if (result.status < 0) {
            assert_int_equal(result.error.kind, KS_ERROR_PROTOCOL);
        }
        free_result(&result);
        ks_buf_fini(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(annotations_are_those_of_controllers),
        cmocka_unit_test(annotations_keep_their_rules),
        cmocka_unit_test(the_last_of_two_equal_annotations_counts),
        cmocka_unit_test(a_step_keeps_its_rule),
        cmocka_unit_test(a_template_can_only_hide),
        cmocka_unit_test(an_annotation_with_a_nul_is_absent),
        cmocka_unit_test(a_malformed_annotation_is_an_error_where_annotations_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
