/* Changes, for the caller's function: copied while the store is read, reported once it is not. So the function may call
 * the library, and takes as long as it takes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "facade/cluster.h"
#include "facade/service.h"

struct change {
    enum ks_change kind;
    struct ks_service *service; /* owned */
};

struct changes {
    struct change *items;
    size_t count;
    struct ks_service_judge judge;
    uint64_t version;
    bool full;
    bool no_memory;
};

static void add(struct changes *changes, enum ks_change kind, struct ks_service *service)
{
    struct change *items = service ? ks_array_grow(changes->items, changes->count, sizeof *items) : NULL;

    if (!items) {
        free(service);
        changes->no_memory = true;
        return;
    }
    changes->items = items;
    items[changes->count++] = (struct change){.kind = kind, .service = service};
}

static void on_head(void *arg, const struct ks_store_changes *head)
{
    struct changes *changes = arg;

    changes->version = head->version;
    changes->full = head->full;
}

static void on_service(void *arg, const struct ks_service_view *view)
{
    struct changes *changes = arg;

    if (view->state && !changes->no_memory) {
        add(changes, KS_CHANGE_SERVICE, ks_service_new(view, &changes->judge));
    }
}

static void on_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    const struct ks_service_view view = {.name = name, .namespace_name = namespace_name, .kind = kind};
    struct changes *changes = arg;

    if (!changes->no_memory) {
        add(changes, KS_CHANGE_GONE, ks_service_new(&view, &changes->judge));
    }
}

static void on_custom(void *arg, const struct ks_custom_state *state)
{
    (void)arg;
    (void)state;
}

static void on_custom_gone(void *arg, const char *service, const char *check)
{
    (void)arg;
    (void)service;
    (void)check;
}

static void changes_fini(struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        free(changes->items[i].service);
    }
    free(changes->items);
}

static void report(struct ks_cluster *cluster, const struct changes *changes, ks_change_function *changed, void *arg)
{
    if (changes->full && !atomic_load(&cluster->freed)) {
        changed(arg, KS_CHANGE_RESET, NULL);
    }
    for (size_t i = 0; i < changes->count && !atomic_load(&cluster->freed); i++) {
        changed(arg, changes->items[i].kind, changes->items[i].service);
    }
}

/* Whether the cluster itself has changed since it was reported, which it is from now on. */
static bool note_cluster(struct ks_cluster *cluster, struct ks_following *following)
{
    enum ks_cluster_state state = ks_cluster_state(cluster);
    struct ks_nodes_state nodes;
    int64_t age_ms;
    bool is_new;

    ks_store_nodes(cluster->store, &nodes, &age_ms);
    is_new = !following->begun || state != following->state || memcmp(&nodes, &following->nodes, sizeof nodes) != 0;
    following->begun = true;
    following->state = state;
    following->nodes = nodes;
    return is_new;
}

static int read_changes(struct ks_cluster *cluster, struct ks_following *following, struct changes *changes,
                        struct ks_error *err)
{
    const struct ks_store_changes_reader reader = {.head = on_head,
                                                   .service = on_service,
                                                   .gone = on_gone,
                                                   .custom = on_custom,
                                                   .custom_gone = on_custom_gone,
                                                   .arg = changes};

    *changes = (struct changes){
        .judge = {.now = ks_clock_wall() / 1000, .unknown_after_ms = cluster->options.unknown_after_ms}};
    ks_store_read_changes(cluster->store, following->version, &reader);
    if (changes->no_memory) {
        changes_fini(changes);
        ks_error_memory(err);
        return -1;
    }
    following->version = changes->version;
    return 0;
}

int ks_cluster_follow(struct ks_cluster *cluster, struct ks_following *following, ks_change_function *changed,
                      void *arg, struct ks_error *err)
{
    struct changes changes;

    if (ks_cluster_state(cluster) == KS_CLUSTER_STARTING) {
        return 0;
    }
    if (read_changes(cluster, following, &changes, err)) {
        return -1;
    }
    if (changed) {
        report(cluster, &changes, changed, arg);
    }
    changes_fini(&changes);
    if (note_cluster(cluster, following) && changed && !atomic_load(&cluster->freed)) {
        changed(arg, KS_CHANGE_CLUSTER, NULL);
    }
    return 0;
}

static bool has_changes(const struct ks_cluster *cluster)
{
    const struct ks_following *dispatched = &cluster->dispatched;
    struct ks_nodes_state nodes;
    int64_t age_ms;

    if (cluster->state == KS_CLUSTER_STARTING) {
        return false;
    }
    ks_store_nodes(cluster->store, &nodes, &age_ms);
    return !dispatched->begun || dispatched->state != cluster->state ||
           memcmp(&dispatched->nodes, &nodes, sizeof nodes) != 0 ||
           ks_store_wait(cluster->store, dispatched->version, 0) != dispatched->version;
}

void ks_cluster_announce(struct ks_cluster *cluster)
{
    const bool readable = has_changes(cluster);
    uint64_t count = 1;
    ssize_t done = readable ? write(cluster->fd, &count, sizeof count) : read(cluster->fd, &count, sizeof count);

    (void)done; /* fails only if it is readable, or not readable, already */
}
