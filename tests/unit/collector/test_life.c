/* What a heartbeat means, and what an outage says of itself. */
#include "support/testing.h"

#include "collector/life.h"

#define MINUTE ((int64_t)60000)

static const struct ks_cause fine = {.kind = KS_ERROR_NONE};
static const struct ks_cause refused = {.kind = KS_ERROR_NETWORK};
static const struct ks_cause late = {.kind = KS_ERROR_TIMEOUT};
static const struct ks_cause unauthorized = {.kind = KS_ERROR_UNAUTHORIZED, .status = 401};
static const struct ks_cause without_credentials = {.kind = KS_ERROR_UNAUTHORIZED};
static const struct ks_cause forbidden = {.kind = KS_ERROR_FORBIDDEN, .status = 403};
static const struct ks_cause absent = {.kind = KS_ERROR_NOT_FOUND, .status = 404};
static const struct ks_cause busy = {.kind = KS_ERROR_UNAVAILABLE, .status = 429};
static const struct ks_cause broken = {.kind = KS_ERROR_UNAVAILABLE, .status = 503};
static const struct ks_cause page = {.kind = KS_ERROR_PROTOCOL, .status = 200};

/* As one word each: what a heartbeat made of life, and what to do. */
static void put_verdict(const struct ks_life *life, struct ks_life_verdict verdict, char text[static 64])
{
    static const char *const states[] = {"unknown", "seen", "lost"};

    snprintf(text, 64, "%s%s%s%s%s%s", states[life->state], verdict.is_turn ? " turn" : "",
             verdict.restart ? " restart" : "", verdict.poke ? " poke" : "", verdict.poke_all ? " all" : "",
             verdict.compare ? " compare" : "");
}

struct beat {
    const char *promise;
    const struct ks_cause *failure; /* of a list or a watch, before the heartbeat; or NULL */
    const struct ks_cause *cause;
    const char *wanted;
};

static void assert_beats(const struct beat *beats, size_t count)
{
    struct ks_life life = {.state = KS_LIFE_UNKNOWN};

    for (size_t i = 0; i < count; i++) {
        struct ks_life_verdict verdict;
        char text[64];

        if (beats[i].failure) {
            ks_life_doubt(&life, *beats[i].failure);
        }
        verdict = ks_life_heartbeat(&life, *beats[i].cause);
        put_verdict(&life, verdict, text);
        assert_row_text(beats[i].promise, text, beats[i].wanted);
    }
}

static void life_is_lost_and_returns(void **unused)
{
    static const struct beat beats[] = {
        {"the first list is a sign of life", NULL, &fine, "seen turn"},
        {"and so is the next", NULL, &fine, "seen"},
        {"a refused connection is none; watches begin again", NULL, &refused, "lost turn restart"},
        {"but once is enough", NULL, &refused, "lost"},
        {"another cause changes nothing", NULL, &broken, "lost"},
        {"what waits goes on when life is back, and is looked at", NULL, &fine, "seen turn poke all compare"},
        {"and then nothing needs to", NULL, &fine, "seen"},
        {"the next outage restarts them again", NULL, &late, "lost turn restart"},
    };

    (void)unused;
    assert_beats(beats, COUNT(beats));
}

static void a_server_that_is_there_keeps_its_watches(void **unused)
{
    static const struct beat beats[] = {
        {"an overloaded server gets no new watches", NULL, &busy, "lost turn"},
        {"nor does one that refuses us", NULL, &forbidden, "lost"},
        {"nor would one that we cannot ask", NULL, &without_credentials, "lost"},
        {"when it is gone, they begin again", NULL, &broken, "lost restart"},
        {"an overload after that is still the same outage", NULL, &busy, "lost"},
    };

    (void)unused;
    assert_beats(beats, COUNT(beats));
}

static void only_a_list_is_life(void **unused)
{
    const struct ks_cause *const causes[] = {
        &refused, &late, &unauthorized, &without_credentials, &forbidden, &absent, &busy, &broken, &page};

    (void)unused;
    for (size_t i = 0; i < COUNT(causes); i++) {
        struct ks_life life = {.state = KS_LIFE_SEEN};

        ks_life_heartbeat(&life, *causes[i]);
        assert_int_equal(life.state, KS_LIFE_LOST);
        assert_true(ks_cause_is_same(life.cause, *causes[i]));
    }
}

