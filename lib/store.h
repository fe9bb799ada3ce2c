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

struct ks_service_view {
    const char *name;
    const char *namespace_name;
    const char *kind; /* of the root controller: "Deployment" */
    const struct ks_service_state *state;
    int64_t age_ms;
};

typedef void ks_store_service_reader(void *arg, const struct ks_service_view *service);

/* All services, sorted by name, then namespace, then kind. */
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
    uint64_t version;
};
void ks_store_figures(struct ks_store *store, struct ks_store_figures *figures);

#endif
