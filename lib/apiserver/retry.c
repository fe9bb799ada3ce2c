#include "config.h"

#include "apiserver/retry.h"

/* A server that starts answers 403 until it has read its roles, and a proxy in front of it 404. Keep what is known for
 * this long. */
#define OFF_AFTER_MS 60000
/* After this many failures, doubt the version that we go on from: a server restored from a backup never had it. */
#define FAILURES_MOST 3

/* The state after a failure that may pass. A kind that is off stays off until it is known to be on. */
static enum ks_reflector_state passing_state(const struct ks_reflector_failure *failure)
{
    if (failure->state == KS_REFLECTOR_FORBIDDEN || failure->state == KS_REFLECTOR_ABSENT) {
        return failure->state;
    }
    return failure->complete ? KS_REFLECTOR_AWAY : KS_REFLECTOR_STARTING;
}

/* Whether the server says that it does not have our version any more, or not yet. */
static bool is_gone(const struct ks_reflector_failure *failure)
{
    return failure->kind == KS_ERROR_GONE || failure->is_too_large;
}

/* Something is wrong on our side: a list would fail like a watch. */
static bool is_ours(enum ks_error_kind kind)
{
    return kind == KS_ERROR_INVALID || kind == KS_ERROR_MEMORY || kind == KS_ERROR_SYSTEM;
}

/* Whether a list failed for a reason that has nothing to do with caches, so that etcd would give no better one. */
static bool is_elsewhere(const struct ks_reflector_failure *failure)
{
    return failure->status == 429 || failure->kind == KS_ERROR_NETWORK || failure->kind == KS_ERROR_LIMIT ||
           (failure->kind == KS_ERROR_TIMEOUT && failure->status == 0);
}

static enum ks_reflector_ask next_ask(const struct ks_reflector_failure *failure)
{
    if (is_gone(failure)) {
        return KS_REFLECTOR_ASK_ETCD;
    }
    if (is_ours(failure->kind) || failure->since_list < FAILURES_MOST) {
        return KS_REFLECTOR_ASK_WATCH;
    }
    if (failure->asked == KS_REFLECTOR_ASK_WATCH || failure->since_list == FAILURES_MOST || is_elsewhere(failure)) {
        return KS_REFLECTOR_ASK_LIST;
    }
    return KS_REFLECTOR_ASK_ETCD;
}

/* Tries again as if nothing had happened, unless the server asks for patience. */
static void hurry(const struct ks_reflector_failure *failure, struct ks_reflector_verdict *verdict)
{
    if (failure->retry_after_ms == 0) {
        verdict->state = failure->state;
        verdict->retry = KS_REFLECTOR_RETRY_NOW;
        verdict->quiet = true;
    }
}

/* What is known stays until the refusal has lasted. A kind of which nothing is known is off at once, so that nothing
 * waits for it. */
static void turn_off(const struct ks_reflector_failure *failure, enum ks_reflector_state state,
                     struct ks_reflector_verdict *verdict)
{
    bool lasting = failure->same_ms >= OFF_AFTER_MS;

    if (lasting) {
        verdict->retry = KS_REFLECTOR_RETRY_LATER;
    }
    if (lasting || !failure->complete) {
        verdict->state = state;
    }
}

struct ks_reflector_verdict ks_reflector_judge_failure(const struct ks_reflector_failure *failure)
{
    struct ks_reflector_verdict verdict = {
        .state = passing_state(failure), .retry = KS_REFLECTOR_RETRY_BACKOFF, .ask = next_ask(failure)};

    if (is_gone(failure)) {
        /* The normal end of a watch that was silent for too long. A second one in a row is not normal. */
        if (failure->gone <= 1) {
            hurry(failure, &verdict);
        }
        return verdict;
    }
    switch (failure->kind) {
    case KS_ERROR_NOT_ACCEPTABLE:
        if (!failure->json_only) {
            hurry(failure, &verdict);
            verdict.json_only = true;
        }
        break;
    case KS_ERROR_NETWORK:
    case KS_ERROR_TIMEOUT:
        /* Load balancers cut idle connections, and servers are replaced one by one. */
        if (failure->state == KS_REFLECTOR_LIVE && failure->failures == 1) {
            hurry(failure, &verdict);
        }
        break;
    case KS_ERROR_UNAUTHORIZED:
        verdict.refresh_credentials = true;
        break;
    case KS_ERROR_FORBIDDEN:
        turn_off(failure, KS_REFLECTOR_FORBIDDEN, &verdict);
        break;
    case KS_ERROR_NOT_FOUND:
        if (failure->more_versions) {
            hurry(failure, &verdict);
            verdict.next_version = true;
            verdict.ask = KS_REFLECTOR_ASK_LIST;
        } else {
            turn_off(failure, KS_REFLECTOR_ABSENT, &verdict);
        }
        break;
    default:
        break;
    }
    return verdict;
}
