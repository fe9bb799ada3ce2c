/* Pods, from either encoding. */
#include "config.h"

#include "support/kube_decode_input.h"

#define BARE    "/p generate= version= owner=/ created=0 deleting=0"
#define UNKNOWN " phase=unknown reason= unscheduled="

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
    {"a pod of a Job that ended, with the times of its containers", KS_KIND_POD,
     "1{1'p' 7=3} 2{2{1'a'} 3'Never' 10'n' 20{1's' 24'Always'}} 3{1'Failed' "
     "8{1'a' 2{3{1=3 3'Error' 5{1=40} 6{1=50}}} 3{3{1=1 5{1=10} 6{1=20}}} 5=1 9=0} "
     "10{1's' 2{2{1{1=30 2=999}}} 3{2{1{1=25}}} 4=1 9=1}}",
     "{'metadata':{'name':'p','generation':3},'spec':{'containers':[{'name':'a'}],'restartPolicy':'Never','nodeName':"
     "'n','initContainers':[{'name':'s','restartPolicy':'Always'}]},'status':{'phase':'Failed','containerStatuses':"
     "[{'name':'a','state':{'terminated':{'exitCode':3,'reason':'Error','startedAt':'1970-01-01T00:00:40Z',"
     "'finishedAt':'1970-01-01T00:00:50Z'}},'lastState':{'terminated':{'exitCode':1,'startedAt':"
     "'1970-01-01T00:00:10Z','finishedAt':'1970-01-01T00:00:20Z'}},'restartCount':1,'started':false}],"
     "'initContainerStatuses':[{'name':'s','state':{'running':{'startedAt':'1970-01-01T00:00:30Z'}},'lastState':"
     "{'running':{'startedAt':'1970-01-01T00:00:25Z'}},'ready':true,'started':true}]}}",
     BARE
     " generation=3 phase=failed reason= unscheduled= node=n runs_to_completion=1 "
     "[regular a image= ready=0 restarts=1 waiting= terminated=1,Error,3 last= finished_at=50 last_finished_at=20] "
     "[sidecar s image= ready=1 restarts=0 waiting= terminated=0,,0 last= started=1 started_at=30]"},
    {"counts that cannot be, as they are sent", KS_KIND_POD, "1{1'p'} 2{2{1'a'}} 3{8{1'a' 5=-2147483648}}",
     "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'a'}]},'status':{'containerStatuses':[{'name':'a',"
     "'restartCount':-2147483648}]}}",
     BARE UNKNOWN " [regular a image= ready=0 restarts=-2147483648 waiting= terminated=0,,0 last=]"},
    {"times that no text can say", KS_KIND_POD,
     "1{1'p' 8{1=9223372036854775807}} 2{2{1'a'}} 3{8{1'a' 2{3{1=1 6{1=-9223372036854775808}}} 3{3{1=1 "
     "6{1=253402300800}}} "
     "5=3}}",
     "{'metadata':{'name':'p','creationTimestamp':'292277026596-12-04T15:30:07Z'},'spec':{'containers':[{'name':'a'}]},"
     "'status':{'containerStatuses':[{'name':'a','state':{'terminated':{'exitCode':1,'finishedAt':"
     "'-292277022657-01-27T08:29:52Z'}},'lastState':{'terminated':{'exitCode':1,'finishedAt':'10000-01-01T00:00:00Z'}},"
     "'restartCount':3}]}}",
     BARE UNKNOWN " [regular a image= ready=0 restarts=3 waiting= terminated=1,,1 last=]"},
    {"the first and the last time", KS_KIND_POD,
     "1{1'p' 8{1=-62167219200}} 2{2{1'a'}} 3{8{1'a' 3{3{6{1=253402300799}}}}}",
     "{'metadata':{'name':'p','creationTimestamp':'0000-01-01T00:00:00Z'},'spec':{'containers':[{'name':'a'}]},"
     "'status':{'containerStatuses':[{'name':'a','lastState':{'terminated':{'finishedAt':'9999-12-31T23:59:59Z'}}}]}}",
     "/p generate= version= owner=/ created=-62167219200 deleting=0" UNKNOWN
     " [regular a image= ready=0 restarts=0 waiting= terminated=0,,0 last= last_finished_at=253402300799]"},
    {"a pod that restarts on failure", KS_KIND_POD, "1{1'p'} 2{3'OnFailure'}",
     "{'metadata':{'name':'p'},'spec':{'restartPolicy':'OnFailure'}}", BARE UNKNOWN " runs_to_completion=1"},
    {"a pod that always restarts", KS_KIND_POD, "1{1'p'} 2{3'Always'}",
     "{'metadata':{'name':'p'},'spec':{'restartPolicy':'Always'}}", BARE UNKNOWN},
    {"a step of a workflow, hidden", KS_KIND_POD,
     "1{1'p' 12{1'kube-shields.io/hidden' 2'true'} 12{1'workflows.argoproj.io/node-name' 2'run.build(0)'} "
     "12{1'workflows.argoproj.io/node-id' 2'7'}}",
     "{'metadata':{'name':'p','annotations':{'kube-shields.io/hidden':'true','workflows.argoproj.io/node-name':"
     "'run.build(0)','workflows.argoproj.io/node-id':'7'}}}",
     BARE " hidden" UNKNOWN " step=run.build(0)"},
    {"labels, one of them without a value, one without a key", KS_KIND_POD,
     "1{1'p' 11{1'app' 2'web\xff'} 11{1'b'} 11{2'c'}}",
     "{'metadata':{'name':'p','labels':{'app':'web\xff','b':'','':'c'}}}", BARE " labels=app|web?|b||" UNKNOWN},
};

