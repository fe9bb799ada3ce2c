/* One cluster, one collector on a thread of its own, and one story: rounds of trouble, and what must be true after
 * each.
 *
 * A round is a few operations with pauses between them; some rounds then take all life from the server, and wait until
 * the store says that it is old. Then everything is mended, and nothing changes any more. From there on the store must
 * become equal to the truth. Until it is, it must be honest: something that differs is old, or not known yet. Honesty
 * is asked for only after the server was asked for several heartbeats without having said anything else, so a slow
 * machine changes nothing. */
#ifndef KS_MODEL_WORLD_H
#define KS_MODEL_WORLD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "collector/collector.h"
#include "model/operations.h"
#include "model/picture.h"
#include "model/record.h"
#include "model/server.h"

struct model_run {
    uint64_t seed;
    unsigned rounds; /* of all worlds together */
    unsigned begun;
    int64_t heartbeat_ms;
    int64_t show_ms; /* rounds that took longer are shown, too; 0: none */
    int epoll;
    const char *folder; /* for kubeconfigs */
};

enum model_phase {
    MODEL_STORM,
    MODEL_HELD,  /* no life: the store must say that it is old */
    MODEL_QUIET, /* mended: the store must become equal */
    MODEL_DONE,
    MODEL_FAILED,
};

struct model_numbers {
    unsigned rounds;
    unsigned soon;   /* equal within two seconds */
    unsigned judged; /* were not equal when they had to be honest, and were */
    unsigned held;
    int64_t slowest_ms;
    unsigned *operations; /* by number */
};

struct model_world {
    struct model_run *run;
    unsigned number;
    struct model_server server;
    struct model_record record;
    struct model_random random;
    struct ks_log log;
    struct ks_collector_options options;
    struct ks_collector *collector;
    struct ks_store *store;
    pthread_t thread;
    bool is_running;
    char kubeconfig[128];

    enum model_phase phase;
    unsigned round;
    unsigned left; /* operations */
    int64_t next_at;
    int64_t since;               /* of the phase */
    bool has_lost, has_restored; /* in this round */
    bool must_be_judged;
    atomic_bool has_missed_life; /* since the phase began, as its log says */
    unsigned dishonest_at;       /* the beat at which it was first seen to be; 0: never */
    struct model_picture truth;
    struct model_numbers numbers;
};

/* Ends the program if it cannot. */
void model_world_start(struct model_world *world, struct model_run *run, unsigned number);
/* Call it every few milliseconds. */
void model_world_turn(struct model_world *world, int64_t now);
void model_world_stop(struct model_world *world);

#endif
