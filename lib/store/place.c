/* Which service an object belongs to, in whatever order objects come: a pod may come before the ReplicaSet, the Job or
 * the driver that shows it. */
#include "config.h"

#include <string.h>

#include "base/hash.h"
#include "store/private.h"

#define STEM_KINDS 2

/* Kinds of owners whose own objects show what is above them: their pods may have been put without such an object, under
 * one of these kinds, with the part of its name before the last '-'. */
static const char *const links[KS_KIND_COUNT][STEM_KINDS] = {
    [KS_KIND_REPLICASET] = {"Deployment", "Rollout"},
    [KS_KIND_REPLICATIONCONTROLLER] = {"DeploymentConfig"},
    [KS_KIND_JOB] = {"CronJob"},
};

static bool is_link(const char *kind)
{
    for (int i = 0; i < KS_KIND_COUNT; i++) {
        if (links[i][0] && strcmp(ks_kind_name((enum ks_kind)i), kind) == 0) {
            return true;
        }
    }
    return false;
}

uint32_t ks_maker(const char *kind, const char *name)
{
    return ks_hash_short(ks_hash(ks_hash(KS_HASH, kind, strlen(kind) + 1), name, strlen(name)));
}

struct service *ks_place_pod(struct ks_store *store, uint32_t group, const struct ks_kube_object *object,
                             const struct ks_root *root, const struct pod *old, bool *is_helper)
{
    const struct ks_object_meta *meta = &object->meta;
    bool has_driver = strcmp(meta->owner_kind, "Pod") == 0;
    bool has_link = is_link(meta->owner_kind);
    const struct pod *driver = has_driver ? ks_pod_find(store, meta->namespace_name, meta->owner_name) : NULL;
    const struct controller *controller =
        has_link ? ks_controller_find(store, meta->owner_kind, meta->namespace_name, meta->owner_name) : NULL;
    char cronjob[KS_NAME_SIZE];

    *is_helper = driver != NULL;
    if (driver) {
        return driver->service;
    }
    if (controller) {
        return controller->service;
    }
    /* What showed it may go before its pods do: they stay. */
    if ((has_link || has_driver) && old && old->maker == ks_maker(meta->owner_kind, meta->owner_name)) {
        *is_helper = old->is_helper;
        return old->service;
    }
    if (strcmp(root->kind, "Job") == 0 && store->written[group][KS_KIND_JOB].source.state == KS_SOURCE_OFF &&
        ks_name_cronjob_of(root->name, cronjob)) {
        return ks_service_get(store, group, meta->namespace_name, "CronJob", cronjob);
    }
    return ks_service_get(store, group, meta->namespace_name, root->kind, root->name);
}

static bool has_helpers(const struct service *service)
{
    const struct pod *pod;

    DL_FOREACH(service->pods, pod)
    {
        if (pod->is_helper) {
            return true;
        }
    }
    return false;
}

static void move_pod(struct ks_store *store, struct pod *pod, struct service *to)
{
    ks_service_detach_pod(store, pod);
    ks_service_attach_pod(store, to, pod);
}

static const char *name_of(const struct pod *pod)
{
    return strchr(pod->key, '/') + 1;
}

/* Moves the helpers of these pods, which are the last ones of their service, and the helpers' helpers. */
static void move_helpers(struct ks_store *store, struct service *from, struct pod *pods)
{
    struct pod *pod, *next;

    if (!pods || !has_helpers(from)) {
        return;
    }
    for (const struct pod *moved = pods; moved; moved = moved->next) {
        uint32_t maker = ks_maker("Pod", name_of(moved));

        DL_FOREACH_SAFE(from->pods, pod, next)
        {
            if (pod->is_helper && pod->maker == maker) {
                move_pod(store, pod, pods->service); /* to the end, so that its own helpers follow */
            }
        }
    }
}

/* Moves the pods of this maker, with their helpers, from one service, which may be NULL, to another. */
static void move_pods(struct ks_store *store, struct service *from, struct service *to, uint32_t maker)
{
    struct pod *first = NULL;
    struct pod *pod, *next;

    if (!from || from == to) {
        return;
    }
    DL_FOREACH_SAFE(from->pods, pod, next)
    {
        if (pod->maker == maker) {
            move_pod(store, pod, to);
            first = first ? first : pod;
        }
    }
    move_helpers(store, from, first);
}

static void move_all_pods(struct ks_store *store, struct service *from, struct service *to, bool as_helpers)
{
    while (from && from != to && from->pods) {
        struct pod *pod = from->pods;

        pod->is_helper = pod->is_helper || as_helpers;
        move_pod(store, pod, to);
    }
}

void ks_gather_helpers(struct ks_store *store, struct pod *driver, struct service *before)
{
    struct service *waiting = ks_service_find(store, driver->service->namespace_name, "Pod", name_of(driver));

    move_all_pods(store, waiting, driver->service, true);
    if (before && before != driver->service) {
        move_helpers(store, before, driver);
    }
}

void ks_gather_pods(struct ks_store *store, const struct ks_kube_object *controller, struct service *service,
                    struct service *before)
{
    const struct ks_object_meta *meta = &controller->meta;
    const char *const *stem_kinds = links[controller->kind];
    const char *kind = ks_kind_name(controller->kind);
    const char *dash = strrchr(meta->name, '-');
    size_t length = dash ? (size_t)(dash - meta->name) : 0;
    char stem[KS_NAME_SIZE];
    uint32_t maker;

    if (!stem_kinds[0] || length >= sizeof stem) {
        return;
    }
    memcpy(stem, meta->name, length);
    stem[length] = '\0';
    maker = ks_maker(kind, meta->name);
    move_pods(store, before, service, maker);
    move_pods(store, ks_service_find(store, meta->namespace_name, kind, meta->name), service, maker);
    for (size_t i = 0; i < STEM_KINDS && length && stem_kinds[i]; i++) {
        move_pods(store, ks_service_find(store, meta->namespace_name, stem_kinds[i], stem), service, maker);
    }
}

void ks_guess_cronjobs(struct ks_store *store, size_t group)
{
    struct service *service, *next;
    char cronjob[KS_NAME_SIZE];

    HASH_ITER(hh, store->services, service, next)
    {
        struct service *target;

        if (service->group != group || service->controllers || service->remote || strcmp(service->kind, "Job") != 0 ||
            !ks_name_cronjob_of(service->name, cronjob)) {
            continue;
        }
        target = ks_service_get(store, service->group, service->namespace_name, "CronJob", cronjob);
        if (target) {
            move_all_pods(store, service, target, false);
        }
    }
}
