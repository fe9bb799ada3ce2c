/* Remembers each nonce for as long as its request would be accepted, so that each request is accepted once. A full
 * table refuses requests rather than forget a nonce early. If the clock goes back, it refuses everything that was
 * signed no later than a nonce it has forgotten; while the clock only goes forward, such requests are too late anyway.
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
    unsigned char hash_key[KS_AUTH_HASH_KEY_BYTES]; /* random, so that nobody can make all nonces collide */
    /* Refuse requests that were signed before this time (ms since 1970): the start of the process, since it does not
     * know what an earlier one accepted. 0 for a process that the request itself starts. */
    int64_t not_before;
};

int ks_auth_nonces_new(struct ks_auth_nonces **nonces, const struct ks_auth_nonces_options *options,
                       struct ks_error *err);
void ks_auth_nonces_free(struct ks_auth_nonces *nonces);

/* Uses up the nonce of a claim that ks_auth_verify accepted at the same `now`. KS_AUTH_OK the first time that this key
 * id and nonce come; otherwise KS_AUTH_REPLAYED, _FORGOTTEN or _BUSY. */
enum ks_auth_verdict ks_auth_nonces_take(struct ks_auth_nonces *nonces, const struct ks_auth_claim *claim, int64_t now);

#endif
