/* The headers of a signed GET to a peer, and the explanation if the peer refuses them. Threads: any. */
#ifndef KS_PEERS_HEADERS_H
#define KS_PEERS_HEADERS_H

#include "auth/keyring.h"
#include "peers/address.h"

struct ks_peer_headers {
    char host[sizeof "Host: " + KS_PEER_URL_SIZE];
    char signature[sizeof KS_AUTH_HEADER ": " + KS_AUTH_HEADER_SIZE];
    const char *lines[4];          /* NULL-terminated: both headers, and room for one more */
    struct ks_keyring_claim claim; /* the answer must be bound to it; release it with _fini once it is signed */
};

/* target: path and query as the peer sees them, including the prefix. */
int ks_peer_headers_sign(struct ks_peer_headers *headers, const struct ks_peer_address *address, const char *target,
                         struct ks_keyring *keyring, struct ks_error *err);

/* Why a peer answers 403 without a signature. Returns -1. */
int ks_peer_headers_refused(struct ks_error *err);

#endif
