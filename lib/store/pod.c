/* Pods, packed: there are many. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/private.h"

/* Bytes, from `created` on. */
#define COMPARED (offsetof(struct pod, key) - offsetof(struct pod, created))
_Static_assert(COMPARED == 2 * sizeof(int64_t) + 5 * sizeof(int32_t) + sizeof(uint16_t),
               "a gap in struct pod would be compared");

/* Budgets choose pods by their labels. They are asked only if no controller object can be. */
static const char *labels_to_keep(const struct ks_kube_object *object)
{
    return object->pod.restarts_always && object->meta.labels && ks_name_is_custom_kind(object->meta.owner_kind)
               ? object->meta.labels
               : "";
}

static char *put(char *storage, const char **member, const void *text, size_t size)
{
    *member = memcpy(storage, text, size);
    return storage + size;
}

/* What a pod keeps without allocations. */
static void pack(struct pod *pod, const struct ks_kube_object *object, const struct ks_pod_digest *digest,
                 const struct ks_root *root)
{
    const struct ks_pod_facts *facts = &digest->facts;

    memset(pod, 0, offsetof(struct pod, key));
    pod->created = facts->created;
    pod->until = facts->finished ? facts->finished_at : facts->yellow_until;
    pod->ready = facts->ready;
    pod->total = facts->total;
    pod->restarts = facts->restarts;
    pod->maker = ks_maker(object->meta.owner_kind, object->meta.owner_name);
    pod->run = root->run;
    pod->is_ready = facts->is_ready;
    pod->deleting = facts->deleting;
    pod->finished = facts->finished;
    pod->failed = facts->failed;
    pod->gated = facts->gated;
    pod->runs_for_ever = facts->runs_for_ever;
    pod->is_retrying = facts->is_retrying;
    pod->is_hidden = object->meta.annotations.hidden;
}

/* Leaves the pod without one if there is nothing to remark. -1 if out of memory. */
static int make_remark(struct pod *pod, const struct ks_kube_object *object, const struct ks_pod_digest *digest)
{
    const struct ks_pod_facts *facts = &digest->facts;
    const char *labels = labels_to_keep(object);
    size_t reason_size = strlen(facts->reason) + 1;
    size_t node_size = strlen(digest->suspect_node) + 1;
    size_t labels_size = ks_labels_size(labels);
    struct remark *remark;
    char *storage;

    if (!facts->reason[0] && !facts->doubt[0] && !digest->suspect_node[0] && !labels[0] && !facts->step) {
        return 0;
    }
    remark = malloc(sizeof *remark + reason_size + node_size + labels_size);
    if (!remark) {
        return -1;
    }
    *remark =
        (struct remark){.pod = pod, .step = facts->step, .label_bits = ks_labels_bits(labels), .doubt = facts->doubt};
    storage = put(remark->texts, &remark->reason, facts->reason, reason_size);
    storage = put(storage, &remark->node, digest->suspect_node, node_size);
    put(storage, &remark->labels, labels, labels_size);
    pod->remark = remark;
    return 0;
}

/* A copy with its texts, in no service yet; NULL if out of memory. */
static struct pod *new_pod(const struct pod *packed, const char *key, const struct ks_kube_object *object,
                           const struct ks_pod_digest *digest)
{
    const char *version = digest->facts.version;
    size_t key_size = strlen(key) + 1;
    size_t version_size = strlen(version) + 1;
    struct pod *pod = malloc(offsetof(struct pod, key) + key_size + version_size);

    if (!pod) {
        return NULL;
    }
    memcpy(pod, packed, offsetof(struct pod, key));
    memcpy(pod->key, key, key_size);
    memcpy(pod->key + key_size, version, version_size);
    if (make_remark(pod, object, digest)) {
        free(pod);
        return NULL;
    }
    return pod;
}

void ks_pod_free(struct pod *pod)
{
    if (pod) {
        free(pod->remark);
        free(pod);
    }
}

static const char *version_of(const struct pod *pod)
{
    return pod->key + strlen(pod->key) + 1;
}

