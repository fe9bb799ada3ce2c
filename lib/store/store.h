/* Where the two halves meet: the collector writes, request threads read, and nothing else is shared.
 *
 * Threads: one writer calls ks_store_apply … ks_store_flush. Any number of readers call the ks_store_read… functions,
 * which hold a read lock only while their callback runs; a writer holds it exclusively only to swap pointers. So a
 * reader never waits for more than that, and callbacks must not block. Views are valid during the callback. */
#ifndef KS_STORE_H
#define KS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "health/automatic.h"
#include "base/error.h"
#include "kube/decode.h"
#include "kube/object.h"
#include "store/view.h"

struct ks_store;

struct ks_store_options {
    const char *const *namespaces; /* watched ones, NULL-terminated; NULL: all, as one group */
    const char *const *excluded;   /* left out, NULL-terminated; or NULL */
};

int ks_store_new(struct ks_store **store, const struct ks_store_options *options, struct ks_error *err);
void ks_store_free(struct ks_store *store);

/* ---- the writer's side; `group` is an index into options.namespaces, 0 without them ---- */

int ks_store_apply(struct ks_store *store, size_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                   struct ks_error *err);
/* Between begin and end, the objects of a list are applied as KS_KUBE_ADDED; end forgets those that were not seen.
 * A list that breaks off is simply begun again. */
void ks_store_list_begin(struct ks_store *store, size_t group, enum ks_kind kind);
void ks_store_list_end(struct ks_store *store, size_t group, enum ks_kind kind);
/* as_of: CLOCK_MONOTONIC ms, the last time the source was known to be right; for KS_SOURCE_AWAY. Published with the
 * next flush. */
void ks_store_source(struct ks_store *store, size_t group, enum ks_kind kind, enum ks_source_state state,
                     int64_t as_of);
/* True where something waits for ks_store_flush, which publishes it to the readers. Of services that changed, each
 * is judged once per flush. */
bool ks_store_is_dirty(const struct ks_store *store);
int ks_store_flush(struct ks_store *store, struct ks_error *err);

/* ---- custom checks, by the name of their service, whether Kubernetes has such a one or not ---- */

/* The writer's: adds or replaces; texts are copied. Published with the next flush. */
int ks_store_custom_put(struct ks_store *store, const struct ks_custom_state *state, struct ks_error *err);
void ks_store_custom_remove(struct ks_store *store, const char *service, const char *check);
/* Whether checks are still being looked for: what is not there may come. Published at once; false at first. */
void ks_store_custom_starting(struct ks_store *store, bool is_starting);
/* Since when the check that has waited longest is due, CLOCK_MONOTONIC ms; 0: none waits. Published at once. */
void ks_store_custom_waiting(struct ks_store *store, int64_t since);
/* The namespaces that have a service of that name in Kubernetes, blank-separated. */
void ks_store_namespaces_of(struct ks_store *store, const char *service, struct ks_buf *out);

/* ---- a peer's store: it holds what the peer says of its services, instead of objects ---- */

struct ks_remote_service {
    const char *namespace_name;
    const char *kind;
    const char *name;
    const struct ks_service_state *state; /* its texts are copied */
    int64_t as_of;                        /* CLOCK_MONOTONIC, ms: last known to be right; INT64_MAX: it is */
};

/* The writer's. A store has objects or remote services, never both. Sources (group 0) tell how the peer itself is. */
int ks_store_remote_put(struct ks_store *store, const struct ks_remote_service *service, struct ks_error *err);
void ks_store_remote_remove(struct ks_store *store, const char *namespace_name, const char *kind, const char *name);
/* Between begin and end everything is put; end forgets services and custom checks that were not. */
void ks_store_remote_begin(struct ks_store *store);
void ks_store_remote_end(struct ks_store *store);
void ks_store_remote_nodes(struct ks_store *store, const struct ks_nodes_state *nodes);

