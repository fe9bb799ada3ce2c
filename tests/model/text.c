#include "config.h"

#include "model/text.h"

#include <inttypes.h>
#include <stdio.h>

#define CREATED "2026-01-02T03:04:05Z"

static const char *const services[MODEL_SERVICES] = {"web", "db", "api"};

static const struct kind_name {
    const char *kind, *api_version;
} kind_names[MODEL_KINDS] = {{"Pod", "v1"}, {"Deployment", "apps/v1"}, {"ReplicaSet", "apps/v1"}};

/* ---- one object ---- */

static void put_meta(struct ks_buf *out, size_t place, const struct model_object *object, const char *name)
{
    ks_buf_printf(out,
                  "\"metadata\":{\"name\":\"%s\",\"namespace\":\"" MODEL_NAMESPACE "\",\"uid\":\"%zu\","
                  "\"resourceVersion\":\"%" PRIu64 "\",\"generation\":%d,\"creationTimestamp\":\"" CREATED "\"",
                  name, place, object->version, (int)object->generation);
}

static void put_owner(struct ks_buf *out, const char *kind, const char *name)
{
    ks_buf_printf(out, ",\"ownerReferences\":[{\"kind\":\"%s\",\"name\":\"%s\",\"controller\":true}]", kind, name);
}

static void put_template(struct ks_buf *out, size_t service, size_t set)
{
    ks_buf_printf(out, "\"containers\":[{\"name\":\"main\",\"image\":\"%s:%zu\"}]", services[service], set + 1);
}

static void put_pod(struct ks_buf *out, size_t place, const struct model_object *object)
{
    size_t service = place / MODEL_PODS_EACH / MODEL_SETS_EACH;
    size_t set = place / MODEL_PODS_EACH % MODEL_SETS_EACH;
    const char *ready = object->ready ? "True" : "False";
    char name[32];

    snprintf(name, sizeof name, "%s-%zu-%c", services[service], set + 1, (int)('a' + place % MODEL_PODS_EACH));
    put_meta(out, place, object, name);
    snprintf(name, sizeof name, "%s-%zu", services[service], set + 1);
    ks_buf_printf(out, ",\"labels\":{\"app\":\"%s\",\"pod-template-hash\":\"%zu\"}", services[service], set + 1);
    put_owner(out, "ReplicaSet", name);
    ks_buf_literal(out, "},\"spec\":{\"restartPolicy\":\"Always\",\"nodeName\":\"node-1\",");
    put_template(out, service, set);
    ks_buf_printf(
        out,
        "},\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"ContainersReady\",\"status\":\"%s\"},"
        "{\"type\":\"Ready\",\"status\":\"%s\"}],\"containerStatuses\":[{\"name\":\"main\",\"ready\":%s,"
        "\"started\":true,\"restartCount\":%d,\"state\":{\"running\":{\"startedAt\":\"" CREATED "\"}}}]}",
        ready, ready, object->ready ? "true" : "false", (int)object->restarts);
}

static void put_status(struct ks_buf *out, const struct model_object *object)
{
    ks_buf_printf(out,
                  "},\"status\":{\"observedGeneration\":%d,\"replicas\":%d,\"updatedReplicas\":%d,\"readyReplicas\":%d,"
                  "\"availableReplicas\":%d}",
                  (int)object->generation, (int)object->pods, (int)object->updated, (int)object->ready,
                  (int)object->ready);
}

static void put_deployment(struct ks_buf *out, size_t place, const struct model_object *object)
{
    size_t service = place - MODEL_FIRST_DEPLOYMENT;

    put_meta(out, place, object, services[service]);
    ks_buf_printf(out, "},\"spec\":{\"replicas\":%d,\"template\":{\"spec\":{", (int)object->wanted);
    put_template(out, service, 0);
    ks_buf_literal(out, "}}");
    put_status(out, object);
}

