/* Decodes the same list of pods in both encodings alternately, and compares: bench_kube_decode [PODS [ROUNDS]]
 * A pod has about 10 kB in JSON, most of it managedFields, annotations and volumes, as in a cluster. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/ignore_list_meta.h"
#include "support/protobuf_text.h"
#include "kube/decode.h"

#define INPUT_LIMIT  ((size_t)1 << 30)
#define OBJECT_LIMIT ((size_t)4 << 20)
#define CHUNK        16384 /* what libcurl hands over */
#define FILLERS      40

static const char filler[] = "f:the-quick-brown-fox.jumps/over-the-lazy-dog: {\\n} apps/v1 kubelet Update "
                             "2026-01-02T03:04:05Z and the managed fields of another controller as JSON text";

#define JSON_CONDITION(type)                                                                                           \
    "{\"type\":\"" type "\",\"status\":\"True\",\"lastProbeTime\":null,\"lastTransitionTime\":\"2026-01-02T03:04:"     \
    "05Z\"}"
#define PROTOBUF_CONDITION(type) "2{1'" type "' 2'True' 4{1=1767323045}} "

static void append_json_pod(struct ks_buf *out, int i)
{
    ks_buf_printf(out,
                  "{\"metadata\":{\"name\":\"web-%d-7d4b9c-x2x\",\"generateName\":\"web-%d-7d4b9c-\",\"namespace\":"
                  "\"shop\",\"uid\":\"3b1f0c1e-0000-4000-8000-00000000%04x\",\"resourceVersion\":\"%d\","
                  "\"creationTimestamp\":\"2026-01-02T03:04:05Z\",\"labels\":{\"app\":\"web\",\"pod-template-hash\":"
                  "\"7d4b9c\",\"app.kubernetes.io/part-of\":\"shop\",\"team\":\"payments\"},\"annotations\":{",
                  i, i, (unsigned)i & 0xffff, i);
    for (int j = 0; j < FILLERS; j++) {
        ks_buf_printf(out, "%s\"note-%d\":\"%s\"", j ? "," : "", j, filler);
    }
    ks_buf_printf(
        out,
        "},\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":"
        "\"web-%d-7d4b9c\",\"uid\":\"3b1f\",\"controller\":true}],\"managedFields\":[{\"manager\":\"kubelet\","
        "\"fieldsV1\":{",
        i);
    for (int j = 0; j < FILLERS / 2; j++) {
        ks_buf_printf(out, "%s\"f:field-%d\":{\".\":{},\"f:value\":{},\"f:other\":{\"%.60s\":{}}}", j ? "," : "", j,
                      "k:{type:PodScheduled,port:8080,protocol:TCP,name:http-metrics-and-more}");
    }
    ks_buf_literal(
        out,
        "}}]},\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"registry.example/web:1.2.3\",\"env\":"
        "[{\"name\":\"A\",\"value\":\"b\"}]},{\"name\":\"side\",\"image\":\"side:1\"}],\"restartPolicy\":\"Always\","
        "\"nodeName\":\"n1\"},"
        "\"status\":{\"phase\":\"Running\",\"conditions\":[" JSON_CONDITION("Initialized") "," JSON_CONDITION(
            "Ready") "," JSON_CONDITION("ContainersReady") "," JSON_CONDITION("PodScheduled") "],\"containerStatuses\":"
                                                                                              "[{\"name\":\"main\","
                                                                                              "\"state\":"
                                                                                              "{\"running\":{"
                                                                                              "\"startedAt\":\"2026-01-"
                                                                                              "02T03:04:05Z\"}},"
                                                                                              "\"lastState\":{"
                                                                                              "\"terminated\":{"
                                                                                              "\"exitCode\":1,"
                                                                                              "\"reason\":\"Error\","
                                                                                              "\"finishedAt\":\"2026-"
                                                                                              "01-02T03:04:05Z\"}},"
                                                                                              "\"ready\":true,"
                                                                                              "\"restartCount\":1,"
                                                                                              "\"started\":true,"
                                                                                              "\"image\":\"i\"},{"
                                                                                              "\"name\":\"side\","
                                                                                              "\"state\":{\"running\":{"
                                                                                              "}},\"ready\":true,"
                                                                                              "\"restartCount\":0}]}}");
}

