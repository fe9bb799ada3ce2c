/* How to poll a peer: plain data that nobody changes while it is borrowed. Threads: any, but `group` belongs to the
 * loop's thread. */
#ifndef KS_PEERS_OPTIONS_H
#define KS_PEERS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/keyring.h"
#include "peers/address.h"

struct ks_peer_group;

/* All pointers are borrowed until ks_peer_free. */
struct ks_peer_options {
    const struct ks_peer_address *address;
    const char *ca;          /* file of certificates; NULL: the system's */
    const char *certificate; /* our own, PEM files; or NULL */
    const char *key;
    const char *instance; /* our own: a peer with the same one is ourselves */
    struct ks_keyring *keyring;
    const struct ks_log *log;
    struct ks_peer_group *group; /* all peers of the loop */
    bool once;                   /* for CGI: polls once, for everything */
    int64_t wait_ms;             /* how long the peer may wait for news; 0: 25 s */
    int64_t timeout_ms;          /* for a whole poll; 0: 10 s more than wait_ms */
};

#endif
