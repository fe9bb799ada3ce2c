/* The MAC of a sequence of fields. */
#include "config.h"

#include "auth/private.h"

#include <string.h>

#define PIECE 64

static void add_length(crypto_generichash_state *state, size_t length)
{
    unsigned char prefix[8];

    for (size_t i = 0; i < sizeof prefix; i++) {
        prefix[i] = (unsigned char)((uint64_t)length >> (56 - 8 * i));
    }
    crypto_generichash_update(state, prefix, sizeof prefix);
}

void ks_auth_mac_field(crypto_generichash_state *state, const void *data, size_t length)
{
    add_length(state, length);
    if (length) {
        crypto_generichash_update(state, data, length);
    }
}

void ks_auth_mac_text(crypto_generichash_state *state, const char *text)
{
    ks_auth_mac_field(state, text, strlen(text));
}

void ks_auth_mac_host(crypto_generichash_state *state, const char *host)
{
    size_t length = strlen(host);

    add_length(state, length);
    while (length > 0) {
        unsigned char piece[PIECE];
        size_t count = length < sizeof piece ? length : sizeof piece;

        for (size_t i = 0; i < count; i++) {
            piece[i] = (unsigned char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] | 0x20 : host[i]);
        }
        crypto_generichash_update(state, piece, count);
        host += count;
        length -= count;
    }
}

void ks_auth_mac_start(crypto_generichash_state *state, const unsigned char key[static KS_AUTH_KEY_BYTES],
                       const char *purpose)
{
    crypto_generichash_init(state, key, KS_AUTH_KEY_BYTES, KS_AUTH_MAC_BYTES);
    ks_auth_mac_text(state, purpose);
}

void ks_auth_mac_end(crypto_generichash_state *state, unsigned char mac[static KS_AUTH_MAC_BYTES])
{
    crypto_generichash_final(state, mac, KS_AUTH_MAC_BYTES);
    sodium_memzero(state, sizeof *state);
}

void ks_auth_body_start(crypto_generichash_state *body)
{
    crypto_generichash_init(body, NULL, 0, KS_AUTH_MAC_BYTES);
}

void ks_auth_mac_body(crypto_generichash_state *state, crypto_generichash_state *body)
{
    unsigned char hash[KS_AUTH_MAC_BYTES];

    crypto_generichash_final(body, hash, sizeof hash);
    ks_auth_mac_field(state, hash, sizeof hash);
}