/* The notation of protobuf_text.h; managedFields carry their JSON as bytes, as the API server sends them. */
static void append_protobuf_pod(struct ks_buf *out, struct ks_buf *text, int i)
{
    ks_buf_reset(text);
    ks_buf_printf(text,
                  "2{1{1'web-%d-7d4b9c-x2x' 2'web-%d-7d4b9c-' 3'shop' 5'3b1f0c1e-0000-4000-8000-00000000%04x' 6'%d' "
                  "8{1=1767323045} 11{1'app' 2'web'} 11{1'pod-template-hash' 2'7d4b9c'} "
                  "11{1'app.kubernetes.io/part-of' 2'shop'} 11{1'team' 2'payments'} ",
                  i, i, (unsigned)i & 0xffff, i);
    for (int j = 0; j < FILLERS; j++) {
        ks_buf_printf(text, "12{1'note-%d' 2'%s'} ", j, filler);
    }
    ks_buf_printf(text, "13{1'ReplicaSet' 3'web-%d-7d4b9c' 4'3b1f' 5'apps/v1' 6=1} 17{1'kubelet' 7{1'", i);
    for (int j = 0; j < FILLERS / 2; j++) {
        ks_buf_printf(text, "%s\"f:field-%d\":{\".\":{},\"f:value\":{},\"f:other\":{\"%.60s\":{}}}", j ? "," : "", j,
                      "k:{type:PodScheduled,port:8080,protocol:TCP,name:http-metrics-and-more}");
    }
    ks_buf_literal(
        text, "'}}} 2{2{1'main' 2'registry.example/web:1.2.3' 7{1'A' 2'b'}} 2{1'side' 2'side:1'} 3'Always' 10'n1'} "
              "3{1'Running' " PROTOBUF_CONDITION("Initialized") PROTOBUF_CONDITION("Ready")
                  PROTOBUF_CONDITION("ContainersReady") PROTOBUF_CONDITION(
                      "PodScheduled") "8{1'main' 2{2{1{1=1767323045}}} 3{3{1=1 3'Error' 6{1=1767323045}}} 4=1 "
                                      "5=1 6'i' 9=1} 8{1'side' 2{2{}} 4=1 5=0}}}");
    protobuf_message(out, text->data);
}

static void build(struct ks_buf *json, struct ks_buf *protobuf, int pods)
{
    struct ks_buf list, text;

    ks_buf_init(&list, INPUT_LIMIT);
    ks_buf_init(&text, INPUT_LIMIT);
    ks_buf_literal(json,
                   "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[");
    protobuf_message(&list, "1{2'1'}");
    for (int i = 0; i < pods; i++) {
        if (i) {
            ks_buf_literal(json, ",");
        }
        append_json_pod(json, i);
        append_protobuf_pod(&list, &text, i);
    }
    ks_buf_literal(json, "]}\n");
    ks_buf_literal(protobuf, "k8s\0");
    protobuf_message(protobuf, "1{1'v1' 2'PodList'}");
    protobuf_bytes(protobuf, 2, list.data, list.length);
    ks_buf_fini(&text);
    ks_buf_fini(&list);
}

static int count_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)event;
    (void)err;
    *(size_t *)arg += object->pod.container_count;
    return 0;
}

/* Seconds. */
static double decode(const struct ks_buf *input, enum ks_kube_encoding encoding, size_t *containers)
{
    struct ks_kube_decoder *decoder;
    struct ks_kube_sink sink = {count_object, ignore_list_meta, containers};
    struct timespec begin, end;
    struct ks_error err;
    int status;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    status = ks_kube_decoder_new(&decoder, KS_KIND_POD, encoding, KS_KUBE_LIST, OBJECT_LIMIT, sink, &err);
    for (size_t i = 0; status == 0 && i < input->length; i += CHUNK) {
        status =
            ks_kube_decoder_feed(decoder, input->data + i, input->length - i < CHUNK ? input->length - i : CHUNK, &err);
    }
    if (status < 0 || ks_kube_decoder_finish(decoder, &err) < 0) {
        fprintf(stderr, "bench_kube_decode: %s\n", err.text);
        exit(1);
    }
    ks_kube_decoder_free(decoder);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"json", "protobuf"};
    int pods = argc > 1 ? atoi(argv[1]) : 5000;
    int rounds = argc > 2 ? atoi(argv[2]) : 5;
    struct ks_buf inputs[2];
    double best[2] = {0, 0};
    size_t containers[2] = {0, 0};

    for (int i = 0; i < 2; i++) {
        ks_buf_init(&inputs[i], INPUT_LIMIT);
    }
    build(&inputs[KS_KUBE_JSON], &inputs[KS_KUBE_PROTOBUF], pods);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < 2; i++) {
            double seconds = decode(&inputs[i], (enum ks_kube_encoding)i, &containers[i]);

            best[i] = round == 0 || seconds < best[i] ? seconds : best[i];
        }
    }
    for (int i = 0; i < 2; i++) {
        printf("%-8s %d pods, %.1f MB: %.4f s, %.0f MB/s, %.0f pods/s\n", names[i], pods,
               (double)inputs[i].length / 1e6, best[i], (double)inputs[i].length / 1e6 / best[i], pods / best[i]);
        ks_buf_fini(&inputs[i]);
    }
    printf("ratio    protobuf decodes the same pods %.1f times as fast\n", best[KS_KUBE_JSON] / best[KS_KUBE_PROTOBUF]);
    return containers[0] == containers[1] ? 0 : 1;
}
