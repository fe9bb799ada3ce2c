/* The peers of one loop: they share memory for answers, and know each other's instances. Threads: the loop's. */
#ifndef KS_PEERS_GROUP_H
#define KS_PEERS_GROUP_H

#include <stddef.h>

struct ks_peer;

/* Begins as all zeros and outlives its peers, which join and leave by themselves. */
struct ks_peer_group {
    struct ks_peer *first;
    size_t bodies; /* bytes of answers in flight, beyond what each peer has for itself */
};

#endif
