/* The scheduler's inside, for check_scheduler.c (running), check_scheduler_catalog.c (what comes and goes) and
 * check_scheduler_late.c (what waits for too long). */
#ifndef KS_CHECKS_PRIVATE_H
#define KS_CHECKS_PRIVATE_H

#include "catalog/catalog.h"
#include "checks/loader.h"
#include "checks/run.h"
#include "checks/scheduler.h"
#include "checks/queue.h"

#define KS_SCHEDULER_COMPONENT "checks" /* in the log */

/* One check, from when it was found until it is gone or changed. Timers do not move: each has memory of its own. */
struct ks_scheduled {
    struct ks_scheduler *scheduler;
    struct ks_definition definition;
    struct ks_timer timer;
    struct ks_queue_entry entry;
    struct ks_run *run; /* or NULL */
    int64_t began_at;   /* it runs, CLOCK_MONOTONIC, ms */
    double phase;       /* 0 to 1: where in its interval it runs */
    bool failed;
    /* Of the failure that was logged. */
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
    struct ks_refusal *refusals; /* as they were told last */
    size_t refusal_count;
    struct ks_queue queue;
    uint64_t sequence;
    int64_t epoch;                           /* CLOCK_MONOTONIC, ms */
    bool is_complete;                        /* the catalog that was loaded last */
    bool is_held;                            /* the first runs wait for the namespaces of services */
    bool expired;                            /* nothing more is run */
    const struct ks_scheduler_request *once; /* NULL: on a schedule */
    struct ks_timer once_done;
    struct ks_timer held; /* no longer than this */
    struct ks_timer late;
    bool is_late;        /* and the log says so */
    int64_t waits_since; /* as the store was told; 0: nobody does */
};

#define KS_SCHEDULED_NAMESPACES_MOST 65536 /* bytes */

/* Waits for its turn, unless it does already, or runs. */
void ks_scheduled_enqueue(struct ks_scheduled *scheduled);
/* Waits for its turn now; a run of it that has begun counts no more. */
void ks_scheduled_again(struct ks_scheduled *scheduled);
/* Kills its run, where there is one. */
void ks_scheduled_cancel(struct ks_scheduled *scheduled);
void ks_scheduled_free(struct ks_scheduled *scheduled);
/* Takes the definition's content. When its timer fires it is enqueued. */
int ks_scheduled_init(struct ks_scheduled *scheduled, struct ks_scheduler *scheduler, struct ks_definition *definition,
                      struct ks_error *err);
/* Takes the content of another one in its place; not while it runs. */
void ks_scheduled_define(struct ks_scheduled *scheduled, struct ks_definition *definition);

/* Puts what a check answered into the store. */
void ks_scheduled_put_answer(const struct ks_scheduled *scheduled, const struct ks_answer *answer, int64_t took_ms);

/* Starts the checks that wait, as far as there are places. */
void ks_scheduler_pump(struct ks_scheduler *scheduler);

void ks_scheduler_put(struct ks_scheduler *scheduler, const struct ks_custom_state *state);

/* A new catalog: what is in it and in the last one stays, with its timer. Releases it. -1, which is logged, where there
 * was no memory for all that is new: then it has to come again. */
int ks_scheduler_load(struct ks_scheduler *scheduler, struct ks_catalog *catalog);

/* After the queue changed: tells the store, and the log where a check waits for longer than an ordinary run takes. */
void ks_scheduler_watch_queue(struct ks_scheduler *scheduler);
void ks_scheduler_on_late(void *arg);

/* Whether a request may be about the service. */
bool ks_scheduler_wants(const struct ks_scheduler_request *once, const char *service);

#endif
