/* Tells the store the states of its sources. */
#include "config.h"

#include "base/clock.h"
#include "collector/private.h"

bool ks_collected_has_told(const struct collected *collected)
{
    return ks_kube_reflector_is_complete(collected->reflector) && !collected->is_foreign;
}

static enum ks_source_state source_state(const struct collected *collected)
{
    bool is_believed = collected->collector->heartbeat.life.state != KS_LIFE_LOST;

    switch (ks_kube_reflector_state(collected->reflector)) {
    case KS_REFLECTOR_LIVE:
        return is_believed ? KS_SOURCE_LIVE : KS_SOURCE_AWAY;
    case KS_REFLECTOR_AWAY:
        return KS_SOURCE_AWAY;
    case KS_REFLECTOR_FORBIDDEN:
    case KS_REFLECTOR_ABSENT:
        /* What we have seen does not vanish if we lose a role: it grows old. */
        return ks_collected_has_told(collected) ? KS_SOURCE_AWAY : KS_SOURCE_OFF;
    default:
        return KS_SOURCE_STARTING;
    }
}

static void publish(struct collected *collected, int64_t as_of)
{
    enum ks_reflector_state state = ks_kube_reflector_state(collected->reflector);
    struct ks_collector *collector = collected->collector;

    collected->published = source_state(collected);
    collector->trouble.is_stale = true;
    ks_store_source(collector->store, collected->group, collected->kind, collected->published, as_of);
    if (state == KS_REFLECTOR_FORBIDDEN || state == KS_REFLECTOR_ABSENT) {
        ks_store_source_refused(collector->store, collected->group, collected->kind);
    }
}

void ks_collected_publish(struct collected *collected)
{
    publish(collected, ks_kube_reflector_as_of(collected->reflector));
}

void ks_collected_publish_event(struct collected *collected)
{
    if (collected->published == KS_SOURCE_AWAY && ks_kube_reflector_state(collected->reflector) == KS_REFLECTOR_LIVE) {
        publish(collected, ks_clock_monotonic());
    }
}

bool ks_collected_waits(const struct collected *collected)
{
    enum ks_reflector_state state = ks_kube_reflector_state(collected->reflector);

    return state == KS_REFLECTOR_AWAY || state == KS_REFLECTOR_STARTING;
}
