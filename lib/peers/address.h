/* OTHER_SHIELDS: who the peers are. Each word is `host`, `host:port`, `https://host[:port][/prefix]`, `http://…` or
 * `name=` and one of these; IPv6 addresses stand in brackets. A bare host means https. Without a name the host, with
 * its port where it has one, is the name. `None` alone: no peers. Pure. Threads: any. */
#ifndef KS_PEER_ADDRESS_H
#define KS_PEER_ADDRESS_H

#include <stddef.h>

#include "base/error.h"

#define KS_PEER_NAME_SIZE 128
#define KS_PEER_URL_SIZE  512
#define KS_PEERS_MOST     1000

struct ks_peer_address {
    char name[KS_PEER_NAME_SIZE];  /* letters, digits, '-', '_', '.', ':' and brackets */
    char url[KS_PEER_URL_SIZE];    /* scheme://host[:port][/prefix], no slash at the end */
    char host[KS_PEER_URL_SIZE];   /* as the Host header has it: without the port that the scheme implies */
    char prefix[KS_PEER_URL_SIZE]; /* "" or "/prefix" */
};

struct ks_peer_addresses {
    struct ks_peer_address *peers; /* owned; in the order of the words */
    size_t count;
};

/* own: the name of our own cluster, which no peer may have. KS_ERROR_INVALID with one line that names the word and what
 * is accepted: an empty name or host, a bad port, another scheme, a user, a query or a fragment in it, the same name
 * or URL twice, our own name, `None` among others. Release with _fini in any case. */
int ks_peer_addresses_parse(struct ks_peer_addresses *addresses, const char *const *words, const char *own,
                            struct ks_error *err);
void ks_peer_addresses_fini(struct ks_peer_addresses *addresses);

#endif