static void both_encodings_give_the_same_pod(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(objects); i++) {
        check_object(&objects[i]);
    }
}

/* Conditions, as "type status reason, type status reason" without the spaces that are not needed. */
struct conditions {
    const char *conditions;
    const char *gates;    /* separated by spaces */
    const char *expected; /* after UNKNOWN's first members */
};

static void append_conditions(struct ks_buf *protobuf, struct ks_buf *json, const char *conditions)
{
    char *copy = strdup(conditions);
    char *rest = copy;
    char *condition;
    const char *comma = "";

    assert_non_null(copy);
    while (rest && *rest && (condition = strsep(&rest, ","))) {
        const char *type = strsep(&condition, " ");
        const char *status = condition ? strsep(&condition, " ") : NULL;

        ks_buf_printf(protobuf, "2{1'%s' ", type);
        ks_buf_printf(json, "%s{'type':'%s'", comma, type);
        if (status) {
            ks_buf_printf(protobuf, "2'%s' ", status);
            ks_buf_printf(json, ",'status':'%s'", status);
        }
        if (condition) {
            ks_buf_printf(protobuf, "5'%s' ", condition);
            ks_buf_printf(json, ",'reason':'%s'", condition);
        }
        ks_buf_literal(protobuf, "} ");
        ks_buf_literal(json, "}");
        comma = ",";
    }
    free(copy);
}

static void append_gates(struct ks_buf *protobuf, struct ks_buf *json, const char *gates)
{
    char *copy = strdup(gates);
    char *rest = copy;
    const char *comma = "";

    assert_non_null(copy);
    while (rest && *rest) {
        const char *gate = strsep(&rest, " ");

        ks_buf_printf(protobuf, "28{1'%s'} ", gate);
        ks_buf_printf(json, "%s{'conditionType':'%s'}", comma, gate);
        comma = ",";
    }
    free(copy);
}

