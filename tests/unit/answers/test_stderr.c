#include "config.h"

#include "support/testing.h"

#include "answers/stderr.h"

#define TRACEBACK                                                                                                      \
    "Traceback (most recent call last):\n  File \"/c/web/hits\", line 2, in <module>\n    import nothere\n"

static void the_most_useful_line_is_chosen(void **state)
{
    static const struct {
        const char *rule;
        const char *errors;
        const char *line;
    } rows[] = {
        {"nothing", "", ""},
        {"white space", " \r\n\t\n", ""},
        {"a line", "hits: not found\r\n", "hits: not found"},
        {"the first of several", "\n  web: boom \nmore\n", "web: boom"},
        {"without its end", "boom", "boom"},
        {"a traceback", TRACEBACK "ModuleNotFoundError: No module named 'nothere'\n",
         "ModuleNotFoundError: No module named 'nothere'"},
        {"a warning before it", "hits:1: DeprecationWarning: old\n" TRACEBACK "KeyError: 'a'\n", "KeyError: 'a'"},
        {"words after it", TRACEBACK "KeyError: 'a'\nhits: Python failed\n", "KeyError: 'a'"},
        {"the last of two exceptions",
         TRACEBACK "KeyError: 'a'\n\nDuring handling of the above exception, another exception "
                   "occurred:\n\n" TRACEBACK "ValueError: b\n",
         "ValueError: b"},
        {"a syntax error", "  File \"/c/web/hits\", line 2\n    def (\n        ^\nSyntaxError: invalid syntax\n",
         "SyntaxError: invalid syntax"},
        {"a truncated traceback", TRACEBACK,
         "Traceback (most recent call last): File \"/c/web/hits\", line 2, in <module>"},
        {"C++", "terminate called after throwing an instance of 'std::runtime_error'\n  what():  boom\n",
         "terminate called after throwing an instance of 'std::runtime_error': what():  boom"},
        {"Rust", "thread 'main' panicked at src/main.rs:2:5:\nboom\nnote: run with\n",
         "thread 'main' panicked at src/main.rs:2:5: boom"},
        {"a colon at the very end", "cannot:\n", "cannot:"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[KS_ERROR_TEXT_SIZE];

        ks_answer_stderr_line(line, rows[i].errors);
        assert_row_text(rows[i].rule, line, rows[i].line);
    }
}

static void an_endless_line_is_cut(void **state)
{
    char errors[4 * KS_ERROR_TEXT_SIZE];
    char line[KS_ERROR_TEXT_SIZE];

    (void)state;
    memset(errors, 'x', sizeof errors - 1);
    errors[sizeof errors - 1] = '\0';
    errors[2 * KS_ERROR_TEXT_SIZE] = ':';
    errors[2 * KS_ERROR_TEXT_SIZE + 1] = '\n';
    ks_answer_stderr_line(line, errors);
    assert_int_equal(strlen(line), KS_ERROR_TEXT_SIZE - 1);
    assert_int_equal(strspn(line, "x"), KS_ERROR_TEXT_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_useful_line_is_chosen),
        cmocka_unit_test(an_endless_line_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
