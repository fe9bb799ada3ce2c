/* Runs custom checks on a schedule, spread evenly, at most so many at once (check_turns.h), and tells the store what
 * they answered.
 * Threads: the loop's. */
#ifndef KS_CHECK_SCHEDULER_H
#define KS_CHECK_SCHEDULER_H

#include "catalog/options.h"
#include "loop/loop.h"
#include "store/store.h"

struct ks_check_scheduler;

/* The options, the loop and the store are borrowed until ks_check_scheduler_free. */
int ks_check_scheduler_new(struct ks_check_scheduler **scheduler, struct ks_loop *loop,
                           const struct ks_check_options *options, struct ks_store *store, struct ks_error *err);
/* Kills what runs. NULL is fine. */
void ks_check_scheduler_free(struct ks_check_scheduler *scheduler);

/* From now on, for ever. A check is told the namespaces of its service, so the first runs wait, for 10 s at most, until
 * one of the two below is called. */
void ks_check_scheduler_start(struct ks_check_scheduler *scheduler);
/* The store has the services of Kubernetes. Checks of those that ran without knowing run again. Once. */
void ks_check_scheduler_synced(struct ks_check_scheduler *scheduler);
/* Kubernetes cannot be reached: nobody knows when it will be. */
void ks_check_scheduler_go(struct ks_check_scheduler *scheduler);

/* For one request: finds all checks, but of Python files of other services, runs those that are selected once, and
 * calls `done` (never before this returns) when all have answered. check NULL: finds only, runs none. The selector and
 * the texts are borrowed until done or ks_check_scheduler_expire. */
struct ks_check_once {
    const struct ks_store_selector *selector;
    const char *check;
    void (*done)(void *arg);
    void *arg;
};
void ks_check_scheduler_once(struct ks_check_scheduler *scheduler, const struct ks_check_once *once);
/* The time for that is over: kills what runs, and puts "timeout" for what did not answer. */
void ks_check_scheduler_expire(struct ks_check_scheduler *scheduler);

#endif
