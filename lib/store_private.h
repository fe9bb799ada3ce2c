/* The store's inside, for store.c (what readers see), store_write.c (objects), store_custom.c (custom checks) and
 * store_flush.c (publishing). */
#ifndef KS_STORE_PRIVATE_H
#define KS_STORE_PRIVATE_H

/* uthash would exit the process without memory; so it leaves hh.tbl NULL instead. */
#define HASH_NONFATAL_OOM 1
#include <pthread.h>
#include <uthash.h>
#include <utlist.h>

#include "health.h"
#include "name.h"
#include "store.h"

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
    struct ks_service_state *state; /* published: immutable, replaced as a whole; NULL before the first flush */
    struct ks_service_state *next_state;
    char *alias; /* the ancestor's name, where it differs; or NULL */
    uint32_t group;
    bool dirty;
    bool listed; /* in the index */
    const char *namespace_name, *kind, *name;
    char key[]; /* "namespace/kind/name"; then the three texts */
};

/* A custom check. */
struct custom {
    UT_hash_handle hh;
    struct custom *dirty_next;
    struct ks_custom_state *state; /* published: immutable, replaced as a whole; NULL before the first flush */
    struct ks_custom_state *next_state;
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
};

/* The writer's side of a source: published with the next flush, so that a source is never live before what it told. */
struct written_source {
    struct source source;
    uint32_t generation; /* of its latest list */
};

struct ks_store {
    /* The writer's own. */
    char **namespaces;
    size_t group_count;
    char **excluded;
    struct pod *pods;
    struct controller *controllers;
    struct node *nodes;
    struct service *services;
    struct service *dirty;
    struct custom *customs;
    struct custom *dirty_customs;
    bool index_stale;
    bool nodes_dirty;
    bool sources_dirty;
    struct written_source (*written)[KS_KIND_COUNT]; /* by group */

    /* Read under the lock; written by the writer under the exclusive lock. */
    pthread_rwlock_t lock;
    struct source (*sources)[KS_KIND_COUNT]; /* by group */
    struct service **index;                  /* sorted by name, namespace, kind */
    size_t index_count;
    struct alias *aliases; /* sorted by alias */
    size_t alias_count;
    const struct ks_custom_state **custom_index; /* sorted by service, check */
    size_t custom_count;
    uint64_t custom_runs, custom_failures;
    struct ks_nodes_state nodes_state;
    size_t pod_count, controller_count, node_count;
    uint64_t version;
};

int ks_service_compare(const struct service *one, const struct service *other);

/* The service of that name, made where there is none; NULL without memory. */
struct service *ks_service_get(struct ks_store *store, uint32_t group, const char *namespace_name, const char *kind,
                               const char *name);
void ks_service_touch(struct ks_store *store, struct service *service);
void ks_service_free(struct service *service);

void ks_remove_pod(struct ks_store *store, struct pod *pod);
void ks_remove_controller(struct ks_store *store, struct controller *controller);
/* All pods of a service become another's. `from` may be NULL. */
void ks_move_pods(struct ks_store *store, struct service *from, struct service *to);
void ks_store_free_controller(struct controller *controller);

/* The first service whose name is not less than `name`; the end of the index where there is none. */
size_t ks_index_lower_bound(const struct ks_store *store, const char *name);
/* The first entry of that alias, or NULL. */
const struct alias *ks_alias_find(const struct ks_store *store, const char *name);

/* Custom checks: sorts the next index where it is stale; swaps states and index in, under the exclusive lock; frees
 * what was replaced. */
struct custom_index {
    const struct ks_custom_state **states;
    size_t count;
};
int ks_custom_prepare(const struct ks_store *store, struct custom_index *index);
void ks_custom_swap(struct ks_store *store, struct custom_index *index);
void ks_custom_clean_up(struct ks_store *store, struct custom_index *index);
void ks_custom_free_all(struct ks_store *store);
/* The first state of that service, and how many it has; refusals of whole files (check "") come first. */
size_t ks_custom_find(const struct ks_store *store, const char *service, size_t *count);

/* Bytes of all texts with their NULs, and a copy of them to `storage`, to which the members then point; an empty text
 * takes no byte. Returns the byte behind the last. */
size_t ks_annotations_text_size(const struct ks_annotations *annotations);
char *ks_annotations_move_text(struct ks_annotations *annotations, char *storage);

#endif
