/* Nodes, and the pods that may not be ready because of them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

static struct node *find_node(const struct ks_store *store, const char *name)
{
    struct node *node;

    HASH_FIND_STR(store->nodes, name, node);
    return node;
}

bool ks_node_is_down(const struct ks_store *store, const char *name)
{
    const struct node *node = name[0] ? find_node(store, name) : NULL;

    return node && !node->content.ready;
}

void ks_nodes_touch_suspects(struct ks_store *store)
{
    const struct remark *suspect;

    if (!store->nodes_turned) {
        return;
    }
    store->nodes_turned = false;
    DL_FOREACH(store->suspects, suspect)
    {
        if (ks_node_is_down(store, suspect->node) != suspect->is_node_down) {
            ks_service_touch(store, suspect->pod->service);
        }
    }
}

void ks_remove_node(struct ks_store *store, struct node *node)
{
    store->edits++;
    store->nodes_dirty = true;
    store->nodes_turned = store->nodes_turned || !node->content.ready;
    HASH_DEL(store->nodes, node); /* NOLINT(clang-analyzer-unix.Malloc): uthash */
    free(node);
}

static struct node *add_node(struct ks_store *store, const char *name)
{
    size_t key_size = strlen(name) + 1;
    struct node *node = calloc(1, sizeof *node + key_size);

    if (!node) {
        return NULL;
    }
    memcpy(node->key, name, key_size);
    HASH_ADD_STR(store->nodes, key, node);
    if (!node->hh.tbl) {
        free(node);
        return NULL;
    }
    node->content.ready = true; /* a node that is not known is not why a pod is not ready */
    return node;
}

/* Whether the node is known, and as the object says. */
static bool is_same(const struct node *node, const struct ks_node *content)
{
    return node && node->content.ready == content->ready && node->content.unschedulable == content->unschedulable &&
           memcmp(node->content.pressures, content->pressures, sizeof content->pressures) == 0;
}

int ks_apply_node(struct ks_store *store, enum ks_kube_event event, const struct ks_kube_object *object,
                  struct ks_error *err)
{
    struct node *node = find_node(store, object->meta.name);

    if (event == KS_KUBE_DELETED) {
        if (node) {
            ks_remove_node(store, node);
        }
        return 0;
    }
    if (is_same(node, &object->node)) {
        node->mark = ks_mark(store, 0, object);
        return 0;
    }
    node = node ? node : add_node(store, object->meta.name);
    if (!node) {
        return ks_error_memory(err);
    }
    store->nodes_turned = store->nodes_turned || node->content.ready != object->node.ready;
    node->content = object->node;
    node->mark = ks_mark(store, 0, object);
    store->nodes_dirty = true;
    store->edits++;
    return 0;
}
