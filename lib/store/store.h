/* The store is where the two halves meet: the collector writes, request threads read, and they share nothing else.
 *
 * Threads: one writer calls the functions from ks_store_apply to ks_store_flush. Any number of readers call the
 * ks_store_read… functions, which hold a read lock while their callback runs: callbacks must not block. The writer
 * holds the lock exclusively only to swap pointers, so readers never wait long. Views are valid during the callback. */
#ifndef KS_STORE_STORE_H
#define KS_STORE_STORE_H

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
    const char *const *namespaces; /* the watched ones, NULL-terminated; NULL: all, as one group */
    const char *const *excluded;   /* ignored ones, NULL-terminated; or NULL */
    bool is_strict;                /* see struct ks_evidence */
};

int ks_store_new(struct ks_store **store, const struct ks_store_options *options, struct ks_error *err);
void ks_store_free(struct ks_store *store);

/* ---- for the writer; `group` is an index into options.namespaces, or 0 without them ---- */

int ks_store_apply(struct ks_store *store, size_t group, enum ks_kube_event event, const struct ks_kube_object *object,
                   struct ks_error *err);
/* Apply the objects of a list as KS_KUBE_ADDED between begin and end; end removes objects that were not in the list. If
 * a list breaks off, begin again. */
void ks_store_list_begin(struct ks_store *store, size_t group, enum ks_kind kind);
void ks_store_list_end(struct ks_store *store, size_t group, enum ks_kind kind);

/* What a list beside a watch showed that the watch had not told. */
struct ks_store_difference {
    size_t missing;     /* objects that we did not have */
    size_t outdated;    /* objects that we had in an older form, or in one of another past */
    size_t superfluous; /* objects that are gone */
    char example[160];  /* of the first: "pod shop/web-1 was gone"; or "" */
};
/* Compares a list that is taken while a watch goes on: between begin and end call _compare for its objects, and
 * ks_store_apply for events as ever. `told`: the version that the watch had told when the list was asked for. What is
 * newer than that may be on its way, so it is applied, but is a difference only if no event tells it until _settle.
 * What an event touched since begin is newer than the list, or as new, and stays. _settle, a few seconds after end,
 * removes what was neither listed nor touched, and tells all differences. A whole list (ks_store_list_begin) ends a
 * comparison. Where nothing differs nothing is touched, judged or published. */
void ks_store_compare_begin(struct ks_store *store, size_t group, enum ks_kind kind, const char *told);
int ks_store_compare(struct ks_store *store, size_t group, const struct ks_kube_object *object, struct ks_error *err);
void ks_store_compare_end(struct ks_store *store, size_t group, enum ks_kind kind);
void ks_store_compare_settle(struct ks_store *store, size_t group, enum ks_kind kind,
                             struct ks_store_difference *difference);

/* Why the first lists are not complete, after some time; published at once. */
enum ks_store_trouble {
    KS_STORE_NO_TROUBLE,
    KS_STORE_NO_ACCESS,   /* our credentials are refused, or may not do what they must, or there are none */
    KS_STORE_UNREACHABLE, /* the API server does not answer, or not as an API server */
};
/* text: the reason and what to do, in one line; copied. */
void ks_store_trouble(struct ks_store *store, enum ks_store_trouble trouble, const char *text);
/* Copies the reason; "" if there is none. */
void ks_store_read_trouble(struct ks_store *store, char text[static KS_ERROR_TEXT_SIZE]);

/* Sets the state of a source; the next flush publishes it. as_of, for KS_SOURCE_AWAY: when the source was last known to
 * be right (CLOCK_MONOTONIC, ms). */
void ks_store_source(struct ks_store *store, size_t group, enum ks_kind kind, enum ks_source_state state,
                     int64_t as_of);
/* Says of a source that has just been set that it may no longer be watched: what it told counts, but services are
 * judged without it from now on. */
void ks_store_source_refused(struct ks_store *store, size_t group, enum ks_kind kind);
/* Tells the time (CLOCK_MONOTONIC, ms; 0 at first). After an hour, the store forgets how many pods there were. */
void ks_store_tick(struct ks_store *store, int64_t now);
/* Whether ks_store_flush has something to publish to the readers. A flush judges each service that changed once. */
bool ks_store_is_dirty(const struct ks_store *store);
int ks_store_flush(struct ks_store *store, struct ks_error *err);

/* ---- custom checks, by the names of services that need not exist in Kubernetes ---- */

/* For the writer: adds or replaces a check, with copies of its texts. The next flush publishes it. */
int ks_store_custom_put(struct ks_store *store, const struct ks_custom_state *state, struct ks_error *err);
void ks_store_custom_remove(struct ks_store *store, const char *service, const char *check);
/* Whether checks are still being looked for, so that missing ones may still come. False at first; published at once. */
void ks_store_custom_starting(struct ks_store *store, bool is_starting);
/* When the check that has waited longest was due (CLOCK_MONOTONIC, ms); 0: none is waiting. Published at once. */
void ks_store_custom_waiting(struct ks_store *store, int64_t since);
/* Appends the namespaces that have a service of this name in Kubernetes, space-separated. */
void ks_store_namespaces_of(struct ks_store *store, const char *service, struct ks_buf *out);

/* ---- a peer's store: instead of objects, it holds states of services that the peer has judged ---- */

