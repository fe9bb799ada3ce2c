#include "config.h"

#include "support/kube_decode_input.h"

static const struct object objects[] = {
    {"a running pod of a Deployment", KS_KIND_POD, SAMPLE_PROTOBUF, SAMPLE_JSON, SAMPLE_TEXT},
    {"a pod that finds no node, being deleted", KS_KIND_POD,
     "1{1'p' 9{1=1} 11{1'rollouts-pod-template-hash' 2'abc'}} 2{2{1'c'}} "
     "3{1'Pending' 2{1'Ready' 2'False' 5'No'} 2{1'PodScheduled' 2'False' 5'Unschedulable'} 4'Evicted'}",
     "{'metadata':{'name':'p','creationTimestamp':null,'deletionTimestamp':'1970-01-01T00:00:01Z','labels':"
     "{'rollouts-pod-template-hash':'abc'}},'spec':{'containers':[{'name':'c'}]},'status':{'phase':'Pending',"
     "'conditions':[{'type':'Ready','status':'False','reason':'No'},{'type':'PodScheduled','status':'False',"
     "'reason':'Unschedulable'}],'reason':'Evicted'}}",
     "/p generate= version= owner=/ created=0 deleting=1 labels=rollouts-pod-template-hash|abc| phase=pending "
     "reason=Evicted unscheduled=Unschedulable has_conditions=1 ready=false [regular c image=]"},
    {"containers that wait and that failed, statuses out of order, a status of no container", KS_KIND_POD,
     "1{1'p'} 2{2{1'a'} 2{1'b'}} 3{1'Failed' 8{1'ghost' 4=1} 8{1'b' 2{3{1=-1 3'Error'}} 5=2147483647} "
     "8{1'a' 2{1{1'CrashLoopBackOff'}}}}",
     "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'a'},{'name':'b'}]},'status':{'phase':'Failed',"
     "'containerStatuses':[{'name':'ghost','ready':true},{'name':'b','state':{'terminated':{'exitCode':-1,'reason':"
     "'Error'}},'restartCount':2147483647},{'name':'a','state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}",
     "/p generate= version= owner=/ created=0 deleting=0 phase=failed reason= unscheduled= "
     "[regular a image= ready=0 restarts=0 waiting=CrashLoopBackOff terminated=0,,0 last=] "
     "[regular b image= ready=0 restarts=2147483647 waiting= terminated=1,Error,-1 last=]"},
    {"containers with the same name, and without one", KS_KIND_POD,
     "1{1'p'} 2{2{1'a'} 2{1'a'} 2{}} 3{1'Odd' 8{1'a' 5=1} 8{1'a' 5=2} 8{5=3}}",
     "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'a'},{'name':'a'},{}]},'status':{'phase':'Odd',"
     "'containerStatuses':[{'name':'a','restartCount':1},{'name':'a','restartCount':2},{'restartCount':3}]}}",
     "/p generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled= "
     "[regular a image= ready=0 restarts=1 waiting= terminated=0,,0 last=] "
     "[regular a image= ready=0 restarts=2 waiting= terminated=0,,0 last=] "
     "[regular  image= ready=0 restarts=3 waiting= terminated=0,,0 last=]"},
    {"an init container and a container share a name", KS_KIND_POD,
     "1{1'p'} 2{2{1'a'} 20{1'a'}} 3{1'Succeeded' 8{1'a' 5=1} 10{1'a' 5=2}}",
     "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'a'}],'initContainers':[{'name':'a'}]},'status':"
     "{'phase':'Succeeded','containerStatuses':[{'name':'a','restartCount':1}],'initContainerStatuses':[{'name':'a',"
     "'restartCount':2}]}}",
     "/p generate= version= owner=/ created=0 deleting=0 phase=succeeded reason= unscheduled= "
     "[regular a image= ready=0 restarts=1 waiting= terminated=0,,0 last=] "
     "[init a image= ready=0 restarts=2 waiting= terminated=0,,0 last=]"},
    {"a pod without spec and status", KS_KIND_POD, "1{1'p'}", "{'metadata':{'name':'p'}}",
     "/p generate= version= owner=/ created=0 deleting=0 phase=unknown reason= unscheduled="},
    {"a Deployment", KS_KIND_DEPLOYMENT,
     "1{1'd' 3'n'} 2{1=3 2{} 3{1{1'x'} 2{2{1'a'} 2{1'b'} 20{1'i'} 20{1's' 24'Always'}}} 4{} 7=1} 3{2=3}",
     "{'metadata':{'name':'d','namespace':'n'},'spec':{'replicas':3,'selector':{},'template':{'metadata':{'name':'x'},"
     "'spec':{'containers':[{'name':'a'},{'name':'b'}],'initContainers':[{'name':'i'},{'name':'s','restartPolicy':"
     "'Always'}]}},'paused':true},'status':{'replicas':3}}",
     "n/d generate= version= owner=/ created=0 deleting=0 desired=3 containers=3 suspended=0 paused=1 "
     "outcome=running replicas=3 [regular a image=] [regular b image=] [init i image=] [sidecar s image=]"},
    {"a Deployment without replicas has one", KS_KIND_DEPLOYMENT, "1{1'd'} 2{}", "{'metadata':{'name':'d'},'spec':{}}",
     "/d generate= version= owner=/ created=0 deleting=0 desired=1 containers=0 suspended=0 paused=0 outcome=running"},
    {"a Deployment scaled to zero", KS_KIND_DEPLOYMENT, "1{1'd'} 2{1=0}",
     "{'metadata':{'name':'d'},'spec':{'replicas':0}}",
     "/d generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 outcome=running"},
    {"a StatefulSet", KS_KIND_STATEFULSET, "1{1's'} 2{1=2 3{2{2{1'a'}}}}",
     "{'metadata':{'name':'s'},'spec':{'replicas':2,'template':{'spec':{'containers':[{'name':'a'}]}}}}",
     "/s generate= version= owner=/ created=0 deleting=0 desired=2 containers=1 suspended=0 paused=0 outcome=running "
     "[regular a image=]"},
    {"a StatefulSet without a spec has one", KS_KIND_STATEFULSET, "1{1's'}", "{'metadata':{'name':'s'}}",
     "/s generate= version= owner=/ created=0 deleting=0 desired=1 containers=0 suspended=0 paused=0 outcome=running"},
    {"a DaemonSet", KS_KIND_DAEMONSET, "1{1's'} 2{2{2{2{1'a'}}}} 3{1=1 3=5 4=4}",
     "{'metadata':{'name':'s'},'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}},'status':"
     "{'currentNumberScheduled':1,'desiredNumberScheduled':5,'numberReady':4}}",
     "/s generate= version= owner=/ created=0 deleting=0 desired=5 containers=1 suspended=0 paused=0 outcome=running "
     "replicas=1 ready=4 [regular a image=]"},
    {"a Job that runs", KS_KIND_JOB,
     "1{1'j' 13{1'CronJob' 3'c' 6=1}} 2{1=2 2=4 6{2{2{1'a'}}} 10=0} 3{1{1'Complete' 2'False'} 4=2 5=1}",
     "{'metadata':{'name':'j','ownerReferences':[{'kind':'CronJob','name':'c','controller':true}]},'spec':"
     "{'parallelism':2,'completions':4,'template':{'spec':{'containers':[{'name':'a'}]}},'suspend':false},'status':"
     "{'conditions':[{'type':'Complete','status':'False'}],'active':2,'succeeded':1}}",
     "/j generate= version= owner=CronJob/c created=0 deleting=0 desired=2 containers=1 suspended=0 paused=0 "
     "outcome=running succeeded=1 [regular a image=]"},
    {"a Job that is complete", KS_KIND_JOB, "1{1'j'} 3{1{1'SuccessCriteriaMet' 2'True'} 1{1'Complete' 2'True'} 5=1}",
     "{'metadata':{'name':'j'},'status':{'conditions':[{'type':'SuccessCriteriaMet','status':'True'},{'type':"
     "'Complete','status':'True'}],'succeeded':1}}",
     "/j generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 outcome=complete "
     "succeeded=1"},
    {"a Job that failed, suspended", KS_KIND_JOB, "1{1'j'} 2{10=1} 3{1{1'Failed' 2'True'} 6=1}",
     "{'metadata':{'name':'j'},'spec':{'suspend':true},'status':{'conditions':[{'type':'Failed','status':'True'}],"
     "'failed':1}}",
     "/j generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=1 paused=0 outcome=failed "
     "failed=1"},
    {"a CronJob", KS_KIND_CRONJOB, "1{1'c'} 2{1'* * * * *' 4=1 5{1{} 2{1=1 6{2{2{1'a'} 2{1'b'}}}}}}",
     "{'metadata':{'name':'c'},'spec':{'schedule':'* * * * *','suspend':true,'jobTemplate':{'spec':{'parallelism':1,"
     "'template':{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}}}}}",
     "/c generate= version= owner=/ created=0 deleting=0 desired=0 containers=2 suspended=1 paused=0 outcome=running "
     "[regular a image=] [regular b image=]"},
    {"a node that is ready, cordoned", KS_KIND_NODE,
     "1{1'n'} 2{1'10.0.0.0/24' 4=1} 3{1{1'cpu'} 4{1'MemoryPressure' 2'False'} 4{1'Ready' 2'True'}}",
     "{'metadata':{'name':'n'},'spec':{'podCIDR':'10.0.0.0/24','unschedulable':true},'status':{'conditions':"
     "[{'type':'MemoryPressure','status':'False'},{'type':'Ready','status':'True'}]}}",
     "/n generate= version= owner=/ created=0 deleting=0 ready=1 unschedulable=1"},
    {"a lost node", KS_KIND_NODE, "1{1'n'} 3{4{1'Ready' 2'Unknown'}}",
     "{'metadata':{'name':'n'},'status':{'conditions':[{'type':'Ready','status':'Unknown'}]}}",
     "/n generate= version= owner=/ created=0 deleting=0 ready=0 unschedulable=0"},
    {"invalid UTF-8 becomes question marks, valid UTF-8 stays", KS_KIND_NODE,
     "1{1'n\xff\xe2\x82 \xc3\xa9\xef\xbf\xbd'}", "{'metadata':{'name':'n\xff\xe2\x82 \xc3\xa9\xef\xbf\xbd'}}",
     "/n??? \xc3\xa9\xef\xbf\xbd generate= version= owner=/ created=0 deleting=0 ready=0 unschedulable=0"},
};

static void both_encodings_give_the_same_object(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(objects); i++) {
        check_object(&objects[i]);
    }
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
        cmocka_unit_test(both_encodings_give_the_same_object),
        cmocka_unit_test(a_list_may_come_in_any_order),
        cmocka_unit_test(a_json_value_of_the_wrong_type_is_absent),
        cmocka_unit_test(times_are_rfc_3339_to_the_letter),
        cmocka_unit_test(nothing_is_truncated),
        cmocka_unit_test(kinds_have_their_plural),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
