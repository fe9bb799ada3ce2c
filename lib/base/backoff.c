#include "config.h"

#include "base/backoff.h"

#include <sys/random.h>

#define FIRST_MS   250
#define LONGEST_MS 30000

int64_t ks_random_between(int64_t low, int64_t high)
{
    uint64_t random = 0;

    if (high <= low || getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random) {
        return low;
    }
    return low + (int64_t)(random % (uint64_t)(high - low));
}

int64_t ks_backoff_next(struct ks_backoff *backoff)
{
    int64_t delay = backoff->failures < 7 ? (int64_t)FIRST_MS << backoff->failures : LONGEST_MS;

    if (delay > LONGEST_MS) {
        delay = LONGEST_MS;
    }
    if (backoff->failures < 7) {
        backoff->failures++;
    }
    return delay / 2 + ks_random_between(0, delay / 2 + 1);
}
