/* How a failed list or watch is judged: one row per rule. */
#include "support/testing.h"

#include "apiserver/retry.h"

#define MINUTE 60000

struct row {
    const char *promise;
    struct ks_reflector_failure failure;
    struct ks_reflector_verdict verdict;
};

#define WATCH KS_REFLECTOR_ASK_WATCH
#define LIST  KS_REFLECTOR_ASK_LIST
#define ETCD  KS_REFLECTOR_ASK_ETCD

/* A source that was live and complete, at its first failure. */
#define LIVE .state = KS_REFLECTOR_LIVE, .complete = true, .failures = 1, .since_list = 1, .asked = WATCH
/* The same, after earlier failures. */
#define AWAY .state = KS_REFLECTOR_AWAY, .complete = true, .failures = 2, .since_list = 2, .asked = WATCH
/* The same, at the third failure of a watch. */
#define THIRD .state = KS_REFLECTOR_AWAY, .complete = true, .failures = 3, .since_list = 3, .asked = WATCH
/* The same, when the list that follows fails, too. */
#define FOURTH .state = KS_REFLECTOR_AWAY, .complete = true, .failures = 4, .since_list = 4, .asked = LIST
/* A source that was never complete. */
#define FIRST .state = KS_REFLECTOR_STARTING, .failures = 1, .since_list = 1, .asked = LIST

#define IS_AWAY(again)                                                                                                 \
    {                                                                                                                  \
        .state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF, .ask = (again)                                \
    }
#define IS_QUIET(was, again)                                                                                           \
    {                                                                                                                  \
        .state = (was), .retry = KS_REFLECTOR_RETRY_NOW, .quiet = true, .ask = (again)                                 \
    }