static void a_failure_is_asked_about_once(void **unused)
{
    static const struct beat beats[] = {
        {"the server lives", NULL, &fine, "seen turn"},
        {"a watch fails, and the server lives: it need not wait", &refused, &fine, "seen poke"},
        {"that was all", NULL, &fine, "seen"},
        {"an overload says nothing", &busy, &fine, "seen"},
        {"nor does a missing kind", &absent, &fine, "seen"},
        {"a refusal may be the beginning of an end", &forbidden, &fine, "seen poke"},
        {"and the end itself is one", &unauthorized, &unauthorized, "lost turn restart"},
    };

    (void)unused;
    assert_beats(beats, COUNT(beats));
}

static void a_probe_comes_within_two_seconds(void **unused)
{
    static const struct {
        const char *promise;
        struct ks_life life;
        int64_t heartbeat_ms, retry_after_ms, random, wanted;
    } rows[] = {
        {"a living server is asked now and then", {.state = KS_LIFE_SEEN}, 10000, 0, 0, 10000},
        {"a new one, too", {.state = KS_LIFE_UNKNOWN}, 10000, 0, 0, 10000},
        {"one that is gone is asked soon", {.state = KS_LIFE_LOST}, 10000, 0, 0, 1500},
        {"at another moment than others do", {.state = KS_LIFE_LOST}, 10000, 0, 499, 1001},
        {"so is one in doubt", {.state = KS_LIFE_SEEN, .is_doubted = true}, 10000, 0, 0, 1500},
        {"never less often than ever", {.state = KS_LIFE_LOST}, 300, 0, 0, 300},
        {"unless it wants to be left alone", {.state = KS_LIFE_LOST}, 10000, 15000, 0, 15000},
        {"for a moment", {.state = KS_LIFE_LOST}, 10000, 1000, 0, 1500},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].promise,
                          ks_life_next_ms(&rows[i].life, rows[i].heartbeat_ms, rows[i].retry_after_ms, rows[i].random),
                          rows[i].wanted);
    }
}

static void an_outage_says_each_cause_once(void **unused)
{
    static const struct {
        const char *promise;
        const struct ks_cause *cause;
        int64_t at;
        bool is_said;
    } rows[] = {
        {"the first cause", &refused, 1000, true},
        {"the same", &refused, 2500, false},
        {"another kind", &late, 4000, true},
        {"a status", &broken, 6000, true},
        {"another status", &busy, 7000, true},
        {"an earlier one", &refused, 9000, false},
        {"after ten minutes", &refused, 1000 + 10 * MINUTE, true},
        {"but not at once again", &refused, 2500 + 10 * MINUTE, false},
    };
    struct ks_outage outage = {.is_on = false};

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].promise, ks_outage_note(&outage, *rows[i].cause, rows[i].at), rows[i].is_said);
        assert_true(outage.is_on);
        assert_row_number(rows[i].promise, outage.since, 1000);
    }
    outage.is_on = false;
    assert_true(ks_outage_note(&outage, refused, 11 * MINUTE));
    assert_int_equal(outage.since, 11 * MINUTE);
}

static void what_comes_and_goes_is_over_after_a_calm_minute(void **state)
{
    struct ks_flap flap = {.ends = 0};
    int64_t now = 1000000;

    (void)state;
    for (int i = 0; i < 3; i++, now += 1000) {
        assert_true(ks_flap_may_end(&flap, now, now));
    }
    assert_false(ks_flap_may_end(&flap, now, now));
    assert_false(ks_flap_may_end(&flap, now, now + 59999));
    assert_true(ks_flap_may_end(&flap, now, now + 60000));
    now += 61000;
    assert_false(ks_flap_may_end(&flap, now, now));
    now += 600000;
    assert_true(ks_flap_may_end(&flap, now, now));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_and_goes_is_over_after_a_calm_minute),
        cmocka_unit_test(life_is_lost_and_returns),
        cmocka_unit_test(a_server_that_is_there_keeps_its_watches),
        cmocka_unit_test(only_a_list_is_life),
        cmocka_unit_test(a_failure_is_asked_about_once),
        cmocka_unit_test(a_probe_comes_within_two_seconds),
        cmocka_unit_test(an_outage_says_each_cause_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