/* How it goes with the peer; published at once. */
struct ks_remote_report {
    uint64_t polls;
    uint64_t failures;
    uint64_t bytes;                   /* of bodies, decoded */
    char trouble[KS_ERROR_TEXT_SIZE]; /* why it is away; "" while it is not */
};
void ks_store_remote_report(struct ks_store *store, const struct ks_remote_report *report);
void ks_store_remote_read_report(struct ks_store *store, struct ks_remote_report *report);

/* ---- the readers' side ---- */

/* Waits while `since` is the version that was published last, until `deadline` (CLOCK_MONOTONIC, ms). Returns the
 * version. For threads that may wait. */
uint64_t ks_store_wait(struct ks_store *store, uint64_t since, int64_t deadline);
/* Whoever waits returns, and nobody waits any more. From any thread. */
void ks_store_end_waits(struct ks_store *store);

bool ks_store_custom_is_starting(struct ks_store *store);

struct ks_store_selector {
    const char *name;           /* NULL: every service */
    bool prefix;                /* name is the beginning of names */
    const char *namespace_name; /* NULL: any */
};

/* Services that a selector matched, as one. */
struct ks_store_sum {
    enum ks_readiness readiness; /* of the namespaces asked for */
    size_t services;             /* matched; 0: no such thing */
    struct ks_service_state state;
    int64_t age_ms; /* since the sources were last known to be right; 0 while they are */
};

typedef void ks_store_sum_reader(void *arg, const struct ks_store_sum *sum);

/* The ancestor's names (a generateName without its last '-') are resolved where no service has that very name. */
void ks_store_read_sum(struct ks_store *store, const struct ks_store_selector *selector, ks_store_sum_reader *reader,
                       void *arg);

typedef void ks_store_custom_reader(void *arg, const struct ks_custom_state *state);

/* The custom checks of the services that a selector matches, sorted by service, then check; check NULL: all but
 * refusals of whole files. Where one service and one check are asked for and only a refusal is there, that. Names of
 * the ancestor lead to the service's. With a namespace, only services that Kubernetes has there. Returns how many. */
size_t ks_store_read_custom(struct ks_store *store, const struct ks_store_selector *selector, const char *check,
                            ks_store_custom_reader *reader, void *arg);

typedef void ks_store_service_reader(void *arg, const struct ks_service_view *service);

/* All services, sorted by name, then namespace, then kind. Those of custom checks only among them. */
void ks_store_read_services(struct ks_store *store, ks_store_service_reader *reader, void *arg);

struct ks_store_changes_reader {
    void (*head)(void *arg, const struct ks_store_changes *changes);
    void (*service)(void *arg, const struct ks_service_view *service); /* without its custom checks */
    void (*gone)(void *arg, const char *namespace_name, const char *kind, const char *name);
    void (*custom)(void *arg, const struct ks_custom_state *state);
    void (*custom_gone)(void *arg, const char *service, const char *check);
    void *arg;
};

/* In the order of the members. A service whose sources went away or came back has changed. */
void ks_store_read_changes(struct ks_store *store, uint64_t since, const struct ks_store_changes_reader *reader);

/* The nodes, with their source's state and age. */
enum ks_source_state ks_store_nodes(struct ks_store *store, struct ks_nodes_state *nodes, int64_t *age_ms);

enum ks_readiness ks_store_readiness(struct ks_store *store);

/* For metrics: the number of sources of a kind in each state, of objects held, and of flushes. */
struct ks_store_stats {
    size_t sources[KS_KIND_COUNT][KS_SOURCE_OFF + 1];
    size_t pods;
    size_t controllers;
    size_t nodes;
    size_t services;
    size_t custom[KS_CUSTOM_REFUSED + 1]; /* by phase */
    size_t custom_failed;
    uint64_t custom_runs; /* since the start */
    uint64_t custom_failures;
    int64_t custom_waiting_since; /* as ks_store_custom_waiting has it */
    uint64_t version;
};
void ks_store_stats(struct ks_store *store, struct ks_store_stats *stats);

#endif
