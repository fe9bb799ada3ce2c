#include "config.h"

#include "model/cluster.h"

#include <string.h>

const enum ks_kind model_kinds[MODEL_KINDS] = {KS_KIND_POD, KS_KIND_DEPLOYMENT, KS_KIND_REPLICASET};

static const size_t first_places[MODEL_KINDS + 1] = {0, MODEL_FIRST_DEPLOYMENT, MODEL_FIRST_SET, MODEL_PLACES};

size_t model_kind_of(size_t place)
{
    size_t kind = 0;

    while (place >= first_places[kind + 1]) {
        kind++;
    }
    return kind;
}

size_t model_first_place(size_t kind)
{
    return first_places[kind];
}

size_t model_place_count(size_t kind)
{
    return first_places[kind + 1] - first_places[kind];
}

void model_cluster_init(struct model_cluster *cluster)
{
    memset(cluster, 0, sizeof *cluster);
    cluster->identity = 1;
    cluster->now.version = 1000;
    cluster->compacted = cluster->now.version;
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        cluster->caches[i] = cluster->now;
    }
}

/* ---- history ---- */

void model_cache_advance(struct model_cluster *cluster, size_t cache)
{
    struct model_state *state = &cluster->caches[cache];

    if (state->version > cluster->now.version) {
        *state = cluster->now;
    }
    for (size_t i = 0; i < cluster->events; i++) {
        const struct model_event *event = &cluster->history[i];

        if (event->version > state->version) {
            state->objects[event->place] = event->object;
            state->objects[event->place].exists = event->change != MODEL_DELETED;
        }
    }
    state->version = cluster->now.version;
}

void model_cluster_compact(struct model_cluster *cluster)
{
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        model_cache_advance(cluster, i);
    }
    cluster->events = 0;
    cluster->compacted = cluster->now.version;
}

static void tell(struct model_cluster *cluster, size_t place, enum model_change change)
{
    unsigned *lose = &cluster->lose[model_kind_of(place)];

    if (cluster->events == MODEL_HISTORY) {
        model_cluster_compact(cluster);
    }
    cluster->history[cluster->events++] = (struct model_event){.version = cluster->now.version,
                                                               .place = place,
                                                               .change = change,
                                                               .object = cluster->now.objects[place],
                                                               .is_lost = *lose > 0};
    *lose -= *lose > 0;
}

static void put(struct model_cluster *cluster, size_t place, const struct model_object *object)
{
    struct model_object *mine = &cluster->now.objects[place];
    enum model_change change = mine->exists ? MODEL_MODIFIED : MODEL_ADDED;

    *mine = *object;
    mine->exists = true;
    mine->version = ++cluster->now.version;
    tell(cluster, place, change);
}

static void remove_object(struct model_cluster *cluster, size_t place)
{
    struct model_object *mine = &cluster->now.objects[place];

    if (mine->exists) {
        mine->version = ++cluster->now.version;
        tell(cluster, place, MODEL_DELETED);
        mine->exists = false;
    }
}

void model_cluster_pass(struct model_cluster *cluster, uint64_t versions)
{
    cluster->now.version += versions;
}

void model_cluster_back_up(struct model_cluster *cluster)
{
    cluster->backup = cluster->now;
    cluster->has_backup = true;
}

static void take(struct model_cluster *cluster)
{
    cluster->events = 0;
    cluster->compacted = cluster->now.version;
    for (size_t i = 0; i < MODEL_CACHES; i++) {
        cluster->caches[i] = cluster->now;
    }
    memset(cluster->lose, 0, sizeof cluster->lose);
}

bool model_cluster_restore(struct model_cluster *cluster, size_t undone)
{
    struct model_state caches[MODEL_CACHES];

    if (!cluster->has_backup) {
        return false;
    }
    memcpy(caches, cluster->caches, sizeof caches);
    cluster->now = cluster->backup;
    take(cluster);
    memcpy(cluster->caches, caches, undone * sizeof caches[0]);
    return true;
}

/* ---- services ---- */

static size_t set_place(size_t service, size_t set)
{
    return MODEL_FIRST_SET + service * MODEL_SETS_EACH + set;
}

static size_t pod_place(size_t service, size_t set, size_t pod)
{
    return (service * MODEL_SETS_EACH + set) * MODEL_PODS_EACH + pod;
}

static const struct model_object *object_at(const struct model_cluster *cluster, size_t place)
{
    return &cluster->now.objects[place];
}

/* The controllers say what they see. */
static void report(struct model_cluster *cluster, size_t service)
{
    struct model_object deployment = *object_at(cluster, MODEL_FIRST_DEPLOYMENT + service);

    deployment.ready = deployment.pods = deployment.updated = 0;
    for (size_t set = 0; set < MODEL_SETS_EACH; set++) {
        struct model_object seen = *object_at(cluster, set_place(service, set));

        seen.ready = seen.pods = 0;
        for (size_t pod = 0; pod < MODEL_PODS_EACH; pod++) {
            const struct model_object *one = object_at(cluster, pod_place(service, set, pod));

            seen.pods += one->exists;
            seen.ready += one->exists && one->ready;
        }
        if (seen.exists && memcmp(&seen, object_at(cluster, set_place(service, set)), sizeof seen) != 0) {
            put(cluster, set_place(service, set), &seen);
        }
        deployment.pods += seen.pods;
        deployment.ready += seen.ready;
        deployment.updated += seen.wanted > 0 ? seen.pods : 0;
    }
    if (deployment.exists &&
        memcmp(&deployment, object_at(cluster, MODEL_FIRST_DEPLOYMENT + service), sizeof deployment) != 0) {
        put(cluster, MODEL_FIRST_DEPLOYMENT + service, &deployment);
    }
}

