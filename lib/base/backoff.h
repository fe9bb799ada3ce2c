/* Exponential backoff with jitter. Pure except that it asks the kernel for random numbers. Threads: each struct
 * belongs to one. */
#ifndef KS_BASE_BACKOFF_H
#define KS_BASE_BACKOFF_H

#include <stdint.h>

struct ks_backoff {
    unsigned failures; /* in a row; the owner sets it back to 0 after a success */
};

/* Counts a failure and returns the delay before the next attempt, in ms: 250 ms, doubled with each failure up to 30
 * s. Half of it is random. */
int64_t ks_backoff_next(struct ks_backoff *backoff);

/* A random number from `low` up to, but not including, `high`; `low` if the kernel has no random numbers yet. For
 * jitter, not for secrets. */
int64_t ks_random_between(int64_t low, int64_t high);

#endif
