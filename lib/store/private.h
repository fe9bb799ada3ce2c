/* The store's inside, for store.c (what readers see), store_write.c (objects), store_remote.c (what a peer says),
 * store_custom.c (custom checks), store_state.c (how a service's state is kept), store_flush.c (publishing) and
 * store_since.c (what changed, and waiting for it). */
#ifndef KS_STORE_PRIVATE_H
#define KS_STORE_PRIVATE_H

#include <pthread.h>
#include <utlist.h>

#include "base/hash_table.h"
#include "base/string_list.h"
#include "health/health.h"
#include "health/names.h"
#include "store/store.h"

struct service;

/* A pod, as little as is needed of it; its texts lie behind it in one allocation. */
struct pod {
    UT_hash_handle hh;
    struct pod *prev, *next; /* of its service */
    struct service *service;
    int64_t created;
    int64_t yellow_until;
    int32_t ready, total, restarts;
    bool deleting, finished, failed;
    uint32_t generation;
    uint32_t group;
    const char *version, *reason; /* in key's allocation */
    char key[];                   /* "namespace/name" */
};

/* A Deployment, Job, … . */
struct controller {
    UT_hash_handle hh;
    struct controller *prev, *next; /* of its service */
    struct service *service;
    struct ks_controller content;
    char *annotation_text; /* owned: what content's annotations point into, or NULL */
    uint32_t generation;
    uint32_t group;
    char key[]; /* "kind/namespace/name" */
};

struct node {
    UT_hash_handle hh;
    uint32_t generation;
    struct ks_node content;
    char key[];
};

struct service {
    UT_hash_handle hh;
    struct service *dirty_next;
    struct pod *pods;
    struct controller *controllers;
    struct sealed_state *state; /* published: immutable, replaced as a whole; NULL before the first flush */
    struct sealed_state *next_state;
    char *alias;      /* the ancestor's name, where it differs; or NULL */
    uint64_t changed; /* the version that last did, but for its sources */
    uint32_t group;
    uint32_t generation; /* of a remote one: when it was last put */
    bool remote;         /* its state was put: it has neither pods nor controllers */
    bool dirty;
    bool listed;    /* in the index */
    bool unchanged; /* next_state says what state says */
    const char *namespace_name, *kind, *name;
    char key[]; /* the three texts, each with its NUL, of which the last does not count */
};

/* A custom check's state and its texts, in one allocation. The index points to the former. */
struct sealed_custom {
    struct ks_custom_state state;
    uint64_t changed; /* the version that brought it */
};

/* A custom check. */
struct custom {
    UT_hash_handle hh;
    struct custom *dirty_next;
    struct sealed_custom *state; /* published: immutable, replaced as a whole; NULL before the first flush */
    struct sealed_custom *next_state;
    size_t position;     /* in the index, once it is there */
    uint32_t generation; /* of a peer's: when it was last put */
    bool dirty;
    bool removed;
    char key[]; /* "service/check" */
};

struct alias {
    const char *alias;
    struct service *service;
};

struct source {
    enum ks_source_state state;
    int64_t as_of;
    uint64_t changed; /* published: the version in which what it told went away, came back or was taken away */
};

/* What is no more: a service (namespace, kind, name) or a custom check (service, check, ""). */
struct tombstone {
    struct tombstone *next;
    uint64_t version; /* that was the first without it */
    bool custom;
    const char *parts[3];
    char text[];
};

struct tombstones {
    struct tombstone *first, *last;
    size_t count;
};

/* The writer's side of a source: published with the next flush, so that a source is never live before what it told. */
struct written_source {
    struct source source;
    uint32_t generation; /* of its latest list */
};

struct ks_store {
    /* The writer's own. */
    struct ks_string_list namespaces;
    size_t group_count;
    struct ks_string_list excluded;
    struct pod *pods;
    struct controller *controllers;
    struct node *nodes;
    struct service *services;
    struct service *dirty;
    struct custom *customs;
    struct custom *dirty_customs;
    bool index_stale;
    bool custom_index_stale; /* stays so until a flush succeeds: positions may be those of the index that is to come */
    bool nodes_dirty;
    bool sources_dirty;
    struct written_source (*written)[KS_KIND_COUNT]; /* by group */
    bool remote;                                     /* a peer's: nodes were put, too */
    struct ks_nodes_state remote_nodes;
    uint32_t remote_generation;

    /* Read under the lock; written by the writer under the exclusive lock. */
    pthread_rwlock_t lock;
    struct source (*sources)[KS_KIND_COUNT]; /* by group */
    struct service **index;                  /* sorted by name, namespace, kind */
    size_t index_count;
    struct alias *aliases; /* sorted by alias */
    size_t alias_count;
    const struct ks_custom_state **custom_index; /* sorted by service, check */
    size_t custom_count;
    bool custom_starting;
    int64_t custom_waiting_since;
    uint64_t custom_runs, custom_failures;
    struct ks_nodes_state nodes_state;
    size_t pod_count, controller_count, node_count;
    uint64_t version;
    struct tombstones tombstones; /* by version */
    uint64_t forgotten;           /* of the newest tombstone that is gone, too */
    struct ks_remote_report report;

    /* Waiting: a lock of its own, which nobody holds for longer than a look. */
    pthread_mutex_t wait_lock;
    pthread_cond_t published;
    uint64_t published_version;
    bool waits_ended;
};

