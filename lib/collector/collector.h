/* The collecting half: one thread, one event loop; learns one cluster and writes it to the store.
 * Threads: _new, _run, _collect and _free from one thread (run may be another that is joined before free);
 * _stop and _reload from any. */
#ifndef KS_COLLECTOR_H
#define KS_COLLECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "catalog/options.h"
#include "base/error.h"
#include "apiserver/access.h"
#include "base/log.h"
#include "peers/options.h"
#include "store/store.h"

struct ks_collector;

/* For a program that follows the cluster. Called on the collector's thread, which does nothing else meanwhile. */
struct ks_collector_observer {
    void (*published)(void *arg);                          /* the store shows something new, or may */
    void (*failed)(void *arg, const struct ks_error *err); /* a list or a watch, which is tried again */
    void (*recovered)(void *arg);                          /* nothing fails any more */
    void *arg;
};

/* All pointers are borrowed until ks_collector_free. */
struct ks_collector_options {
    struct ks_kube_config_source source;
    const char *const *namespaces; /* as the store has them */
    const char *const *excluded;
    int64_t watch_timeout_ms;
    int64_t heartbeat_ms;
    size_t object_limit;
    uint32_t kinds;                         /* bit 1 << ks_kind for each that is wanted */
    const struct ks_checks_options *checks; /* custom checks; NULL: none */
    const struct ks_peer_options *peers;    /* other shields; `once` is set here */
    struct ks_store *const *peer_stores;    /* for what each of them tells */
    size_t peer_count;
    struct ks_keyring *keyring; /* whose file is looked at every second; or NULL */
    const struct ks_log *log;
    const struct ks_collector_observer *observer; /* or NULL */
};

/* Loads the configuration; asks nobody yet. */
int ks_collector_new(struct ks_collector **collector, const struct ks_collector_options *options,
                     struct ks_store *store, struct ks_error *err);
void ks_collector_free(struct ks_collector *collector);

/* Where the cluster is. Borrowed until the next reload. */
const struct ks_kube_config *ks_collector_config(const struct ks_collector *collector);

/* Keeps the store up to date until ks_collector_stop. -1 only where the loop itself is broken. */
int ks_collector_run(struct ks_collector *collector, struct ks_error *err);
void ks_collector_stop(struct ks_collector *collector);
/* Reads the cluster's configuration again, soon. */
void ks_collector_reload(struct ks_collector *collector);

/* For one request: lists what is wanted, once, and asks every peer, until all is there or `deadline` (CLOCK_MONOTONIC,
 * ms) has passed. -1 with the reason where something of our own cluster is not there; what is there is in the store all
 * the same. What became of a peer is in its store's report. */
int ks_collector_collect(struct ks_collector *collector, int64_t deadline, struct ks_error *err);
/* For one request: finds the custom checks, and runs those of that name of the services selected, until all have
 * answered or `deadline` has passed; what did not answer then has failed. check NULL: runs none. */
int ks_collector_check(struct ks_collector *collector, const struct ks_store_selector *selector, const char *check,
                       int64_t deadline, struct ks_error *err);

#endif
