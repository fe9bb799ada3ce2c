#include "config.h"

#include "support/kube_decode_input.h"

static void invalid_utf_8_becomes_question_marks(void **state)
{
    (void)state;
    check_object(&(struct object){
        "UTF-8", KS_KIND_NODE, "1{1'n\xff\xe2\x82 \xc3\xa9\xef\xbf\xbd'}",
        "{'metadata':{'name':'n\xff\xe2\x82 \xc3\xa9\xef\xbf\xbd'}}",
        "/n??? \xc3\xa9\xef\xbf\xbd generate= version= owner=/ created=0 deleting=0 ready=0 unschedulable=0"});
}

static void a_list_may_come_in_any_order(void **state)
{
    static const struct {
        enum ks_kube_encoding encoding;
        const char *text;
        const char *names; /* of the nodes, in order, and "list" */
    } rows[] = {
        {KS_KUBE_JSON, " { 'items' : [ {'metadata':{'name':'a'}} , {'metadata':{'name':'b'}} ] , 'metadata' : {} } ",
         "a b list"},
        {KS_KUBE_JSON, "{'x':[1,{'items':[{}]},'}\\''],'y':-1.5e3,'z':null,'metadata':{},'items':[]}", "list"},
        {KS_KUBE_JSON, "{'metadata':{},'items':null}", "list"},
        {KS_KUBE_JSON, "{'\\u0069tems':[{'metadata':{'name':'a]}'}}],'kind':'NodeList'}", "a]}"},
        {KS_KUBE_JSON, "{'metadata':1,'items':{},'kind':[]}", ""},
        {KS_KUBE_PROTOBUF, "2{2{1{1'a'}} 1{2'7'} 2{1{1'b'}}}", "a list b"},
        {KS_KUBE_PROTOBUF,
         "9:8 9:4 9=-1 9'x' 1{1'v1' 2'NodeList'} 2{9:8 9:4 9=-1 9'x' 9'' 2{1{1'a'} 9'x' 9=5} 1{}} 3''", "a list"},
        {KS_KUBE_PROTOBUF, "2{1{2'7'}}", "list"},
        {KS_KUBE_PROTOBUF, "2{}", ""},
        {KS_KUBE_PROTOBUF, "2{1{} 2{3{} 1{15{} 1'old'} 1{1'a' 8{3=1} 900'x'}}} 4'x'", "list a"},
    };
    static const size_t cuts[] = {0, 1, 2, 3, 7};

    (void)state;
    for (size_t i = 0; i < COUNT(rows) * COUNT(cuts); i++) {
        size_t row = i / COUNT(cuts);
        struct result result;
        struct ks_buf data, names;
        char *line, *rest;

        ks_buf_init(&data, LIMIT);
        ks_buf_init(&names, LIMIT);
        if (rows[row].encoding == KS_KUBE_JSON) {
            append_json(&data, rows[row].text);
        } else {
            ks_buf_literal(&data, "k8s\0");
            protobuf_message(&data, rows[row].text);
        }
        decode(&result, &(struct input){.kind = KS_KIND_NODE,
                                        .encoding = rows[row].encoding,
                                        .data = data.data,
                                        .length = data.length,
                                        .cut = cuts[i % COUNT(cuts)]});
        if (result.status < 0) {
            fail_msg("%s: %s", rows[row].text, result.error.text);
        }
        rest = result.text.data;
        while (*rest && (line = strsep(&rest, "\n")) && *line) {
            const char *name = strncmp(line, "list", 4) == 0 ? "list" : strchr(line, '/') + 1;

            ks_buf_printf(&names, "%s%.*s", names.length ? " " : "", (int)strcspn(name, " "), name);
        }
        check_text(rows[row].text, names.data, rows[row].names);
        ks_buf_fini(&names);
        ks_buf_fini(&data);
        free_result(&result);
    }
}

