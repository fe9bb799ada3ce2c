/* Runs custom checks on a schedule, spread evenly, with a limit on how many run at once (queue.h), and puts their
 * answers into the store. Threads: the loop's. */
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

/* Runs checks from now on. Checks get the namespaces of their service, so the first runs wait until one of the two
 * functions below is called, but for 10 s at most. */
void ks_scheduler_start(struct ks_scheduler *scheduler);
/* The store now has the services of Kubernetes. Checks that ran without their namespaces run again. Call it once. */
void ks_scheduler_synced(struct ks_scheduler *scheduler);
/* Kubernetes is not reachable: do not wait for it. */
void ks_scheduler_go(struct ks_scheduler *scheduler);

/* For one request: finds all checks (but not in Python files of other services), runs the selected ones once, and calls
 * `done` when all have answered, but not before this returns. With check NULL, runs nothing. Borrows the selector and
 * the texts until `done` or ks_scheduler_expire. */
struct ks_scheduler_request {
    const struct ks_store_selector *selector;
    const char *check;
    void (*done)(void *arg);
    void *arg;
};
void ks_scheduler_once(struct ks_scheduler *scheduler, const struct ks_scheduler_request *once);
/* Ends the time of a request: kills what runs, and puts "timeout" for checks that have not answered. */
void ks_scheduler_expire(struct ks_scheduler *scheduler);

#endif
