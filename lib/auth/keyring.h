/* The secret that shields share, as a running program has it: signs and verifies, and follows the file when it changes.
 * Threads: any, but for _new and _free. */
#ifndef KS_AUTH_KEYRING_H
#define KS_AUTH_KEYRING_H

#include <stdint.h>

#include "auth/auth.h"
#include "base/log.h"

struct ks_keyring;

/* Reads the file; a wrong one is an error that says what to do (secret_file.h). One that others may read is a warning
 * in the log. forgets: the process remembers nothing of one that ran before (see ks_auth_nonces_options.not_before);
 * false for CGI. */
int ks_keyring_new(struct ks_keyring **keyring, const char *path, bool forgets, const struct ks_log *log,
                   struct ks_error *err);
void ks_keyring_free(struct ks_keyring *keyring);

/* Reads the file again where it has changed. A wrong one is logged, and the keys in use stay. Reads files: not for
 * threads that serve. */
void ks_keyring_refresh(struct ks_keyring *keyring);

/* A request that was accepted: its answer is bound to it. The key is a reference of the holder's: release with _fini.
 */
struct ks_keyring_claim {
    struct ks_auth_key *key;
    unsigned char mac[KS_AUTH_MAC_BYTES];
};
void ks_keyring_claim_fini(struct ks_keyring_claim *claim);

/* Whether to accept a request with this header; else 403, and `text` is why, for the log. now: ms since 1970. */
bool ks_keyring_verify(struct ks_keyring *keyring, const struct ks_auth_request *request, const char *header,
                       int64_t now, struct ks_keyring_claim *claim, char text[static KS_AUTH_TEXT_SIZE]);

/* The header's value for a request of ours; claim: what the answer must be bound to. */
int ks_keyring_sign(struct ks_keyring *keyring, const struct ks_auth_request *request,
                    char header[static KS_AUTH_HEADER_SIZE], struct ks_keyring_claim *claim, struct ks_error *err);

/* The header's value for an answer. */
int ks_keyring_sign_answer(const struct ks_keyring_claim *claim, int status, const void *body, size_t length,
                           char header[static KS_AUTH_HEADER_SIZE], struct ks_error *err);
/* KS_ERROR_FORBIDDEN, with why, where it is not by one who has the key. header: "" for none. */
int ks_keyring_verify_answer(const struct ks_keyring_claim *claim, int status, const void *body, size_t length,
                             const char *header, struct ks_error *err);

#endif
