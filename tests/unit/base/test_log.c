/* Log lines, read back from a pipe. */
#include "config.h"

#include "support/testing.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

#define TIME_LENGTH 24 /* 2026-01-02T03:04:05.678Z */

struct piped {
    int reader;
    struct ks_log log;
};

static int set_up(void **state)
{
    static struct piped piped;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    piped = (struct piped){.reader = ends[0], .log = {.fd = ends[1], .level = KS_LOG_DEBUG}};
    *state = &piped;
    return 0;
}

static int tear_down(void **state)
{
    const struct piped *piped = *state;

    close(piped->reader);
    close(piped->log.fd);
    return 0;
}

/* Returns what one write(2) brought, or "". */
static const char *line_of(const struct piped *piped)
{
    static char line[65536];
    ssize_t count = read(piped->reader, line, sizeof line - 1);

    line[count > 0 ? count : 0] = '\0';
    return line;
}

static void a_line_has_time_level_component_and_message(void **state)
{
    const struct piped *piped = *state;
    const char *line;
    int day;

    ks_log(&piped->log, KS_LOG_WARNING, "kubernetes", "watch %s: %d", "pods", 410);
    line = line_of(piped);
    assert_int_equal(sscanf(line, "20%*2d-%*2d-%2dT%*2d:%*2d:%*2d.%*3dZ ", &day), 1);
    assert_string_equal(line + TIME_LENGTH, " warning kubernetes: watch pods: 410\n");
}

static void lines_below_the_level_are_not_written(void **state)
{
    static const char *const names[] = {" error x: m\n", " warning x: m\n", " info x: m\n", " debug x: m\n"};
    struct piped *piped = *state;

    for (int level = KS_LOG_ERROR; level <= KS_LOG_DEBUG; level++) {
        piped->log.level = (enum ks_log_level)level;
        for (int line = KS_LOG_ERROR; line <= KS_LOG_DEBUG; line++) {
            const char *text;

            ks_log(&piped->log, (enum ks_log_level)line, "x", "m");
            text = line_of(piped);
            assert_string_equal(line <= level ? text + TIME_LENGTH : text, line <= level ? names[line] : "");
        }
    }
}

static void nothing_is_written_without_a_log(void **state)
{
    struct ks_log closed = {.fd = -1, .level = KS_LOG_DEBUG};

    (void)state;
    ks_log(NULL, KS_LOG_ERROR, "x", "m");
    ks_log(&closed, KS_LOG_ERROR, "x", "m");
}

static void a_line_stays_a_line(void **state)
{
    const struct piped *piped = *state;

    ks_log(&piped->log, KS_LOG_INFO, "x", "%s", "one\nerror two\r\x1b[31m \xc2\x9b \xff \xc3\xa9");
    assert_string_equal(line_of(piped) + TIME_LENGTH, " info x: one error two  [31m   \xef\xbf\xbd \xc3\xa9\n");
}

static void json_lines_are_json(void **state)
{
    static const struct {
        const char *key, *value;
    } rows[] = {{"level", "error"}, {"component", "x"}, {"message", "a\"b\\c\nd\x1b"}};
    struct piped *piped = *state;
    struct json_object *object;
    const char *line;

    piped->log.format = KS_LOG_JSON;
    ks_log(&piped->log, KS_LOG_ERROR, "x", "%s", "a\"b\\c\nd\x1b");
    line = line_of(piped);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    object = json_tokener_parse(line);
    assert_non_null(object);
    assert_int_equal(json_object_object_length(object), 4);
    assert_int_equal(json_object_get_string_len(json_object_object_get(object, "time")), TIME_LENGTH);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(json_object_get_string(json_object_object_get(object, rows[i].key)), rows[i].value);
    }
    json_object_put(object);
}

