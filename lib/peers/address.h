/* The addresses of peers, as OTHER_SHIELDS lists them. Each word is `host`, `host:port`,
 * `https://host[:port][/prefix]`, `http://…`, or `name=` and one of these; IPv6 addresses are in brackets. Without a
 * scheme, https is meant. Without a name, the host is the name, with its port if it has one. `None` alone: no peers.
 * Pure. Threads: any. */
#ifndef KS_PEERS_ADDRESS_H
#define KS_PEERS_ADDRESS_H

#include <stddef.h>

#include "base/error.h"

#define KS_PEER_NAME_SIZE 128
#define KS_PEER_URL_SIZE  512
#define KS_PEERS_MOST     1000

struct ks_peer_address {
    char name[KS_PEER_NAME_SIZE];  /* letters, digits, '-', '_', '.', ':' and brackets */
    char url[KS_PEER_URL_SIZE];    /* scheme://host[:port][/prefix], no slash at the end */
    char host[KS_PEER_URL_SIZE];   /* for the Host header: without the port that the scheme implies */
    char prefix[KS_PEER_URL_SIZE]; /* "" or "/prefix" */
};

struct ks_peer_addresses {
    struct ks_peer_address *peers; /* owned; in the order of the words */
    size_t count;
};

/* own: the name of our own cluster, which no peer may have. KS_ERROR_INVALID names the word and what it must be: an
 * empty name or host, a bad port, another scheme, a user, query or fragment, the same name or URL twice, our own name,
 * and `None` among others are errors. Release with _fini, even after an error. */
int ks_peer_addresses_parse(struct ks_peer_addresses *addresses, const char *const *words, const char *own,
                            struct ks_error *err);
/* Parses one address. `None` is an error. The result needs no release. */
int ks_peer_address_parse_one(struct ks_peer_address *peer, const char *word, struct ks_error *err);
void ks_peer_addresses_fini(struct ks_peer_addresses *addresses);

#endif
