#include "config.h"

#include "answers/answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "badge/color.h"
#include "base/escape.h"
#include "base/utf8.h"

/* The largest of what is set here. */
#define TEXT_MOST KS_ERROR_TEXT_SIZE

/* Three bytes may become one (U+FFFE), so of a text that does not fit this much is enough to tell. One byte may become
 * three. */
#define INPUT_MOST KS_CHECK_ANSWER_TEXT_MOST
#define LINE_SIZE  (3 * INPUT_MOST + 1)

/* Of a failing color, in its mistake. */
#define COLOR_SHOWN   64

#define DECIMALS_MOST 15
#define PLAIN_MOST    1e15 /* doubles below are exact to the unit */

static const char more[] = ", " KS_UTF8_ELLIPSIS;

_Static_assert(KS_RESULT_MESSAGE_SIZE <= TEXT_MOST && KS_RESULT_LABEL_SIZE <= TEXT_MOST, "put_line reads enough");

/* One line of valid UTF-8 that fits; overlong text ends in "…". `text` may be `to`. */
static void put_line(char *to, size_t size, const char *text)
{
    char beginning[INPUT_MOST + 1];
    size_t length = strnlen(text, INPUT_MOST);
    char memory[LINE_SIZE];
    struct ks_buf line;

    memcpy(beginning, text, length);
    beginning[length] = '\0';
    ks_buf_init_fixed(&line, memory, sizeof memory);
    ks_buf_line(&line, beginning);
    if (line.length >= size) {
        ks_utf8_shorten(line.data, size);
    }
    memcpy(to, line.data, strlen(line.data) + 1);
}

void ks_check_answer_init(struct ks_check_answer *answer)
{
    *answer = (struct ks_check_answer){.color = KS_CHECK_DEFAULT_COLOR};
}

void ks_check_answer_fini(struct ks_check_answer *answer)
{
    free(answer->raw);
    free(answer->errors);
    ks_check_answer_init(answer);
}

void ks_check_answer_label(struct ks_check_answer *answer, const char *text)
{
    put_line(answer->label, sizeof answer->label, text);
}

void ks_check_answer_message(struct ks_check_answer *answer, const char *text)
{
    put_line(answer->message, sizeof answer->message, text);
}

static bool is_color(const char *text)
{
    struct ks_color color;

    return strlen(text) < KS_CHECK_COLOR_SIZE && ks_color_parse(text, &color);
}

void ks_check_answer_color(struct ks_check_answer *answer, const char *text)
{
    char shown[COLOR_SHOWN];

    if (is_color(text)) {
        memcpy(answer->color, text, strlen(text) + 1);
        return;
    }
    put_line(shown, sizeof shown, text);
    ks_check_answer_mistake(answer, "color \"%s\": " KS_CHECK_COLOR_ACCEPTED, shown);
}

void ks_check_answer_mistake(struct ks_check_answer *answer, const char *format, ...)
{
    char text[INPUT_MOST + 1];
    va_list arguments;

    if (answer->mistake[0]) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_line(answer->mistake, sizeof answer->mistake, text);
}

