/* FNV-1a, a fingerprint that shows whether something has changed. It is not cryptographic: anybody can make two
 * things with the same fingerprint. Source: draft-eastlake-fnv. Pure. Threads: any. */
#ifndef KS_BASE_HASH_H
#define KS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define KS_HASH UINT64_C(0xcbf29ce484222325) /* start with this */

/* Adds bytes to a hash. */
static inline uint64_t ks_hash(uint64_t hash, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* The same in 32 bits, where there are many. Never 0, so that 0 may mean none. */
static inline uint32_t ks_hash_short(uint64_t hash)
{
    uint32_t folded = (uint32_t)(hash ^ hash >> 32);

    return folded ? folded : 1;
}

#endif