/* However much of it is escaped, and never within a code point. */
static void an_overlong_message_ends_in_an_ellipsis(void **state)
{
    static const char *const ends[] = {"\xe2\x80\xa6\n", "\xe2\x80\xa6\"}\n"};
    static const char *const fillings[] = {"x", "\x01", "\xc3\xa9", "\xf0\x9f\x98\x80"};
    struct piped *piped = *state;

    for (int format = KS_LOG_TEXT; format <= KS_LOG_JSON; format++) {
        piped->log.format = (enum ks_log_format)format;
        for (size_t i = 0; i < COUNT(fillings); i++) {
            char text[4097] = "";
            size_t step = strlen(fillings[i]);
            const char *line;

            for (size_t at = 0; at + step < sizeof text; at += step) {
                memcpy(text + at, fillings[i], step + 1);
            }
            ks_log(&piped->log, KS_LOG_ERROR, "x", "%s", text);
            line = line_of(piped);
            assert_true(strlen(line) > 2000);
            assert_null(strstr(line, "\xef\xbf\xbd"));
            assert_string_equal(line + strlen(line) - strlen(ends[format]), ends[format]);
        }
    }
}

static void messages_that_differ_in_digits_only_are_repeats(void **state)
{
    static const struct {
        const char *one, *other;
        bool is_repeat;
    } rows[] = {
        {"", "", true},
        {"", "12", true},
        {"timed out after 5 s", "timed out after 12 s", true},
        {"12.5 a", "3.75 a", true},
        {"port 1 refused", "port 2 closed", false},
        {"refused", "refused: 5", false},
        {"exit 1", "exit", false},
        {"exit1", "exit", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].other, ks_log_is_repeat(rows[i].one, rows[i].other), rows[i].is_repeat);
        assert_row_number(rows[i].other, ks_log_is_repeat(rows[i].other, rows[i].one), rows[i].is_repeat);
    }
}

static void note_line(void *arg, enum ks_log_level level, const char *component, const char *message)
{
    snprintf(arg, 64, "%d %s: %s", (int)level, component, message);
}

static void a_function_gets_lines_instead_of_a_descriptor(void **state)
{
    const struct piped *piped = *state;
    char line[64] = "";
    const struct ks_log log = {.fd = piped->log.fd, .level = KS_LOG_INFO, .function = note_line, .arg = line};

    ks_log(&log, KS_LOG_DEBUG, "test", "too much");
    assert_string_equal(line, "");
    ks_log(&log, KS_LOG_WARNING, "test", "%d apples", 3);
    assert_string_equal(line, "1 test: 3 apples");
    assert_string_equal(line_of(piped), "");
}

static void copy_message(void *arg, enum ks_log_level level, const char *component, const char *message)
{
    (void)level;
    (void)component;
    snprintf(arg, 4096, "%s", message);
}

static void a_function_gets_one_line_of_at_most_two_kibibytes(void **state)
{
    static const char *const fillings[] = {"x", "\x01", "\xc3\xa9", "\xf0\x9f\x98\x80", "\xff"};
    char line[4096];
    const struct ks_log log = {.fd = -1, .level = KS_LOG_INFO, .function = copy_message, .arg = line};

    (void)state;
    ks_log(&log, KS_LOG_INFO, "x", "%s", "one\nerror two\r\x1b[31m \xc2\x9b \xff \xc3\xa9");
    assert_string_equal(line, "one error two  [31m   \xef\xbf\xbd \xc3\xa9");
    for (size_t i = 0; i < COUNT(fillings); i++) {
        char text[4097] = "";
        size_t step = strlen(fillings[i]);

        for (size_t at = 0; at + step < sizeof text; at += step) {
            memcpy(text + at, fillings[i], step + 1);
        }
        ks_log(&log, KS_LOG_ERROR, "x", "%s", text);
        assert_in_range(strlen(line), 2040, 2047);
        assert_int_equal(ks_utf8_check(line, strlen(line)), strlen(line));
        assert_string_equal(line + strlen(line) - 3, "\xe2\x80\xa6");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_function_gets_lines_instead_of_a_descriptor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_has_time_level_component_and_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_below_the_level_are_not_written, set_up, tear_down),
        cmocka_unit_test(nothing_is_written_without_a_log),
        cmocka_unit_test(a_function_gets_one_line_of_at_most_two_kibibytes),
        cmocka_unit_test_setup_teardown(a_line_stays_a_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_lines_are_json, set_up, tear_down),
        cmocka_unit_test(messages_that_differ_in_digits_only_are_repeats),
        cmocka_unit_test_setup_teardown(an_overlong_message_ends_in_an_ellipsis, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
