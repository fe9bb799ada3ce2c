/* Logs once that a peer is away, why, and that it is back. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "peers/private.h"

#define SAID_MS 60000 /* until another reason is logged */

static const char component[] = "peer";

void ks_peer_log_failure(struct ks_peer *peer, const struct ks_error *err)
{
    const struct ks_peer_address *address = peer->options.address;
    int64_t now = ks_clock_monotonic();
    bool was_away = peer->state == KS_PEER_STATE_AWAY || peer->state == KS_PEER_STATE_RETURNING;
    const char *then =
        ks_peer_copy_was_whole(&peer->copy) ? "; last known values stay, trying again" : "; trying again";

    if (was_away && ((peer->said.kind == err->kind && ks_log_is_repeat(peer->said.text, err->text)) ||
                     now - peer->said_at < SAID_MS)) {
        ks_log(peer->options.log, KS_LOG_DEBUG, component, "%s (%s): %s", address->name, address->url, err->text);
        return;
    }
    if (!was_away) {
        peer->away_since = now;
    }
    peer->said_at = now;
    peer->said = *err;
    ks_log(peer->options.log, KS_LOG_WARNING, component, "%s (%s): %s%s", address->name, address->url, err->text,
           peer->options.once ? "" : then);
}

void ks_peer_log_back(struct ks_peer *peer)
{
    char age[KS_CLOCK_TEXT_SIZE];

    ks_clock_age_text((peer->back_at - peer->away_since) / 1000, age);
    ks_log(peer->options.log, KS_LOG_INFO, component, "%s (%s): back after %s", peer->options.address->name,
           peer->options.address->url, age);
}

void ks_peer_log_several(struct ks_peer *peer)
{
    const struct ks_peer_address *address = peer->options.address;

    if (peer->copy.returned && !peer->said_several) {
        peer->said_several = true;
        ks_log(
            peer->options.log, KS_LOG_WARNING, component,
            "%s (%s): several kube-shields take turns answering there, each with everything again: let only one answer",
            address->name, address->url);
    }
}

void ks_peer_log_store(const struct ks_peer *peer, const struct ks_error *err)
{
    ks_log(peer->options.log, KS_LOG_ERROR, component, "%s: store: %s", peer->options.address->name, err->text);
}
