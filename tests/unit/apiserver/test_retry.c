/* How a failed list or watch is judged: one row per rule. */
#include "support/testing.h"

#include "apiserver/retry.h"

#define MINUTE 60000

struct row {
    const char *promise;
    struct ks_reflector_failure failure;
    struct ks_reflector_verdict verdict;
};

/* A source that was live and complete, at its first failure. */
#define LIVE .state = KS_REFLECTOR_LIVE, .complete = true, .failures = 1
/* The same, after earlier failures. */
#define AWAY .state = KS_REFLECTOR_AWAY, .complete = true, .failures = 2

static const struct row rows[] = {
    {"a disconnected live watch begins again at once and logs nothing",
     {LIVE, .kind = KS_ERROR_NETWORK},
     {.state = KS_REFLECTOR_LIVE, .retry = KS_REFLECTOR_RETRY_NOW, .quiet = true}},
    {"if that fails too, it is away",
     {.state = KS_REFLECTOR_LIVE, .complete = true, .failures = 2, .kind = KS_ERROR_NETWORK},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"without a first list it is still starting",
     {.state = KS_REFLECTOR_STARTING, .failures = 3, .kind = KS_ERROR_NETWORK},
     {.state = KS_REFLECTOR_STARTING, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a kind that is off stays off while the server is away",
     {.state = KS_REFLECTOR_FORBIDDEN, .failures = 2, .kind = KS_ERROR_NETWORK},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a timeout is treated like a disconnect",
     {AWAY, .kind = KS_ERROR_TIMEOUT},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"the first 410 lists again at once and logs nothing",
     {LIVE, .kind = KS_ERROR_GONE, .gone = 1},
     {.state = KS_REFLECTOR_LIVE, .retry = KS_REFLECTOR_RETRY_NOW, .quiet = true, .list_again = true}},
    {"so does a 410 after an outage",
     {AWAY, .kind = KS_ERROR_GONE, .gone = 1},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_NOW, .quiet = true, .list_again = true}},
    {"the next 410 waits",
     {AWAY, .kind = KS_ERROR_GONE, .gone = 2},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF, .list_again = true}},
    {"406 asks for JSON",
     {.failures = 1, .kind = KS_ERROR_NOT_ACCEPTABLE},
     {.retry = KS_REFLECTOR_RETRY_NOW, .quiet = true, .json_only = true}},
    {"406 to JSON is a failure",
     {.failures = 2, .kind = KS_ERROR_NOT_ACCEPTABLE, .json_only = true},
     {.retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"401 asks for new credentials",
     {LIVE, .kind = KS_ERROR_UNAUTHORIZED},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF, .refresh_credentials = true}},
    {"403 at the start turns the kind off, so that nothing waits for it",
     {.failures = 1, .kind = KS_ERROR_FORBIDDEN},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_BACKOFF, .list_again = true}},
    {"a lasting 403 is retried every few minutes",
     {.state = KS_REFLECTOR_FORBIDDEN, .failures = 9, .failing_ms = MINUTE, .kind = KS_ERROR_FORBIDDEN},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_LATER, .list_again = true}},
    {"a passing 403 keeps what is known",
     {LIVE, .kind = KS_ERROR_FORBIDDEN},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"a 403 for a minute drops it",
     {AWAY, .kind = KS_ERROR_FORBIDDEN, .failing_ms = MINUTE},
     {.state = KS_REFLECTOR_FORBIDDEN, .retry = KS_REFLECTOR_RETRY_LATER, .list_again = true}},
    {"404 tries the other version",
     {LIVE, .kind = KS_ERROR_NOT_FOUND, .more_versions = true},
     {.state = KS_REFLECTOR_LIVE,
      .retry = KS_REFLECTOR_RETRY_NOW,
      .quiet = true,
      .list_again = true,
      .next_version = true}},
    {"404 in every version: the server has no such kind",
     {.failures = 2, .kind = KS_ERROR_NOT_FOUND},
     {.state = KS_REFLECTOR_ABSENT, .retry = KS_REFLECTOR_RETRY_BACKOFF, .list_again = true}},
    {"an overloaded server is not asked for more",
     {AWAY, .kind = KS_ERROR_UNAVAILABLE, .gone = 0, .failing_ms = MINUTE},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"an invalid event is requested again from the last version",
     {LIVE, .kind = KS_ERROR_PROTOCOL},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
    {"the third invalid event lists again",
     {.state = KS_REFLECTOR_AWAY, .complete = true, .failures = 3, .kind = KS_ERROR_PROTOCOL},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF, .list_again = true}},
    {"our own mistake does not cause a list",
     {.state = KS_REFLECTOR_AWAY, .complete = true, .failures = 9, .kind = KS_ERROR_INVALID},
     {.state = KS_REFLECTOR_AWAY, .retry = KS_REFLECTOR_RETRY_BACKOFF}},
};

static void every_failure_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ks_reflector_verdict verdict = ks_reflector_judge_failure(&rows[i].failure);
        const struct ks_reflector_verdict *wanted = &rows[i].verdict;

        if (verdict.state != wanted->state || verdict.retry != wanted->retry || verdict.quiet != wanted->quiet ||
            verdict.list_again != wanted->list_again || verdict.json_only != wanted->json_only ||
            verdict.next_version != wanted->next_version ||
            verdict.refresh_credentials != wanted->refresh_credentials) {
            fail_msg("%s: state %d retry %d quiet %d list_again %d json_only %d next_version %d refresh %d",
                     rows[i].promise, (int)verdict.state, (int)verdict.retry, verdict.quiet, verdict.list_again,
                     verdict.json_only, verdict.next_version, verdict.refresh_credentials);
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
