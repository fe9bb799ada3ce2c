/* Signing and verifying answers. */
#include "config.h"

#include "auth/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ks_auth_answer {
    crypto_generichash_state body;
    struct ks_auth_key *key;
    unsigned char request_mac[KS_AUTH_MAC_BYTES];
    char status[4];
};

int ks_auth_answer_new(struct ks_auth_answer **answer, struct ks_auth_key *key,
                       const unsigned char request_mac[static KS_AUTH_MAC_BYTES], int status, struct ks_error *err)
{
    struct ks_auth_answer *made;

    if (status < 100 || status > 999) {
        return ks_error_set(err, KS_ERROR_INVALID, "status %d: must be from 100 to 999", status);
    }
    /* libsodium's state needs a larger alignment than malloc gives. */
    made = aligned_alloc(_Alignof(struct ks_auth_answer), sizeof *made);
    if (!made) {
        return ks_error_memory(err);
    }
    ks_auth_body_start(&made->body);
    made->key = ks_auth_key_ref(key);
    memcpy(made->request_mac, request_mac, sizeof made->request_mac);
    snprintf(made->status, sizeof made->status, "%d", status);
    *answer = made;
    return 0;
}

void ks_auth_answer_free(struct ks_auth_answer *answer)
{
    if (answer) {
        ks_auth_key_unref(answer->key);
        sodium_memzero(answer, sizeof *answer);
        free(answer);
    }
}

void ks_auth_answer_add(struct ks_auth_answer *answer, const void *data, size_t length)
{
    if (length) {
        crypto_generichash_update(&answer->body, data, length);
    }
}

static void end(struct ks_auth_answer *answer, unsigned char mac[static KS_AUTH_MAC_BYTES])
{
    crypto_generichash_state state;

    ks_auth_mac_start(&state, answer->key->bytes, "kube-shields v2 answer");
    ks_auth_mac_field(&state, answer->request_mac, sizeof answer->request_mac);
    ks_auth_mac_text(&state, answer->status);
    ks_auth_mac_body(&state, &answer->body);
    ks_auth_mac_end(&state, mac);
}

void ks_auth_answer_sign(struct ks_auth_answer *answer, char header[static KS_AUTH_HEADER_SIZE])
{
    unsigned char mac[KS_AUTH_MAC_BYTES];

    end(answer, mac);
    ks_auth_answer_format(mac, header);
}

enum ks_auth_verdict ks_auth_answer_verify(struct ks_auth_answer *answer, const char *header)
{
    unsigned char claimed[KS_AUTH_MAC_BYTES];
    unsigned char mac[KS_AUTH_MAC_BYTES];
    bool is_right;

    if (!header) {
        return KS_AUTH_ABSENT;
    }
    if (!ks_auth_answer_parse(header, claimed)) {
        return KS_AUTH_MALFORMED;
    }
    end(answer, mac);
    is_right = sodium_memcmp(mac, claimed, sizeof mac) == 0;
    sodium_memzero(mac, sizeof mac);
    return is_right ? KS_AUTH_OK : KS_AUTH_MAC;
}

const char *ks_auth_answer_explain(enum ks_auth_verdict verdict)
{
    switch (verdict) {
    case KS_AUTH_OK:
        return "accepted";
    case KS_AUTH_ABSENT:
        return "the answer is not signed; does the other shield have the same secret?";
    case KS_AUTH_MALFORMED:
        return "the answer's Intra-Shield header is malformed";
    default:
        return "the answer is not what was signed; does a proxy change its status or body?";
    }
}
