/* How many pods a service had lately: for an hour, that is how many there should be. */
#include "config.h"

#include <string.h>

#include "store/private.h"

#define HOUR_MS ((int64_t)3600 * 1000)

static void drop(struct guess *guess, uint32_t first, uint32_t count)
{
    memmove(&guess->faded[first], &guess->faded[first + count],
            (guess->faded_count - first - count) * sizeof guess->faded[0]);
    guess->faded_count -= count;
}

/* Larger numbers that are longer ago stay; of more than there is room for, the smaller ones are forgotten first. */
static void remember(struct guess *guess, int32_t count, int64_t now)
{
    while (guess->faded_count && guess->faded[guess->faded_count - 1].count <= count) {
        guess->faded_count--;
    }
    if (guess->faded_count == FADED_MOST) {
        guess->faded_count--;
    }
    guess->faded[guess->faded_count++] = (struct faded){count, now};
}

/* Whether it forgot a number. */
static bool forget(struct guess *guess, int64_t now)
{
    uint32_t count = 0;

    while (count < guess->faded_count && now - guess->faded[count].at >= HOUR_MS) {
        count++;
    }
    drop(guess, 0, count);
    return count > 0;
}

static void plan(struct ks_store *store, const struct guess *guess)
{
    if (guess->faded_count && guess->faded[0].at + HOUR_MS < store->fades_at) {
        store->fades_at = guess->faded[0].at + HOUR_MS;
    }
}

int32_t ks_lately_most(struct ks_store *store, struct guess *guess, int32_t current)
{
    if (current < guess->current) {
        remember(guess, guess->current, store->now);
    }
    guess->current = current;
    while (guess->faded_count && guess->faded[guess->faded_count - 1].count <= current) {
        guess->faded_count--;
    }
    forget(guess, store->now);
    plan(store, guess);
    return guess->faded_count ? guess->faded[0].count : current;
}

void ks_store_tick(struct ks_store *store, int64_t now)
{
    struct space *space, *next;
    struct guess *guess;

    store->now = now;
    if (now < store->fades_at) {
        return;
    }
    store->fades_at = INT64_MAX;
    HASH_ITER(hh, store->spaces, space, next)
    {
        DL_FOREACH(space->guesses, guess)
        {
            if (forget(guess, now)) {
                ks_service_touch(store, guess->service);
            }
            plan(store, guess);
        }
    }
}
