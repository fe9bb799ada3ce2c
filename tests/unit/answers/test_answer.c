#include "config.h"

#include "support/testing.h"

#include "answers/answer.h"
#include "answers/sum.h"
#include "badge/color.h"

#define REPLACED "\xef\xbf\xbd"
#define CUT      "\xe2\x80\xa6"

static void an_answer_begins_empty_with_the_default_color(void **state)
{
    struct ks_answer answer;

    (void)state;
    ks_answer_init(&answer);
    assert_string_equal(answer.label, "");
    assert_string_equal(answer.message, "");
    assert_string_equal(answer.color, "orange");
    assert_string_equal(answer.reason, "");
    assert_string_equal(answer.mistake, "");
    assert_false(answer.failed);
    assert_null(answer.raw);
}

static void text_is_one_line_of_valid_utf8(void **state)
{
    static const struct {
        const char *rule;
        const char *text;
        const char *wanted;
    } rows[] = {
        {"plain", "42 hits", "42 hits"},
        {"nothing", "", ""},
        {"other scripts", "\xe6\x97\xa5 \xf0\x9f\x90\xb3", "\xe6\x97\xa5 \xf0\x9f\x90\xb3"},
        {"control characters", "a\nb\x1b[31m\x7f", "a b [31m "},
        {"C1", "a\xc2\x85z", "a z"},
        {"invalid UTF-8", "a\xff\xc3z", "a" REPLACED REPLACED "z"},
        {"a surrogate", "\xed\xa0\x80", REPLACED REPLACED REPLACED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer answer;

        ks_answer_init(&answer);
        ks_answer_label(&answer, rows[i].text);
        ks_answer_message(&answer, rows[i].text);
        ks_answer_mistake(&answer, "%s", rows[i].text);
        assert_row_text(rows[i].rule, answer.label, rows[i].wanted);
        assert_row_text(rows[i].rule, answer.message, rows[i].wanted);
        assert_row_text(rows[i].rule, answer.mistake, rows[i].wanted);
        ks_answer_fail(&answer, rows[i].text, "%s", rows[i].text);
        assert_row_text(rows[i].rule, answer.message, rows[i].wanted);
        assert_row_text(rows[i].rule, answer.reason, rows[i].wanted);
        ks_answer_fini(&answer);
    }
}

/* The beginning, then `count` times the piece. */
static char *repeat(const char *beginning, const char *piece, size_t count)
{
    char *text = calloc(1, strlen(beginning) + strlen(piece) * count + 1);
    char *at = text;

    assert_non_null(text);
    memcpy(at, beginning, strlen(beginning));
    at += strlen(beginning);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, piece, strlen(piece));
        at += strlen(piece);
    }
    return text;
}

static void overlong_text_ends_in_an_ellipsis_between_characters(void **state)
{
    static const struct {
        const char *rule;
        const char *beginning;
        const char *piece;
        size_t count;
        size_t length; /* of the shortened label */
    } rows[] = {
        {"the greatest length", "", "x", 63, 63},
        {"one more", "", "x", 64, 63},
        {"much more", "", "x", 100000, 63},
        {"two bytes a character", "", "\xc3\xa4", 40, 63},
        {"two bytes, shifted", "x", "\xc3\xa4", 40, 62},
        {"four bytes", "", "\xf0\x9f\x90\xb3", 400, 63},
        {"four bytes, shifted", "x", "\xf0\x9f\x90\xb3", 400, 60},
        {"characters that shrink", "", "\xef\xbf\xbe", 100000, 63},
        {"characters that grow", "", "\xff", 100000, 63},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer answer;
        char *text = repeat(rows[i].beginning, rows[i].piece, rows[i].count);

        ks_answer_init(&answer);
        ks_answer_label(&answer, text);
        assert_row_number(rows[i].rule, (int64_t)strlen(answer.label), (int64_t)rows[i].length);
        assert_row_number(rows[i].rule, strstr(answer.label, CUT) != NULL, strlen(text) > 63);
        ks_answer_message(&answer, text);
        assert_row_number(rows[i].rule, strstr(answer.message, CUT) != NULL, strlen(text) > 511);
        assert_true(strlen(answer.message) < sizeof answer.message);
        ks_answer_fail(&answer, "short", "%s", text);
        assert_row_number(rows[i].rule, strstr(answer.reason, CUT) != NULL, strlen(text) > 511);
        free(text);
    }
}

