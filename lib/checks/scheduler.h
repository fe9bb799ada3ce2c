/* Runs custom checks on a schedule, spread evenly, at most so many at once (check_turns.h), and tells the store what
 * they answered.
 * Threads: the loop's. */
#ifndef KS_CHECKS_SCHEDULER_H
#define KS_CHECKS_SCHEDULER_H

#include "catalog/options.h"
#include "loop/loop.h"
#include "store/store.h"

struct ks_scheduler;

/* The options, the loop and the store are borrowed until ks_scheduler_free. */
int ks_scheduler_new(struct ks_scheduler **scheduler, struct ks_loop *loop, const struct ks_checks_options *options,
                     struct ks_store *store, struct ks_error *err);
/* Kills what runs. NULL is fine. */
void ks_scheduler_free(struct ks_scheduler *scheduler);

/* From now on, for ever. A check is told the namespaces of its service, so the first runs wait, for 10 s at most, until
 * one of the two below is called. */
void ks_scheduler_start(struct ks_scheduler *scheduler);
/* The store has the services of Kubernetes. Checks of those that ran without knowing run again. Once. */
void ks_scheduler_synced(struct ks_scheduler *scheduler);
/* Kubernetes cannot be reached: nobody knows when it will be. */
void ks_scheduler_go(struct ks_scheduler *scheduler);

/* For one request: finds all checks, but of Python files of other services, runs those that are selected once, and
 * calls `done` (never before this returns) when all have answered. check NULL: finds only, runs none. The selector and
 * the texts are borrowed until done or ks_scheduler_expire. */
struct ks_scheduler_request {
    const struct ks_store_selector *selector;
    const char *check;
    void (*done)(void *arg);
    void *arg;
};
void ks_scheduler_once(struct ks_scheduler *scheduler, const struct ks_scheduler_request *once);
/* The time for that is over: kills what runs, and puts "timeout" for what did not answer. */
void ks_scheduler_expire(struct ks_scheduler *scheduler);

#endif
