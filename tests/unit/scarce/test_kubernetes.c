/* Reading from Kubernetes, and its kubeconfig, while memory runs out. */
#include "config.h"

#include <unistd.h>

#include "support/scarce_memory.h"

#include <unistd.h>

#include "apiserver/client.h"
#include "support/kube_decode_input.h"
#include "support/kubeconfig_text.h"

#define PEM "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"

struct decoded {
    enum ks_kind kind;
    enum ks_kube_encoding encoding;
    enum ks_kube_stream stream;
    struct ks_buf data;
};

static int ignore_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)arg, (void)event, (void)object, (void)err;
    return 0;
}

static int ignore_list(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    (void)arg, (void)meta, (void)err;
    return 0;
}

/* In two parts, so that half an object has to be kept. */
static int decode_all(void *arg, struct ks_error *err)
{
    const struct decoded *decoded = arg;
    const struct ks_kube_sink sink = {ignore_object, ignore_list, NULL};
    size_t half = decoded->data.length / 2;
    struct ks_kube_decoder *decoder;
    int outcome;

    if (ks_kube_decoder_new(&decoder, decoded->kind, decoded->encoding, decoded->stream, LIMIT, sink, err)) {
        return -1;
    }
    outcome = ks_kube_decoder_feed(decoder, decoded->data.data, half, err);
    if (outcome == 0) {
        outcome = ks_kube_decoder_feed(decoder, decoded->data.data + half, decoded->data.length - half, err);
    }
    if (outcome == 0) {
        outcome = ks_kube_decoder_finish(decoder, err);
    }
    ks_kube_decoder_free(decoder);
    return outcome;
}

static void objects_are_decoded(void **state)
{
    static const struct {
        const char *name;
        enum ks_kind kind;
        const char *protobuf, *json;
    } rows[] = {
        {"a pod", KS_KIND_POD, SAMPLE_PROTOBUF, SAMPLE_JSON},
        {"a Deployment", KS_KIND_DEPLOYMENT,
         "1{1'd' 3'n'} 2{1=3 3{2{2{1'a'} 2{1'b'}}} 4{1'RollingUpdate' 2{1{1=1 3'25%'}}}} 3{2=3 6{1'Available' 2'True' "
         "4'x'}}",
         "{'metadata':{'name':'d','namespace':'n'},'spec':{'replicas':3,'template':{'spec':{'containers':"
         "[{'name':'a'},{'name':'b'}]}},'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':'25%'}}},"
         "'status':{'replicas':3,'conditions':[{'type':'Available','status':'True','reason':'x'}]}}"},
        {"a ReplicaSet", KS_KIND_REPLICASET,
         "1{1'r' 11{1'app' 2'web'}} 2{3{2{2{1'a'}}}} 3{6{1'ReplicaFailure' 2'True'}}",
         "{'metadata':{'name':'r','labels':{'app':'web'}},'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}},"
         "'status':{'conditions':[{'type':'ReplicaFailure','status':'True'}]}}"},
        {"a StatefulSet", KS_KIND_STATEFULSET, "1{1's'} 2{7{1'OnDelete'}} 3{6'a' 7'b'}",
         "{'metadata':{'name':'s'},'spec':{'updateStrategy':{'type':'OnDelete'}},'status':{'currentRevision':'a',"
         "'updateRevision':'b'}}"},
        {"a CronJob", KS_KIND_CRONJOB, "1{1'c'} 2{5{2{6{2{2{1'a'}}}}}} 3{1{1'Job'} 4{1=1}}",
         "{'metadata':{'name':'c'},'spec':{'jobTemplate':{'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}},"
         "'status':{'active':[{'kind':'Job'}],'lastScheduleTime':'1970-01-01T00:00:01Z'}}"},
        {"a budget", KS_KIND_BUDGET,
         "1{1'b'} 2{2{1{1'app' 2'web'} 2{1'env' 2'In' 3'prod' 3'test'}} 3{1=1 3'50%'}} 3{6=3}",
         "{'metadata':{'name':'b'},'spec':{'selector':{'matchLabels':{'app':'web'},'matchExpressions':[{'key':'env',"
         "'operator':'In','values':['prod','test']}]},'maxUnavailable':'50%'},'status':{'expectedPods':3}}"},
        {"a node", KS_KIND_NODE, "1{1'n'} 3{4{1'Ready' 2'True'} 4{1'DiskPressure' 2'True'}}",
         "{'metadata':{'name':'n'},'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'DiskPressure',"
         "'status':'True'}]}}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int encoding = KS_KUBE_JSON; encoding <= KS_KUBE_PROTOBUF; encoding++) {
            const char *text = encoding == KS_KUBE_JSON ? rows[i].json : rows[i].protobuf;
            struct decoded list = {.kind = rows[i].kind, .encoding = encoding, .stream = KS_KUBE_LIST};
            struct decoded watch = {.kind = rows[i].kind, .encoding = encoding, .stream = KS_KUBE_WATCH};

            build_list(&list.data, encoding, text);
            ks_buf_init(&watch.data, LIMIT);
            append_event(&watch.data, encoding, "ADDED", text);
            scarce_tell(rows[i].name, decode_all, &list);
            scarce_tell(rows[i].name, decode_all, &watch);
            ks_buf_fini(&list.data);
            ks_buf_fini(&watch.data);
        }
    }
}

