/* Signing and verifying requests. */
#include "config.h"

#include "auth/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Stands in for an unknown key, so that the answer takes the same time. */
static const unsigned char nobody[KS_AUTH_KEY_BYTES];

static void mac_of_request(const unsigned char key[static KS_AUTH_KEY_BYTES], const struct ks_auth_request *request,
                           const struct ks_auth_fields *fields, unsigned char mac[static KS_AUTH_MAC_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_state body;
    char time[24];

    ks_auth_body_start(&body);
    if (request->body_length) {
        crypto_generichash_update(&body, request->body, request->body_length);
    }
    snprintf(time, sizeof time, "%" PRId64, fields->stamp.time_ms);
    ks_auth_mac_start(&state, key, "kube-shields v2 request");
    ks_auth_mac_text(&state, request->method);
    ks_auth_mac_host(&state, request->host);
    ks_auth_mac_text(&state, request->target);
    ks_auth_mac_body(&state, &body);
    ks_auth_mac_text(&state, time);
    ks_auth_mac_field(&state, fields->stamp.nonce, sizeof fields->stamp.nonce);
    ks_auth_mac_text(&state, fields->key_id);
    ks_auth_mac_end(&state, mac);
}

int ks_auth_sign(struct ks_auth_signature *signature, const struct ks_auth_key *key,
                 const struct ks_auth_request *request, const struct ks_auth_stamp *stamp, struct ks_error *err)
{
    struct ks_auth_fields fields = {.stamp = *stamp};

    if (stamp->time_ms < 1 || stamp->time_ms > KS_AUTH_TIME_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "time %" PRId64 " ms: must be from 1 to %" PRId64, stamp->time_ms,
                            KS_AUTH_TIME_MOST);
    }
    memcpy(fields.key_id, key->id, sizeof fields.key_id);
    mac_of_request(key->bytes, request, &fields, fields.mac);
    memcpy(signature->mac, fields.mac, sizeof signature->mac);
    ks_auth_header_format(&fields, signature->header);
    return 0;
}

static struct ks_auth_key *find_key(const struct ks_auth_keys *keys, const char *id)
{
    struct ks_auth_key *found = NULL;

    for (size_t i = 0; i < keys->count; i++) {
        if (sodium_memcmp(keys->keys[i]->id, id, KS_AUTH_KEY_ID_SIZE) == 0) {
            found = keys->keys[i];
        }
    }
    return found;
}

/* Checked after the MAC: the log should not explain a time that nobody signed. */
static enum ks_auth_verdict judge_time(int64_t time_ms, int64_t now)
{
    if (time_ms > now && time_ms - now > KS_AUTH_WINDOW_MS) {
        return KS_AUTH_EARLY;
    }
    return now > time_ms && now - time_ms > KS_AUTH_WINDOW_MS ? KS_AUTH_LATE : KS_AUTH_OK;
}

enum ks_auth_verdict ks_auth_verify(struct ks_auth_claim *claim, const struct ks_auth_keys *keys,
                                    const struct ks_auth_request *request, const char *header, int64_t now)
{
    /* Stands in for a missing or malformed header, and is as long as a real one. */
    struct ks_auth_fields fields = {.key_id = "----------------", .stamp.time_ms = KS_AUTH_TIME_MOST};
    bool is_well_formed = ks_auth_header_parse(header ? header : "", &fields);
    struct ks_auth_key *key = find_key(keys, fields.key_id);
    unsigned char mac[KS_AUTH_MAC_BYTES];
    bool is_right;
    enum ks_auth_verdict verdict;

    mac_of_request(key ? key->bytes : nobody, request, &fields, mac);
    is_right = sodium_memcmp(mac, fields.mac, sizeof mac) == 0;
    *claim = (struct ks_auth_claim){.stamp = fields.stamp};
    memcpy(claim->key_id, fields.key_id, sizeof claim->key_id);
    if (!header) {
        verdict = KS_AUTH_ABSENT;
    } else if (!is_well_formed) {
        verdict = KS_AUTH_MALFORMED;
    } else if (!key) {
        verdict = KS_AUTH_UNKNOWN_KEY;
    } else {
        verdict = is_right ? judge_time(fields.stamp.time_ms, now) : KS_AUTH_MAC;
    }
    if (verdict == KS_AUTH_OK) {
        claim->key = key;
        memcpy(claim->mac, mac, sizeof claim->mac);
    }
    sodium_memzero(mac, sizeof mac); /* even a refused request's MAC is its valid signature */
    return verdict;
}

static void explain_time(const struct ks_auth_claim *claim, int64_t now, char text[static KS_AUTH_TEXT_SIZE])
{
    bool is_early = claim->stamp.time_ms > now;
    int64_t difference = is_early ? claim->stamp.time_ms - now : now - claim->stamp.time_ms;

    snprintf(text, KS_AUTH_TEXT_SIZE,
             "signed %" PRId64 ".%03d s %s this clock: must be at most %d s either way; are both clocks set?",
             difference / 1000, (int)(difference % 1000), is_early ? "ahead of" : "behind", KS_AUTH_WINDOW_MS / 1000);
}

void ks_auth_explain(enum ks_auth_verdict verdict, const struct ks_auth_claim *claim, int64_t now,
                     char text[static KS_AUTH_TEXT_SIZE])
{
    static const char *const texts[] = {
        [KS_AUTH_OK] = "accepted",
        [KS_AUTH_ABSENT] = "not signed",
        [KS_AUTH_MALFORMED] = "the Intra-Shield header is malformed",
        [KS_AUTH_MAC] = "method, Host, path, query or body are not what was signed; does a proxy change them?",
        [KS_AUTH_REPLAYED] = "its nonce was seen before: a request is accepted once",
        [KS_AUTH_FORGOTTEN] =
            "signed before this program started, or before a clock went back: whether it was seen before is not known",
        [KS_AUTH_BUSY] = "too many requests: there is no room for another nonce",
    };

    if (verdict == KS_AUTH_EARLY || verdict == KS_AUTH_LATE) {
        explain_time(claim, now, text);
    } else if (verdict == KS_AUTH_UNKNOWN_KEY) {
        snprintf(text, KS_AUTH_TEXT_SIZE, "signed with key %s, which is not in our secret file", claim->key_id);
    } else {
        snprintf(text, KS_AUTH_TEXT_SIZE, "%s", texts[verdict]);
    }
}
