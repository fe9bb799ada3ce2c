/* If the server tells another past than before, everything is listed again. */
#include "config.h"

#include "base/clock.h"
#include "collector/private.h"

#define SAME_MS      10000 /* within this time it is not news */
#define CALM_MS      600000
#define AT_ONCE_MOST 4 /* times that everything is listed again without delay, until all is calm */
#define DELAY_MS     10000
#define DELAY_MOST   5 /* doublings */

static void forget(struct heartbeat *heartbeat)
{
    heartbeat->highest[0] = '\0';
    heartbeat->asked_version[0] = '\0';
    heartbeat->is_of_the_past = heartbeat->request != NULL;
}

/* A load balancer in front of two clusters would make us list everything all the time. So the more often it happens the
 * longer it waits, and meanwhile everything grows old. */
static int64_t next_delay(struct past *past, int64_t now)
{
    unsigned doublings;

    past->times = now - past->at < CALM_MS ? past->times + 1 : 1;
    past->at = now;
    if (past->times <= AT_ONCE_MOST) {
        return 0;
    }
    doublings = past->times - AT_ONCE_MOST - 1;
    return (int64_t)DELAY_MS << (doublings < DELAY_MOST ? doublings : DELAY_MOST);
}

void ks_past_relist(struct ks_collector *collector, const struct collected *except)
{
    int64_t now = ks_clock_monotonic();
    struct past *past = &collector->past;
    int64_t delay;

    forget(&collector->heartbeat);
    if (now < past->due) {
        return;
    }
    delay = next_delay(past, now);
    past->due = now + delay;
    for (size_t i = 0; i < collector->count; i++) {
        if (&collector->collected[i] != except) {
            ks_kube_reflector_relist(collector->collected[i].reflector, delay);
        }
    }
}

void ks_past_went_back(struct ks_collector *collector, const struct collected *found, const char *ours,
                       const char *theirs)
{
    int64_t now = ks_clock_monotonic();
    bool is_news = now >= collector->past.due && (!collector->past.at || now - collector->past.at >= SAME_MS);

    ks_log(collector->options.log, is_news ? KS_LOG_WARNING : KS_LOG_DEBUG, "kubernetes",
           "%s: went back from version %s to %s: was etcd restored from a backup? Listing everything again",
           ks_kube_client_config(collector->client)->server, ours, theirs);
    ks_past_relist(collector, found); /* forgets what the texts may be of */
}
