#include "config.h"

#include "support/testing.h"

#include "health/result.h"

#define ELLIPSIS "\xe2\x80\xa6"

static void an_error_is_a_result_that_says_so(void **state)
{
    struct ks_result result;

    (void)state;
    memset(&result, 0xff, sizeof result);
    ks_result_error(&result, "health", "not found", "lightgrey");
    assert_string_equal(result.label, "health");
    assert_string_equal(result.message, "not found");
    assert_string_equal(result.color, "lightgrey");
    assert_true(result.is_error);
    assert_int_equal(result.age, 0);
}

/* Every length around the limit, with characters of one, two, three and four bytes. */
static void overlong_text_ends_in_an_ellipsis_between_code_points(void **state)
{
    static const char *const letters[] = {"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

    (void)state;
    for (size_t i = 0; i < COUNT(letters); i++) {
        size_t step = strlen(letters[i]);

        for (size_t lead = 0; lead < 4; lead++) {
            char text[KS_RESULT_MESSAGE_SIZE + 16] = "aaaa";
            size_t length = lead;

            for (; length < KS_RESULT_MESSAGE_SIZE + 4; length += step) {
                struct ks_result result;
                size_t kept;

                memcpy(text + length, letters[i], step + 1);
                ks_result_error(&result, text, text, "red");
                kept = strlen(result.message);
                if (length + step < KS_RESULT_MESSAGE_SIZE) {
                    assert_string_equal(result.message, text);
                    continue;
                }
                assert_true(kept < KS_RESULT_MESSAGE_SIZE && kept > KS_RESULT_MESSAGE_SIZE - 8);
                assert_string_equal(result.message + kept - 3, ELLIPSIS);
                assert_memory_equal(result.message, text, kept - 3);
                assert_int_equal((kept - 3 - lead) % step, 0);
                assert_string_equal(result.label + strlen(result.label) - 3, ELLIPSIS);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_a_result_that_says_so),
        cmocka_unit_test(overlong_text_ends_in_an_ellipsis_between_code_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
