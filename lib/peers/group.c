#include "config.h"

#include "peers/group.h"

#include <string.h>

#include "peers/private.h"

void ks_peer_group_join(struct ks_peer *peer)
{
    struct ks_peer **link = &peer->options.group->first;

    while (*link) {
        link = &(*link)->next;
    }
    *link = peer;
}

void ks_peer_group_leave(struct ks_peer *peer)
{
    for (struct ks_peer **link = &peer->options.group->first; *link; link = &(*link)->next) {
        if (*link == peer) {
            *link = peer->next;
            return;
        }
    }
}

struct ks_peer *ks_peer_group_greediest(struct ks_peer *peer)
{
    struct ks_peer *greediest = peer;

    for (struct ks_peer *other = peer->options.group->first; other; other = other->next) {
        if (ks_peer_poll_shared(other) > ks_peer_poll_shared(greediest)) {
            greediest = other;
        }
    }
    return greediest;
}

const char *ks_peer_group_find(void *arg, const char *instance)
{
    const struct ks_peer *peer = arg;

    for (const struct ks_peer *other = peer->options.group->first; other; other = other->next) {
        if (other != peer && other->copy.stands && strcmp(other->copy.instance, instance) == 0) {
            return other->options.address->name;
        }
    }
    return NULL;
}
