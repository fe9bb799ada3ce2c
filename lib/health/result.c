#include "config.h"

#include "health/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char ellipsis[] = "\xe2\x80\xa6";

/* Ends a text that vsnprintf cut with an ellipsis, at the beginning of a code point. */
static void end_cut_text(char *text, size_t size)
{
    size_t end = size - sizeof ellipsis;

    while (end > 0 && ((unsigned char)text[end] & 0xc0U) == 0x80) {
        end--;
    }
    memcpy(text + end, ellipsis, sizeof ellipsis);
}

void ks_result_message(struct ks_result *result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(result->message, sizeof result->message, format, arguments) >= (int)sizeof result->message) {
        end_cut_text(result->message, sizeof result->message);
    }
    va_end(arguments);
}

void ks_result_error(struct ks_result *result, const char *label, const char *message, const char *color)
{
    *result = (struct ks_result){.color = color, .is_error = true};
    if (snprintf(result->label, sizeof result->label, "%s", label) >= (int)sizeof result->label) {
        end_cut_text(result->label, sizeof result->label);
    }
    ks_result_message(result, "%s", message);
}
