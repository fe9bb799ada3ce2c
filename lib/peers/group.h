/* The peers of one loop: what they share, and who of them is who. Threads: the loop's. */
#ifndef KS_PEERS_GROUP_H
#define KS_PEERS_GROUP_H

#include <stddef.h>

struct ks_peer;

/* All zero at first; outlives its peers, which join and leave by themselves. */
struct ks_peer_group {
    struct ks_peer *first;
    size_t bodies; /* bytes that answers in flight take from what all share */
};

#endif
