#include "config.h"

#include "loop/loop.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "loop/children.h"
#include "loop/curl.h"

/* Descriptors of our own: three for each running process, at most twice 64 of them with the highest
 * SHIELD_CHECK_CONCURRENCY, and a few more. */
#define DESCRIPTORS_MOST 512
#define LONGEST_WAIT_MS  60000

struct ks_loop {
    CURLM *multi;
    struct ks_timer *timers;           /* sorted by `due` */
    struct ks_descriptor *descriptors; /* unsorted */
    uint64_t turn;
    void (*after)(void *arg);
    void *after_arg;
    struct ks_children *children;
    void (*release_children)(struct ks_children *children);
    atomic_bool stopping;
};

int ks_loop_new(struct ks_loop **out, struct ks_error *err)
{
    struct ks_loop *loop = calloc(1, sizeof *loop);

    if (!loop) {
        return ks_error_memory(err);
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(loop->multi = curl_multi_init())) {
        free(loop);
        return ks_error_set(err, KS_ERROR_SYSTEM, "libcurl cannot be initialised");
    }
    curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    *out = loop;
    return 0;
}

void ks_loop_free(struct ks_loop *loop)
{
    if (!loop) {
        return;
    }
    if (loop->children) {
        loop->release_children(loop->children);
    }
    curl_multi_cleanup(loop->multi);
    curl_global_cleanup();
    free(loop);
}

CURLM *ks_loop_multi(struct ks_loop *loop)
{
    return loop->multi;
}

uint64_t ks_loop_turn(const struct ks_loop *loop)
{
    return loop->turn;
}

struct ks_children *ks_loop_children(const struct ks_loop *loop)
{
    return loop->children;
}

void ks_loop_set_children(struct ks_loop *loop, struct ks_children *children,
                          void (*release)(struct ks_children *children))
{
    loop->children = children;
    loop->release_children = release;
}

void ks_loop_set_after(struct ks_loop *loop, void (*after)(void *arg), void *arg)
{
    loop->after = after;
    loop->after_arg = arg;
}

void ks_loop_stop(struct ks_loop *loop)
{
    atomic_store(&loop->stopping, true);
    curl_multi_wakeup(loop->multi);
}

void ks_timer_init(struct ks_timer *timer, struct ks_loop *loop, void (*fire)(void *arg), void *arg)
{
    *timer = (struct ks_timer){.loop = loop, .fire = fire, .arg = arg};
}

void ks_timer_start(struct ks_timer *timer, int64_t delay_ms)
{
    struct ks_timer **link = &timer->loop->timers;

    ks_timer_stop(timer);
    timer->due = ks_clock_monotonic() + delay_ms;
    timer->running = true;
    while (*link && (*link)->due <= timer->due) {
        link = &(*link)->next;
    }
    timer->next = *link;
    *link = timer;
}

void ks_timer_stop(struct ks_timer *timer)
{
    if (!timer->running) {
        return;
    }
    timer->running = false;
    for (struct ks_timer **link = &timer->loop->timers; *link; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            return;
        }
    }
}

void ks_descriptor_init(struct ks_descriptor *descriptor, struct ks_loop *loop, void (*ready)(void *arg, short revents),
                        void *arg)
{
    *descriptor = (struct ks_descriptor){.loop = loop, .fd = -1, .ready = ready, .arg = arg};
}

void ks_descriptor_watch(struct ks_descriptor *descriptor, int fd, short events)
{
    descriptor->fd = fd;
    descriptor->events = events;
    if (!descriptor->watched) {
        descriptor->watched = true;
        descriptor->next = descriptor->loop->descriptors;
        descriptor->loop->descriptors = descriptor;
    }
}

void ks_descriptor_stop(struct ks_descriptor *descriptor)
{
    if (!descriptor->watched) {
        return;
    }
    descriptor->watched = false;
    for (struct ks_descriptor **link = &descriptor->loop->descriptors; *link; link = &(*link)->next) {
        if (*link == descriptor) {
            *link = descriptor->next;
            return;
        }
    }
}

