/* An event loop for one thread: timers, descriptors and HTTP transfers.
 * Threads: call everything from the loop's own thread, except ks_loop_stop: any thread may call that, but not a signal
 * handler. */
#ifndef KS_LOOP_LOOP_H
#define KS_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct ks_loop;

int ks_loop_new(struct ks_loop **loop, struct ks_error *err);
/* Frees the loop. Timers and descriptors must have stopped. NULL is fine. */
void ks_loop_free(struct ks_loop *loop);

/* Runs until ks_loop_stop, or until `deadline` (CLOCK_MONOTONIC, ms; -1: none). */
int ks_loop_run(struct ks_loop *loop, int64_t deadline, struct ks_error *err);
void ks_loop_stop(struct ks_loop *loop);

/* Sets a function that is called once per turn, after all events of the turn. NULL: none. */
void ks_loop_set_after(struct ks_loop *loop, void (*after)(void *arg), void *arg);

/* A timer is embedded in the object that it times. It fires once per start; starting a running timer moves it. */
struct ks_timer {
    struct ks_loop *loop;
    void (*fire)(void *arg);
    void *arg;
    int64_t due;           /* CLOCK_MONOTONIC, ms; private to the loop */
    struct ks_timer *next; /* private to the loop */
    bool running;
};

void ks_timer_init(struct ks_timer *timer, struct ks_loop *loop, void (*fire)(void *arg), void *arg);
void ks_timer_start(struct ks_timer *timer, int64_t delay_ms);
void ks_timer_stop(struct ks_timer *timer);

/* Waits for a descriptor that the caller owns. `events` are POLLIN and POLLOUT of poll(2). */
struct ks_descriptor {
    struct ks_loop *loop;
    int fd;
    short events;
    void (*ready)(void *arg, short revents);
    void *arg;
    struct ks_descriptor *next; /* private to the loop */
    bool watched;
};

void ks_descriptor_init(struct ks_descriptor *descriptor, struct ks_loop *loop, void (*ready)(void *arg, short revents),
                        void *arg);
void ks_descriptor_watch(struct ks_descriptor *descriptor, int fd, short events);
void ks_descriptor_stop(struct ks_descriptor *descriptor);

#endif