static void an_invalid_color_is_a_mistake_and_changes_nothing(void **state)
{
    static const struct {
        const char *color;
        const char *wanted;
        const char *mistake;
    } rows[] = {
        {"red", "red", ""},
        {"e05d44", "e05d44", ""},
        {"#abc", "#abc", ""},
        {"blurple", "orange", "color \"blurple\": " KS_ANSWER_COLOR_RULE},
        {"", "orange", "color \"\": " KS_ANSWER_COLOR_RULE},
        {"red\n", "orange", "color \"red \": " KS_ANSWER_COLOR_RULE},
        {"hsla(120.000000, 50.0000%, 50.0%, 1.000000)", "orange",
         "color \"hsla(120.000000, 50.0000%, 50.0%, 1.000000)\": " KS_ANSWER_COLOR_RULE},
        {"0123456789012345678901234567890123456789012345678901234567890123456789", "orange",
         "color \"012345678901234567890123456789012345678901234567890123456789" CUT "\": " KS_ANSWER_COLOR_RULE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer answer;

        ks_answer_init(&answer);
        ks_answer_color(&answer, rows[i].color);
        assert_row_text(rows[i].color, answer.color, rows[i].wanted);
        assert_row_text(rows[i].color, answer.mistake, rows[i].mistake);
    }
}

static void the_first_mistake_is_kept(void **state)
{
    struct ks_answer answer;

    (void)state;
    ks_answer_init(&answer);
    ks_answer_mistake(&answer, "line %d", 3);
    ks_answer_color(&answer, "blurple");
    assert_string_equal(answer.mistake, "line 3");
}

static void a_failure_clears_the_earlier_answer(void **state)
{
    struct ks_answer answer;

    (void)state;
    ks_answer_init(&answer);
    ks_answer_label(&answer, "label");
    ks_answer_message(&answer, "out of paper");
    ks_answer_color(&answer, "green");
    ks_answer_mistake(&answer, "mistake");
    answer.raw = strdup("1");
    ks_answer_fail(&answer, answer.message, "exit %d: %s", 3, answer.label);
    assert_true(answer.failed);
    assert_string_equal(answer.label, "");
    assert_string_equal(answer.message, "out of paper");
    assert_string_equal(answer.color, "grey");
    assert_string_equal(answer.reason, "exit 3: label");
    assert_string_equal(answer.mistake, "");
    assert_null(answer.raw);
}

#define MESSAGES_MOST 80

static void several_answers_are_one(void **state)
{
    static const struct {
        const char *rule;
        const char *messages[MESSAGES_MOST];
        const char *wanted;
    } rows[] = {
        {"none", {NULL}, ""},
        {"one", {"5 hits"}, "5 hits"},
        {"one number stays as it is", {" 007 "}, "007"},
        {"whole numbers", {"1", "2", "-5"}, "-2"},
        {"equal numbers are summed too", {"3", "3"}, "6"},
        {"spaces and signs", {" +1", "2 ", "\t3\n"}, "6"},
        {"most decimals", {"1.25", "2", "0.5"}, "3.75"},
        {"decimals of a whole sum", {"1.50", "0.50"}, "2.00"},
        {"decimals that binary cannot represent", {"0.1", "0.2"}, "0.3"},
        {"no negative zero after rounding", {"0.3", "-0.1", "-0.2"}, "0.0"},
        {"a point at either end", {".5", "5."}, "5.5"},
        {"not a number: hex", {"0x10", "1"}, "0x10, 1"},
        {"not a number: inf", {"inf", "1"}, "inf, 1"},
        {"not a number: nan", {"1", "nan"}, "1, nan"},
        {"not a number: exponent", {"1e5", "1"}, "1e5, 1"},
        {"not a number: unit", {"1 s", "2 s"}, "1 s, 2 s"},
        {"not a number: signs", {"-", "+-1"}, "-, +-1"},
        {"not a number: point", {".", "1"}, "., 1"},
        {"not a number: nothing", {"", "1"}, "1"},
        {"not a number: a word after numbers", {"1", "2", "timeout"}, "1, 2, timeout"},
        {"large", {"1000000000000000", "1"}, "1e+15"},
        {"large, exactly", {"99999999999999", "1"}, "100000000000000"},
        {"equal", {"ok", "ok ", "ok"}, "ok"},
        {"equal ones among others", {"ok", "bad", "ok"}, "ok, bad"},
        {"a message that is part of another", {"bad", "ba", "ad", "a"}, "bad, ba, ad, a"},
        {"control characters", {"a\nb", "c"}, "a b, c"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer_sum sum;
        char message[KS_RESULT_MESSAGE_SIZE];

        ks_answer_sum_init(&sum);
        for (size_t j = 0; j < MESSAGES_MOST && rows[i].messages[j]; j++) {
            ks_answer_sum_add(&sum, "label", rows[i].messages[j], "green", false);
        }
        ks_answer_sum_message(&sum, message);
        assert_row_text(rows[i].rule, message, rows[i].wanted);
    }
}

static void numbers_beyond_all_bounds_are_text(void **state)
{
    struct ks_answer_sum sum;
    char message[KS_RESULT_MESSAGE_SIZE];
    char *large = repeat("1", "0", 308);
    char *too_large = repeat("1", "0", 400);
    char *decimals = repeat("0.", "1", 400);

    (void)state;
    ks_answer_sum_init(&sum);
    ks_answer_sum_add(&sum, "label", large, "green", false);
    ks_answer_sum_add(&sum, "label", "1", "green", false);
    ks_answer_sum_message(&sum, message);
    assert_string_equal(message, "1e+308");
    for (int i = 0; i < 2; i++) {
        ks_answer_sum_add(&sum, "label", large, "green", false);
    }
    ks_answer_sum_message(&sum, message);
    assert_row_text("the sum is infinite", message + strlen(message) - 4, "0, 1");
    ks_answer_sum_init(&sum);
    ks_answer_sum_add(&sum, "label", too_large, "green", false);
    ks_answer_sum_add(&sum, "label", "1", "green", false);
    assert_false(sum.all_numbers);
    ks_answer_sum_init(&sum);
    ks_answer_sum_add(&sum, "label", decimals, "green", false);
    ks_answer_sum_add(&sum, "label", "1", "green", false);
    ks_answer_sum_message(&sum, message);
    assert_string_equal(message, "1.111111111111111");
    free(large);
    free(too_large);
    free(decimals);
}

static void a_long_list_ends_in_an_ellipsis(void **state)
{
    struct ks_answer_sum sum;
    char message[KS_RESULT_MESSAGE_SIZE];
    char *text = repeat("first", "x", 600);

    (void)state;
    ks_answer_sum_init(&sum);
    for (int i = 0; i < 1000; i++) {
        char element[16];

        snprintf(element, sizeof element, "v%d", i);
        ks_answer_sum_add(&sum, "label", element, "green", false);
    }
    ks_answer_sum_message(&sum, message);
    assert_row_part("begins with the first", message, "v0, v1, v2, ");
    assert_row_part("as many as there is room for", message, ", v99, v100, ");
    assert_row_text("ends", message + strlen(message) - 5, ", " CUT);
    ks_answer_sum_init(&sum);
    ks_answer_sum_add(&sum, "label", text, "green", false);
    ks_answer_sum_add(&sum, "label", "second", "green", false);
    ks_answer_sum_add(&sum, "label", "z", "green", false);
    ks_answer_sum_message(&sum, message);
    assert_row_part("one that is too long", message, "firstxxx");
    assert_row_text("ends", message + strlen(message) - 8, CUT ", " CUT);
    free(text);
}

static void a_list_has_room_for_its_ellipsis(void **state)
{
    (void)state;
    for (size_t length = 490; length < KS_RESULT_MESSAGE_SIZE; length++) {
        struct ks_answer_sum sum;
        char message[KS_RESULT_MESSAGE_SIZE];
        char *text = repeat("", "x", length);
        char *last = repeat("", "z", 100);

        ks_answer_sum_init(&sum);
        ks_answer_sum_add(&sum, "label", text, "green", false);
        ks_answer_sum_add(&sum, "label", "y", "green", false);
        ks_answer_sum_add(&sum, "label", last, "green", false);
        ks_answer_sum_message(&sum, message);
        assert_row_text("ends", message + strlen(message) - 5, ", " CUT);
        assert_true((strstr(message, "x, y, ") != NULL) == (length <= 502));
        free(text);
        free(last);
    }
}

static void the_worst_color_wins(void **state)
{
    static const struct {
        const char *colors[4];
        const char *wanted;
    } rows[] = {
        {{NULL}, "grey"},
        {{"green", "blue"}, "blue"},
        {{"green", "grey", "blue"}, "grey"},
        {{"yellow", "critical", "red"}, "critical"},
        {{"orange", "yellow", "grey"}, "yellow"},
        {{"blurple", "green"}, "orange"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer_sum sum;
        struct ks_color color;

        ks_answer_sum_init(&sum);
        for (size_t j = 0; j < 4 && rows[i].colors[j]; j++) {
            ks_answer_sum_add(&sum, j ? "other" : "label", "1", rows[i].colors[j], j == 1);
            assert_string_equal(sum.label, "label");
            assert_true(sum.any_failed == (j >= 1));
        }
        assert_row_text(rows[i].wanted, sum.color, rows[i].wanted);
        assert_true(ks_color_parse(sum.color, &color));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_begins_empty_with_the_default_color),
        cmocka_unit_test(text_is_one_line_of_valid_utf8),
        cmocka_unit_test(overlong_text_ends_in_an_ellipsis_between_characters),
        cmocka_unit_test(an_invalid_color_is_a_mistake_and_changes_nothing),
        cmocka_unit_test(the_first_mistake_is_kept),
        cmocka_unit_test(a_failure_clears_the_earlier_answer),
        cmocka_unit_test(several_answers_are_one),
        cmocka_unit_test(numbers_beyond_all_bounds_are_text),
        cmocka_unit_test(a_long_list_ends_in_an_ellipsis),
        cmocka_unit_test(a_list_has_room_for_its_ellipsis),
        cmocka_unit_test(the_worst_color_wins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
