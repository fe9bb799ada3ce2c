/* The truth of a model: what etcd holds, the history that led there, and the caches of its API servers, which may be
 * behind. Deployments with ReplicaSets and pods, in one namespace; each object has one place, whether it exists or not,
 * so that a copy of everything is an assignment. Pure. */
#ifndef KS_MODEL_CLUSTER_H
#define KS_MODEL_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kube/object.h"
#include "model/random.h"

#define MODEL_NAMESPACE "shop"

enum {
    MODEL_SERVICES = 3,
    MODEL_SETS_EACH = 2, /* of a service */
    MODEL_PODS_EACH = 4, /* of a set */
    MODEL_SETS = MODEL_SERVICES * MODEL_SETS_EACH,
    MODEL_PODS = MODEL_SETS * MODEL_PODS_EACH,
    /* Places: pods, then Deployments, then ReplicaSets. */
    MODEL_FIRST_DEPLOYMENT = MODEL_PODS,
    MODEL_FIRST_SET = MODEL_FIRST_DEPLOYMENT + MODEL_SERVICES,
    MODEL_PLACES = MODEL_FIRST_SET + MODEL_SETS,
    MODEL_KINDS = 3,
    MODEL_CACHES = 2,
    MODEL_HISTORY = 2048,
};

extern const enum ks_kind model_kinds[MODEL_KINDS];

struct model_object {
    bool exists;
    uint64_t version;
    int32_t wanted; /* spec.replicas */
    int32_t ready;  /* of a pod: 0 or 1 */
    int32_t pods;   /* status.replicas */
    int32_t updated;
    int32_t restarts;
    int32_t generation;
};

struct model_state {
    uint64_t version;
    struct model_object objects[MODEL_PLACES];
};

enum model_change {
    MODEL_ADDED,
    MODEL_MODIFIED,
    MODEL_DELETED,
};

struct model_event {
    uint64_t version;
    size_t place;
    enum model_change change;
    struct model_object object; /* a deleted one as it was, with the version of its end */
    bool is_lost;               /* no watch tells it */
};

struct model_cluster {
    struct model_state now;
    struct model_event history[MODEL_HISTORY]; /* since the last compaction, or restore */
    size_t events;
    uint64_t compacted; /* the version up to which there is no history */
    struct model_state backup;
    bool has_backup;
    struct model_state caches[MODEL_CACHES];
    unsigned identity;          /* of kube-system */
    unsigned lose[MODEL_KINDS]; /* how many of the next events of this kind are lost */
};

/* The index in model_kinds. */
size_t model_kind_of(size_t place);
/* The first place of a kind, and how many there are. */
size_t model_first_place(size_t kind);
size_t model_place_count(size_t kind);

void model_cluster_init(struct model_cluster *cluster);
/* Something happens to one service: it comes, goes, is scaled or rolled out, or a pod changes. Returns a word for what
 * it was. */
const char *model_cluster_change(struct model_cluster *cluster, struct model_random *random);
/* Other objects of the cluster changed. */
void model_cluster_pass(struct model_cluster *cluster, uint64_t versions);
/* Forgets history up to now. */
void model_cluster_compact(struct model_cluster *cluster);
void model_cluster_back_up(struct model_cluster *cluster);
/* Returns false if there is no backup. Caches have what the backup has; but for the first `undone`, which hold the past
 * that was undone. */
bool model_cluster_restore(struct model_cluster *cluster, size_t undone);
/* Another cluster takes the address of this one. */
void model_cluster_replace(struct model_cluster *cluster, struct model_random *random);
/* A cache learns all that it does not know yet; if it holds a past that was undone, all of it anew. */
void model_cache_advance(struct model_cluster *cluster, size_t cache);

#endif
