#include "config.h"

#include "auth/nonces.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "auth/private.h"

#define NONE      UINT32_MAX
#define NAME_SIZE (KS_AUTH_KEY_ID_SIZE - 1 + KS_AUTH_NONCE_BYTES)

struct entry {
    int64_t time_ms; /* when its request was signed */
    uint32_t bucket;
    uint32_t next;                 /* in the same bucket, or NONE */
    unsigned char name[NAME_SIZE]; /* key id, nonce */
};

/* The entries are a ring in the order of arrival. Requests that are accepted at the same moment were signed at most
 * twice the window apart, so the first entry soon expires, and later ones may wait for it. */
struct ks_auth_nonces {
    pthread_mutex_t mutex;
    int64_t floor; /* refuse what was signed then or before */
    size_t capacity, first, count;
    size_t bucket_count; /* a power of two */
    uint32_t *buckets;   /* the first entry, or NONE */
    struct entry *entries;
    unsigned char hash_key[KS_AUTH_HASH_KEY_BYTES];
};

_Static_assert(KS_AUTH_HASH_KEY_BYTES == crypto_shorthash_KEYBYTES, "SipHash has a fixed key size");
_Static_assert(KS_AUTH_NONCES_MOST < NONE, "NONE must not be an index");

int ks_auth_nonces_new(struct ks_auth_nonces **nonces, const struct ks_auth_nonces_options *options,
                       struct ks_error *err)
{
    struct ks_auth_nonces *made;

    if (options->capacity < 1 || options->capacity > KS_AUTH_NONCES_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "%zu nonces: must be from 1 to %zu", options->capacity,
                            KS_AUTH_NONCES_MOST);
    }
    made = calloc(1, sizeof *made);
    if (!made) {
        return ks_error_memory(err);
    }
    made->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    made->bucket_count = 1;
    while (made->bucket_count < options->capacity) {
        made->bucket_count *= 2;
    }
    made->capacity = options->capacity;
    made->floor = options->not_before - 1;
    memcpy(made->hash_key, options->hash_key, sizeof made->hash_key);
    made->buckets = malloc(made->bucket_count * sizeof *made->buckets);
    made->entries = malloc(made->capacity * sizeof *made->entries);
    if (!made->buckets || !made->entries) {
        free(made->buckets);
        free(made->entries);
        free(made);
        return ks_error_memory(err);
    }
    memset(made->buckets, 0xff, made->bucket_count * sizeof *made->buckets);
    *nonces = made;
    return 0;
}

void ks_auth_nonces_free(struct ks_auth_nonces *nonces)
{
    if (nonces) {
        pthread_mutex_destroy(&nonces->mutex);
        free(nonces->buckets);
        free(nonces->entries);
        sodium_memzero(nonces->hash_key, sizeof nonces->hash_key);
        free(nonces);
    }
}

static uint32_t bucket_of(const struct ks_auth_nonces *nonces, const unsigned char name[static NAME_SIZE])
{
    uint64_t hash;
    unsigned char bytes[sizeof hash];

    crypto_shorthash(bytes, name, NAME_SIZE, nonces->hash_key);
    memcpy(&hash, bytes, sizeof hash);
    return (uint32_t)(hash & (nonces->bucket_count - 1));
}

/* Removes the oldest entry from its bucket and raises the floor to its time. */
static void forget_first(struct ks_auth_nonces *nonces)
{
    const struct entry *entry = &nonces->entries[nonces->first];
    uint32_t *link = &nonces->buckets[entry->bucket];

    while (*link != nonces->first) {
        link = &nonces->entries[*link].next;
    }
    *link = entry->next;
    if (entry->time_ms > nonces->floor) {
        nonces->floor = entry->time_ms;
    }
    nonces->first = (nonces->first + 1) % nonces->capacity;
    nonces->count--;
}

static void forget_old(struct ks_auth_nonces *nonces, int64_t now)
{
    while (nonces->count && nonces->entries[nonces->first].time_ms < now - KS_AUTH_WINDOW_MS) {
        forget_first(nonces);
    }
}

static bool is_known(const struct ks_auth_nonces *nonces, uint32_t bucket, const unsigned char name[static NAME_SIZE])
{
    for (uint32_t i = nonces->buckets[bucket]; i != NONE; i = nonces->entries[i].next) {
        if (memcmp(nonces->entries[i].name, name, NAME_SIZE) == 0) {
            return true;
        }
    }
    return false;
}

static void remember(struct ks_auth_nonces *nonces, const struct entry *entry)
{
    uint32_t index = (uint32_t)((nonces->first + nonces->count) % nonces->capacity);

    nonces->entries[index] = *entry;
    nonces->entries[index].next = nonces->buckets[entry->bucket];
    nonces->buckets[entry->bucket] = index;
    nonces->count++;
}

static enum ks_auth_verdict take(struct ks_auth_nonces *nonces, const struct entry *entry, int64_t now)
{
    forget_old(nonces, now);
    if (is_known(nonces, entry->bucket, entry->name)) {
        return KS_AUTH_REPLAYED;
    }
    if (entry->time_ms <= nonces->floor) {
        return KS_AUTH_FORGOTTEN;
    }
    if (nonces->count == nonces->capacity) {
        return KS_AUTH_BUSY;
    }
    remember(nonces, entry);
    return KS_AUTH_OK;
}

enum ks_auth_verdict ks_auth_nonces_take(struct ks_auth_nonces *nonces, const struct ks_auth_claim *claim, int64_t now)
{
    struct entry entry = {.time_ms = claim->stamp.time_ms};
    enum ks_auth_verdict verdict;

    memcpy(entry.name, claim->key_id, KS_AUTH_KEY_ID_SIZE - 1);
    memcpy(entry.name + KS_AUTH_KEY_ID_SIZE - 1, claim->stamp.nonce, KS_AUTH_NONCE_BYTES);
    entry.bucket = bucket_of(nonces, entry.name);
    pthread_mutex_lock(&nonces->mutex);
    verdict = take(nonces, &entry, now);
    pthread_mutex_unlock(&nonces->mutex);
    return verdict;
}
