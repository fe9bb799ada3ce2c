/* The group: who is in it, and how much memory its peers' answers take. */
#include "config.h"

#include "peers/group.h"

#include <string.h>

#include "peers/private.h"

/* An answer is held until its signature can be verified, whoever sent it: all answers together are bounded. Each peer
 * has this much for itself, enough for some thousand services, so that none goes without because of another. */
#define BODY_OWN    (256 * 1024)
#define BODIES_MOST KS_DOCUMENT_MOST

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

const char *ks_peer_group_find(void *arg, const char *instance)
{
    const struct ks_peer *peer = arg;

    for (const struct ks_peer *other = peer->options.group->first; other; other = other->next) {
        if (other != peer && other->copy.standing == KS_PEER_STANDING_CURRENT &&
            strcmp(other->copy.instance, instance) == 0) {
            return other->options.address->name;
        }
    }
    return NULL;
}

/* ---- bodies ---- */

static size_t shared_bytes(const struct ks_peer *peer)
{
    return peer->body.length > BODY_OWN ? peer->body.length - BODY_OWN : 0;
}

static struct ks_peer *find_largest(struct ks_peer *peer)
{
    struct ks_peer *largest = peer;

    for (struct ks_peer *other = peer->options.group->first; other; other = other->next) {
        if (shared_bytes(other) > shared_bytes(largest)) {
            largest = other;
        }
    }
    return largest;
}

int ks_peer_group_refuse_body(const struct ks_peer *peer, struct ks_error *err)
{
    return ks_error_set(
        err, KS_ERROR_LIMIT,
        "answers %d: the answers of all peers are more than %d bytes together, and this one is the largest",
        peer->status, BODIES_MOST);
}

/* The largest makes room, not the latest: otherwise an answer that never ends would cost all others their news. */
static int make_room(struct ks_peer *peer, struct ks_error *err)
{
    while (peer->options.group->bodies > BODIES_MOST) {
        struct ks_peer *largest = find_largest(peer);

        if (largest == peer) {
            return ks_peer_group_refuse_body(peer, err);
        }
        ks_peer_group_free_body(largest);
        ks_timer_start(&largest->eviction, 0);
    }
    return 0;
}

int ks_peer_group_add_to_body(struct ks_peer *peer, const void *data, size_t length, struct ks_error *err)
{
    peer->options.group->bodies -= shared_bytes(peer);
    ks_buf_bytes(&peer->body, data, length);
    peer->options.group->bodies += shared_bytes(peer);
    if (ks_buf_check(&peer->body, err)) {
        return ks_error_wrap(err, "answers %d", peer->status);
    }
    return make_room(peer, err);
}

void ks_peer_group_free_body(struct ks_peer *peer)
{
    peer->options.group->bodies -= shared_bytes(peer);
    ks_buf_fini(&peer->body);
}
