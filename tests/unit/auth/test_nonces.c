#include "config.h"

#include "support/testing.h"

#include <pthread.h>

#include "auth/nonces.h"

#define NOW     INT64_C(1767225600000)
#define THREADS 4
#define MANY    20000

static struct ks_auth_nonces *make(size_t capacity, int64_t not_before)
{
    struct ks_auth_nonces_options options = {
        .capacity = capacity, .hash_key = "0123456789abcde", .not_before = not_before};
    struct ks_auth_nonces *nonces = NULL;
    struct ks_error err;

    assert_int_equal(ks_auth_nonces_new(&nonces, &options, &err), 0);
    return nonces;
}

static enum ks_auth_verdict take(struct ks_auth_nonces *nonces, const char *key_id, uint32_t nonce, int64_t time_ms,
                                 int64_t now)
{
    struct ks_auth_claim claim = {.stamp.time_ms = time_ms};

    snprintf(claim.key_id, sizeof claim.key_id, "%s", key_id);
    memcpy(claim.stamp.nonce, &nonce, sizeof nonce);
    return ks_auth_nonces_take(nonces, &claim, now);
}

#define KEY   "035fdea51f2cc89e"
#define OTHER "e8ff62a7e146231b"

/* A table of two; each row is a request that was verified at `now`. */
static void a_nonce_is_taken_once_and_none_is_forgotten_early(void **state)
{
    static const struct {
        const char *rule;
        const char *key_id;
        uint32_t nonce;
        int64_t time, now;
        enum ks_auth_verdict verdict;
    } rows[] = {
        {"the first", KEY, 1, NOW, NOW, KS_AUTH_OK},
        {"again", KEY, 1, NOW, NOW, KS_AUTH_REPLAYED},
        {"again, as if it were of another time", KEY, 1, NOW + 1, NOW, KS_AUTH_REPLAYED},
        {"the same nonce of another key", OTHER, 1, NOW + 10000, NOW, KS_AUTH_OK},
        {"no room", KEY, 2, NOW, NOW, KS_AUTH_BUSY},
        {"a replay while there is no room", KEY, 1, NOW, NOW, KS_AUTH_REPLAYED},
        {"the last moment of the first", KEY, 1, NOW, NOW + 10000, KS_AUTH_REPLAYED},
        {"still no room", KEY, 2, NOW + 5000, NOW + 10000, KS_AUTH_BUSY},
        {"the first is gone", KEY, 2, NOW + 10001, NOW + 10001, KS_AUTH_OK},
        {"a nonce signed early stays longer", OTHER, 1, NOW + 10000, NOW + 20000, KS_AUTH_REPLAYED},
        {"all are gone", KEY, 3, NOW + 20002, NOW + 20002, KS_AUTH_OK},
        {"the clock went back", KEY, 1, NOW, NOW + 1, KS_AUTH_FORGOTTEN},
        {"the clock went back: as late as a forgotten nonce", KEY, 4, NOW + 10001, NOW + 10001, KS_AUTH_FORGOTTEN},
        {"the clock went back: later than that", KEY, 4, NOW + 10002, NOW + 10002, KS_AUTH_OK},
        {"a clock that is back does not empty it", KEY, 3, NOW + 20002, NOW + 10002, KS_AUTH_REPLAYED},
        {"refused nonces take no room, accepted ones do", KEY, 5, NOW + 10003, NOW + 10002, KS_AUTH_BUSY},
    };
    struct ks_auth_nonces *nonces = make(2, 0);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].rule, take(nonces, rows[i].key_id, rows[i].nonce, rows[i].time, rows[i].now),
                          rows[i].verdict);
    }
    ks_auth_nonces_free(nonces);
}

static void requests_signed_before_the_start_are_refused(void **state)
{
    struct ks_auth_nonces *nonces = make(2, NOW);

    (void)state;
    assert_int_equal(take(nonces, KEY, 1, NOW - 1, NOW), KS_AUTH_FORGOTTEN);
    assert_int_equal(take(nonces, KEY, 1, NOW, NOW), KS_AUTH_OK);
    ks_auth_nonces_free(nonces);
}

/* One each millisecond, through a table that has room for just those of the window, several times over. */
static void a_large_enough_store_never_fills_up(void **state)
{
    struct ks_auth_nonces *nonces = make(KS_AUTH_WINDOW_MS + 1, 0);
    int64_t now;

    (void)state;
    for (uint32_t i = 0; i < 5 * KS_AUTH_WINDOW_MS; i++) {
        uint32_t oldest = i < KS_AUTH_WINDOW_MS ? 0 : i - KS_AUTH_WINDOW_MS;

        assert_int_equal(take(nonces, KEY, i, NOW + i, NOW + i), KS_AUTH_OK);
        assert_int_equal(take(nonces, KEY, oldest, NOW + oldest, NOW + i), KS_AUTH_REPLAYED);
    }
    now = NOW + 5 * KS_AUTH_WINDOW_MS - 1;
    assert_int_equal(take(nonces, OTHER, 0, now, now), KS_AUTH_BUSY);
    ks_auth_nonces_free(nonces);
}

static void a_capacity_has_bounds(void **state)
{
    static const size_t capacities[] = {0, KS_AUTH_NONCES_MOST + 1, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT(capacities); i++) {
        struct ks_auth_nonces_options options = {.capacity = capacities[i]};
        struct ks_auth_nonces *nonces = NULL;
        struct ks_error err;

        assert_int_equal(ks_auth_nonces_new(&nonces, &options, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_null(nonces);
    }
    ks_auth_nonces_free(NULL);
}

struct thief {
    struct ks_auth_nonces *nonces;
    pthread_barrier_t *start;
    uint32_t taken;
};

static void *take_all(void *arg)
{
    struct thief *thief = arg;

    pthread_barrier_wait(thief->start);
    for (uint32_t i = 0; i < MANY; i++) {
        thief->taken += take(thief->nonces, KEY, i, NOW, NOW) == KS_AUTH_OK;
    }
    return NULL;
}

static void one_of_several_racing_threads_wins(void **state)
{
    struct ks_auth_nonces *nonces = make(MANY, 0);
    pthread_t threads[THREADS];
    struct thief thieves[THREADS];
    pthread_barrier_t start;
    uint32_t taken = 0;

    (void)state;
    pthread_barrier_init(&start, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++) {
        thieves[i] = (struct thief){.nonces = nonces, .start = &start};
        assert_int_equal(pthread_create(&threads[i], NULL, take_all, &thieves[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        taken += thieves[i].taken;
    }
    pthread_barrier_destroy(&start);
    assert_int_equal(taken, MANY);
    assert_int_equal(take(nonces, OTHER, 0, NOW, NOW), KS_AUTH_BUSY);
    ks_auth_nonces_free(nonces);
}

static int set_up(void **state)
{
    struct ks_error err;

    (void)state;
    return ks_auth_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nonce_is_taken_once_and_none_is_forgotten_early),
        cmocka_unit_test(requests_signed_before_the_start_are_refused),
        cmocka_unit_test(a_large_enough_store_never_fills_up),
        cmocka_unit_test(a_capacity_has_bounds),
        cmocka_unit_test(one_of_several_racing_threads_wins),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
