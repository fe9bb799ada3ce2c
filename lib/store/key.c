/* Keys by which the writer finds objects, and the marks that say when they were last told. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

/* The length that the key has, or would have. */
static int put_key(char key[static OBJECT_KEY_SIZE], enum ks_kind kind, const char *namespace_name, const char *name)
{
    switch (kind) {
    case KS_KIND_POD:
    case KS_KIND_BUDGET:
        return snprintf(key, OBJECT_KEY_SIZE, "%s/%s", namespace_name, name);
    case KS_KIND_NODE:
        return snprintf(key, OBJECT_KEY_SIZE, "%s", name);
    default:
        return snprintf(key, OBJECT_KEY_SIZE, "%s/%s/%s", ks_kind_name(kind), namespace_name, name);
    }
}

int ks_object_key(const struct ks_kube_object *object, char key[static OBJECT_KEY_SIZE], struct ks_error *err)
{
    if (put_key(key, object->kind, object->meta.namespace_name, object->meta.name) >= OBJECT_KEY_SIZE) {
        return ks_error_set(err, KS_ERROR_LIMIT, "a name of more than %d bytes", OBJECT_KEY_SIZE - 1);
    }
    return 0;
}

struct controller *ks_controller_find(const struct ks_store *store, const char *kind, const char *namespace_name,
                                      const char *name)
{
    char key[OBJECT_KEY_SIZE];
    struct controller *controller;

    if (snprintf(key, sizeof key, "%s/%s/%s", kind, namespace_name, name) >= (int)sizeof key) {
        return NULL;
    }
    HASH_FIND_STR(store->controllers, key, controller);
    return controller;
}

struct pod *ks_pod_find(const struct ks_store *store, const char *namespace_name, const char *name)
{
    char key[OBJECT_KEY_SIZE];
    struct pod *pod;

    if (put_key(key, KS_KIND_POD, namespace_name, name) >= OBJECT_KEY_SIZE) {
        return NULL;
    }
    HASH_FIND_STR(store->pods, key, pod);
    return pod;
}

/* ---- marks ---- */

uint64_t ks_version_number(const char *version)
{
    unsigned long long number;

    if (!version || !version[0] || version[strspn(version, "0123456789")]) {
        return 0;
    }
    errno = 0;
    number = strtoull(version, NULL, 10);
    return errno ? 0 : number;
}

struct mark ks_mark(const struct ks_store *store, uint32_t group, const struct ks_kube_object *object)
{
    return (struct mark){.version = ks_version_number(object->meta.resource_version),
                         .generation = store->written[group][object->kind].generation};
}

const struct mark *ks_mark_find(const struct ks_store *store, enum ks_kind kind, const char *key)
{
    const struct pod *pod;
    const struct budget *budget;
    const struct node *node;
    const struct controller *controller;

    switch (kind) {
    case KS_KIND_POD:
        HASH_FIND_STR(store->pods, key, pod);
        return pod ? &pod->mark : NULL;
    case KS_KIND_BUDGET:
        HASH_FIND_STR(store->budgets, key, budget);
        return budget ? &budget->mark : NULL;
    case KS_KIND_NODE:
        HASH_FIND_STR(store->nodes, key, node);
        return node ? &node->mark : NULL;
    default:
        HASH_FIND_STR(store->controllers, key, controller);
        return controller ? &controller->mark : NULL;
    }
}
