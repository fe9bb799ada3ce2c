/* Adds up the answers of several checks. */
#include "config.h"

#include "answers/sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "badge/color.h"
#include "base/trim.h"
#include "base/utf8.h"

#define DECIMALS_MOST 15
#define PLAIN_MOST    1e15 /* smaller doubles are exact to the unit */

static const char more[] = ", " KS_UTF8_ELLIPSIS;

void ks_answer_sum_init(struct ks_answer_sum *sum)
{
    *sum = (struct ks_answer_sum){.severity = -1, .color = "grey", .all_numbers = true, .all_equal = true};
}

/* Digits with an optional sign and point: no exponent, and nothing else that strtod takes. */
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

/* There is always room for `more`, which ends the list. */
static void add_to_list(struct ks_answer_sum *sum, const char *text)
{
    char list[sizeof sum->list + KS_RESULT_MESSAGE_SIZE + 2];

    if (text[0] == '\0' || ends_with(sum->list, more) || has_element(sum->list, text)) {
        return;
    }
    if (sum->list[0] == '\0') {
        ks_answer_put_line(sum->list, sizeof sum->list - sizeof more, text);
        return;
    }
    snprintf(list, sizeof list, "%s, %s", sum->list, text);
    if (strlen(list) >= sizeof sum->list - sizeof more) {
        snprintf(list, sizeof list, "%s%s", sum->list, more);
    }
    memcpy(sum->list, list, strlen(list) + 1);
}

void ks_answer_sum_add(struct ks_answer_sum *sum, const char *label, const char *message, const char *color,
                       bool failed)
{
    char line[KS_RESULT_MESSAGE_SIZE];
    const char *text;
    const char *drawn = ks_answer_is_color(color) ? color : KS_ANSWER_DEFAULT_COLOR;
    int severity = ks_color_severity(drawn);
    double number = 0;
    int decimals = 0;

    ks_answer_put_line(line, sizeof line, message);
    text = ks_trim(line, " ");
    if (sum->count == 0) {
        ks_answer_put_line(sum->label, sizeof sum->label, label);
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

void ks_answer_sum_message(const struct ks_answer_sum *sum, char message[static KS_RESULT_MESSAGE_SIZE])
{
    if (sum->count > 1 && sum->all_numbers && isfinite(sum->total)) {
        if (fabs(sum->total) < PLAIN_MOST) {
            snprintf(message, KS_RESULT_MESSAGE_SIZE, "%.*f", sum->decimals, sum->total);
        } else {
            snprintf(message, KS_RESULT_MESSAGE_SIZE, "%.15g", sum->total);
        }
        /* Rounding may leave "-0.0". */
        if (message[0] == '-' && strspn(message + 1, "0.") == strlen(message + 1)) {
            memmove(message, message + 1, strlen(message));
        }
        return;
    }
    snprintf(message, KS_RESULT_MESSAGE_SIZE, "%s", sum->all_equal ? sum->first : sum->list);
}
