/* Applies objects that come, change and go to the writer's private picture of the cluster. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

#define KEY_SIZE (KS_NAME_SIZE + KS_NAMESPACE_SIZE + 32)

static const char *const workload_kinds[KS_KIND_COUNT] = {
    [KS_KIND_DEPLOYMENT] = "Deployment",
    [KS_KIND_REPLICASET] = "ReplicaSet",
    [KS_KIND_REPLICATIONCONTROLLER] = "ReplicationController",
    [KS_KIND_STATEFULSET] = "StatefulSet",
    [KS_KIND_DAEMONSET] = "DaemonSet",
    [KS_KIND_JOB] = "Job",
    [KS_KIND_CRONJOB] = "CronJob",
};

/* A name longer than Kubernetes allows is the API server's mistake: refuse it rather than cut it. */
static int make_key(char key[static KEY_SIZE], const char *one, const char *two, const char *three,
                    struct ks_error *err)
{
    int length =
        three ? snprintf(key, KEY_SIZE, "%s/%s/%s", one, two, three) : snprintf(key, KEY_SIZE, "%s/%s", one, two);

    if (length >= KEY_SIZE) {
        return ks_error_set(err, KS_ERROR_LIMIT, "a name of more than %d bytes", KEY_SIZE - 1);
    }
    return 0;
}

static void detach_pod(struct ks_store *store, struct pod *pod)
{
    DL_DELETE(pod->service->pods, pod);
    ks_service_touch(store, pod->service);
}

static void attach_pod(struct ks_store *store, struct pod *pod, struct service *service)
{
    pod->service = service;
    DL_APPEND(service->pods, pod);
    ks_service_touch(store, service);
}

void ks_remove_pod(struct ks_store *store, struct pod *pod)
{
    detach_pod(store, pod);
    HASH_DEL(store->pods, pod);
    free(pod);
}

/* The controller record of a Job, or NULL. */
static struct controller *find_job(const struct ks_store *store, const char *namespace_name, const char *name)
{
    char key[2 * KEY_SIZE];
    struct controller *controller;

    snprintf(key, sizeof key, "Job/%s/%s", namespace_name, name);
    HASH_FIND_STR(store->controllers, key, controller);
    return controller;
}

static struct service *service_of_pod(struct ks_store *store, uint32_t group, const struct ks_kube_object *object,
                                      const struct ks_root *root)
{
    const char *namespace_name = object->meta.namespace_name;
    struct controller *job;
    char cronjob[KS_NAME_SIZE];

    if (strcmp(root->kind, "Job") == 0) {
        job = find_job(store, namespace_name, root->name);
        if (job) {
            return job->service;
        }
        if (store->written[group][KS_KIND_JOB].source.state == KS_SOURCE_OFF &&
            ks_name_cronjob_of(root->name, cronjob)) {
            return ks_service_get(store, group, namespace_name, "CronJob", cronjob);
        }
    }
    return ks_service_get(store, group, namespace_name, root->kind, root->name);
}

/* Rollouts change the alias again and again. If the rule for old names leads to the service, it needs no alias. */
static bool leads_to(const char *generate_name, size_t length, const struct service *service)
{
    char alias[KS_NAME_SIZE];
    char stable[KS_NAME_SIZE];
    const char *kind;

    if (length >= sizeof alias) {
        return false;
    }
    memcpy(alias, generate_name, length);
    alias[length] = '\0';
    return ks_name_resolve_old(alias, stable, &kind) && strcmp(kind, service->kind) == 0 &&
           strcmp(stable, service->name) == 0;
}

/* Remembers the name that kube-shields 0.0.6 gave the pod's service, if it differs. */
static int learn_alias(struct ks_store *store, struct service *service, const char *generate_name)
{
    size_t length = strlen(generate_name);
    char *alias;

    if (length < 2 || generate_name[length - 1] != '-') {
        return 0;
    }
    length--;
    if (strncmp(generate_name, service->name, length) == 0 && !service->name[length]) {
        return 0;
    }
    if (leads_to(generate_name, length, service)) {
        return 0;
    }
    if (service->alias && strlen(service->alias) == length && memcmp(service->alias, generate_name, length) == 0) {
        return 0;
    }
    alias = strndup(generate_name, length);
    if (!alias) {
        return -1;
    }
    /* Readers may be looking at the aliases: remove the entry and the old text under the lock. */
    pthread_rwlock_wrlock(&store->lock);
    for (size_t i = 0; i < store->alias_count; i++) {
        if (store->aliases[i].service == service) {
            memmove(&store->aliases[i], &store->aliases[i + 1], (--store->alias_count - i) * sizeof store->aliases[0]);
            break;
        }
    }
    free(service->alias);
    service->alias = alias;
    pthread_rwlock_unlock(&store->lock);
    store->index_stale = true;
    return 0;
}

