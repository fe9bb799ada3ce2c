/* Exponential backoff with jitter. Pure but for the kernel's randomness. Threads: one at a time each. */
#ifndef KS_BACKOFF_H
#define KS_BACKOFF_H

#include <stdint.h>

struct ks_backoff {
    unsigned failures;
};

/* The next delay: 250 ms doubled with each failure up to 30 s, of which half is random. */
int64_t ks_backoff_next(struct ks_backoff *backoff);

/* From low to below high; for jitter, not for secrets. */
int64_t ks_random_between(int64_t low, int64_t high);

#endif
