/* The collecting half: follows one cluster, on one thread with one event loop, and writes it to the store. It also runs
 * custom checks and asks peers.
 * Threads: call _new, _run, _collect, _check and _free from one thread; another one may call _run if it is joined
 * before _free. Any thread may call _stop and _reload. */
#ifndef KS_COLLECTOR_COLLECTOR_H
#define KS_COLLECTOR_COLLECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "catalog/options.h"
#include "base/error.h"
#include "access/access.h"
#include "base/log.h"
#include "peers/options.h"
#include "store/store.h"

struct ks_collector;

/* For a program that follows the cluster. Called on the collector's thread, which does nothing else meanwhile. */
struct ks_collector_observer {
    void (*published)(void *arg);                            /* the store shows something new, or may */
    void (*failed)(void *arg, const struct ks_error *err);   /* a list, a watch or a heartbeat, which is tried again */
    void (*pods_off)(void *arg, const struct ks_error *err); /* pods may not be watched, or there are none to watch */
    void (*recovered)(void *arg);                            /* nothing fails any more */
    void *arg;
};

/* All pointers are borrowed until ks_collector_free. */
struct ks_collector_options {
    struct ks_access_source source;
    const char *const *namespaces; /* the same as the store's; NULL: all */
    const char *const *excluded;
    int64_t watch_timeout_ms;
    int64_t heartbeat_ms;
    int64_t relist_ms; /* see struct ks_reflector_options */
    size_t object_limit;
    uint32_t kinds;                         /* bit 1 << ks_kind for each kind to follow */
    const struct ks_checks_options *checks; /* custom checks, or NULL */
    const struct ks_peer_options *peers;    /* other clusters; the collector sets `once` */
    struct ks_store *const *peer_stores;    /* one per peer, for its services */
    size_t peer_count;
    struct ks_keyring *keyring; /* its file is looked at every second; or NULL */
    const struct ks_log *log;
    const struct ks_collector_observer *observer; /* or NULL */
};

/* Makes a collector and loads the cluster's configuration. Sends no request yet. */
int ks_collector_new(struct ks_collector **collector, const struct ks_collector_options *options,
                     struct ks_store *store, struct ks_error *err);
void ks_collector_free(struct ks_collector *collector);

/* Returns the configuration of the cluster. Borrowed until the next reload. */
const struct ks_access *ks_collector_config(const struct ks_collector *collector);

/* Keeps the store up to date until ks_collector_stop. Returns -1 only if it cannot start, or if its loop fails. */
int ks_collector_run(struct ks_collector *collector, struct ks_error *err);
void ks_collector_stop(struct ks_collector *collector);
/* Makes ks_collector_run load the cluster's configuration again, soon. */
void ks_collector_reload(struct ks_collector *collector);

/* For one request (CGI): lists everything once and asks every peer, until all have answered or `deadline`
 * (CLOCK_MONOTONIC, ms) has passed. Returns -1 with the reason if part of our own cluster is missing; the rest is in
 * the store anyway. A peer's store reports what became of the peer. */
int ks_collector_collect(struct ks_collector *collector, int64_t deadline, struct ks_error *err);
/* For one request (CGI): finds the custom checks and runs those with this name of the selected services, until all have
 * answered or `deadline` has passed; those that have not answered by then have failed. check NULL: runs none. */
int ks_collector_check(struct ks_collector *collector, const struct ks_store_selector *selector, const char *check,
                       int64_t deadline, struct ks_error *err);

#endif