static void a_json_value_of_the_wrong_type_is_absent(void **state)
{
    static const struct {
        enum ks_kind kind;
        const char *json;
        const char *expected;
    } rows[] = {
        {KS_KIND_POD,
         "{'metadata':{'name':'p','namespace':1,'generateName':[],'resourceVersion':{},'creationTimestamp':5,"
         "'deletionTimestamp':true,'labels':{'pod-template-hash':7},'ownerReferences':{'controller':true}},'spec':"
         "{'containers':'x','initContainers':{'name':'i'}},'status':{'phase':2,'reason':false,'conditions':"
         "[1,{'type':'PodScheduled','status':false}],'containerStatuses':['x',{'name':3}]}}",
         "/p generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled= has_conditions=1"},
        {KS_KIND_POD,
         "{'metadata':{'name':'p','labels':'x','ownerReferences':[null,{'controller':'true','name':'o'}]},"
         "'spec':{'containers':[null,5,{'name':'c','image':1}],'initContainers':[[]]},'status':{'containerStatuses':"
         "[{'name':'c','ready':'true','restartCount':2147483648,'state':{'terminated':true,'waiting':'x'},"
         "'lastState':[]}]}}",
         "/p generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled= "
         "[regular c image= ready=0 restarts=2147483647 waiting= terminated=0,,0 last=]"},
        {KS_KIND_POD, "{'metadata':{'name':'p'},'spec':1,'status':[]}",
         "/p generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled="},
        {KS_KIND_DEPLOYMENT,
         "{'metadata':{'name':'d'},'spec':{'replicas':'3','paused':1,'template':{'spec':{'containers':[1,{}],"
         "'initContainers':[{'restartPolicy':1},null]}}}}",
         "/d generate= version= owner=/ created=0 deleting=0 desired=1 containers=1 suspended=0 paused=0 "
         "outcome=running [regular  image=] [init  image=]"},
        {KS_KIND_STATEFULSET, "{'metadata':{'name':'d'},'spec':{'replicas':1e1,'template':[]}}",
         "/d generate= version= owner=/ created=0 deleting=0 desired=1 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_DAEMONSET, "{'metadata':{'name':'d'},'status':{'desiredNumberScheduled':99999999999999999999}}",
         "/d generate= version= owner=/ created=0 deleting=0 desired=2147483647 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_JOB,
         "{'metadata':{'name':'j','annotations':{'kube-shields.io/label':1,'kube-shields.io/link':['http://a'],"
         "'kube-shields.io/color':null,'kube-shields.io/hidden':true}}}",
         "/j generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_JOB, "{'metadata':{'name':'j','annotations':'kube-shields.io/label'}}",
         "/j generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_POD,
         "{'metadata':{'name':'p','generation':'3','labels':{'a':1,'b':null,'c':'d'},'annotations':"
         "{'workflows.argoproj.io/node-name':7,'kube-shields.io/hidden':true}},'spec':{'restartPolicy':1,'nodeName':[],"
         "'readinessGates':{'conditionType':'x'}},'status':{'conditions':[{'type':'Ready','status':true},[],"
         "{'status':'True'},{'type':1}]}}",
         "/p generate= version= owner=/ created=0 deleting=0 labels=c|d| phase=unknown reason= unscheduled= "
         "has_conditions=1 ready=unknown"},
        {KS_KIND_POD,
         "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c'}],'readinessGates':[1,{},{'conditionType':2}]},"
         "'status':{'conditions':{'type':'Ready','status':'True'},'containerStatuses':[{'name':'c','started':1,'state':"
         "{'running':{'startedAt':5},'terminated':{'exitCode':-99999999999,'finishedAt':null}},'lastState':"
         "{'terminated':{'finishedAt':'yesterday'}},'restartCount':1e300}]}}",
         "/p generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled= "
         "[regular c image= ready=0 restarts=2147483647 waiting= terminated=1,,-2147483648 last=]"},
        {KS_KIND_DEPLOYMENT,
         "{'metadata':{'name':'d'},'spec':{'replicas':-99999999999,'minReadySeconds':2.5,'strategy':{'type':1,"
         "'rollingUpdate':{'maxUnavailable':true,'maxSurge':99999999999}},'template':{'metadata':{'annotations':"
         "{'kube-shields.io/hidden':true}}}},'status':{'observedGeneration':'4','replicas':1e99,'updatedReplicas':"
         "-1e99,'readyReplicas':'3','availableReplicas':null,'conditions':[{'type':'Available','status':true}]}}",
         "/d generate= version= owner=/ created=0 deleting=0 desired=-2147483648 containers=0 suspended=0 paused=0 "
         "outcome=running max_surge=2147483647 replicas=2147483647 updated=-2147483648 is_available=unknown"},
        {KS_KIND_REPLICASET, "{'metadata':{'name':'d'},'spec':[],'status':{'conditions':'ReplicaFailure'}}",
         "/d generate= version= owner=/ created=0 deleting=0 desired=1 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_STATEFULSET,
         "{'metadata':{'name':'d'},'spec':{'updateStrategy':{'rollingUpdate':{'partition':'1'}}},'status':"
         "{'currentRevision':1,'updateRevision':'b'}}",
         "/d generate= version= owner=/ created=0 deleting=0 desired=1 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_JOB,
         "{'metadata':{'name':'j'},'spec':{'suspend':1,'activeDeadlineSeconds':'600'},'status':{'active':"
         "99999999999,'startTime':7,'completionTime':'soon','conditions':[{'type':'Failed','status':true}]}}",
         "/j generate= version= owner=/ created=0 deleting=0 desired=2147483647 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        {KS_KIND_CRONJOB,
         "{'metadata':{'name':'c'},'spec':{'jobTemplate':[]},'status':{'active':{'name':'x'},'lastScheduleTime':1,"
         "'lastSuccessfulTime':{}}}",
         "/c generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 "
         "outcome=running"},
        /* A selector of the wrong type must not match more than it was meant to. */
        {KS_KIND_BUDGET,
         "{'metadata':{'name':'b'},'spec':{'minAvailable':{},'selector':{'matchLabels':{'app':1,'env':'x'},"
         "'matchExpressions':[5,{'key':1},{'key':'a','operator':[]},{'key':'b','operator':'NotIn','values':['c',6]},"
         "{'key':'d','operator':'NotIn','values':'e'}]}},'status':{'expectedPods':'4','desiredHealthy':99999999999}}",
         "/b generate= version= owner=/ created=0 deleting=0 expected=0 desired_healthy=2147483647 current_healthy=0 "
         "exact=0 selector=app||1||env|In|1|x|?||0|?||0|a||0|b||2|c||d||0|"},
        {KS_KIND_BUDGET, "{'metadata':{'name':'b'},'spec':{'selector':'app=web'}}",
         "/b generate= version= owner=/ created=0 deleting=0 expected=0 desired_healthy=0 current_healthy=0 exact=0"},
        {KS_KIND_NODE, "{'metadata':{'name':'n'},'spec':{'unschedulable':'true'},'status':{'conditions':{}}}",
         "/n generate= version= owner=/ created=0 deleting=0 ready=0 unschedulable=0"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf list;
        struct result result;
        char *expected;

        build_list(&list, KS_KUBE_JSON, rows[i].json);
        decode(&result, &(struct input){.kind = rows[i].kind, .data = list.data, .length = list.length});
        if (result.status < 0) {
            fail_msg("%s: %s", rows[i].json, result.error.text);
        }
        assert_true(asprintf(&expected, "list 7\nADDED %s %s\n", ks_kind_plural(rows[i].kind), rows[i].expected) > 0);
        check_text(rows[i].json, result.text.data, expected);
        free(expected);
        free_result(&result);
        ks_buf_fini(&list);
    }
}

static void times_are_rfc_3339_to_the_letter(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {
        {"2016-01-02T03:04:05Z", 1451703845},
        {"2016-01-02T03:04:05.9Z", 1451703845},
        {"2016-01-02T03:04:05.123456789Z", 1451703845},
        {"2016-01-02T05:34:05+02:30", 1451703845},
        {"2016-01-01T19:04:05.5-08:00", 1451703845},
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2000-02-29T12:00:00Z", 951825600},
        {"2038-01-19T03:14:08Z", 2147483648},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"0001-01-01T00:00:00Z", -62135596800},
        {"0000-03-01T00:00:00Z", -62162035200},
        {"0000-01-01T00:00:00Z", -62167219200},
        {"", 0},
        {"2016", 0},
        {"2016-01-02", 0},
        {"2016-01-02T03:04:05", 0},
        {"2016-01-02 03:04:05Z", 0},
        {"2016-01-02t03:04:05z", 0},
        {"2016-01-02T03:04:05Zx", 0},
        {"2016-01-02T03:04:05.Z", 0},
        {"2016-01-02T03:04:05+2:30", 0},
        {"2016-01-02T03:04:05+0230", 0},
        {"2016-01-02T03:04:05+24:00", 0},
        {"2016-01-02T03:04:05+00:60", 0},
        {"2016-1-02T03:04:05Z", 0},
        {"2016-00-02T03:04:05Z", 0},
        {"2016-13-02T03:04:05Z", 0},
        {"2016-01-00T03:04:05Z", 0},
        {"2016-04-31T03:04:05Z", 0},
        {"2015-02-29T03:04:05Z", 0},
        {"1900-02-29T03:04:05Z", 0},
        {"2016-01-02T24:00:00Z", 0},
        {"2016-01-02T23:60:00Z", 0},
        {"2016-01-02T23:59:60Z", 0},
        {"-016-01-02T03:04:05Z", 0},
        {"+016-01-02T03:04:05Z", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf list;
        struct result result;
        char object[200];
        char expected[200];

        snprintf(object, sizeof object, "{'metadata':{'name':'n','creationTimestamp':'%s'}}", rows[i].text);
        snprintf(expected, sizeof expected,
                 "list 7\nADDED nodes /n generate= version= owner=/ created=%" PRId64
                 " deleting=0 ready=0 unschedulable=0\n",
                 rows[i].seconds);
        build_list(&list, KS_KUBE_JSON, object);
        decode(&result, &(struct input){.kind = KS_KIND_NODE, .data = list.data, .length = list.length});
        assert_int_equal(result.status, 0);
        check_text(rows[i].text, result.text.data, expected);
        free_result(&result);
        ks_buf_fini(&list);
    }
}

static void nothing_is_truncated(void **state)
{
    enum {
        CONTAINERS = 3000,
        LABELS = 1000
    };

    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        bool json = encoding == KS_KUBE_JSON;
        struct ks_buf object, list;
        struct result result;

        ks_buf_init(&object, LIMIT);
        ks_buf_printf(&object, json ? "{'metadata':{'name':'%0300d','labels':{" : "1{1'%0300d' ", 7);
        for (int i = 0; i < LABELS; i++) {
            ks_buf_printf(&object, json ? "'l%d':''," : "11{1'l%d' 2''} ", i);
        }
        ks_buf_printf(&object, "%s", json ? "'z':''}},'spec':{'containers':[" : "} 2{");
        for (int i = 0; i < CONTAINERS; i++) {
            ks_buf_printf(&object, json ? "%s{'name':'c%d'}" : "%s2{1'c%d'} ", json && i ? "," : "", i);
        }
        ks_buf_printf(&object, "%s", json ? "]},'status':{'containerStatuses':[" : "} 3{");
        for (int i = CONTAINERS - 1; i >= 0; i--) {
            ks_buf_printf(&object, json ? "{'name':'c%d','restartCount':%d}%s" : "8{1'c%d' 5=%d} %s", i, i,
                          json && i ? "," : "");
        }
        ks_buf_printf(&object, "%s", json ? "]}}" : "}");
        build_list(&list, (enum ks_kube_encoding)encoding, object.data);
        decode(&result,
               &(struct input){.encoding = (enum ks_kube_encoding)encoding, .data = list.data, .length = list.length});
        assert_int_equal(result.status, 0);
        assert_non_null(strstr(result.text.data, "0000007 "));
        assert_non_null(strstr(result.text.data, "[regular c0 image= ready=0 restarts=0 "));
        assert_non_null(strstr(result.text.data, "[regular c2999 image= ready=0 restarts=2999 "));
        free_result(&result);
        ks_buf_fini(&object);
        ks_buf_fini(&list);
    }
}

static void kinds_have_their_plural(void **state)
{
    static const char *const plurals[] = {
        "pods",       "deployments", "replicasets", "replicationcontrollers", "statefulsets",
        "daemonsets", "jobs",        "cronjobs",    "poddisruptionbudgets",   "nodes"};

    (void)state;
    assert_int_equal(COUNT(plurals), KS_KIND_COUNT);
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        assert_string_equal(ks_kind_plural((enum ks_kind)kind), plurals[kind]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_utf_8_becomes_question_marks),
        cmocka_unit_test(a_list_may_come_in_any_order),
        cmocka_unit_test(a_json_value_of_the_wrong_type_is_absent),
        cmocka_unit_test(times_are_rfc_3339_to_the_letter),
        cmocka_unit_test(nothing_is_truncated),
        cmocka_unit_test(kinds_have_their_plural),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
