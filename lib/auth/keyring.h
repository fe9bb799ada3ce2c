/* The shared secret in a running program: signs, verifies, and follows its file when that changes.
 * Threads: any, except for _new and _free. */
#ifndef KS_AUTH_KEYRING_H
#define KS_AUTH_KEYRING_H

#include <stdint.h>

#include "auth/auth.h"
#include "base/log.h"

struct ks_keyring;

/* Reads the file. An error says what to do about it (see secret_file.h); a file that others may read is a warning in
 * the log. forgets: refuse requests that were signed before now, since an earlier process may have accepted them
 * already (see ks_auth_nonces_options.not_before); false for CGI. */
int ks_keyring_new(struct ks_keyring **keyring, const char *path, bool forgets, const struct ks_log *log,
                   struct ks_error *err);
void ks_keyring_free(struct ks_keyring *keyring);

/* Reads the file again if it changed. If it is wrong, logs that and keeps the keys. It reads files: do not call it from
 * a thread that serves requests. */
void ks_keyring_refresh(struct ks_keyring *keyring);

/* An accepted request, to which its answer is bound. Owns a reference to the key: release it with _fini. */
struct ks_keyring_claim {
    struct ks_auth_key *key;
    unsigned char mac[KS_AUTH_MAC_BYTES];
};
void ks_keyring_claim_fini(struct ks_keyring_claim *claim);

/* Whether to accept a request with this header. If not, answer 403; `text` is the reason for the log.
 * now: ms since 1970. */
bool ks_keyring_verify(struct ks_keyring *keyring, const struct ks_auth_request *request, const char *header,
                       int64_t now, struct ks_keyring_claim *claim, char text[static KS_AUTH_TEXT_SIZE]);

/* The header's value for a request that we send; claim: what its answer must be bound to. */
int ks_keyring_sign(struct ks_keyring *keyring, const struct ks_auth_request *request,
                    char header[static KS_AUTH_HEADER_SIZE], struct ks_keyring_claim *claim, struct ks_error *err);

/* The header's value for an answer. */
int ks_keyring_sign_answer(const struct ks_keyring_claim *claim, int status, const void *body, size_t length,
                           char header[static KS_AUTH_HEADER_SIZE], struct ks_error *err);
/* KS_ERROR_FORBIDDEN, with the reason, if the answer was not signed with the key. header: "" if there is none. */
int ks_keyring_verify_answer(const struct ks_keyring_claim *claim, int status, const void *body, size_t length,
                             const char *header, struct ks_error *err);

#endif
