/* Whose turn it is: which of the checks that are due runs next, and how many run at once. Pure. Threads: one at a time.
 *
 * A run may hang until its timeout, so places are kept for others: where there are several services, one of them never
 * has all places; nor have patient checks, which may hang for longer than others do. Of what patient checks may have,
 * one service leaves a place as well. A single place cannot be shared.
 * The service goes first that began a run of that sort longest ago; of its checks the one that has waited longest. */
#ifndef KS_CHECK_TURNS_H
#define KS_CHECK_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ks_check_service; /* its own */

/* Embedded in a check. */
struct ks_check_turn {
    struct ks_check_turn *prev, *next; /* of its service, while it waits */
    struct ks_check_service *service;  /* NULL before ks_check_turns_add */
    void *owner;
    bool is_patient; /* the owner's to set, while it does not run */
    enum {
        KS_CHECK_TURN_IDLE,
        KS_CHECK_TURN_WAITS,
        KS_CHECK_TURN_RUNS
    } state;
    int64_t since; /* it waits; the caller's clock */
};

struct ks_check_turns {
    size_t places;
    size_t running;
    size_t patient;                    /* of these */
    struct ks_check_service *services; /* by name */
    uint64_t begun;                    /* runs, ever */
};

/* 0 places are 1. */
void ks_check_turns_init(struct ks_check_turns *turns, size_t places);

/* A check of that service; it is idle. -1 only without memory. */
int ks_check_turns_add(struct ks_check_turns *turns, struct ks_check_turn *turn, const char *service,
                       struct ks_error *err);
/* Whatever its state. One that was never added is fine. */
void ks_check_turns_remove(struct ks_check_turns *turns, struct ks_check_turn *turn);

/* What waits has done so only since then. */
void ks_check_turns_restart(struct ks_check_turns *turns, int64_t now);
/* It is due, unless it waits already, or runs. */
void ks_check_turn_wait(struct ks_check_turn *turn, int64_t now);
/* The one that runs from now on, or NULL. */
struct ks_check_turn *ks_check_turns_next(struct ks_check_turns *turns);
/* It is idle: it has run, or waits no longer. */
void ks_check_turns_end(struct ks_check_turns *turns, struct ks_check_turn *turn);

/* The one that has waited longest, or NULL. */
const struct ks_check_turn *ks_check_turns_oldest(const struct ks_check_turns *turns);

#endif
