#include "config.h"

#include "health/result.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

void ks_result_message(struct ks_result *result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(result->message, sizeof result->message, format, arguments) >= (int)sizeof result->message) {
        ks_utf8_shorten(result->message, sizeof result->message);
    }
    va_end(arguments);
}

void ks_result_error(struct ks_result *result, const char *label, const char *message, const char *color)
{
    *result = (struct ks_result){.color = color, .is_error = true};
    if (snprintf(result->label, sizeof result->label, "%s", label) >= (int)sizeof result->label) {
        ks_utf8_shorten(result->label, sizeof result->label);
    }
    ks_result_message(result, "%s", message);
}
