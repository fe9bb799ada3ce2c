/* The whole truth table of who may see what. */
#include "config.h"

#include "support/testing.h"

#include "guard.h"

#define PASS GUARD_PASS
#define F403 GUARD_FORBIDDEN
#define F404 GUARD_NOT_FOUND

/* Verdicts by kube-shields (private, public) and request (unsigned, signed, with a wrong signature). */
static const struct row {
    const char *name;
    enum guard guard;
    bool internal;
    enum guard_verdict verdicts[2][3];
} rows[] = {
    /*                                             private: unsigned, signed, wrong; public: unsigned, signed, wrong */
    {"everybody", GUARD_EVERYBODY, false, {{PASS, PASS, F403}, {PASS, PASS, F403}}},
    {"everybody, internal", GUARD_EVERYBODY, true, {{PASS, PASS, F403}, {PASS, PASS, F403}}},
    {"public", GUARD_PUBLIC, false, {{F403, PASS, F403}, {PASS, PASS, F403}}},
    {"public, internal", GUARD_PUBLIC, true, {{F403, PASS, F403}, {PASS, PASS, F403}}},
    {"internal, not marked", GUARD_INTERNAL, false, {{F403, F404, F403}, {F404, F404, F403}}},
    {"internal, marked", GUARD_INTERNAL, true, {{PASS, PASS, F403}, {PASS, PASS, F403}}},
    {"no page", GUARD_NO_PAGE, false, {{F403, F404, F403}, {F404, F404, F403}}},
    {"no page, internal", GUARD_NO_PAGE, true, {{F403, F404, F403}, {F404, F404, F403}}},
};

static void every_guard_gives_the_verdict_of_its_row(void **state)
{
    enum {
        UNSIGNED,
        SIGNED,
        WRONG
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int is_public = 0; is_public < 2; is_public++) {
            for (int signature = UNSIGNED; signature <= WRONG; signature++) {
                const struct app app = {.is_public = is_public};
                const struct request request = {.app = &app,
                                                .internal = rows[i].internal,
                                                .is_signed = signature == SIGNED,
                                                .is_refused = signature == WRONG};

                assert_row_number(rows[i].name, guard_judge(rows[i].guard, &request),
                                  rows[i].verdicts[is_public][signature]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_guard_gives_the_verdict_of_its_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
