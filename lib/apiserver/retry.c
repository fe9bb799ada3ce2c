#include "config.h"

#include "apiserver/retry.h"

/* A server that starts answers 403 until it has read its roles, and a proxy in front of it 404. Keep what is known for
 * this long. */
#define OFF_AFTER_MS 60000
/* After this many refusals, doubt the resourceVersion: a server restored from a backup never had it. */
#define REFUSALS_MOST 3

/* The state after a failure that may pass. A kind that is off stays off until it is known to be on. */
static enum ks_reflector_state passing_state(const struct ks_reflector_failure *failure)
{
    if (failure->state == KS_REFLECTOR_FORBIDDEN || failure->state == KS_REFLECTOR_ABSENT) {
        return failure->state;
    }
    return failure->complete ? KS_REFLECTOR_AWAY : KS_REFLECTOR_STARTING;
}

static struct ks_reflector_verdict again_now(const struct ks_reflector_failure *failure)
{
    return (struct ks_reflector_verdict){.state = failure->state, .retry = KS_REFLECTOR_RETRY_NOW, .quiet = true};
}

static struct ks_reflector_verdict judge_off(const struct ks_reflector_failure *failure, enum ks_reflector_state state)
{
    bool lasting = failure->failing_ms >= OFF_AFTER_MS;
    struct ks_reflector_verdict verdict = {
        .state = failure->complete && !lasting ? passing_state(failure) : state,
        .retry = lasting ? KS_REFLECTOR_RETRY_LATER : KS_REFLECTOR_RETRY_BACKOFF,
    };

    verdict.list_again = verdict.state == state;
    return verdict;
}

struct ks_reflector_verdict ks_reflector_judge_failure(const struct ks_reflector_failure *failure)
{
    struct ks_reflector_verdict verdict = {.state = passing_state(failure), .retry = KS_REFLECTOR_RETRY_BACKOFF};
    bool first_of_live = failure->state == KS_REFLECTOR_LIVE && failure->failures == 1;

    switch (failure->kind) {
    case KS_ERROR_GONE:
        /* The normal end of a watch that was silent for too long. A second one in a row is not normal. */
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
        /* Load balancers cut idle connections, and servers are replaced one by one. */
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
        /* The server is overloaded, or something is wrong on our side: a new list would not help. */
        break;
    }
    return verdict;
}
