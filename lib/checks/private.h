/* The parts of the scheduler: scheduler.c (its life), scheduled.c (one check), merge.c (a new catalog), late.c (checks
 * that wait too long). */
#ifndef KS_CHECKS_PRIVATE_H
#define KS_CHECKS_PRIVATE_H

#include "catalog/catalog.h"
#include "checks/loader.h"
#include "checks/run.h"
#include "checks/scheduler.h"
#include "checks/queue.h"

#define KS_SCHEDULER_COMPONENT "checks" /* in the log */

/* One check in the schedule. Timers must not move, so each has memory of its own. */
struct ks_scheduled {
    struct ks_scheduler *scheduler;
    struct ks_definition definition;
    struct ks_timer timer;
    struct ks_queue_entry entry;
    struct ks_run *run; /* or NULL */
    int64_t began_at;   /* the run, CLOCK_MONOTONIC, ms */
    double phase;       /* when in its interval it runs, 0 to 1 */
    bool failed;
    /* The failure that was logged last. */
    char message[KS_RESULT_MESSAGE_SIZE];
    char reason[KS_ERROR_TEXT_SIZE];
};

struct ks_scheduler {
    const struct ks_checks_options *options;
    struct ks_loop *loop;
    struct ks_store *store;
    struct ks_loader *loader;
    struct ks_scheduled **checks; /* sorted by service, then check */
    size_t count;
    struct ks_refusal *refusals; /* as reported last */
    size_t refusal_count;
    struct ks_queue queue;
    uint64_t sequence;
    int64_t epoch;                           /* CLOCK_MONOTONIC, ms */
    bool is_complete;                        /* the last catalog was complete */
    bool is_held;                            /* the first runs wait for the namespaces of services */
    bool expired;                            /* nothing runs any more */
    const struct ks_scheduler_request *once; /* NULL: on a schedule */
    struct ks_timer once_done;
    struct ks_timer held; /* how long they wait at most */
    struct ks_timer late;
    bool is_late;        /* the log says that checks wait */
    int64_t waits_since; /* as the store knows; 0: no check waits */
};

#define KS_SCHEDULED_NAMESPACES_MOST 65536 /* bytes */

/* Queues the check, unless it waits or runs already. */
void ks_scheduled_enqueue(struct ks_scheduled *scheduled);
/* Cancels a run of the check and queues it now. */
void ks_scheduled_again(struct ks_scheduled *scheduled);
/* Kills its run, if any. */
void ks_scheduled_cancel(struct ks_scheduled *scheduled);
void ks_scheduled_free(struct ks_scheduled *scheduled);
/* Takes over the definition. When the timer fires, the check is queued. */
int ks_scheduled_init(struct ks_scheduled *scheduled, struct ks_scheduler *scheduler, struct ks_definition *definition,
                      struct ks_error *err);
/* Takes over a new definition. The check must not run. */
void ks_scheduled_define(struct ks_scheduled *scheduled, struct ks_definition *definition);

/* Puts what a check answered into the store. */
void ks_scheduled_put_answer(const struct ks_scheduled *scheduled, const struct ks_answer *answer, int64_t took_ms);

/* Starts the checks that wait, as far as there are places. */
void ks_scheduler_pump(struct ks_scheduler *scheduler);

void ks_scheduler_put(struct ks_scheduler *scheduler, const struct ks_custom_state *state);

/* Merges a new catalog, and releases it. Checks that are in the last one too stay, with their timers. -1, after logging
 * it, if out of memory: then the catalog must come again. */
int ks_scheduler_load(struct ks_scheduler *scheduler, struct ks_catalog *catalog);

/* Reports to the store and the log how long checks wait. Call it after the queue changed. */
void ks_scheduler_watch_queue(struct ks_scheduler *scheduler);
void ks_scheduler_on_late(void *arg);

/* Whether a request may concern the service. */
bool ks_scheduler_wants(const struct ks_scheduler_request *once, const char *service);

#endif
