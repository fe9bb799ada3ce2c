/* The store, for the files of this folder. The writer applies objects (write.c and a file for each sort of object,
 * source.c), states of a peer (remote.c) and custom checks (custom.c) to a private picture; flush.c publishes it, after
 * judge.c has judged what changed; readers see it through index.c, read.c, custom_read.c and changes.c. */
#ifndef KS_STORE_PRIVATE_H
#define KS_STORE_PRIVATE_H

#include <pthread.h>
#include <utlist.h>

#include "base/hash_table.h"
#include "base/string_list.h"
#include "health/health.h"
#include "health/root.h"
#include "kube/labels.h"
#include "store/store.h"

struct service;

/* When an object was last told. */
struct mark {
    uint64_t version;    /* metadata.resourceVersion; 0: not a number */
    uint32_t generation; /* of the list or comparison that went on then, or was the latest */
};

/* Only few pods have this: something is wrong with them, they are a step of a run, or no controller object speaks for
 * them. */
struct remark {
    struct remark *prev, *next; /* among the suspects, if it has a node */
    struct pod *pod;
    uint32_t step;
    uint64_t label_bits;                /* of labels */
    const char *doubt;                  /* static */
    const char *reason, *node, *labels; /* in `texts`; or "" */
    bool is_node_down;                  /* as of the latest judgement */
    char texts[];
};

/* The part of a pod that is needed. There are many, so it is small: ks_pod_look unpacks it. */
struct pod {
    UT_hash_handle hh;
    struct pod *prev, *next; /* in its service */
    struct service *service;
    struct remark *remark; /* owned; NULL: nothing to remark */
    struct mark mark;
    /* From here to `key`, pods are compared as bytes, so there must not be padding. */
    int64_t created;
    int64_t until; /* yellow_until; of a finished pod finished_at */
    int32_t ready, total, restarts;
    uint32_t maker; /* a hash of its owner's kind and name */
    uint32_t run;
    uint16_t is_ready : 1;
    uint16_t deleting : 1;
    uint16_t finished : 1;
    uint16_t failed : 1;
    uint16_t gated : 1;
    uint16_t runs_for_ever : 1;
    uint16_t is_retrying : 1;
    uint16_t is_helper : 1;
    uint16_t is_hidden : 1;
    uint16_t unused : 7; /* 0 */
    char key[];          /* "namespace/name", NUL, and the version of its images */
};

/* A Deployment, Job, … . */
struct controller {
    UT_hash_handle hh;
    struct controller *prev, *next; /* in its service */
    struct service *service;
    struct ks_controller content;
    char *texts; /* owned: those of content */
    struct mark mark;
    uint32_t group;
    bool is_spare; /* a ReplicaSet of a Deployment: of no use beside the Deployment's own object */
    char key[];    /* "kind/namespace/name" */
};

struct node {
    UT_hash_handle hh;
    struct mark mark;
    struct ks_node content;
    char key[];
};

/* How many pods there were, and until when (CLOCK_MONOTONIC, ms). */
struct faded {
    int32_t count;
    int64_t at;
};
#define FADED_MOST 4

/* How many pods a service should have if no controller object speaks for it, as far as one can tell. */
struct guess {
    struct guess *prev, *next; /* in its namespace */
    struct service *service;
    struct space *space;
    struct cover *covers;
    int32_t current; /* pods that there were at the latest judgement */
    bool is_hidden;  /* by its pods; as long as there are none, as before */
    uint32_t faded_count;
    struct faded faded[FADED_MOST]; /* the largest number first, which is also the oldest one */
};

/* A budget covers pods of a service; or covered them, if all its pods are gone. Owned by the budget. */
struct cover {
    struct cover *prev, *next;               /* of its budget */
    struct cover *prev_budget, *next_budget; /* of its guess */
    struct budget *budget;
    struct guess *guess;
    int32_t count;    /* pods that it covers */
    int32_t expected; /* pods that it said there should be while it covered some; 0: unknown */
};