static short to_curl_events(short events)
{
    return (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) | (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
}

static int wait_time(const struct ks_loop *loop, int64_t deadline)
{
    int64_t now = ks_clock_monotonic();
    int64_t until = now + LONGEST_WAIT_MS;

    if (loop->timers && loop->timers->due < until) {
        until = loop->timers->due;
    }
    if (deadline >= 0 && deadline < until) {
        until = deadline;
    }
    return until > now ? (int)(until - now) : 0;
}

/* libcurl reports only POLLIN and POLLOUT, so poll again: a pipe without a writer has POLLHUP alone. A callback may
 * stop any descriptor, so look each one up again before its call. */
static void call_descriptors(struct ks_loop *loop, struct pollfd *polled, unsigned count)
{
    if (count == 0 || poll(polled, count, 0) <= 0) {
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        struct ks_descriptor *descriptor = loop->descriptors;

        while (descriptor && descriptor->fd != polled[i].fd) {
            descriptor = descriptor->next;
        }
        if (descriptor && polled[i].revents) {
            descriptor->ready(descriptor->arg, polled[i].revents);
        }
    }
}

static int wait_for_events(struct ks_loop *loop, int64_t deadline, struct ks_error *err)
{
    struct curl_waitfd waited[DESCRIPTORS_MOST];
    struct pollfd polled[DESCRIPTORS_MOST];
    unsigned count = 0;
    CURLMcode code;

    for (struct ks_descriptor *descriptor = loop->descriptors; descriptor; descriptor = descriptor->next) {
        if (count == DESCRIPTORS_MOST) {
            return ks_error_set(err, KS_ERROR_LIMIT, "event loop: more than %d descriptors", DESCRIPTORS_MOST);
        }
        waited[count] = (struct curl_waitfd){.fd = descriptor->fd, .events = to_curl_events(descriptor->events)};
        polled[count] = (struct pollfd){.fd = descriptor->fd, .events = descriptor->events};
        count++;
    }
    code = curl_multi_poll(loop->multi, waited, count, wait_time(loop, deadline), NULL);
    if (code != CURLM_OK) {
        return ks_error_set(err, KS_ERROR_SYSTEM, "event loop: %s", curl_multi_strerror(code));
    }
    call_descriptors(loop, polled, count);
    return 0;
}

static void fire_timers(struct ks_loop *loop)
{
    int64_t now = ks_clock_monotonic();

    while (loop->timers && loop->timers->due <= now) {
        struct ks_timer *timer = loop->timers;

        ks_timer_stop(timer);
        timer->fire(timer->arg);
    }
}

/* Moves all transfers on, and ends those that have finished. */
static int move_transfers(struct ks_loop *loop, struct ks_error *err)
{
    int running;
    int queued;
    CURLMcode code = curl_multi_perform(loop->multi, &running);
    CURLMsg *message;

    if (code != CURLM_OK) {
        return ks_error_set(err, KS_ERROR_SYSTEM, "event loop: %s", curl_multi_strerror(code));
    }
    while ((message = curl_multi_info_read(loop->multi, &queued))) {
        struct ks_loop_transfer *transfer = NULL;

        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer->ended(transfer->arg, message->data.result);
    }
    return 0;
}

int ks_loop_run(struct ks_loop *loop, int64_t deadline, struct ks_error *err)
{
    while (!atomic_load(&loop->stopping)) {
        if (deadline >= 0 && ks_clock_monotonic() >= deadline) {
            break;
        }
        loop->turn++;
        if (move_transfers(loop, err)) {
            return -1;
        }
        fire_timers(loop);
        if (loop->after) {
            loop->after(loop->after_arg);
        }
        if (atomic_load(&loop->stopping)) {
            break;
        }
        if (wait_for_events(loop, deadline, err)) {
            return -1;
        }
    }
    atomic_store(&loop->stopping, false);
    return 0;
}
