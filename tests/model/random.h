/* Random numbers that a seed repeats. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators". */
#ifndef KS_MODEL_RANDOM_H
#define KS_MODEL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct model_random {
    uint64_t state;
};

static inline uint64_t model_random_next(struct model_random *random)
{
    uint64_t mixed = random->state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* A number below `count`. */
static inline uint32_t model_pick(struct model_random *random, uint32_t count)
{
    return (uint32_t)(model_random_next(random) % count);
}

static inline bool model_chance(struct model_random *random, uint32_t percent)
{
    return model_pick(random, 100) < percent;
}

/* Numbers of their own for one part of a run. */
static inline struct model_random model_random_of(uint64_t seed, uint64_t part, uint64_t number)
{
    struct model_random random = {.state = seed};

    random.state = model_random_next(&random) ^ part;
    random.state = model_random_next(&random) ^ number;
    return random;
}

#endif