/* A PodDisruptionBudget. */
struct budget {
    UT_hash_handle hh;
    struct budget *prev, *next; /* in its namespace */
    struct space *space;
    struct budget *next_matched; /* while budgets are matched with services */
    int32_t matched;             /* pods of the service at hand */
    struct cover *covers;        /* owned */
    uint32_t cover_count;
    uint32_t filled;          /* covers that have pods */
    char *selector;           /* owned */
    uint64_t label_bits;      /* of the selector: which labels a pod must have, roughly */
    struct ks_budget content; /* its selector is NULL */
    struct mark mark;
    uint32_t group;
    bool rematch; /* its selector is new */
    char key[];   /* "namespace/name" */
};

/* A namespace with budgets or with services that they might cover. */
struct space {
    UT_hash_handle hh;
    struct budget *budgets;
    struct guess *guesses;
    char name[];
};

struct service {
    UT_hash_handle hh;
    struct service *dirty_next;
    struct pod *pods;
    struct controller *controllers;
    struct sealed_state *state; /* published and immutable; NULL before the first flush */
    struct sealed_state *next_state;
    struct guess *guess; /* owned; NULL: none is needed */
    char *alias;         /* the name in kube-shields 0.0.6, if it differs; or NULL */
    uint64_t changed;    /* the version that last changed it, apart from its sources */
    uint32_t group;
    uint32_t generation; /* of a remote service: when it was last put */
    bool remote;         /* it has a state that was put, and neither pods nor controllers */
    bool dirty;
    bool listed;        /* in the index */
    bool unchanged;     /* next_state equals state */
    bool was_rolling;   /* as of its state */
    bool is_rolling;    /* as of next_state */
    bool stays;         /* although its pods are gone: there should be some */
    bool relabelled;    /* budgets may cover other pods of it than before */
    bool is_controlled; /* it has or had a controller object that says how many pods there should be */
    const char *namespace_name, *kind, *name;
    char key[]; /* all three texts, each with its NUL; the last NUL does not count */
};

/* A custom check's state and its texts in one allocation. The index points to the state. */
struct sealed_custom {
    struct ks_custom_state state;
    uint64_t changed; /* the version that brought it */
};

/* A custom check. */
struct custom {
    UT_hash_handle hh;
    struct custom *dirty_next;
    struct sealed_custom *state; /* published and immutable; NULL before the first flush */
    struct sealed_custom *next_state;
    size_t position;     /* in the index */
    uint32_t generation; /* in a peer's store: when it was last put */
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
    bool is_refused; /* its objects are from before that, if there are any */
    int64_t as_of;
    uint64_t changed; /* the version in which it last went away, came back or was turned off */
};

/* Something that is gone: a service (namespace, kind, name) or a custom check (service, check, ""). */
struct tombstone {
    struct tombstone *next;
    uint64_t version; /* the first version without it */
    bool custom;
    const char *parts[3];
    char text[];
};

struct tombstones {
    struct tombstone *first, *last;
    size_t count;
};

/* The writer's view of a source. A flush publishes it together with the objects, so that a source is never live before
 * its objects are there. */
struct written_source {
    struct source source;
    uint32_t generation;           /* of the latest list or comparison */
    struct comparison *comparison; /* owned; NULL: none goes on */
};

struct ks_store {
    /* For the writer only. */
    struct ks_string_list namespaces;
    size_t group_count;
    struct ks_string_list excluded;
    struct pod *pods;
    struct controller *controllers;
    struct node *nodes;
    struct remark *suspects; /* pods that may not be ready because of their nodes */
    struct budget *budgets;
    struct space *spaces;
    struct service *services;
    struct service *dirty;
    struct custom *customs;
    struct custom *dirty_customs;
    bool is_strict;
    bool rematch;     /* some budget has a new selector */
    uint64_t edits;   /* grows with each object that comes, goes, or differs from what was kept of it */
    int64_t now;      /* CLOCK_MONOTONIC, ms: of the latest tick */
    int64_t fades_at; /* when a number of pods is forgotten next; INT64_MAX: never */
    bool index_stale;
    bool custom_index_stale; /* until a flush succeeds: positions may already be those in the next index */
    bool nodes_dirty;
    bool nodes_turned; /* since the last flush some node has become ready, or no longer is */
    bool sources_dirty;
    struct written_source (*written)[KS_KIND_COUNT]; /* by group */
    bool remote;                                     /* a peer's store: nodes were put */
    struct ks_nodes_state remote_nodes;
    uint32_t remote_generation;

