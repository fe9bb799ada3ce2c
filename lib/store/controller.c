/* Controllers: Deployments, Jobs, ReplicaSets that no Deployment made, … . */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

void ks_controller_free(struct controller *controller)
{
    free(controller->texts);
    free(controller);
}

void ks_remove_controller(struct ks_store *store, struct controller *controller)
{
    store->edits++;
    ks_service_detach_controller(store, controller);
    HASH_DEL(store->controllers, controller); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
    ks_controller_free(controller);
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
                                      .is_deleting = object->meta.deleting,
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

static bool is_same_text(const char *one, const char *other)
{
    return strcmp(one, other) == 0;
}

static bool are_same_annotations(const struct ks_annotations *one, const struct ks_annotations *other)
{
    return is_same_text(one->label, other->label) && is_same_text(one->color, other->color) &&
           is_same_text(one->link, other->link) && one->hidden == other->hidden;
}

static bool is_same_content(const struct ks_controller *content, const struct ks_kube_object *object)
{
    const struct ks_workload *workload = &object->workload;
    char version[KS_VERSION_SIZE];

    ks_version_of(workload->containers, workload->container_count, version);
    return content->created == object->meta.created && content->generation == object->meta.generation &&
           content->is_deleting == object->meta.deleting && is_same_text(content->version, version) &&
           are_same_annotations(&content->annotations, &object->meta.annotations) &&
           ks_workload_is_same(&content->workload, workload);
}

/* A new record in no service yet; NULL if out of memory. */
static struct controller *add_controller(struct ks_store *store, uint32_t group, const char *key,
                                         const struct ks_kube_object *object)
{
    size_t key_size = strlen(key) + 1;
    struct controller *controller = calloc(1, sizeof *controller + key_size);

    if (!controller) {
        return NULL;
    }
    memcpy(controller->key, key, key_size);
    controller->group = group;
    if (take_content(controller, object)) {
        ks_controller_free(controller);
        return NULL;
    }
    HASH_ADD_STR(store->controllers, key, controller);
    if (!controller->hh.tbl) {
        ks_controller_free(controller);
        return NULL;
    }
    return controller;
}

/* ---- ReplicaSets of Deployments: there may be ten of each, so those that say nothing new are not kept ---- */

static bool is_told_by_name(const struct ks_kube_object *replicaset, const struct ks_root *root)
{
    struct ks_kube_object orphan = *replicaset;
    struct ks_root guess;

    orphan.meta.owner_kind = "";
    orphan.meta.owner_name = "";
    return ks_name_controller_root(&orphan, &guess) && strcmp(guess.kind, root->kind) == 0 &&
           strcmp(guess.name, root->name) == 0;
}

static bool is_of_deployment(const struct ks_kube_object *object)
{
    return object->kind == KS_KIND_REPLICASET && strcmp(object->meta.owner_kind, "Deployment") == 0;
}

static bool is_spare(const struct ks_kube_object *object, const struct ks_root *root)
{
    return is_of_deployment(object) && is_told_by_name(object, root);
}

static bool is_kept(const struct ks_store *store, const struct ks_kube_object *object, const struct ks_root *root)
{
    if (is_of_deployment(object) && object->workload.desired == 0) {
        return false;
    }
    return !is_spare(object, root) || !ks_controller_find(store, "Deployment", object->meta.namespace_name, root->name);
}

/* A Deployment has come: its ReplicaSets may go. */
static void remove_spare(struct ks_store *store, struct service *service)
{
    struct controller *controller, *next;

    DL_FOREACH_SAFE(service->controllers, controller, next)
    {
        if (controller->is_spare) {
            ks_remove_controller(store, controller);
        }
    }
}

/* ---- applying ---- */

/* Puts the record into its service, which may be another one than before. */
static void place(struct ks_store *store, struct controller *controller, const struct ks_kube_object *object,
                  struct service *service)
{
    struct service *before = controller->service;

    if (before == service) {
        ks_service_touch(store, service);
        return;
    }
    if (before) {
        ks_service_detach_controller(store, controller);
    }
    ks_service_attach_controller(store, service, controller);
    ks_gather_pods(store, object, service, before);
    if (object->kind == KS_KIND_DEPLOYMENT) {
        remove_spare(store, service);
    }
}

static int put(struct ks_store *store, uint32_t group, const char *key, const struct ks_kube_object *object,
               const struct ks_root *root, struct controller *old)
{
    struct service *service = ks_service_get(store, group, object->meta.namespace_name, root->kind, root->name);
    struct controller *controller = old;

    if (!service) {
        return -1;
    }
    if (old && old->service == service && old->is_spare == is_spare(object, root) &&
        is_same_content(&old->content, object)) {
        old->mark = ks_mark(store, group, object);
        return 0;
    }
    if (!old) {
        controller = add_controller(store, group, key, object);
    } else if (take_content(old, object)) {
        return -1;
    }
    if (!controller) {
        return -1;
    }
    controller->is_spare = is_spare(object, root);
    controller->mark = ks_mark(store, group, object);
    store->edits++;
    place(store, controller, object, service);
    return 0;
}

int ks_apply_controller(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                        const struct ks_kube_object *object, struct ks_error *err)
{
    struct controller *old;
    struct ks_root root;
    char key[OBJECT_KEY_SIZE];

    if (ks_object_key(object, key, err)) {
        return -1;
    }
    if (!ks_name_controller_root(object, &root)) {
        return ks_error_set(err, KS_ERROR_LIMIT, "a name of more than %d bytes", KS_NAME_SIZE - 1);
    }
    HASH_FIND_STR(store->controllers, key, old);
    if (event == KS_KUBE_DELETED || !is_kept(store, object, &root)) {
        if (old) {
            ks_remove_controller(store, old);
        }
        return 0;
    }
    return put(store, group, key, object, &root, old) ? ks_error_memory(err) : 0;
}
