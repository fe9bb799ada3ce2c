/* One signed GET, for a person who waits: a loop of its own. Threads: one at a time. */
#ifndef KS_PEER_GET_H
#define KS_PEER_GET_H

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

/* The status, and the body in `out`, whatever the status. An answer that is not signed with the shared secret is an
 * error, but for 403, whose sender knows no key of ours. */
int ks_peer_get(const struct ks_peer_get *get, int *status, struct ks_buf *out, struct ks_error *err);

#endif
