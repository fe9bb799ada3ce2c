#include "config.h"

#include "apiserver/retry.h"

/* A server that starts answers 403 until it has read its roles, and a proxy before it 404: what is known outlives
 * that. */
#define OFF_AFTER_MS 60000
/* After so many refusals of one watch, its version is in doubt: a server restored from a backup never had it. */
#define REFUSALS_MOST 3

/* What a failure that may pass leaves behind. What is off stays off until it is known to be on. */
static enum ks_reflector_state passing_state(const struct ks_kube_failure *failure)
{
    if (failure->state == KS_REFLECTOR_FORBIDDEN || failure->state == KS_REFLECTOR_ABSENT) {
        return failure->state;
    }
    return failure->complete ? KS_REFLECTOR_AWAY : KS_REFLECTOR_STARTING;
}

static struct ks_kube_verdict again_now(const struct ks_kube_failure *failure)
{
    return (struct ks_kube_verdict){.state = failure->state, .retry = KS_KUBE_RETRY_NOW, .quiet = true};
}

static struct ks_kube_verdict judge_off(const struct ks_kube_failure *failure, enum ks_reflector_state state)
{
    bool lasting = failure->failing_ms >= OFF_AFTER_MS;
    struct ks_kube_verdict verdict = {
        .state = failure->complete && !lasting ? passing_state(failure) : state,
        .retry = lasting ? KS_KUBE_RETRY_LATER : KS_KUBE_RETRY_BACKOFF,
    };

    verdict.list_again = verdict.state == state;
    return verdict;
}

struct ks_kube_verdict ks_kube_judge_failure(const struct ks_kube_failure *failure)
{
    struct ks_kube_verdict verdict = {.state = passing_state(failure), .retry = KS_KUBE_RETRY_BACKOFF};
    bool first_of_live = failure->state == KS_REFLECTOR_LIVE && failure->failures == 1;

    switch (failure->kind) {
    case KS_ERROR_GONE:
        /* The normal end of a watch that slept too long; once, not in a circle. */
        if (failure->gone <= 1) {
            verdict = again_now(failure);
        }
        verdict.list_again = true;
        break;
    case KS_ERROR_NOT_ACCEPTABLE:
        if (!failure->json_only) {
            verdict = again_now(failure);
            verdict.json_only = true;
        }
        break;
    case KS_ERROR_NETWORK:
    case KS_ERROR_TIMEOUT:
        /* Balancers cut what is idle, and servers are replaced one after the other. */
        if (first_of_live) {
            verdict = again_now(failure);
        }
        break;
    case KS_ERROR_UNAUTHORIZED:
        verdict.refresh_credentials = true;
        break;
    case KS_ERROR_FORBIDDEN:
        return judge_off(failure, KS_REFLECTOR_FORBIDDEN);
    case KS_ERROR_NOT_FOUND:
        if (failure->more_versions) {
            verdict = again_now(failure);
            verdict.next_version = true;
            verdict.list_again = true;
            break;
        }
        return judge_off(failure, KS_REFLECTOR_ABSENT);
    case KS_ERROR_PROTOCOL:
    case KS_ERROR_LIMIT:
        verdict.list_again = failure->failures >= REFUSALS_MOST;
        break;
    default:
        /* The server is overloaded, or something is wrong here: asking for more would not help. */
        break;
    }
    return verdict;
}