/* ---- a service's state, as small as it goes: 100,000 of a peer's are to fit ---- */

struct sealed_state {
    int64_t as_of; /* of a remote one; INT64_MAX: it is right */
    /* From here on it is compared as bytes: no padding. */
    int64_t created, oldest, newest, yellow_until;
    int32_t services[KS_OUTCOME_COUNT];
    int32_t ready, total, restarts, pods, pods_ready, desired;
    uint32_t kinds;
    int32_t reasons_others, versions_others;
    uint32_t text_size;
    uint8_t reasons_used, versions_used;
    uint8_t hidden;
    uint8_t remote;
    int32_t counts[]; /* of reasons, then of versions; then their texts in that order; then label, color, link */
};

/* A copy that owns its texts; NULL without memory. as_of: INT64_MAX but for a remote one. */
struct sealed_state *ks_state_seal(const struct ks_service_state *state, int64_t as_of);
/* Its texts are borrowed from the sealed one. */
void ks_state_unseal(const struct sealed_state *sealed, struct ks_service_state *state);
/* Whether readers would see the same; since when it is not right may differ, but not whether it is. */
bool ks_state_is_same(const struct sealed_state *one, const struct sealed_state *other);

/* The service of that name, made where there is none; NULL without memory. */
struct service *ks_service_get(struct ks_store *store, uint32_t group, const char *namespace_name, const char *kind,
                               const char *name);
/* NULL where there is none. */
struct service *ks_service_find(const struct ks_store *store, const char *namespace_name, const char *kind,
                                const char *name);
void ks_service_touch(struct ks_store *store, struct service *service);
/* No pod, no controller and no peer has it any more: the next flush removes it. */
bool ks_service_is_empty(const struct service *service);
void ks_service_free(struct service *service);

void ks_remove_pod(struct ks_store *store, struct pod *pod);
void ks_remove_controller(struct ks_store *store, struct controller *controller);
/* All pods of a service become another's. `from` may be NULL. */
void ks_move_pods(struct ks_store *store, struct service *from, struct service *to);
void ks_store_free_controller(struct controller *controller);

/* What readers are to find by, sorted. */
struct new_index {
    struct service **services;
    size_t count;
    struct alias *aliases;
    size_t alias_count;
};

/* Sorts a new index, outside the lock: -1 if out of memory. */
int ks_index_build(const struct ks_store *store, struct new_index *index);
/* The first service whose name is not less than `name`; the end of the index where there is none. */
size_t ks_index_lower_bound(const struct ks_store *store, const char *name);
/* The first entry of that alias, or NULL. */
const struct alias *ks_alias_find(const struct ks_store *store, const char *name);

/* ---- reading, under the lock ---- */

/* Unseals the service's state to `state`, which the view borrows; without custom checks. */
void ks_service_look(const struct ks_store *store, const struct service *service, struct ks_service_state *state,
                     struct ks_service_view *view);
/* The kinds, as bits, by whose sources it ages. */
uint32_t ks_service_kinds(const struct service *service);
/* Its pods may not be watched: nothing can be said of it. */
bool ks_service_is_forbidden(const struct ks_store *store, const struct service *service);
enum ks_readiness ks_readiness(const struct ks_store *store);
int64_t ks_nodes_age(const struct ks_store *store);

/* ---- publishing ---- */

/* What a flush prepares before it takes the lock. */
struct custom_index {
    const struct ks_custom_state **states;
    size_t count;
};

/* Custom checks: sorts the next index where it is stale; swaps states and index in, under the exclusive lock; frees
 * what was replaced. What is removed gets a tombstone. */
int ks_custom_prepare(const struct ks_store *store, struct custom_index *index, struct tombstones *tombstones);
void ks_custom_swap(struct ks_store *store, struct custom_index *index, uint64_t version);
void ks_custom_clean_up(struct ks_store *store, struct custom_index *index);
void ks_custom_free_all(struct ks_store *store);
/* Forgets, with the next flush, what was not put since the latest ks_store_remote_begin. */
void ks_custom_sweep(struct ks_store *store);
/* The first state of that service, and how many it has; refusals of whole files (check "") come first. */
size_t ks_custom_find(const struct ks_store *store, const char *service, size_t *count);
/* The state of that very check, or NULL. */
const struct ks_custom_state *ks_custom_find_one(const struct ks_store *store, const char *service, const char *check);

int ks_tombstones_add(struct tombstones *tombstones, bool custom, const char *const parts[static 3]);
/* Under the exclusive lock: what the store remembers grows by `tombstones`, and loses the oldest, which then are there.
 */
void ks_tombstones_publish(struct ks_store *store, struct tombstones *tombstones, uint64_t version);
void ks_tombstones_free(struct tombstones *tombstones);

void ks_waiting_init(struct ks_store *store);
void ks_waiting_fini(struct ks_store *store);
/* Without the lock. */
void ks_waiting_wake(struct ks_store *store, uint64_t version);

/* Bytes of all texts with their NULs, and a copy of them to `storage`, to which the members then point; an empty text
 * takes no byte. Returns the byte behind the last. */
size_t ks_annotations_text_size(const struct ks_annotations *annotations);
char *ks_annotations_move_text(struct ks_annotations *annotations, char *storage);

#endif
