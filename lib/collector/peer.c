/* Other clusters, on the collector's loop. */
#include "config.h"

#include <stdlib.h>

#include "collector/private.h"

#define KEYRING_REFRESH_MS 1000

static void on_settled(void *arg)
{
    struct ks_collector *collector = arg;

    collector->peers_settled++;
    collector->on_settled(collector);
}

int ks_collector_peers_start(struct ks_collector *collector, struct ks_error *err)
{
    const struct ks_collector_options *options = &collector->options;

    collector->peers = calloc(options->peer_count + 1, sizeof *collector->peers);
    if (!collector->peers) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < options->peer_count; i++) {
        struct ks_peer_options peer = options->peers[i];

        peer.once = collector->list_only;
        peer.group = &collector->peer_group;
        if (ks_peer_new(&collector->peers[i], collector->loop, &peer, options->peer_stores[i], err)) {
            return -1;
        }
        collector->peer_count++;
        ks_peer_start(collector->peers[i], on_settled, collector);
    }
    return 0;
}

void ks_collector_peers_expire(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->peer_count; i++) {
        ks_peer_expire(collector->peers[i]);
    }
}

static void on_keyring_timer(void *arg)
{
    struct ks_collector *collector = arg;

    ks_keyring_refresh(collector->options.keyring);
    ks_timer_start(&collector->keyring_timer, KEYRING_REFRESH_MS);
}

void ks_collector_keyring_start(struct ks_collector *collector)
{
    if (collector->options.keyring) {
        ks_timer_init(&collector->keyring_timer, collector->loop, on_keyring_timer, collector);
        ks_timer_start(&collector->keyring_timer, KEYRING_REFRESH_MS);
    }
}

void ks_collector_peers_free(struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->peer_count; i++) {
        ks_peer_free(collector->peers[i]);
    }
    free(collector->peers);
    ks_timer_stop(&collector->keyring_timer);
}