static const struct row rows[] = {
    {"a disconnected live watch begins again at once and logs nothing",
     {LIVE, .kind = KS_ERROR_NETWORK},
     IS_QUIET(KS_REFLECTOR_LIVE, WATCH)},
    {"if that fails too, it is away",
     {.state = KS_REFLECTOR_LIVE, .complete = true, .failures = 2, .since_list = 2, .kind = KS_ERROR_NETWORK},
     IS_AWAY(WATCH)},
    {"without a first list it is still starting",
     {FIRST, .kind = KS_ERROR_NETWORK},
     {.state = KS_REFLECTOR_STARTING, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a kind that is off stays off while the server is away",
     {.state = KS_REFLECTOR_FORBIDDEN, .failures = 2, .kind = KS_ERROR_NETWORK},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a timeout is treated like a disconnect", {AWAY, .kind = KS_ERROR_TIMEOUT}, IS_AWAY(WATCH)},

    {"the first 410 lists again at once and logs nothing",
     {LIVE, .kind = KS_ERROR_GONE, .gone = 1},
     IS_QUIET(KS_REFLECTOR_LIVE, ETCD)},
    {"so does a 410 after an outage", {AWAY, .kind = KS_ERROR_GONE, .gone = 1}, IS_QUIET(KS_REFLECTOR_AWAY, ETCD)},
    {"the next 410 waits", {AWAY, .kind = KS_ERROR_GONE, .gone = 2}, IS_AWAY(ETCD)},
    {"a version that the server does not have yet is like one that it has no more: as an event",
     {LIVE, .kind = KS_ERROR_TIMEOUT, .status = 200, .is_too_large = true, .gone = 1},
     IS_QUIET(KS_REFLECTOR_LIVE, ETCD)},
    {"a version that the server does not have yet: as an answer, which asks for patience",
     {LIVE, .kind = KS_ERROR_UNAVAILABLE, .status = 504, .is_too_large = true, .gone = 1, .retry_after_ms = 1000},
     IS_AWAY(ETCD)},
    {"a version that the server does not have yet: again",
     {AWAY, .kind = KS_ERROR_TIMEOUT, .status = 200, .is_too_large = true, .gone = 2},
     IS_AWAY(ETCD)},

    {"after three failures the version is doubted: a disconnect", {THIRD, .kind = KS_ERROR_NETWORK}, IS_AWAY(LIST)},
    {"after three failures the version is doubted: silence", {THIRD, .kind = KS_ERROR_TIMEOUT}, IS_AWAY(LIST)},
    {"after three failures the version is doubted: an invalid event",
     {THIRD, .kind = KS_ERROR_PROTOCOL, .status = 200},
     IS_AWAY(LIST)},
    {"after three failures the version is doubted: 500",
     {THIRD, .kind = KS_ERROR_UNAVAILABLE, .status = 500},
     IS_AWAY(LIST)},
    {"after three failures the version is doubted: 429, at little cost for the server",
     {THIRD, .kind = KS_ERROR_UNAVAILABLE, .status = 429},
     IS_AWAY(LIST)},
    {"after three failures the version is doubted: 403",
     {THIRD, .kind = KS_ERROR_FORBIDDEN, .status = 403},
     IS_AWAY(LIST)},
    {"an invalid event is requested again from the last version", {LIVE, .kind = KS_ERROR_PROTOCOL}, IS_AWAY(WATCH)},
    {"if the list fails, the cache is doubted: 500",
     {FOURTH, .kind = KS_ERROR_UNAVAILABLE, .status = 500},
     IS_AWAY(ETCD)},
    {"if the list fails, the cache is doubted: an answer that is not one",
     {FOURTH, .kind = KS_ERROR_PROTOCOL, .status = 200},
     IS_AWAY(ETCD)},
    {"if the list fails, the cache is doubted: it stops in the middle",
     {FOURTH, .kind = KS_ERROR_TIMEOUT, .status = 200},
     IS_AWAY(ETCD)},
    {"a server that is overloaded is not asked for what costs it more",
     {FOURTH, .kind = KS_ERROR_UNAVAILABLE, .status = 429},
     IS_AWAY(LIST)},
    {"a server that nobody reaches has no bad cache: no connection", {FOURTH, .kind = KS_ERROR_NETWORK}, IS_AWAY(LIST)},
    {"a server that nobody reaches has no bad cache: no answer", {FOURTH, .kind = KS_ERROR_TIMEOUT}, IS_AWAY(LIST)},
    {"what is too large for us is so in etcd, too", {FOURTH, .kind = KS_ERROR_LIMIT, .status = 200}, IS_AWAY(LIST)},
    {"a first list that fails is asked for from the cache three times more: the third",
     {.asked = LIST, .failures = 3, .since_list = 3, .kind = KS_ERROR_UNAVAILABLE, .status = 500},
     {.retry = KS_REFLECTOR_RETRY_BACKOFF, .ask = LIST}},
    {"a first list that fails is asked for from the cache three times more: then from etcd",
     {.asked = LIST, .failures = 4, .since_list = 4, .kind = KS_ERROR_UNAVAILABLE, .status = 500},
     {.retry = KS_REFLECTOR_RETRY_BACKOFF, .ask = ETCD}},
    {"after a complete list failures count anew",
     {.state = KS_REFLECTOR_AWAY,
      .complete = true,
      .asked = WATCH,
      .failures = 9,
      .since_list = 2,
      .kind = KS_ERROR_UNAVAILABLE,
      .status = 500},
     IS_AWAY(WATCH)},
    {"our own mistake does not cause a list",
     {.state = KS_REFLECTOR_AWAY, .complete = true, .failures = 9, .since_list = 9, .kind = KS_ERROR_INVALID},
     IS_AWAY(WATCH)},

    {"406 asks for JSON",
     {FIRST, .kind = KS_ERROR_NOT_ACCEPTABLE},
     {.retry = KS_REFLECTOR_RETRY_NOW, .quiet = true, .json_only = true}},
    {"406 to JSON is a failure",
     {FIRST, .kind = KS_ERROR_NOT_ACCEPTABLE, .json_only = true},
     {.retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"401 asks for new credentials",
     {LIVE, .kind = KS_ERROR_UNAUTHORIZED},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF, .refresh_credentials = true}},

    {"403 at the start turns the kind off, so that nothing waits for it",
     {FIRST, .kind = KS_ERROR_FORBIDDEN},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a lasting 403 is retried every few minutes",
     {.state = KS_REFLECTOR_FORBIDDEN, .failures = 2, .same_ms = MINUTE, .kind = KS_ERROR_FORBIDDEN},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_LATER}},
    {"a passing 403 keeps what is known", {LIVE, .kind = KS_ERROR_FORBIDDEN}, IS_AWAY(WATCH)},
    {"a 403 after a long outage has not lasted",
     {AWAY, .kind = KS_ERROR_FORBIDDEN, .same_ms = MINUTE - 1},
     IS_AWAY(WATCH)},
    {"a 403 for a minute is the state of the kind",
     {AWAY, .kind = KS_ERROR_FORBIDDEN, .same_ms = MINUTE},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_LATER}},
    {"a kind that was refused for a minute stays so through an outage, and after it",
     {.state = KS_REFLECTOR_FORBIDDEN, .complete = true, .failures = 2, .kind = KS_ERROR_FORBIDDEN},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"404 tries the other version",
     {LIVE, .kind = KS_ERROR_NOT_FOUND, .more_versions = true},
     {.state = KS_REFLECTOR_LIVE, .retry = KS_REFLECTOR_RETRY_NOW, .quiet = true, .ask = LIST, .next_version = true}},
    {"404 in every version: the server has no such kind",
     {FIRST, .kind = KS_ERROR_NOT_FOUND},
     {.state = KS_REFLECTOR_ABSENT, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a 404 for a minute is the state of the kind",
     {AWAY, .kind = KS_ERROR_NOT_FOUND, .same_ms = MINUTE},
     {.state = KS_REFLECTOR_ABSENT, .retry = KS_REFLECTOR_RETRY_LATER}},

    {"nothing is quiet while the server asks for patience",
     {LIVE, .kind = KS_ERROR_GONE, .gone = 1, .retry_after_ms = 1},
     IS_AWAY(ETCD)},
};

static void every_failure_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ks_reflector_verdict verdict = ks_reflector_judge_failure(&rows[i].failure);
        const struct ks_reflector_verdict *wanted = &rows[i].verdict;

        if (verdict.state != wanted->state || verdict.retry != wanted->retry || verdict.quiet != wanted->quiet ||
            verdict.ask != wanted->ask || verdict.json_only != wanted->json_only ||
            verdict.next_version != wanted->next_version ||
            verdict.refresh_credentials != wanted->refresh_credentials) {
            fail_msg("%s: state %d retry %d quiet %d ask %d json_only %d next_version %d refresh %d", rows[i].promise,
                     (int)verdict.state, (int)verdict.retry, verdict.quiet, (int)verdict.ask, verdict.json_only,
                     verdict.next_version, verdict.refresh_credentials);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_has_its_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
