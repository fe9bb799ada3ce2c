#include "config.h"

#include "collector/life.h"

#define PROBE_MS        1500 /* a return should be noticed within two seconds */
#define PROBE_JITTER_MS 500
#define REMIND_MS       600000
#define ENDS_MOST       3 /* within REMIND_MS, without calm */
#define CALM_MS         60000

/* A server that says that it is overloaded, or that we may not, is there, and so may its watches be: new connections
 * would only be more work for it. Nor would they help if we cannot ask at all. */
static bool may_have_lost_watches(struct ks_cause cause)
{
    return cause.kind == KS_ERROR_NETWORK || cause.kind == KS_ERROR_TIMEOUT || cause.status == 401 ||
           cause.status >= 500 || (cause.status && cause.kind == KS_ERROR_PROTOCOL);
}

struct ks_life_verdict ks_life_heartbeat(struct ks_life *life, struct ks_cause cause)
{
    bool is_lost = cause.kind != KS_ERROR_NONE;
    struct ks_life_verdict verdict = {.is_turn = is_lost != (life->state == KS_LIFE_LOST)};

    if (is_lost) {
        verdict.restart = !life->has_restarted && may_have_lost_watches(cause);
        life->has_restarted = life->has_restarted || verdict.restart;
    } else {
        verdict.poke_all = life->state == KS_LIFE_LOST;
        verdict.poke = life->is_doubted || verdict.poke_all;
        verdict.is_turn = verdict.is_turn || life->state == KS_LIFE_UNKNOWN;
        verdict.compare = life->has_restarted;
        life->has_restarted = false;
    }
    life->state = is_lost ? KS_LIFE_LOST : KS_LIFE_SEEN;
    life->cause = cause;
    life->is_doubted = false;
    return verdict;
}

bool ks_life_doubt(struct ks_life *life, struct ks_cause cause)
{
    bool may_be_the_end = may_have_lost_watches(cause) || cause.status == 403;

    if (life->state == KS_LIFE_LOST || life->is_doubted || !may_be_the_end) {
        return false;
    }
    life->is_doubted = true;
    return true;
}

int64_t ks_life_next_ms(const struct ks_life *life, int64_t heartbeat_ms, int64_t retry_after_ms, int64_t random)
{
    int64_t probe = PROBE_MS - random % PROBE_JITTER_MS;
    bool probes = life->state == KS_LIFE_LOST || life->is_doubted;
    int64_t wait = probes && probe < heartbeat_ms ? probe : heartbeat_ms;

    return wait > retry_after_ms ? wait : retry_after_ms;
}

bool ks_outage_note(struct ks_outage *outage, struct ks_cause cause, int64_t now)
{
    if (!outage->is_on) {
        *outage = (struct ks_outage){.is_on = true, .since = now};
    }
    for (unsigned i = 0; i < KS_OUTAGE_CAUSES; i++) {
        if (ks_cause_is_same(outage->said[i].cause, cause)) {
            bool again = now - outage->said[i].said_at >= REMIND_MS;

            outage->said[i].said_at = again ? now : outage->said[i].said_at;
            return again;
        }
    }
    outage->said[outage->next].cause = cause;
    outage->said[outage->next].said_at = now;
    outage->next = (outage->next + 1) % KS_OUTAGE_CAUSES;
    return true;
}

bool ks_flap_may_end(struct ks_flap *flap, int64_t last_seen, int64_t now)
{
    if (now - flap->ended_at >= REMIND_MS) {
        flap->ends = 0;
    }
    if (flap->ends >= ENDS_MOST && now - last_seen < CALM_MS) {
        return false;
    }
    flap->ends++;
    flap->ended_at = now;
    return true;
}
