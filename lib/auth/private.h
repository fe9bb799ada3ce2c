/* Shared by the files of this folder: the key, the headers' formats, and the MAC. */
#ifndef KS_AUTH_PRIVATE_H
#define KS_AUTH_PRIVATE_H

#include <sodium.h>
#include <stdatomic.h>

#include "auth/auth.h"

struct ks_auth_key {
    atomic_uint references;
    char id[KS_AUTH_KEY_ID_SIZE];
    unsigned char bytes[KS_AUTH_KEY_BYTES];
    unsigned char proof[KS_AUTH_MAC_BYTES]; /* MAC of the secret */
};

/* The parts of a request's header. */
struct ks_auth_fields {
    char key_id[KS_AUTH_KEY_ID_SIZE];
    struct ks_auth_stamp stamp;
    unsigned char mac[KS_AUTH_MAC_BYTES];
};

/* "v2 <key id> <unix ms> <nonce> <mac>", and back. _parse takes exactly what _format writes. */
void ks_auth_header_format(const struct ks_auth_fields *fields, char header[static KS_AUTH_HEADER_SIZE]);
bool ks_auth_header_parse(const char *header, struct ks_auth_fields *fields);

/* "v2 <mac>", and back. */
void ks_auth_answer_format(const unsigned char mac[static KS_AUTH_MAC_BYTES], char header[static KS_AUTH_HEADER_SIZE]);
bool ks_auth_answer_parse(const char *header, unsigned char mac[static KS_AUTH_MAC_BYTES]);

/* A MAC over fields, each preceded by its length. The first names the purpose, so that a MAC cannot be used for
 * another. */
void ks_auth_mac_start(crypto_generichash_state *state, const unsigned char key[static KS_AUTH_KEY_BYTES],
                       const char *purpose);
void ks_auth_mac_field(crypto_generichash_state *state, const void *data, size_t length);
void ks_auth_mac_text(crypto_generichash_state *state, const char *text);
/* In lower case (ASCII only). */
void ks_auth_mac_host(crypto_generichash_state *state, const char *host);
/* Adds the BLAKE2b hash of a body. */
void ks_auth_mac_body(crypto_generichash_state *state, crypto_generichash_state *body);
void ks_auth_mac_end(crypto_generichash_state *state, unsigned char mac[static KS_AUTH_MAC_BYTES]);

/* Begins the hash for ks_auth_mac_body; add pieces of the body with crypto_generichash_update. */
void ks_auth_body_start(crypto_generichash_state *body);

#endif