    /* For readers, under the lock; the writer takes it exclusively to change these. */
    pthread_rwlock_t lock;
    struct source (*sources)[KS_KIND_COUNT]; /* by group */
    struct service **index;                  /* sorted by name, namespace, kind */
    size_t index_count;
    struct alias *aliases; /* sorted by alias */
    size_t alias_count;
    const struct ks_custom_state **custom_index; /* sorted by service, check */
    size_t custom_count;
    enum ks_store_trouble trouble;
    char trouble_text[KS_ERROR_TEXT_SIZE];
    bool custom_starting;
    int64_t custom_waiting_since;
    uint64_t custom_runs, custom_failures;
    struct ks_nodes_state nodes_state;
    size_t pod_count, controller_count, budget_count, node_count;
    uint64_t version;
    struct tombstones tombstones; /* by version */
    uint64_t forgotten;           /* the version of the newest tombstone that was dropped */
    struct ks_remote_report report;

    /* For waiting: a lock of its own, which nobody holds for long. */
    pthread_mutex_t wait_lock;
    pthread_cond_t published;
    uint64_t published_version;
    bool waits_ended;
};

/* ---- a service's state, as small as possible: peers have up to 100,000 services ---- */

struct sealed_state {
    int64_t as_of; /* of a remote service; INT64_MAX: it is right */
    /* The rest is compared as bytes, so it must not have padding. */
    int64_t created, oldest, newest, yellow_until;
    int32_t ready, total, restarts, pods, pods_ready, desired;
    uint32_t kinds;
    uint32_t without; /* of a remote service; others: what their sources are now */
    int32_t reasons_others, versions_others, doubts_others;
    uint32_t text_size;
    uint8_t outcome; /* enum ks_outcome */
    uint8_t down, guessed;
    uint8_t reasons_used, versions_used, doubts_used;
    uint8_t hidden;
    uint8_t remote;
    int32_t has_runs; /* bool */
    int32_t counts[]; /* of reasons, versions, doubts; their texts; label, color, link */
};

/* A copy that owns its texts; NULL if out of memory. as_of: INT64_MAX unless the service is remote. */
struct sealed_state *ks_state_seal(const struct ks_service_state *state, int64_t as_of);
/* The texts of `state` are borrowed from `sealed`. */
void ks_state_unseal(const struct sealed_state *sealed, struct ks_service_state *state);
/* Whether readers see the same. The time since when it is not right may differ, but not whether it is right. */
bool ks_state_is_same(const struct sealed_state *one, const struct sealed_state *other);

/* Finds or makes the service; NULL if out of memory. */
struct service *ks_service_get(struct ks_store *store, uint32_t group, const char *namespace_name, const char *kind,
                               const char *name);
/* NULL if there is none. */
struct service *ks_service_find(const struct ks_store *store, const char *namespace_name, const char *kind,
                                const char *name);
void ks_service_touch(struct ks_store *store, struct service *service);
/* No pod, no controller and no peer has it any more: the next flush removes it. */
bool ks_service_is_empty(const struct service *service);
void ks_service_free(struct service *service);
void ks_service_attach_pod(struct ks_store *store, struct service *service, struct pod *pod);
void ks_service_detach_pod(struct ks_store *store, struct pod *pod);
void ks_service_attach_controller(struct ks_store *store, struct service *service, struct controller *controller);
void ks_service_detach_controller(struct ks_store *store, struct controller *controller);
/* Whether objects of the kind say how many pods there should be. Jobs say how many they have, not how many run for ever
 * beside them. */
bool ks_kind_is_counted(enum ks_kind kind);
bool ks_service_has_counted_controller(const struct service *service);
/* Whether a name that the service may have had leads to it. For a service with a state. */
bool ks_service_was_called(const struct service *service, const struct ks_old_name *old);

/* ---- objects ---- */