static struct pod *new_pod(const char *key, const struct ks_pod_facts *facts)
{
    size_t key_size = strlen(key) + 1;
    size_t version_size = strlen(facts->version) + 1;
    size_t reason_size = strlen(facts->reason) + 1;
    struct pod *pod = calloc(1, sizeof *pod + key_size + version_size + reason_size);

    if (!pod) {
        return NULL;
    }
    memcpy(pod->key, key, key_size);
    pod->facts = *facts; /* its doubt is static */
    pod->facts.version = memcpy(pod->key + key_size, facts->version, version_size);
    pod->facts.reason = memcpy(pod->key + key_size + version_size, facts->reason, reason_size);
    return pod;
}

static int apply_pod(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                     const struct ks_kube_object *object, struct ks_error *err)
{
    char key[KEY_SIZE];
    struct pod *old;
    struct pod *pod;
    struct ks_pod_digest digest;
    struct ks_root root;
    struct service *service;

    if (make_key(key, object->meta.namespace_name, object->meta.name, NULL, err)) {
        return -1;
    }
    HASH_FIND_STR(store->pods, key, old);
    if (event == KS_KUBE_DELETED || !ks_name_pod_root(object, &root)) {
        if (old) {
            ks_remove_pod(store, old);
        }
        return 0;
    }
    ks_pod_digest(&digest, object);
    /* A Job may go before its pods do: they stay in its service. */
    service = old && strcmp(root.kind, "Job") == 0 && !find_job(store, object->meta.namespace_name, root.name)
                  ? old->service
                  : service_of_pod(store, group, object, &root);
    pod = service ? new_pod(key, &digest.facts) : NULL;
    if (!pod || learn_alias(store, service, object->meta.generate_name)) {
        free(pod);
        return ks_error_memory(err);
    }
    pod->group = group;
    pod->generation = store->written[group][KS_KIND_POD].generation;
    /* Add the new one before removing the old one, which stays if memory runs out. */
    HASH_ADD_STR(store->pods, key, pod);
    if (!pod->hh.tbl) {
        free(pod);
        return ks_error_memory(err);
    }
    if (old) {
        ks_remove_pod(store, old);
    }
    attach_pod(store, pod, service);
    return 0;
}

void ks_remove_controller(struct ks_store *store, struct controller *controller)
{
    DL_DELETE(controller->service->controllers, controller);
    ks_service_touch(store, controller->service);
    HASH_DEL(store->controllers, controller);
    ks_store_free_controller(controller);
}

void ks_move_pods(struct ks_store *store, struct service *from, struct service *to)
{
    struct pod *pod, *next;

    if (!from || from == to) {
        return;
    }
    DL_FOREACH_SAFE(from->pods, pod, next)
    {
        detach_pod(store, pod);
        attach_pod(store, pod, to);
    }
}

static struct service *service_of_controller(struct ks_store *store, uint32_t group,
                                             const struct ks_kube_object *object)
{
    const struct ks_object_meta *meta = &object->meta;
    struct service *service;

    if (object->kind != KS_KIND_JOB || strcmp(meta->owner_kind, "CronJob") != 0) {
        return ks_service_get(store, group, meta->namespace_name, workload_kinds[object->kind], meta->name);
    }
    service = ks_service_get(store, group, meta->namespace_name, "CronJob", meta->owner_name);
    if (service) {
        ks_move_pods(store, ks_service_find(store, meta->namespace_name, "Job", meta->name), service);
    }
    return service;
}

