/* Signs and verifies requests and answers with a shared secret. docs/protocol.md, "Authentication", has the bytes.
 *
 * Pure: time and nonces are arguments. nonces.h remembers which nonces were used, secret_file.h reads the secrets. Keys
 * are immutable and counted, so threads may share them; everything else belongs to its caller. */
#ifndef KS_AUTH_AUTH_H
#define KS_AUTH_AUTH_H

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
#define KS_AUTH_WINDOW_MS    10000               /* how far two clocks may differ, either way */
#define KS_AUTH_TIME_MOST    ((int64_t)1e15 - 1) /* 15 digits */
#define KS_AUTH_KEYS_MOST    8
#define KS_AUTH_SECRET_LEAST 16   /* bytes */
#define KS_AUTH_SECRET_MOST  1024 /* bytes */
#define KS_AUTH_TEXT_SIZE    160

/* Call it before anything else in this header; more than once is fine. */
int ks_auth_init(struct ks_error *err);

/* A stretched secret, in memory that is locked if the system allows it and wiped at the end. */
struct ks_auth_key;

/* Stretches a secret, which takes about 20 ms and 9 MiB. KS_ERROR_INVALID if it is too short or too long. The caller
 * owns one reference. */
int ks_auth_key_make(struct ks_auth_key **key, const char *secret, size_t length, struct ks_error *err);
struct ks_auth_key *ks_auth_key_ref(struct ks_auth_key *key);
void ks_auth_key_unref(struct ks_auth_key *key);

/* 16 hexadecimal digits that distinguish keys and reveal nothing about them. */
const char *ks_auth_key_id(const struct ks_auth_key *key);
/* Whether the key was made from this secret, without stretching it. */
bool ks_auth_key_is_of(const struct ks_auth_key *key, const char *secret, size_t length);

/* The first key signs; all of them verify. */
struct ks_auth_keys {
    struct ks_auth_key *keys[KS_AUTH_KEYS_MOST]; /* one reference each */
    size_t count;
};

/* Releases the references. */
void ks_auth_keys_fini(struct ks_auth_keys *keys);

/* The signed part of a request. */
struct ks_auth_request {
    const char *method;
    const char *host;   /* the Host header, or :authority, as sent; case does not matter */
    const char *target; /* path with query, as sent */
    const void *body;   /* NULL if empty */
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

/* KS_ERROR_INVALID if the time does not fit into the header. */
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
    KS_AUTH_REPLAYED,  /* this and the next two come from ks_auth_nonces_take */
    KS_AUTH_FORGOTTEN, /* too old to know whether it is a replay */
    KS_AUTH_BUSY,
};

/* The contents of a request's header. */
struct ks_auth_claim {
    struct ks_auth_key *key; /* borrowed from the keys; NULL unless KS_AUTH_OK */
    char key_id[KS_AUTH_KEY_ID_SIZE];
    struct ks_auth_stamp stamp;
    unsigned char mac[KS_AUTH_MAC_BYTES]; /* the answer is bound to it */
};

/* Whether the request was signed with one of our keys, close to `now` (ms since 1970). It may still be a replay: ask
 * ks_auth_nonces_take. header: its value, or NULL. Every verdict takes the same computation; unless it is KS_AUTH_OK,
 * the claim holds no more than the log needs. */
enum ks_auth_verdict ks_auth_verify(struct ks_auth_claim *claim, const struct ks_auth_keys *keys,
                                    const struct ks_auth_request *request, const char *header, int64_t now);

/* The reason for our own log; the sender does not learn it. One line that quotes nothing but a key id. */
void ks_auth_explain(enum ks_auth_verdict verdict, const struct ks_auth_claim *claim, int64_t now,
                     char text[static KS_AUTH_TEXT_SIZE]);

/* An answer that is being signed or verified, its body piece by piece. Threads: one at a time. */
struct ks_auth_answer;

/* An answer to the request with this MAC, signed with the request's key; keeps a reference to it. KS_ERROR_INVALID if
 * the status does not have three digits. */
int ks_auth_answer_new(struct ks_auth_answer **answer, struct ks_auth_key *key,
                       const unsigned char request_mac[static KS_AUTH_MAC_BYTES], int status, struct ks_error *err);
void ks_auth_answer_free(struct ks_auth_answer *answer);

/* A piece of the body, decoded from its Content-Encoding. */
void ks_auth_answer_add(struct ks_auth_answer *answer, const void *data, size_t length);

/* Signing or verifying ends the answer: only free it afterwards. */
void ks_auth_answer_sign(struct ks_auth_answer *answer, char header[static KS_AUTH_HEADER_SIZE]);
/* KS_AUTH_OK, _ABSENT, _MALFORMED or _MAC. header: its value, or NULL. */
enum ks_auth_verdict ks_auth_answer_verify(struct ks_auth_answer *answer, const char *header);

/* Why an answer was refused. */
const char *ks_auth_answer_explain(enum ks_auth_verdict verdict);

#endif