/* "namespace/name" for pods and budgets, "kind/namespace/name" for controllers, "name" for nodes. */
#define OBJECT_KEY_SIZE (KS_NAME_SIZE + KS_NAMESPACE_SIZE + 32)
/* A name longer than Kubernetes allows is the API server's mistake: refuses it rather than cut it. */
int ks_object_key(const struct ks_kube_object *object, char key[static OBJECT_KEY_SIZE], struct ks_error *err);
/* The number that a resourceVersion is; 0 if it is not one, or NULL. */
uint64_t ks_version_number(const char *version);
/* The mark of an object that is told now. */
struct mark ks_mark(const struct ks_store *store, uint32_t group, const struct ks_kube_object *object);
/* The mark of the object with this key, or NULL if it is not kept. */
const struct mark *ks_mark_find(const struct ks_store *store, enum ks_kind kind, const char *key);
/* Applies an object, whoever told it. */
int ks_object_apply(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                    const struct ks_kube_object *object, struct ks_error *err);
bool ks_object_is_excluded(const struct ks_store *store, const struct ks_kube_object *object);
/* Removes the objects that the latest list or comparison did not mark. difference: where to note them, or NULL. */
void ks_objects_sweep(struct ks_store *store, size_t group, enum ks_kind kind, struct ks_store_difference *difference);

int ks_apply_pod(struct ks_store *store, uint32_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                 struct ks_error *err);
struct pod *ks_pod_find(const struct ks_store *store, const char *namespace_name, const char *name);
void ks_remove_pod(struct ks_store *store, struct pod *pod);
/* For one that is in no service and in no table. */
void ks_pod_free(struct pod *pod);
/* Sets the facts, which borrow from the pod. What its node has to do with it is up to the judgement. */
void ks_pod_look(const struct pod *pod, struct ks_pod_facts *facts);
/* Remembers the name that kube-shields 0.0.6 gave the pod's service, if it differs. */
int ks_learn_alias(struct ks_store *store, struct service *service, const char *generate_name);

int ks_apply_controller(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                        const struct ks_kube_object *object, struct ks_error *err);
void ks_remove_controller(struct ks_store *store, struct controller *controller);
void ks_controller_free(struct controller *controller);
struct controller *ks_controller_find(const struct ks_store *store, const char *kind, const char *namespace_name,
                                      const char *name);

int ks_apply_node(struct ks_store *store, enum ks_kube_event event, const struct ks_kube_object *object,
                  struct ks_error *err);
void ks_remove_node(struct ks_store *store, struct node *node);
/* Whether the node is known, and is not ready. */
bool ks_node_is_down(const struct ks_store *store, const char *name);
/* Pods are judged again if their node turned, since it may be why they are not ready. In one go before a flush: an
 * outage takes many nodes at once. */
void ks_nodes_touch_suspects(struct ks_store *store);

int ks_apply_budget(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                    const struct ks_kube_object *object, struct ks_error *err);
void ks_remove_budget(struct ks_store *store, struct budget *budget);

/* ---- which service an object belongs to (place.c) ---- */

/* A hash of what made a pod. */
uint32_t ks_maker(const char *kind, const char *name);
/* The service of a pod, and whether the pod only helps another pod there; NULL if out of memory. old: the same pod as
 * it was before, or NULL. */
struct service *ks_place_pod(struct ks_store *store, uint32_t group, const struct ks_kube_object *object,
                             const struct ks_root *root, const struct pod *old, bool *is_helper);
/* Other pods may have waited for this one or this controller, to learn which service they belong to. before: the
 * service that it belonged to so far, or NULL. */
void ks_gather_helpers(struct ks_store *store, struct pod *driver, struct service *before);
void ks_gather_pods(struct ks_store *store, const struct ks_kube_object *controller, struct service *service,
                    struct service *before);
/* If Jobs cannot be read, their names must do to find the CronJobs that made them. */
void ks_guess_cronjobs(struct ks_store *store, size_t group);

/* ---- services that no controller object speaks for ---- */

/* Finds or makes the namespace; NULL if out of memory. _release frees it if nothing uses it. */
struct space *ks_space_get(struct ks_store *store, const char *name);
void ks_space_release(struct ks_store *store, struct space *space);

/* Makes the service's guess if it needs one, or frees it. -1 if out of memory. */
int ks_guess_update(struct ks_store *store, struct service *service);
void ks_guess_free(struct ks_store *store, struct service *service);
/* Sets how many pods there should be, if there are `current` now. */
void ks_guess_expect(struct ks_store *store, struct guess *guess, int32_t current, struct ks_evidence *evidence);