void ks_pod_look(const struct pod *pod, struct ks_pod_facts *facts)
{
    const struct remark *remark = pod->remark;

    *facts = (struct ks_pod_facts){
        .created = pod->created,
        .yellow_until = pod->finished ? 0 : pod->until,
        .finished_at = pod->finished ? pod->until : 0,
        .ready = pod->ready,
        .total = pod->total,
        .restarts = pod->restarts,
        .run = pod->run,
        .step = remark ? remark->step : 0,
        .is_ready = pod->is_ready,
        .deleting = pod->deleting,
        .finished = pod->finished,
        .failed = pod->failed,
        .gated = pod->gated,
        .runs_for_ever = pod->runs_for_ever,
        .is_retrying = pod->is_retrying,
        .is_helper = pod->is_helper,
        .reason = remark ? remark->reason : "",
        .version = version_of(pod),
        .doubt = remark ? remark->doubt : "",
    };
}

void ks_remove_pod(struct ks_store *store, struct pod *pod)
{
    store->edits++;
    ks_service_detach_pod(store, pod);
    if (pod->remark && pod->remark->node[0]) {
        DL_DELETE(store->suspects, pod->remark);
    }
    HASH_DEL(store->pods, pod); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
    ks_pod_free(pod);
}

static const struct remark *remark_of(const struct pod *pod)
{
    static const struct remark none = {.doubt = "", .reason = "", .node = "", .labels = ""};

    return pod->remark ? pod->remark : &none;
}

static bool are_same_labels(const char *one, const char *other)
{
    size_t size = ks_labels_size(one);

    return size == ks_labels_size(other) && memcmp(one, other, size) == 0;
}

/* Whether the pod is as the object says. packed: of the object. */
static bool is_same(const struct pod *pod, const struct pod *packed, const struct ks_kube_object *object,
                    const struct ks_pod_digest *digest)
{
    const struct ks_pod_facts *facts = &digest->facts;
    const struct remark *remark = remark_of(pod);

    return memcmp(&pod->created, &packed->created, COMPARED) == 0 && strcmp(version_of(pod), facts->version) == 0 &&
           remark->step == facts->step && strcmp(remark->doubt, facts->doubt) == 0 &&
           strcmp(remark->reason, facts->reason) == 0 && strcmp(remark->node, digest->suspect_node) == 0 &&
           are_same_labels(remark->labels, labels_to_keep(object));
}

/* Replaces the old one, if there is one, which stays if memory runs out. */
static int put_pod(struct ks_store *store, struct service *service, struct pod *pod, struct pod *old)
{
    bool relabelled = service->relabelled || !old || old->service != service ||
                      !are_same_labels(remark_of(pod)->labels, remark_of(old)->labels);

    HASH_ADD_STR(store->pods, key, pod);
    if (!pod->hh.tbl) {
        return -1;
    }
    if (old) {
        ks_remove_pod(store, old);
    }
    ks_service_attach_pod(store, service, pod);
    service->relabelled = relabelled;
    if (pod->remark && pod->remark->node[0]) {
        DL_APPEND(store->suspects, pod->remark);
    }
    store->edits++;
    return 0;
}

/* Adds or replaces a pod that a controller made. One that is as it was stays. */
static int change_pod(struct ks_store *store, uint32_t group, const char *key, const struct ks_kube_object *object,
                      const struct ks_root *root, struct pod *old)
{
    struct ks_pod_digest digest;
    struct service *before = old ? old->service : NULL;
    struct service *service;
    struct pod packed;
    struct pod *pod;
    bool is_helper;

    ks_pod_digest(&digest, object);
    pack(&packed, object, &digest, root);
    service = ks_place_pod(store, group, object, root, old, &is_helper);
    packed.is_helper = is_helper;
    packed.mark = ks_mark(store, group, object);
    if (old && before == service && is_same(old, &packed, object, &digest)) {
        old->mark = packed.mark;
        return 0;
    }
    pod = service ? new_pod(&packed, key, object, &digest) : NULL;
    if (!pod || ks_learn_alias(store, service, object->meta.generate_name)) {
        ks_pod_free(pod);
        return -1;
    }
    if (put_pod(store, service, pod, old)) {
        ks_pod_free(pod);
        return -1;
    }
    if (before != service) {
        ks_gather_helpers(store, pod, before);
    }
    return 0;
}

int ks_apply_pod(struct ks_store *store, uint32_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                 struct ks_error *err)
{
    char key[OBJECT_KEY_SIZE];
    struct ks_root root;
    struct pod *old;

    if (ks_object_key(object, key, err)) {
        return -1;
    }
    HASH_FIND_STR(store->pods, key, old);
    if (event == KS_KUBE_DELETED || !ks_name_pod_root(object, &root)) {
        if (old) {
            ks_remove_pod(store, old);
        }
        return 0;
    }
    return change_pod(store, group, key, object, &root, old) ? ks_error_memory(err) : 0;
}