struct ks_remote_service {
    const char *namespace_name;
    const char *kind;
    const char *name;
    const struct ks_service_state *state; /* its texts are copied */
    int64_t as_of; /* when it was last known to be right (CLOCK_MONOTONIC, ms); INT64_MAX: it is right */
};

/* For the writer. A store has objects or remote services, never both. Its sources (group 0) have the peer's state. */
int ks_store_remote_put(struct ks_store *store, const struct ks_remote_service *service, struct ks_error *err);
void ks_store_remote_remove(struct ks_store *store, const char *namespace_name, const char *kind, const char *name);
/* Put everything between begin and end; end removes services and custom checks that were not put. */
void ks_store_remote_begin(struct ks_store *store);
void ks_store_remote_end(struct ks_store *store);
void ks_store_remote_nodes(struct ks_store *store, const struct ks_nodes_state *nodes);

/* How polling the peer goes; published at once. */
struct ks_remote_report {
    uint64_t polls;
    uint64_t failures;
    uint64_t bytes;                   /* of bodies, decoded */
    char trouble[KS_ERROR_TEXT_SIZE]; /* why the peer is away; "" if it is not */
};
void ks_store_remote_report(struct ks_store *store, const struct ks_remote_report *report);
void ks_store_remote_read_report(struct ks_store *store, struct ks_remote_report *report);

/* ---- for readers ---- */

/* Waits until a version other than `since` is published, or until `deadline` (CLOCK_MONOTONIC, ms). Returns the latest
 * version. */
uint64_t ks_store_wait(struct ks_store *store, uint64_t since, int64_t deadline);
/* Ends all waits, now and in the future. Any thread may call it. */
void ks_store_end_waits(struct ks_store *store);

bool ks_store_custom_is_starting(struct ks_store *store);

struct ks_store_selector {
    const char *name;           /* NULL: every service */
    bool prefix;                /* name is the beginning of a name */
    const char *namespace_name; /* NULL: any */
    bool with_hidden;           /* hidden services match, too. With a namespace they always do */
};

#define KS_STORE_NAMESPACES_MOST 100

/* The sum of all services that a selector matches. */
struct ks_store_sum {
    enum ks_readiness readiness; /* of the selected namespaces */
    size_t services;             /* how many matched */
    struct ks_service_state state;
    int64_t age_ms; /* how long ago the sources were last known to be right; 0: they are right */
    /* Of a whole name: how many namespaces have it, and the first of these, sorted and borrowed. */
    size_t namespace_count;
    const char *namespaces[KS_STORE_NAMESPACES_MOST];
};

typedef void ks_store_sum_reader(void *arg, const struct ks_store_sum *sum);

/* If no service has the name, looks for the name that kube-shields 0.0.6 used: a generateName without its last '-'.
 * Without a namespace, services that are hidden do not exist: anybody may make one, in a namespace of their own. */
void ks_store_read_sum(struct ks_store *store, const struct ks_store_selector *selector, ks_store_sum_reader *reader,
                       void *arg);

typedef void ks_store_custom_reader(void *arg, const struct ks_custom_state *state);

/* Reads the custom checks of the services that a selector matches, sorted by service, then check. check NULL: all of
 * them, without refusals of whole files. If one check of one service is asked for and the file was refused, reads the
 * refusal. Names of kube-shields 0.0.6 work, too. With a namespace, only services that Kubernetes has there match.
 * Returns how many were read. */
size_t ks_store_read_custom(struct ks_store *store, const struct ks_store_selector *selector, const char *check,
                            ks_store_custom_reader *reader, void *arg);

typedef void ks_store_service_reader(void *arg, const struct ks_service_view *service);

/* Reads all services, sorted by name, namespace and kind, including those that only have custom checks. */
void ks_store_read_services(struct ks_store *store, ks_store_service_reader *reader, void *arg);

struct ks_store_changes_reader {
    void (*head)(void *arg, const struct ks_store_changes *changes);
    void (*service)(void *arg, const struct ks_service_view *service); /* without its custom checks */
    void (*gone)(void *arg, const char *namespace_name, const char *kind, const char *name);
    void (*custom)(void *arg, const struct ks_custom_state *state);
    void (*custom_gone)(void *arg, const char *service, const char *check);
    void *arg;
};

/* Reads what changed after version `since` (0: everything), in the order of the members. A service has changed, too, if
 * its sources went away or came back. */
void ks_store_read_changes(struct ks_store *store, uint64_t since, const struct ks_store_changes_reader *reader);

/* Gets the nodes, and the state and age of their source. */
enum ks_source_state ks_store_nodes(struct ks_store *store, struct ks_nodes_state *nodes, int64_t *age_ms);

enum ks_readiness ks_store_readiness(struct ks_store *store);

/* Counts for /metrics. */
struct ks_store_stats {
    size_t sources[KS_KIND_COUNT][KS_SOURCE_OFF + 1]; /* by kind and state */
    size_t pods;
    size_t controllers;
    size_t budgets;
    size_t nodes;
    size_t services;
    size_t custom[KS_CUSTOM_REFUSED + 1]; /* by phase */
    size_t custom_failed;
    uint64_t custom_runs; /* since the start */
    uint64_t custom_failures;
    int64_t custom_waiting_since; /* see ks_store_custom_waiting */
    uint64_t version;
};
void ks_store_stats(struct ks_store *store, struct ks_store_stats *stats);

#endif