/* Finds out which services budgets cover, as far as it may have changed. -1 if out of memory. */
int ks_budgets_match(struct ks_store *store);
/* Forgets that budgets cover the service. */
void ks_budgets_uncover(struct ks_store *store, struct guess *guess);
/* What budgets say about the service: how many pods it should have exactly, and at least. 0: nothing. */
void ks_budgets_expect(struct guess *guess, int32_t *exact, int32_t *least);

/* The most pods that there were within the last hour. There are `current` now, which it remembers. */
int32_t ks_lately_most(struct ks_store *store, struct guess *guess, int32_t current);

/* ---- judging ---- */

/* Judges a service that changed, into next_state. -1 if out of memory. */
int ks_service_judge(struct ks_store *store, struct service *service);

/* ---- the index ---- */

/* A sorted index that a flush prepares before it takes the lock. */
struct new_index {
    struct service **services;
    size_t count;
    struct alias *aliases;
    size_t alias_count;
};

/* Sorts a new index, outside the lock: -1 if out of memory. */
int ks_index_build(const struct ks_store *store, struct new_index *index);
/* The index of the first service whose name is not less than `name`, or the number of services. */
size_t ks_index_lower_bound(const struct ks_store *store, const char *name);
/* The first entry of this alias, or NULL. */
const struct alias *ks_alias_find(const struct ks_store *store, const char *name);

/* ---- reading, under the lock ---- */

/* Unseals the service's state, with what it is judged without. */
void ks_service_unseal(const struct ks_store *store, const struct service *service, struct ks_service_state *state);
/* The same into `state`, which the view borrows. The view has no custom checks. */
void ks_service_look(const struct ks_store *store, const struct service *service, struct ks_service_state *state,
                     struct ks_service_view *view);
/* The kinds, as bits, whose sources determine its age. */
uint32_t ks_service_kinds(const struct service *service);
/* Whether its pods may not be watched, so that nothing is known about it. */
bool ks_service_is_forbidden(const struct ks_store *store, const struct service *service);
enum ks_readiness ks_readiness(const struct ks_store *store);
int64_t ks_nodes_age(const struct ks_store *store);

/* ---- publishing ---- */

/* A custom index that a flush prepares before it takes the lock. */
struct custom_index {
    const struct ks_custom_state **states;
    size_t count;
};

/* Publishing custom checks in three steps: sort the next index if the index is stale, and add tombstones; swap states
 * and index under the exclusive lock; free what was replaced. */
int ks_custom_prepare(const struct ks_store *store, struct custom_index *index, struct tombstones *tombstones);
void ks_custom_swap(struct ks_store *store, struct custom_index *index, uint64_t version);
void ks_custom_clean_up(struct ks_store *store, struct custom_index *index);
void ks_custom_free_all(struct ks_store *store);
/* Marks what was not put since the latest ks_store_remote_begin for removal by the next flush. */
void ks_custom_sweep(struct ks_store *store);
/* The index of the first check of a service, and how many it has, without the refusal of its file. */
size_t ks_custom_find(const struct ks_store *store, const char *service, size_t *count);
/* The state of one check, or NULL. */
const struct ks_custom_state *ks_custom_find_one(const struct ks_store *store, const char *service, const char *check);

int ks_tombstones_add(struct tombstones *tombstones, bool custom, const char *const parts[static 3]);
/* Under the exclusive lock: moves `tombstones` into the store. They then hold the store's oldest, which have no room
 * left; free them outside of the lock. */
void ks_tombstones_publish(struct ks_store *store, struct tombstones *tombstones, uint64_t version);
void ks_tombstones_free(struct tombstones *tombstones);

void ks_waiting_init(struct ks_store *store);
void ks_waiting_fini(struct ks_store *store);
/* Not under the lock. */
void ks_waiting_wake(struct ks_store *store, uint64_t version);

/* The size of all texts with their NULs; an empty text takes no byte. _move_text copies them to `storage`, lets the
 * members point there, and returns the end of the copy. */
size_t ks_annotations_text_size(const struct ks_annotations *annotations);
char *ks_annotations_move_text(struct ks_annotations *annotations, char *storage);

#endif