static void check_conditions(const struct conditions *row)
{
    struct ks_buf protobuf KS_CLEANUP_BUF, json KS_CLEANUP_BUF, expected KS_CLEANUP_BUF;

    ks_buf_init(&protobuf, LIMIT);
    ks_buf_init(&json, LIMIT);
    ks_buf_init(&expected, LIMIT);
    ks_buf_literal(&protobuf, "1{1'p'} 2{");
    ks_buf_literal(&json, "{'metadata':{'name':'p'},'spec':{'readinessGates':[");
    append_gates(&protobuf, &json, row->gates);
    ks_buf_literal(&protobuf, "} 3{");
    ks_buf_literal(&json, "]},'status':{'conditions':[");
    append_conditions(&protobuf, &json, row->conditions);
    ks_buf_literal(&protobuf, "}");
    ks_buf_literal(&json, "]}}");
    ks_buf_printf(&expected, BARE " phase=unknown reason= unscheduled=%s", row->expected);
    check_object(&(struct object){row->conditions, KS_KIND_POD, protobuf.data, json.data, expected.data});
}

static void conditions_say_whether_a_pod_is_ready(void **state)
{
    static const struct conditions rows[] = {
        {"", "", ""},
        {"Initialized True", "", " has_conditions=1"},
        {"Ready True", "", " has_conditions=1 ready=true"},
        {"Ready False ContainersNotReady", "", " has_conditions=1 ready=false"},
        {"Ready Unknown", "", " has_conditions=1 ready=unknown"},
        {"Ready", "", " has_conditions=1 ready=unknown"},
        {"Ready true", "", " has_conditions=1 ready=unknown"},
        {"Ready True,Ready True", "", " has_conditions=1 ready=true"},
        {"Ready True,Ready False", "", " has_conditions=1 ready=both"},
        {"Ready False,ContainersReady True,Ready Unknown", "", " has_conditions=1 ready=both containers_ready=true"},
        {"Ready True,Ready False,Ready True", "", " has_conditions=1 ready=both"},
        {"PodScheduled False SchedulingGated", "", "SchedulingGated has_conditions=1"},
        {"PodScheduled False", "", " has_conditions=1"},
        {"PodScheduled True Unschedulable", "", " has_conditions=1"},
        {"PodScheduled False Unschedulable,PodScheduled True", "", "Unschedulable has_conditions=1"},
        {"", "example.com/lb", " gate=example.com/lb"},
        {"example.com/lb True", "example.com/lb", " has_conditions=1"},
        {"example.com/lb False", "example.com/lb", " has_conditions=1 gate=example.com/lb"},
        {"example.com/lb Unknown", "example.com/lb", " has_conditions=1 gate=example.com/lb"},
        {"example.com/lb True,example.com/lb False", "example.com/lb", " has_conditions=1 gate=example.com/lb"},
        {"a True,c False,b False", "a b c", " has_conditions=1 gate=b"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_conditions(&rows[i]);
    }
}

/* JSON has an escape for a NUL, protobuf has the byte. json-c keeps only what is before a NUL in a key. */
static void a_label_with_a_nul_is_left_out(void **state)
{
    (void)state;
    for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
        struct ks_buf list;
        struct result result;
        char *at;

        build_list(&list, (enum ks_kube_encoding)encoding,
                   encoding == KS_KUBE_JSON
                       ? "{'metadata':{'name':'p','labels':{'a':'\\u0000','b':'c\\u0000d','e':'f'}}}"
                       : "1{1'p' 11{1'a' 2'@'} 11{1'b' 2'c@d'} 11{1'x@' 2'y'} 11{1'e' 2'f'}}");
        while (encoding == KS_KUBE_PROTOBUF && (at = memchr(list.data, '@', list.length))) {
            *at = '\0';
        }
        decode(&result,
               &(struct input){.encoding = (enum ks_kube_encoding)encoding, .data = list.data, .length = list.length});
        assert_int_equal(result.status, 0);
        check_text("NUL", result.text.data, "list 7\nADDED pods " BARE " labels=e|f|" UNKNOWN "\n");
        free_result(&result);
        ks_buf_fini(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_encodings_give_the_same_pod),
        cmocka_unit_test(conditions_say_whether_a_pod_is_ready),
        cmocka_unit_test(a_label_with_a_nul_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
