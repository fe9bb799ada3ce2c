/* The threads of clusters. The list of those that run is the only state that the library keeps for the whole process:
 * exit(3) must find and end them before OpenSSL, which they use, cleans up behind their backs. */
#ifndef KS_FACADE_THREADS_H
#define KS_FACADE_THREADS_H

#include <stdbool.h>

#include "base/error.h"

struct ks_thread;

struct ks_thread_work {
    void (*run)(void *arg);
    void (*stop)(void *arg); /* makes run return soon; called on another thread, when the process exits */
    void *arg;
};

/* Starts a thread, with all signals blocked. *thread is set before it runs. Call it only once libcurl is initialised:
 * what is registered with atexit(3) later runs earlier. */
int ks_thread_start(struct ks_thread **thread, const struct ks_thread_work *work, struct ks_error *err);

/* thread: NULL is not the current one. */
bool ks_thread_is_current(const struct ks_thread *thread);

/* Waits for its end and releases it; it is not the current one. */
void ks_thread_join(struct ks_thread *thread);

/* The current thread says that nobody will join it, and that `arg` is about to go: stop is not called any more. Another
 * start or join, or the exit of the process, releases the thread. */
void ks_thread_abandon(struct ks_thread *thread);

#endif
