/* One signed GET to a peer, in a loop of its own, for a caller who waits. Threads: one at a time. */
#ifndef KS_PEERS_GET_H
#define KS_PEERS_GET_H

#include "base/buf.h"
#include "auth/keyring.h"
#include "peers/address.h"

struct ks_peer_get {
    const struct ks_peer_address *address;
    const char *target;                 /* below the address: "/services/?full" */
    const char *ca, *certificate, *key; /* files, or NULL */
    int64_t timeout_ms;
    struct ks_keyring *keyring;
};

/* Gets the status, and the body in `out`, whatever the status. KS_ERROR_FORBIDDEN if the answer is not signed with the
 * shared secret. Blocks until the answer is there or timeout_ms have passed. */
int ks_peer_get(const struct ks_peer_get *get, int *status, struct ks_buf *out, struct ks_error *err);

#endif
