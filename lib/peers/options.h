/* How a peer is asked: plain data. Threads: any, since nobody changes it while it is borrowed; but what `group`
 * points to is the loop's. */
#ifndef KS_PEER_OPTIONS_H
#define KS_PEER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/keyring.h"
#include "peers/address.h"

struct ks_peer_group;

/* Borrowed until ks_peer_free. */
struct ks_peer_options {
    const struct ks_peer_address *address;
    const char *ca;          /* file of certificates, instead of the system's; or NULL */
    const char *certificate; /* PEM files of ours; or NULL */
    const char *key;
    const char *instance; /* our own: a peer that has it is ourselves */
    struct ks_keyring *keyring;
    const struct ks_log *log;
    struct ks_peer_group *group; /* of all peers of the loop */
    bool once;                   /* asks for everything once, for CGI */
    int64_t wait_ms;             /* for news, at the peer; 0: 25 s */
    int64_t timeout_ms;          /* of a whole poll; 0: 10 s more than that */
};

#endif
