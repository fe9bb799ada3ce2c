/* The scheduler's inside, for check_scheduler.c (running) and check_scheduler_catalog.c (what comes and goes). */
#ifndef KS_CHECK_SCHEDULER_PRIVATE_H
#define KS_CHECK_SCHEDULER_PRIVATE_H

#include "check_catalog.h"
#include "check_loader.h"
#include "check_run.h"
#include "check_scheduler.h"

#define KS_CHECK_COMPONENT "checks" /* in the log */

/* One check, from when it was found until it is gone or changed. Timers do not move: each has memory of its own. */
struct scheduled {
    struct scheduled *prev, *next; /* in the queue */
    struct ks_check_scheduler *scheduler;
    struct ks_check_definition definition;
    struct ks_timer timer;
    struct ks_check_run *run; /* or NULL */
    double phase;             /* 0 to 1: where in its interval it runs */
    bool queued;
    bool answered;
    bool failed;
    /* Of the failure that was logged. */
    char message[KS_RESULT_MESSAGE_SIZE];
    char reason[KS_ERROR_TEXT_SIZE];
};

struct ks_check_scheduler {
    const struct ks_check_options *options;
    struct ks_loop *loop;
    struct ks_store *store;
    struct ks_check_loader *loader;
    struct scheduled **checks; /* sorted by service, then check */
    size_t count;
    struct ks_check_refusal *refusals; /* as they were told last */
    size_t refusal_count;
    struct scheduled *queue;
    size_t running;
    uint64_t sequence;
    int64_t epoch; /* CLOCK_MONOTONIC, ms */
    bool loaded;
    bool expired;                     /* nothing more is run */
    const struct ks_check_once *once; /* NULL: on a schedule */
    struct ks_timer once_done;
};

/* Waits for its turn, unless it does already, or runs. */
void ks_scheduled_enqueue(struct scheduled *scheduled);
/* Kills its run, where there is one. */
void ks_scheduled_cancel(struct scheduled *scheduled);
void ks_scheduled_free(struct scheduled *scheduled);
/* When its timer fires it is enqueued. */
void ks_scheduled_init(struct scheduled *scheduled, struct ks_check_scheduler *scheduler);

void ks_check_scheduler_put(struct ks_check_scheduler *scheduler, const struct ks_custom_state *state);

/* A new catalog: what is in it and in the last one stays, with its timer. Releases it. */
void ks_check_scheduler_load(struct ks_check_scheduler *scheduler, struct ks_check_catalog *catalog);
/* Whether a request may be about the service. */
bool ks_check_scheduler_wants(const struct ks_check_once *once, const char *service);

#endif
