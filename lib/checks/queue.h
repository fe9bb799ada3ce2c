/* The queue of checks that are due: decides which runs next, and how many run at once. Pure. Threads: one at a time.
 *
 * A run may hang until its timeout, so some places are kept free. If there are several services, no service may take
 * all places. Patient checks, whose timeout is longer than usual, may not take all places either; and no service may
 * take all places of patient checks. A single place cannot be shared. The service that started a run of the same kind
 * longest ago goes first; among its checks, the one that has waited longest. */
#ifndef KS_CHECKS_QUEUE_H
#define KS_CHECKS_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ks_queue_service; /* private to queue.c */

/* Embedded in a check. */
struct ks_queue_entry {
    struct ks_queue_entry *prev, *next; /* in its service, while it waits */
    struct ks_queue_service *service;   /* NULL before ks_queue_add */
    void *owner;
    bool is_patient; /* set by the owner, but not during a run */
    enum {
        KS_QUEUE_IDLE,
        KS_QUEUE_WAITING,
        KS_QUEUE_RUNNING
    } state;
    int64_t since; /* when it began to wait, by the caller's clock */
};

struct ks_queue {
    size_t places;
    size_t running;
    size_t patient;                    /* of those that run */
    struct ks_queue_service *services; /* by name */
    uint64_t begun;                    /* number of runs so far */
};

/* 0 places count as 1. */
void ks_queue_init(struct ks_queue *queue, size_t places);

/* Adds an idle check of a service. -1 only if out of memory. */
int ks_queue_add(struct ks_queue *queue, struct ks_queue_entry *entry, const char *service, struct ks_error *err);
/* Removes a check in any state, even one that was never added. */
void ks_queue_remove(struct ks_queue *queue, struct ks_queue_entry *entry);

/* Counts the waiting time of all checks from `now`. */
void ks_queue_restart(struct ks_queue *queue, int64_t now);
/* Queues a check, unless it waits or runs already. */
void ks_queue_wait(struct ks_queue_entry *entry, int64_t now);
/* Takes the next check to run, or returns NULL. */
struct ks_queue_entry *ks_queue_next(struct ks_queue *queue);
/* Ends a run, or takes a check out of the queue: it is idle. */
void ks_queue_end(struct ks_queue *queue, struct ks_queue_entry *entry);

/* The check that has waited longest, or NULL. */
const struct ks_queue_entry *ks_queue_oldest(const struct ks_queue *queue);

#endif