void ks_check_answer_fail(struct ks_check_answer *answer, const char *message, const char *format, ...)
{
    /* Before anything is forgotten: it may be the answer's own. */
    char text[INPUT_MOST + 1];
    char words[KS_RESULT_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_line(words, sizeof words, message);
    ks_check_answer_fini(answer);
    answer->failed = true;
    ks_check_answer_color(answer, "grey");
    ks_check_answer_message(answer, words);
    put_line(answer->reason, sizeof answer->reason, text);
}

void ks_check_answer_memory(struct ks_check_answer *answer)
{
    ks_check_answer_fail(answer, "out of memory", "out of memory");
}

void ks_check_sum_init(struct ks_check_sum *sum)
{
    *sum = (struct ks_check_sum){.severity = -1, .color = "grey", .all_numbers = true, .all_equal = true};
}

/* Digits with a sign and a point where they are; no exponent, and nothing else that strtod takes. */
static bool read_number(const char *text, double *number, int *decimals)
{
    const char *whole = text + (*text == '+' || *text == '-');
    size_t digits = strspn(whole, "0123456789");
    const char *end = whole + digits;
    size_t behind = 0;
    char *read;

    if (*end == '.') {
        behind = strspn(end + 1, "0123456789");
        end += 1 + behind;
    }
    if (*end || digits + behind == 0) {
        return false;
    }
    *number = strtod(text, &read);
    *decimals = behind < DECIMALS_MOST ? (int)behind : DECIMALS_MOST;
    return *read == '\0' && isfinite(*number);
}

static void trim(char *text)
{
    size_t start = strspn(text, " ");
    size_t length = strlen(text + start);

    memmove(text, text + start, length + 1);
    while (length > 0 && text[length - 1] == ' ') {
        text[--length] = '\0';
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static bool has_element(const char *list, const char *text)
{
    size_t length = strlen(text);

    for (const char *at = strstr(list, text); at; at = strstr(at + 1, text)) {
        bool begins = at == list || (at - list >= 2 && memcmp(at - 2, ", ", 2) == 0);

        if (begins && (at[length] == '\0' || memcmp(at + length, ", ", 2) == 0)) {
            return true;
        }
    }
    return false;
}

/* There is always room for `more`, after which nothing comes. */
static void add_to_list(struct ks_check_sum *sum, const char *text)
{
    char list[sizeof sum->list + KS_RESULT_MESSAGE_SIZE + 2];

    if (text[0] == '\0' || ends_with(sum->list, more) || has_element(sum->list, text)) {
        return;
    }
    if (sum->list[0] == '\0') {
        put_line(sum->list, sizeof sum->list - sizeof more, text);
        return;
    }
    snprintf(list, sizeof list, "%s, %s", sum->list, text);
    if (strlen(list) >= sizeof sum->list - sizeof more) {
        snprintf(list, sizeof list, "%s%s", sum->list, more);
    }
    memcpy(sum->list, list, strlen(list) + 1);
}

void ks_check_sum_add(struct ks_check_sum *sum, const char *label, const char *message, const char *color, bool failed)
{
    char text[KS_RESULT_MESSAGE_SIZE];
    const char *drawn = is_color(color) ? color : KS_CHECK_DEFAULT_COLOR;
    int severity = ks_color_severity(drawn);
    double number = 0;
    int decimals = 0;

    put_line(text, sizeof text, message);
    trim(text);
    if (sum->count == 0) {
        put_line(sum->label, sizeof sum->label, label);
        memcpy(sum->first, text, strlen(text) + 1);
    }
    if (read_number(text, &number, &decimals)) {
        sum->total += number;
        sum->decimals = decimals > sum->decimals ? decimals : sum->decimals;
    } else {
        sum->all_numbers = false;
    }
    sum->all_equal = sum->all_equal && strcmp(text, sum->first) == 0;
    add_to_list(sum, text);
    if (severity > sum->severity) {
        sum->severity = severity;
        memcpy(sum->color, drawn, strlen(drawn) + 1);
    }
    sum->any_failed = sum->any_failed || failed;
    sum->count++;
}

void ks_check_sum_message(const struct ks_check_sum *sum, char message[static KS_RESULT_MESSAGE_SIZE])
{
    if (sum->count > 1 && sum->all_numbers && isfinite(sum->total)) {
        if (fabs(sum->total) < PLAIN_MOST) {
            snprintf(message, KS_RESULT_MESSAGE_SIZE, "%.*f", sum->decimals, sum->total);
        } else {
            snprintf(message, KS_RESULT_MESSAGE_SIZE, "%.15g", sum->total);
        }
        /* What rounding leaves of nothing is "-0.0". */
        if (message[0] == '-' && strspn(message + 1, "0.") == strlen(message + 1)) {
            memmove(message, message + 1, strlen(message));
        }
        return;
    }
    snprintf(message, KS_RESULT_MESSAGE_SIZE, "%s", sum->all_equal ? sum->first : sum->list);
}
