#include "config.h"

#include "facade/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define EXIT_WAIT_MS 2000 /* for a thread that is busy in the program's own function, perhaps for ever */

struct ks_thread {
    struct ks_thread *next;
    struct ks_thread_work work;
    pthread_t handle;
    pid_t process;  /* a fork(2) copies the list, but not the threads */
    bool joining;   /* in ks_thread_join */
    bool joined;    /* when the process exited */
    bool abandoned; /* nobody will call ks_thread_join */
};

static struct {
    pthread_mutex_t lock;
    struct ks_thread *threads;
    bool at_exit; /* the handlers are registered */
} process = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(void)
{
    pthread_mutex_lock(&process.lock);
}

static void unlock(void)
{
    pthread_mutex_unlock(&process.lock);
}

static void remove_thread(struct ks_thread *thread)
{
    struct ks_thread **place = &process.threads;

    while (*place != thread) {
        place = &(*place)->next;
    }
    *place = thread->next;
    free(thread);
}

/* Releases abandoned threads that have ended. */
static void reap(void)
{
    struct ks_thread *next;
    pid_t here = getpid();

    for (struct ks_thread *thread = process.threads; thread; thread = next) {
        next = thread->next;
        if (thread->abandoned && thread->process == here && !ks_thread_is_current(thread) &&
            (thread->joined || pthread_tryjoin_np(thread->handle, NULL) == 0)) {
            remove_thread(thread);
        }
    }
}

/* ---- at exit ---- */

static bool is_running(const struct ks_thread *thread)
{
    return thread->process == getpid() && !thread->joined && !ks_thread_is_current(thread);
}

static void stop_all(void)
{
    for (struct ks_thread *thread = process.threads; thread; thread = thread->next) {
        if (is_running(thread) && thread->work.stop) {
            thread->work.stop(thread->work.arg);
        }
    }
}

/* Joins those that have ended, and leaves them in the list: the program may still free what they belong to. */
static bool join_ended(void)
{
    bool all = true;

    for (struct ks_thread *thread = process.threads; thread; thread = thread->next) {
        if (is_running(thread)) {
            thread->joined = !thread->joining && pthread_tryjoin_np(thread->handle, NULL) == 0;
            all = all && thread->joined;
        }
    }
    return all;
}

static void on_exit_of_process(void)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    int64_t deadline = ks_clock_monotonic() + EXIT_WAIT_MS;

    lock();
    stop_all();
    while (!join_ended() && ks_clock_monotonic() < deadline) {
        unlock();
        nanosleep(&pause, NULL);
        lock();
    }
    unlock();
}

/* A child must not inherit a lock that another thread of its parent holds. */
static int register_handlers(struct ks_error *err)
{
    if (!process.at_exit) {
        if (pthread_atfork(lock, unlock, unlock) || atexit(on_exit_of_process)) {
            return ks_error_memory(err);
        }
        process.at_exit = true;
    }
    return 0;
}

/* ---- life ---- */

static void *run(void *arg)
{
    struct ks_thread *thread = arg;

    lock(); /* whoever started us has written `handle` by now */
    unlock();
    thread->work.run(thread->work.arg);
    return NULL;
}

/* Signals are the program's business: none is handled on a thread that it does not know. */
static int create(struct ks_thread *thread)
{
    sigset_t all;
    sigset_t before;
    int failure;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = pthread_create(&thread->handle, NULL, run, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

static int start(struct ks_thread *thread, struct ks_error *err)
{
    int failure;

    if (register_handlers(err)) {
        return -1;
    }
    reap();
    failure = create(thread);
    if (failure) {
        return ks_error_system(err, failure, "thread");
    }
    thread->next = process.threads;
    process.threads = thread;
    return 0;
}

int ks_thread_start(struct ks_thread **thread, const struct ks_thread_work *work, struct ks_error *err)
{
    struct ks_thread *started = calloc(1, sizeof *started);
    int outcome;

    if (!started) {
        return ks_error_memory(err);
    }
    started->work = *work;
    started->process = getpid();
    *thread = started;
    lock();
    outcome = start(started, err);
    unlock();
    if (outcome) {
        *thread = NULL;
        free(started);
    }
    return outcome;
}

bool ks_thread_is_current(const struct ks_thread *thread)
{
    return thread && pthread_equal(thread->handle, pthread_self());
}

void ks_thread_join(struct ks_thread *thread)
{
    lock();
    thread->joining = !thread->joined;
    unlock();
    if (thread->joining) {
        pthread_join(thread->handle, NULL);
    }
    lock();
    remove_thread(thread);
    reap();
    unlock();
}

void ks_thread_abandon(struct ks_thread *thread)
{
    lock();
    thread->abandoned = true;
    thread->work.stop = NULL;
    reap();
    unlock();
}
