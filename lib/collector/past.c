/* If the server tells another past than before, everything is listed again. */
#include "config.h"

#include "base/clock.h"
#include "collector/private.h"

#define SAME_MS 10000 /* within this time it is no news */

static void forget(struct heartbeat *heartbeat)
{
    heartbeat->highest[0] = '\0';
    heartbeat->asked_version[0] = '\0';
    heartbeat->is_of_the_past = heartbeat->request != NULL;
}

void ks_past_relist(struct ks_collector *collector, const struct collected *except)
{
    forget(&collector->heartbeat);
    for (size_t i = 0; i < collector->count; i++) {
        if (&collector->collected[i] != except) {
            ks_kube_reflector_relist(collector->collected[i].reflector);
        }
    }
}

void ks_past_went_back(struct ks_collector *collector, const struct collected *found, const char *ours,
                       const char *theirs)
{
    int64_t now = ks_clock_monotonic();
    bool is_news = !collector->went_back_at || now - collector->went_back_at >= SAME_MS;

    if (is_news) {
        collector->went_back_at = now;
    }
    ks_log(collector->options.log, is_news ? KS_LOG_WARNING : KS_LOG_DEBUG, "kubernetes",
           "%s: went back from version %s to %s: was etcd restored from a backup? Listing everything again",
           ks_kube_client_config(collector->client)->server, ours, theirs);
    ks_past_relist(collector, found);
}
