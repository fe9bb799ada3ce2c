/* What shields believe of each other: requests and answers signed with a shared secret. The bytes are written down in
 * docs/protocol.md, "Authentication".
 *
 * Pure: time and nonces are arguments. Whether a nonce is new is auth_nonces.h's business, the file with the secrets
 * secret_file.h's. Keys are immutable and counted, so threads may share them; the rest belongs to its caller. */
#ifndef KS_AUTH_H
#define KS_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define KS_AUTH_HEADER       "Intra-Shield" /* the name of the header, in requests and in answers */
#define KS_AUTH_HEADER_SIZE  257            /* its value: 256 bytes at most, and a NUL */
#define KS_AUTH_KEY_ID_SIZE  17
#define KS_AUTH_KEY_BYTES    32
#define KS_AUTH_NONCE_BYTES  16
#define KS_AUTH_MAC_BYTES    32
#define KS_AUTH_WINDOW_MS    10000               /* how much two clocks may differ, either way */
#define KS_AUTH_TIME_MOST    ((int64_t)1e15 - 1) /* 15 digits */
#define KS_AUTH_KEYS_MOST    8
#define KS_AUTH_SECRET_LEAST 16   /* bytes */
#define KS_AUTH_SECRET_MOST  1024 /* bytes */
#define KS_AUTH_TEXT_SIZE    160

/* Before anything else of this header; again is fine. */
int ks_auth_init(struct ks_error *err);

/* A secret, stretched. It lies in memory of its own that is locked where the system allows it, and wiped at the end. */
struct ks_auth_key;

/* Stretches a secret: some 20 ms and 9 MiB. KS_ERROR_INVALID for a length that is not accepted. One reference is the
 * caller's. */
int ks_auth_key_make(struct ks_auth_key **key, const char *secret, size_t length, struct ks_error *err);
struct ks_auth_key *ks_auth_key_ref(struct ks_auth_key *key);
void ks_auth_key_unref(struct ks_auth_key *key);

/* 16 hexadecimal digits that tell keys apart and tell nothing about them. */
const char *ks_auth_key_id(const struct ks_auth_key *key);
/* Is it this secret's? Without stretching it. */
bool ks_auth_key_is_of(const struct ks_auth_key *key, const char *secret, size_t length);

/* The first is the one in use: it signs. All are accepted. */
struct ks_auth_keys {
    struct ks_auth_key *keys[KS_AUTH_KEYS_MOST]; /* a reference each */
    size_t count;
};

/* Gives the references back. */
void ks_auth_keys_fini(struct ks_auth_keys *keys);

/* What is signed of a request. */
struct ks_auth_request {
    const char *method;
    const char *host;   /* the Host header, or :authority, as sent; case does not matter */
    const char *target; /* path with query, as sent */
    const void *body;   /* may be NULL where it is empty */
    size_t body_length;
};

struct ks_auth_stamp {
    int64_t time_ms; /* since 1970 */
    unsigned char nonce[KS_AUTH_NONCE_BYTES];
};

struct ks_auth_signature {
    char header[KS_AUTH_HEADER_SIZE]; /* the value to send */
    unsigned char mac[KS_AUTH_MAC_BYTES];
};

/* KS_ERROR_INVALID for a time that the header has no room for. */
int ks_auth_sign(struct ks_auth_signature *signature, const struct ks_auth_key *key,
                 const struct ks_auth_request *request, const struct ks_auth_stamp *stamp, struct ks_error *err);

enum ks_auth_verdict {
    KS_AUTH_OK,
    KS_AUTH_ABSENT,
    KS_AUTH_MALFORMED,
    KS_AUTH_UNKNOWN_KEY,
    KS_AUTH_MAC,
    KS_AUTH_EARLY,
    KS_AUTH_LATE,
    KS_AUTH_REPLAYED,  /* these three: ks_auth_nonces_take */
    KS_AUTH_FORGOTTEN, /* too old to know whether it is a replay */
    KS_AUTH_BUSY,
};

/* What a request's header says of itself. */
struct ks_auth_claim {
    struct ks_auth_key *key; /* borrowed of the keys; NULL but for KS_AUTH_OK */
    char key_id[KS_AUTH_KEY_ID_SIZE];
    struct ks_auth_stamp stamp;
    unsigned char mac[KS_AUTH_MAC_BYTES]; /* what the answer is bound to */
};

/* Is this request by one who has a key of ours, and of now (ms since 1970)? That it is no replay is still to be asked.
 * header: the value, or NULL. Whatever is wrong, the same is computed; no verdict but OK fills more of the claim than
 * a line of the log needs. */
enum ks_auth_verdict ks_auth_verify(struct ks_auth_claim *claim, const struct ks_auth_keys *keys,
                                    const struct ks_auth_request *request, const char *header, int64_t now);

/* Why, for our own log: the one who asks learns nothing of it. One line; quotes nothing but a key id. */
void ks_auth_explain(enum ks_auth_verdict verdict, const struct ks_auth_claim *claim, int64_t now,
                     char text[static KS_AUTH_TEXT_SIZE]);

/* An answer while it is signed or verified: its body comes in pieces. Threads: one at a time. */
struct ks_auth_answer;

/* To the request of that MAC, signed with the key that the request was signed with; keeps a reference.
 * KS_ERROR_INVALID for a status that is not of three digits. */
int ks_auth_answer_new(struct ks_auth_answer **answer, struct ks_auth_key *key,
                       const unsigned char request_mac[static KS_AUTH_MAC_BYTES], int status, struct ks_error *err);
void ks_auth_answer_free(struct ks_auth_answer *answer);

/* A piece of the body as it is without its Content-Encoding. */
void ks_auth_answer_add(struct ks_auth_answer *answer, const void *data, size_t length);

/* Either of the two ends it: it can only be freed then. */
void ks_auth_answer_sign(struct ks_auth_answer *answer, char header[static KS_AUTH_HEADER_SIZE]);
/* KS_AUTH_OK, _ABSENT, _MALFORMED or _MAC. header: the value, or NULL. */
enum ks_auth_verdict ks_auth_answer_verify(struct ks_auth_answer *answer, const char *header);

/* Why an answer is dropped. */
const char *ks_auth_answer_explain(enum ks_auth_verdict verdict);

#endif
