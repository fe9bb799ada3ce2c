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

#include "buf.h"
#include "check.h"
#include "error.h"
#include "kube_decode.h"
#include "kube_object.h"

struct ks_store;

/* A source is one kind in one watched namespace (or in all). */
enum ks_source_state {
    KS_SOURCE_STARTING, /* its first list is not complete */
    KS_SOURCE_LIVE,
    KS_SOURCE_AWAY, /* complete once, not reached since as_of */
    KS_SOURCE_OFF,  /* may not be watched, or the server has no such kind */
};

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

enum ks_custom_phase {
    KS_CUSTOM_WAITING,  /* it has not run yet */
    KS_CUSTOM_ANSWERED, /* or failed */
    KS_CUSTOM_REFUSED,  /* it is not run; with check "": nor is any other of its file */
};

struct ks_custom_state {
    const char *service;
    const char *check;
    enum ks_custom_phase phase;
    bool failed;
    const char *label; /* "": the check's name */
    const char *message;
    const char *color;
    const char *reason;  /* of a failure, or of a refusal; or "" */
    const char *mistake; /* or "" */
    const char *raw;     /* one JSON value; or "" */
    int64_t ran_at;      /* Unix ms; 0: never */
    int64_t took_ms;
    int64_t answered_at; /* CLOCK_MONOTONIC, ms */
    int64_t late_at;     /* CLOCK_MONOTONIC, ms: the next answer should be there by then */
};

/* The writer's: adds or replaces; texts are copied. Published with the next flush. */
int ks_store_custom_put(struct ks_store *store, const struct ks_custom_state *state, struct ks_error *err);
void ks_store_custom_remove(struct ks_store *store, const char *service, const char *check);
/* The namespaces that have a service of that name in Kubernetes, blank-separated. */
void ks_store_namespaces_of(struct ks_store *store, const char *service, struct ks_buf *out);

/* ---- the readers' side ---- */

struct ks_store_selector {
    const char *name;           /* NULL: every service */
    bool prefix;                /* name is the beginning of names */
    const char *namespace_name; /* NULL: any */
};

enum ks_readiness {
    KS_READY,
    KS_STARTING,  /* the first lists are not complete */
    KS_FORBIDDEN, /* pods may not be watched: nothing can be said */
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

struct ks_service_view {
    const char *name;
    const char *namespace_name;           /* "" where Kubernetes has no such service */
    const char *kind;                     /* of the root controller: "Deployment"; or "" */
    const struct ks_service_state *state; /* or NULL */
    int64_t age_ms;
    const struct ks_custom_state *const *custom; /* its custom checks, without refusals of whole files */
    size_t custom_count;
};

typedef void ks_store_service_reader(void *arg, const struct ks_service_view *service);

/* All services, sorted by name, then namespace, then kind. Those of custom checks only among them. */
void ks_store_read_services(struct ks_store *store, ks_store_service_reader *reader, void *arg);

/* The nodes, with their source's state and age. */
enum ks_source_state ks_store_nodes(struct ks_store *store, struct ks_nodes_state *nodes, int64_t *age_ms);

enum ks_readiness ks_store_readiness(struct ks_store *store);

/* For metrics: the number of sources of a kind in each state, of objects held, and of flushes. */
struct ks_store_figures {
    size_t sources[KS_KIND_COUNT][KS_SOURCE_OFF + 1];
    size_t pods;
    size_t controllers;
    size_t nodes;
    size_t services;
    size_t custom[KS_CUSTOM_REFUSED + 1]; /* by phase */
    size_t custom_failed;
    uint64_t custom_runs; /* since the start */
    uint64_t custom_failures;
    uint64_t version;
};
void ks_store_figures(struct ks_store *store, struct ks_store_figures *figures);

#endif
