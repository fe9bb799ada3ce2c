/* Whose turn it is: which of the checks that are due runs next, and how many run at once. Pure. Threads: one at a time.
 *
 * A run may hang until its timeout, so places are kept for others: where there are several services, one of them never
 * has all places; nor have patient checks, which may hang for longer than others do. Of what patient checks may have,
 * one service leaves a place as well. A single place cannot be shared.
 * The service goes first that began a run of that sort longest ago; of its checks the one that has waited longest. */
#ifndef KS_CHECKS_QUEUE_H
#define KS_CHECKS_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ks_queue_service; /* its own */

/* Embedded in a check. */
struct ks_queue_entry {
    struct ks_queue_entry *prev, *next; /* of its service, while it waits */
    struct ks_queue_service *service;   /* NULL before ks_queue_add */
    void *owner;
    bool is_patient; /* the owner's to set, while it does not run */
    enum {
        KS_QUEUE_IDLE,
        KS_QUEUE_WAITING,
        KS_QUEUE_RUNNING
    } state;
    int64_t since; /* it waits; the caller's clock */
};

struct ks_queue {
    size_t places;
    size_t running;
    size_t patient;                    /* of these */
    struct ks_queue_service *services; /* by name */
    uint64_t begun;                    /* runs, ever */
};

/* 0 places are 1. */
void ks_queue_init(struct ks_queue *queue, size_t places);

/* A check of that service; it is idle. -1 only without memory. */
int ks_queue_add(struct ks_queue *queue, struct ks_queue_entry *entry, const char *service, struct ks_error *err);
/* Whatever its state. One that was never added is fine. */
void ks_queue_remove(struct ks_queue *queue, struct ks_queue_entry *entry);

/* What waits has done so only since then. */
void ks_queue_restart(struct ks_queue *queue, int64_t now);
/* It is due, unless it waits already, or runs. */
void ks_queue_wait(struct ks_queue_entry *entry, int64_t now);
/* The one that runs from now on, or NULL. */
struct ks_queue_entry *ks_queue_next(struct ks_queue *queue);
/* It is idle: it has run, or waits no longer. */
void ks_queue_end(struct ks_queue *queue, struct ks_queue_entry *entry);

/* The one that has waited longest, or NULL. */
const struct ks_queue_entry *ks_queue_oldest(const struct ks_queue *queue);

#endif
