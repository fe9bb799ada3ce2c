/* Whether the API server is alive, as far as its answers to heartbeats tell, and what follows from it. A heartbeat is a
 * list that has to come from etcd: it takes the server, our credentials, our rights and etcd to answer it, so nothing
 * but that list is a sign of life. Pure. Threads: any. */
#ifndef KS_COLLECTOR_LIFE_H
#define KS_COLLECTOR_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/cause.h"

enum ks_life_state {
    KS_LIFE_UNKNOWN, /* no heartbeat has ended yet: what a watch tells is believed */
    KS_LIFE_SEEN,
    KS_LIFE_LOST, /* whatever a watch tells, nobody knows whether it is all */
};

/* Begins as all zero. */
struct ks_life {
    enum ks_life_state state;
    struct ks_cause cause; /* of the latest heartbeat */
    bool is_doubted;       /* something failed since the last sign of life */
    bool has_restarted;    /* the watches, since life was lost */
};

/* What to do after a heartbeat. */
struct ks_life_verdict {
    bool is_turn;  /* life was lost, or is seen again or for the first time */
    bool restart;  /* watches on a new connection: theirs may lead nowhere */
    bool poke;     /* what waits after a failure need not wait longer */
    bool poke_all; /* so must what was refused for long */
    bool compare;  /* lists with watches: what happened meanwhile is not known */
};

/* cause.kind KS_ERROR_NONE: the list came. */
struct ks_life_verdict ks_life_heartbeat(struct ks_life *life, struct ks_cause cause);

/* A list or watch failed. Returns whether a heartbeat should find out soon whether that is the server's end. */
bool ks_life_doubt(struct ks_life *life, struct ks_cause cause);

/* How long to wait for the next heartbeat. random: from 0 to 499. */
int64_t ks_life_next_ms(const struct ks_life *life, int64_t heartbeat_ms, int64_t retry_after_ms, int64_t random);

/* ---- what an outage needs to say: each cause once, and again after ten minutes ---- */

#define KS_OUTAGE_CAUSES 6

/* Begins as all zero. */
struct ks_outage {
    bool is_on;
    int64_t since; /* CLOCK_MONOTONIC, ms */
    struct {
        struct ks_cause cause;
        int64_t said_at;
    } said[KS_OUTAGE_CAUSES];
    unsigned next; /* to be replaced */
};

/* Notes a cause; begins the outage if it is not on. Returns whether to say it. */
bool ks_outage_note(struct ks_outage *outage, struct ks_cause cause, int64_t now);

/* ---- what comes and goes ---- */

/* How often a trouble ended lately. Begins as all zero. */
struct ks_flap {
    unsigned ends;
    int64_t ended_at; /* CLOCK_MONOTONIC, ms */
};

/* Whether to say that a trouble, last seen at that time, is over: at once at first. If it ended several times within
 * ten minutes only after a minute without it, and until then it counts as one that goes on. */
bool ks_flap_may_end(struct ks_flap *flap, int64_t last_seen, int64_t now);

#endif
