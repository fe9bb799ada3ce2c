/* Waiting for the next version: readers sleep until a flush publishes one. */
#include "config.h"

#include <time.h>

#include "store/private.h"

void ks_waiting_init(struct ks_store *store)
{
    store->published = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    store->wait_lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

void ks_waiting_fini(struct ks_store *store)
{
    pthread_cond_destroy(&store->published);
    pthread_mutex_destroy(&store->wait_lock);
}

void ks_waiting_wake(struct ks_store *store, uint64_t version)
{
    pthread_mutex_lock(&store->wait_lock);
    store->published_version = version;
    pthread_cond_broadcast(&store->published);
    pthread_mutex_unlock(&store->wait_lock);
}

uint64_t ks_store_wait(struct ks_store *store, uint64_t since, int64_t deadline)
{
    int64_t time = deadline > 0 ? deadline : 0;
    const struct timespec until = {.tv_sec = (time_t)(time / 1000), .tv_nsec = (long)(time % 1000) * 1000000};
    uint64_t version;
    int errnum = 0;

    pthread_mutex_lock(&store->wait_lock);
    while (errnum == 0 && !store->waits_ended && store->published_version == since) {
        errnum = pthread_cond_clockwait(&store->published, &store->wait_lock, CLOCK_MONOTONIC, &until);
    }
    version = store->published_version;
    pthread_mutex_unlock(&store->wait_lock);
    return version;
}

void ks_store_end_waits(struct ks_store *store)
{
    pthread_mutex_lock(&store->wait_lock);
    store->waits_ended = true;
    pthread_cond_broadcast(&store->published);
    pthread_mutex_unlock(&store->wait_lock);
}
