/* The headers of a signed GET to a peer, and what it means that they are refused. Threads: as ks_keyring_sign. */
#ifndef KS_PEER_HEADERS_H
#define KS_PEER_HEADERS_H

#include "auth/keyring.h"
#include "peers/address.h"

struct ks_peer_headers {
    char host[sizeof "Host: " + KS_PEER_URL_SIZE];
    char signature[sizeof KS_AUTH_HEADER ": " + KS_AUTH_HEADER_SIZE];
    const char *lines[4];          /* NULL-terminated: these two, and room for one more */
    struct ks_keyring_claim claim; /* what the answer must be bound to; the holder's, once it was signed */
};

/* target: path and query as the peer sees them, the prefix with them. */
int ks_peer_headers_sign(struct ks_peer_headers *headers, const struct ks_peer_address *address, const char *target,
                         struct ks_keyring *keyring, struct ks_error *err);

/* Why a peer answers 403 but does not sign it; -1. */
int ks_peer_headers_refused(struct ks_error *err);

#endif