/* Copies the content and its texts. -1, with nothing changed, if out of memory. */
static int take_content(struct controller *controller, const struct ks_kube_object *object)
{
    const struct ks_workload *workload = &object->workload;
    struct ks_controller *content = &controller->content;
    char version[KS_VERSION_SIZE];
    size_t annotations_size = ks_annotations_text_size(&object->meta.annotations);
    size_t reason_size = strlen(workload->reason) + 1;
    size_t version_size;
    char *texts;

    ks_version_of(workload->containers, workload->container_count, version);
    version_size = strlen(version) + 1;
    texts = malloc(annotations_size + reason_size + version_size);
    if (!texts) {
        return -1;
    }
    *content = (struct ks_controller){.kind = object->kind,
                                      .created = object->meta.created,
                                      .generation = object->meta.generation,
                                      .workload = *workload,
                                      .annotations = object->meta.annotations};
    content->workload.containers = NULL;
    content->workload.container_count = 0;
    content->workload.reason = memcpy(texts, workload->reason, reason_size);
    content->version = memcpy(texts + reason_size, version, version_size);
    ks_annotations_move_text(&content->annotations, texts + reason_size + version_size);
    free(controller->texts);
    controller->texts = texts;
    return 0;
}

/* NULL if out of memory. */
static struct controller *add_controller(struct ks_store *store, uint32_t group, const char *key,
                                         const struct ks_kube_object *object)
{
    size_t key_size = strlen(key) + 1;
    struct controller *controller = calloc(1, sizeof *controller + key_size);

    if (!controller) {
        return NULL;
    }
    if (take_content(controller, object) || !(controller->service = service_of_controller(store, group, object))) {
        ks_store_free_controller(controller);
        return NULL;
    }
    memcpy(controller->key, key, key_size);
    controller->group = group;
    HASH_ADD_STR(store->controllers, key, controller);
    if (!controller->hh.tbl) {
        ks_store_free_controller(controller);
        return NULL;
    }
    DL_APPEND(controller->service->controllers, controller);
    return controller;
}

static int apply_controller(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                            const struct ks_kube_object *object, struct ks_error *err)
{
    char key[KEY_SIZE];
    struct controller *controller;

    if (make_key(key, workload_kinds[object->kind], object->meta.namespace_name, object->meta.name, err)) {
        return -1;
    }
    HASH_FIND_STR(store->controllers, key, controller);
    if (event == KS_KUBE_DELETED) {
        if (controller) {
            ks_remove_controller(store, controller);
        }
        return 0;
    }
    if (controller) {
        if (take_content(controller, object)) {
            return ks_error_memory(err);
        }
    } else {
        controller = add_controller(store, group, key, object);
        if (!controller) {
            return ks_error_memory(err);
        }
    }
    controller->generation = store->written[group][object->kind].generation;
    ks_service_touch(store, controller->service);
    return 0;
}

static int apply_node(struct ks_store *store, enum ks_kube_event event, const struct ks_kube_object *object,
                      struct ks_error *err)
{
    struct node *node;
    size_t key_size = strlen(object->meta.name) + 1;

    HASH_FIND_STR(store->nodes, object->meta.name, node);
    store->nodes_dirty = true;
    if (event == KS_KUBE_DELETED) {
        if (node) {
            HASH_DEL(store->nodes, node);
            free(node);
        }
        return 0;
    }
    if (!node) {
        node = calloc(1, sizeof *node + key_size);
        if (!node) {
            return ks_error_memory(err);
        }
        memcpy(node->key, object->meta.name, key_size);
        HASH_ADD_STR(store->nodes, key, node);
        if (!node->hh.tbl) {
            free(node);
            return ks_error_memory(err);
        }
    }
    node->content = object->node;
    node->generation = store->written[0][KS_KIND_NODE].generation;
    return 0;
}

static bool is_excluded(const struct ks_store *store, const char *namespace_name)
{
    return ks_string_list_find(&store->excluded, namespace_name) < store->excluded.count;
}

int ks_store_apply(struct ks_store *store, size_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                   struct ks_error *err)
{
    if (event == KS_KUBE_BOOKMARK ||
        (object->kind != KS_KIND_NODE && is_excluded(store, object->meta.namespace_name))) {
        return 0;
    }
    switch (object->kind) {
    case KS_KIND_POD:
        return apply_pod(store, (uint32_t)group, event, object, err);
    case KS_KIND_NODE:
        return apply_node(store, event, object, err);
    case KS_KIND_REPLICASET:
    case KS_KIND_REPLICATIONCONTROLLER:
    case KS_KIND_BUDGET:
        return 0;
    default:
        return apply_controller(store, (uint32_t)group, event, object, err);
    }
}