static void put_set(struct ks_buf *out, size_t place, const struct model_object *object)
{
    size_t service = (place - MODEL_FIRST_SET) / MODEL_SETS_EACH;
    size_t set = (place - MODEL_FIRST_SET) % MODEL_SETS_EACH;
    char name[32];

    snprintf(name, sizeof name, "%s-%zu", services[service], set + 1);
    put_meta(out, place, object, name);
    ks_buf_printf(out, ",\"labels\":{\"pod-template-hash\":\"%zu\"}", set + 1);
    put_owner(out, "Deployment", services[service]);
    ks_buf_printf(out, "},\"spec\":{\"replicas\":%d,\"template\":{\"spec\":{", (int)object->wanted);
    put_template(out, service, set);
    ks_buf_literal(out, "}}");
    put_status(out, object);
}

/* is_item: an item of a list has no kind of its own. */
static void put_object(struct ks_buf *out, size_t place, const struct model_object *object, bool is_item)
{
    static void (*const put[MODEL_KINDS])(struct ks_buf * out, size_t place,
                                          const struct model_object *object) = {put_pod, put_deployment, put_set};
    size_t kind = model_kind_of(place);

    ks_buf_literal(out, "{");
    if (!is_item) {
        ks_buf_printf(out, "\"kind\":\"%s\",\"apiVersion\":\"%s\",", kind_names[kind].kind,
                      kind_names[kind].api_version);
    }
    put[kind](out, place, object);
    ks_buf_literal(out, "}");
}

/* ---- answers ---- */

void model_text_list(struct ks_buf *out, const struct model_list *list)
{
    size_t first = model_first_place(list->kind);
    size_t count = 0, written = 0, most;

    for (size_t i = first; i < first + model_place_count(list->kind); i++) {
        count += list->state->objects[i].exists;
    }
    most = list->is_partial ? count / 2 : list->limit && list->limit < count ? list->limit : count;
    ks_buf_printf(out, "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\"%" PRIu64 "\"",
                  kind_names[list->kind].kind, kind_names[list->kind].api_version, list->state->version);
    if (most < count || list->is_partial) {
        ks_buf_printf(out, ",\"continue\":\"more\",\"remainingItemCount\":%zu", count - most);
    }
    ks_buf_literal(out, "},\"items\":[");
    for (size_t i = first; i < first + model_place_count(list->kind) && written < most; i++) {
        if (list->state->objects[i].exists) {
            ks_buf_printf(out, "%s", written++ ? "," : "");
            put_object(out, i, &list->state->objects[i], true);
        }
    }
    ks_buf_literal(out, "]}");
}

void model_text_event(struct ks_buf *out, const struct model_event *event)
{
    static const char *const types[] = {"ADDED", "MODIFIED", "DELETED"};

    ks_buf_printf(out, "{\"type\":\"%s\",\"object\":", types[event->change]);
    put_object(out, event->place, &event->object, false);
    ks_buf_literal(out, "}\n");
}

void model_text_bookmark(struct ks_buf *out, size_t kind, uint64_t version)
{
    ks_buf_printf(out,
                  "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":"
                  "{\"resourceVersion\":\"%" PRIu64 "\",\"creationTimestamp\":null}}}\n",
                  kind_names[kind].kind, kind_names[kind].api_version, version);
}

void model_text_status(struct ks_buf *out, int code, const char *reason, const char *message, const char *cause)
{
    ks_buf_printf(
        out,
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"%s\","
        "\"reason\":\"%s\",\"code\":%d",
        message, reason, code);
    if (cause[0]) {
        ks_buf_printf(out, ",\"details\":{\"causes\":[{\"reason\":\"%s\",\"message\":\"%s\"}]}", cause, message);
    }
    ks_buf_literal(out, "}");
}

void model_text_namespace(struct ks_buf *out, unsigned identity)
{
    ks_buf_printf(out,
                  "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"kube-system\","
                  "\"uid\":\"00000000-0000-0000-0000-%012u\",\"resourceVersion\":\"1\"}}",
                  identity);
}
