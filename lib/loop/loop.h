/* The collector's event loop: timers, descriptors and HTTP transfers on one libcurl multi handle, one thread.
 * Threads: everything from the loop's own thread but ks_loop_stop, which is for any thread (not
 * for signal handlers). */
#ifndef KS_LOOP_H
#define KS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct ks_loop;

int ks_loop_new(struct ks_loop **loop, struct ks_error *err);
/* Timers and descriptors must be gone by now. */
void ks_loop_free(struct ks_loop *loop);

/* Runs until ks_loop_stop, or until `deadline` (CLOCK_MONOTONIC, ms; -1 for none). */
int ks_loop_run(struct ks_loop *loop, int64_t deadline, struct ks_error *err);
void ks_loop_stop(struct ks_loop *loop);

/* Called once per turn, after all events of the turn; NULL for none. */
void ks_loop_set_after(struct ks_loop *loop, void (*after)(void *arg), void *arg);

/* A timer is embedded in what it times; it fires once per start. Starting a running timer moves it. */
struct ks_timer {
    struct ks_loop *loop;
    void (*fire)(void *arg);
    void *arg;
    int64_t due;           /* CLOCK_MONOTONIC, ms; the loop's own */
    struct ks_timer *next; /* the loop's own */
    bool running;
};

void ks_timer_init(struct ks_timer *timer, struct ks_loop *loop, void (*fire)(void *arg), void *arg);
void ks_timer_start(struct ks_timer *timer, int64_t delay_ms);
void ks_timer_stop(struct ks_timer *timer);

/* Readiness of a descriptor that the caller owns; events are poll(2)'s POLLIN and POLLOUT. */
struct ks_descriptor {
    struct ks_loop *loop;
    int fd;
    short events;
    void (*ready)(void *arg, short revents);
    void *arg;
    struct ks_descriptor *next; /* the loop's own */
    bool watched;
};

void ks_descriptor_init(struct ks_descriptor *descriptor, struct ks_loop *loop, void (*ready)(void *arg, short revents),
                        void *arg);
void ks_descriptor_watch(struct ks_descriptor *descriptor, int fd, short events);
void ks_descriptor_stop(struct ks_descriptor *descriptor);

#endif