static int read_kubeconfig(void *arg, struct ks_error *err)
{
    struct ks_access config;

    if (parse(&config, arg, NULL, err)) {
        return -1;
    }
    ks_access_fini(&config);
    return 0;
}

static void a_kubeconfig_is_read(void **state)
{
    char *texts[] = {
        CLUSTER("server: 'https://h:1/p', certificate-authority-data: Y2E=, tls-server-name: n"),
        CLUSTER("server: 'https://h', certificate-authority: ca.crt"),
        USER("token: hunter2, as: bob, as-uid: 7, as-groups: [a], as-user-extra: {b: [c, d]}"),
        "b: &b {server: 'https://h'}\n" CLUSTER("<<: *b, certificate-authority-data: !!binary WTJFPQ=="),
        "clusters: [{name: c, cluster: {server: 'https://h', extensions: [{name: client.authentication.k8s.io/exec,\n"
        "  extension: {a: [1, b], 2: ~}}]}}]\n"
        "users: [{name: u, user: {exec: {" V1 ", command: x, provideClusterInfo: true, installHint: i}}}]\n"
        "contexts: [{name: x, context: {cluster: c, user: u}}]\n",
        USER("client-certificate-data: Y2VydA==, client-key-data: a2V5"),
        USER("client-certificate: c.crt, client-key: c.key"),
        USER("username: u, password: hunter2, odd: 1"),
        EXEC(V1 ", command: ./plugin, args: [a, b], env: [{name: N, value: v}], provideClusterInfo: true, "
                "interactiveMode: Never"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        scarce_tell(texts[i], read_kubeconfig, texts[i]);
    }
}

static void write_pem(const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(PEM, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void on_changed(void *arg)
{
    (void)arg;
}

struct asking {
    struct ks_loop *loop;
    char folder[32], config[64], certificate[64];
};

static int ask(struct ks_kube_client *client, struct ks_error *err)
{
    const struct ks_kube_request request = {.accept = "application/json", .http = {.path = "/"}};
    struct ks_http_transfer *transfer;
    uint64_t generation;

    if (ks_kube_client_get(client, &request, &transfer, &generation, err) != KS_KUBE_STARTED) {
        return -1;
    }
    ks_http_cancel(transfer);
    return 0;
}

static int ask_twice(void *arg, struct ks_error *err)
{
    struct asking *asking = arg;
    const struct ks_access_source source = {.kubeconfig = asking->config};
    struct ks_kube_client *client;
    int outcome;

    if (ks_kube_client_new(&client, asking->loop, &source, on_changed, NULL, err)) {
        return -1;
    }
    outcome = ask(client, err);
    (void)ks_kube_client_is_outdated(client);
    outcome = outcome || ks_kube_client_reload(client, err) || ask(client, err) ? -1 : 0;
    ks_kube_client_free(client);
    return outcome;
}

static void a_client_asks_and_is_loaded_again(void **state)
{
    struct asking asking = {.folder = "/tmp/test_scarce.XXXXXX"};
    struct ks_error err;
    FILE *config;

    (void)state;
    assert_non_null(mkdtemp(asking.folder));
    snprintf(asking.config, sizeof asking.config, "%s/config", asking.folder);
    snprintf(asking.certificate, sizeof asking.certificate, "%s/pem", asking.folder);
    config = fopen(asking.config, "w");
    assert_non_null(config);
    fputs("current-context: x\n"
          "clusters: [{name: c, cluster: {server: 'https://h', certificate-authority: pem, tls-server-name: n, "
          "proxy-url: 'socks5://p'}}]\n"
          "users: [{name: u, user: {token: t, client-certificate: pem, client-key: pem}}]\n"
          "contexts: [{name: x, context: {cluster: c, user: u}}]\n",
          config);
    assert_int_equal(fclose(config), 0);
    write_pem(asking.certificate);
    assert_int_equal(ks_loop_new(&asking.loop, &err), 0);
    scarce_tell("a client", ask_twice, &asking);
    ks_loop_free(asking.loop);
    assert_int_equal(unlink(asking.config), 0);
    assert_int_equal(unlink(asking.certificate), 0);
    assert_int_equal(rmdir(asking.folder), 0);
}

static int load_access(void *arg, struct ks_error *err)
{
    struct ks_access config;

    if (ks_access_load(&config, arg, err)) {
        return -1;
    }
    ks_access_fini(&config);
    return 0;
}

static void our_access_is_loaded(void **state)
{
    static const char text[] = USER("token: hunter2, as: bob, odd: 1");
    char folder[] = "/tmp/test_kubernetes.XXXXXX";
    char path[64];
    FILE *file;
    struct ks_access_source kubeconfig = {.kubeconfig = path, .https_proxy = "p:1", .no_proxy = "a,.b"};
    struct ks_access_source pod = {
        .service_host = "h", .service_port = "1", .service_account = folder, .https_proxy = "p:1"};

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/token", folder); /* a kubeconfig, and a Pod's token */
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, sizeof text - 1, file), sizeof text - 1);
    assert_int_equal(fclose(file), 0);
    scarce_tell("a kubeconfig", load_access, &kubeconfig);
    scarce_tell("a Pod", load_access, &pod);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_decoded),
        cmocka_unit_test(a_kubeconfig_is_read),
        cmocka_unit_test(our_access_is_loaded),
        cmocka_unit_test(a_client_asks_and_is_loaded_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
