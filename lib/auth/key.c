/* Keys: secrets, stretched. */
#include "config.h"

#include "auth/private.h"

#include <string.h>

/* Argon2id: each guess costs somebody who captured traffic about 20 ms and 9 MiB. */
#define PASSES 4
#define MEMORY ((size_t)9 << 20)

/* Not secret: the same words in two clusters must give the same key. It makes tables for other programs useless. */
static const unsigned char salt[] = "Intra-Shield: v2";

_Static_assert(sizeof salt - 1 == crypto_pwhash_SALTBYTES, "Argon2 has a fixed salt size");

int ks_auth_init(struct ks_error *err)
{
    return sodium_init() < 0 ? ks_error_set(err, KS_ERROR_SYSTEM, "libsodium does not start") : 0;
}

static void prove(const struct ks_auth_key *key, const char *secret, size_t length,
                  unsigned char proof[static KS_AUTH_MAC_BYTES])
{
    crypto_generichash_state state;

    ks_auth_mac_start(&state, key->bytes, "kube-shields v2 secret");
    ks_auth_mac_field(&state, secret, length);
    ks_auth_mac_end(&state, proof);
}

static void name_key(struct ks_auth_key *key)
{
    unsigned char mac[KS_AUTH_MAC_BYTES];
    crypto_generichash_state state;

    ks_auth_mac_start(&state, key->bytes, "kube-shields v2 key id");
    ks_auth_mac_end(&state, mac);
    sodium_bin2hex(key->id, sizeof key->id, mac, (sizeof key->id - 1) / 2);
}

int ks_auth_key_make(struct ks_auth_key **key, const char *secret, size_t length, struct ks_error *err)
{
    struct ks_auth_key *made;

    if (length < KS_AUTH_SECRET_LEAST || length > KS_AUTH_SECRET_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "a secret of %zu bytes: must be from %d to %d", length,
                            KS_AUTH_SECRET_LEAST, KS_AUTH_SECRET_MOST);
    }
    made = sodium_malloc(sizeof *made);
    if (!made) {
        return ks_error_memory(err);
    }
    memset(made, 0, sizeof *made);
    atomic_init(&made->references, 1);
    if (crypto_pwhash(made->bytes, sizeof made->bytes, secret, length, salt, PASSES, MEMORY,
                      crypto_pwhash_ALG_ARGON2ID13)) {
        sodium_free(made);
        return ks_error_memory(err);
    }
    prove(made, secret, length, made->proof);
    name_key(made);
    *key = made;
    return 0;
}

struct ks_auth_key *ks_auth_key_ref(struct ks_auth_key *key)
{
    atomic_fetch_add_explicit(&key->references, 1, memory_order_relaxed);
    return key;
}

void ks_auth_key_unref(struct ks_auth_key *key)
{
    if (key && atomic_fetch_sub_explicit(&key->references, 1, memory_order_acq_rel) == 1) {
        sodium_free(key);
    }
}

const char *ks_auth_key_id(const struct ks_auth_key *key)
{
    return key->id;
}

bool ks_auth_key_is_of(const struct ks_auth_key *key, const char *secret, size_t length)
{
    unsigned char proof[KS_AUTH_MAC_BYTES];

    prove(key, secret, length, proof);
    return sodium_memcmp(proof, key->proof, sizeof proof) == 0;
}

void ks_auth_keys_fini(struct ks_auth_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        ks_auth_key_unref(keys->keys[i]);
    }
    *keys = (struct ks_auth_keys){.count = 0};
}
