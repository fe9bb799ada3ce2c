/* Each nonce once, for as long as its request would be accepted. The table never forgets before that: when it is full,
 * requests are refused. Nor does it believe in a clock that never goes back: what was signed no later than anything
 * that it has forgotten is refused too, which of a clock that goes forward only is too late anyway.
 * Threads: any. */
#ifndef KS_AUTH_NONCES_H
#define KS_AUTH_NONCES_H

#include "auth/auth.h"

#define KS_AUTH_NONCES_DEFAULT 65536 /* 3 MB; 3,000 requests a second */
#define KS_AUTH_NONCES_MOST    ((size_t)1 << 24)
#define KS_AUTH_HASH_KEY_BYTES 16

struct ks_auth_nonces;

struct ks_auth_nonces_options {
    size_t capacity;                                /* 1 to KS_AUTH_NONCES_MOST */
    unsigned char hash_key[KS_AUTH_HASH_KEY_BYTES]; /* random, so that nobody makes all nonces collide */
    /* What was signed before is refused (ms since 1970): the start of a process that has forgotten what it accepted
     * when it ran last. 0: nothing is, as for a process that is started by the request itself. */
    int64_t not_before;
};

int ks_auth_nonces_new(struct ks_auth_nonces **nonces, const struct ks_auth_nonces_options *options,
                       struct ks_error *err);
void ks_auth_nonces_free(struct ks_auth_nonces *nonces);

/* Takes the nonce of a claim that ks_auth_verify accepted at the same `now`. KS_AUTH_OK for the first of its key id and
 * nonce; else KS_AUTH_REPLAYED, _FORGOTTEN or _BUSY. */
enum ks_auth_verdict ks_auth_nonces_take(struct ks_auth_nonces *nonces, const struct ks_auth_claim *claim, int64_t now);

#endif