/* A set gets or loses pods until it has as many as it wants. */
static void fill_set(struct model_cluster *cluster, struct model_random *random, size_t service, size_t set)
{
    int32_t wanted = object_at(cluster, set_place(service, set))->wanted;
    size_t first = model_pick(random, MODEL_PODS_EACH);
    int32_t count = 0;

    for (size_t pod = 0; pod < MODEL_PODS_EACH; pod++) {
        count += object_at(cluster, pod_place(service, set, pod))->exists;
    }
    for (size_t i = 0; i < MODEL_PODS_EACH && count != wanted; i++) {
        size_t place = pod_place(service, set, (first + i) % MODEL_PODS_EACH);
        const struct model_object fresh = {.ready = model_chance(random, 60)};

        if (count < wanted && !object_at(cluster, place)->exists) {
            put(cluster, place, &fresh);
            count++;
        } else if (count > wanted && object_at(cluster, place)->exists) {
            remove_object(cluster, place);
            count--;
        }
    }
}

/* Sets what a set wants, makes it if it must, and lets its pods follow. */
static void scale_set(struct model_cluster *cluster, struct model_random *random, size_t service, size_t set,
                      int32_t wanted)
{
    struct model_object changed = *object_at(cluster, set_place(service, set));

    if (!changed.exists) {
        memset(&changed, 0, sizeof changed);
    }
    changed.wanted = wanted;
    changed.generation++;
    put(cluster, set_place(service, set), &changed);
    fill_set(cluster, random, service, set);
}

static void scale(struct model_cluster *cluster, struct model_random *random, size_t service, size_t set)
{
    struct model_object deployment = *object_at(cluster, MODEL_FIRST_DEPLOYMENT + service);

    if (!deployment.exists) {
        memset(&deployment, 0, sizeof deployment);
    }
    deployment.wanted = (int32_t)model_pick(random, MODEL_PODS_EACH + 1);
    deployment.generation++;
    put(cluster, MODEL_FIRST_DEPLOYMENT + service, &deployment);
    scale_set(cluster, random, service, set, deployment.wanted);
}

/* The set that holds the pods. */
static size_t current_set(const struct model_cluster *cluster, size_t service)
{
    return object_at(cluster, set_place(service, 0))->exists && object_at(cluster, set_place(service, 0))->wanted > 0
               ? 0
               : 1;
}

static void roll_out(struct model_cluster *cluster, struct model_random *random, size_t service)
{
    size_t old = current_set(cluster, service);

    scale(cluster, random, service, 1 - old);
    if (object_at(cluster, set_place(service, old))->exists) {
        scale_set(cluster, random, service, old, 0);
        if (model_chance(random, 50)) {
            remove_object(cluster, set_place(service, old));
        }
    }
}

/* As the garbage collector does: owners first, or last. */
static void delete_service(struct model_cluster *cluster, struct model_random *random, size_t service)
{
    bool owners_first = model_chance(random, 50);

    if (owners_first) {
        remove_object(cluster, MODEL_FIRST_DEPLOYMENT + service);
    }
    for (size_t set = 0; set < MODEL_SETS_EACH; set++) {
        if (owners_first) {
            remove_object(cluster, set_place(service, set));
        }
        for (size_t pod = 0; pod < MODEL_PODS_EACH; pod++) {
            remove_object(cluster, pod_place(service, set, pod));
        }
        remove_object(cluster, set_place(service, set));
    }
    remove_object(cluster, MODEL_FIRST_DEPLOYMENT + service);
}

/* Returns false if the pod does not exist. */
static bool change_pod(struct model_cluster *cluster, struct model_random *random, size_t place)
{
    struct model_object pod = *object_at(cluster, place);
    uint32_t what = model_pick(random, 4);

    if (!pod.exists) {
        return false;
    }
    if (what == 0) {
        remove_object(cluster, place);
    } else if (what == 1) {
        pod.restarts++;
        put(cluster, place, &pod);
    } else {
        pod.ready = !pod.ready;
        put(cluster, place, &pod);
    }
    return true;
}

const char *model_cluster_change(struct model_cluster *cluster, struct model_random *random)
{
    size_t service = model_pick(random, MODEL_SERVICES);
    size_t set = current_set(cluster, service);
    uint32_t what = model_pick(random, 12);
    const char *word = "a pod changes";

    if (!object_at(cluster, MODEL_FIRST_DEPLOYMENT + service)->exists) {
        scale(cluster, random, service, set);
        word = "a service comes";
    } else if (what == 0) {
        delete_service(cluster, random, service);
        word = "a service goes";
    } else if (what <= 2) {
        scale(cluster, random, service, set);
        word = "a service is scaled";
    } else if (what == 3) {
        roll_out(cluster, random, service);
        word = "a service is rolled out";
    } else if (what == 4) {
        fill_set(cluster, random, service, set);
        word = "pods come again";
    } else if (!change_pod(cluster, random, pod_place(service, set, model_pick(random, MODEL_PODS_EACH)))) {
        return "nothing changes";
    }
    report(cluster, service);
    return word;
}

void model_cluster_replace(struct model_cluster *cluster, struct model_random *random)
{
    cluster->identity++;
    cluster->has_backup = false;
    for (size_t i = 0; i < MODEL_PLACES; i++) {
        cluster->now.objects[i].exists = false;
    }
    if (model_chance(random, 50)) {
        cluster->now.version = 1000;
    } else {
        cluster->now.version += 10000;
    }
    for (unsigned i = 0; i < 6; i++) {
        model_cluster_change(cluster, random);
    }
    take(cluster);
    /* Either it does not have the versions of before any more, or it seems to. */
    if (model_chance(random, 50)) {
        cluster->compacted = 0;
    }
}
