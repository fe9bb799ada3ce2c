/* FNV-1a: a fingerprint, to tell what is the same from what has changed. No secret, and no match for who wants two
 * things to look the same. Source: draft-eastlake-fnv. Pure. Threads: any. */
#ifndef KS_HASH_H
#define KS_HASH_H

#include <stddef.h>
#include <stdint.h>

#define KS_HASH UINT64_C(0xcbf29ce484222325) /* to begin with */

/* Goes on from `hash`. */
static inline uint64_t ks_hash(uint64_t hash, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

#endif
