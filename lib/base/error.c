#include "config.h"

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 0))) static void set_text(struct ks_error *err, enum ks_error_kind kind, int errnum,
                                                           const char *format, va_list arguments)
{
    /* Into a copy first: an argument may be err->text itself. */
    char text[KS_ERROR_TEXT_SIZE];

    vsnprintf(text, sizeof text, format, arguments);
    err->kind = kind;
    err->errnum = errnum;
    memcpy(err->text, text, sizeof text);
}

int ks_error_set(struct ks_error *err, enum ks_error_kind kind, const char *format, ...)
{
    va_list arguments;

    if (!err) {
        return -1;
    }
    va_start(arguments, format);
    set_text(err, kind, 0, format, arguments);
    va_end(arguments);
    return -1;
}

int ks_error_system(struct ks_error *err, int errnum, const char *format, ...)
{
    va_list arguments;
    size_t length;
    const char *reason = strerrordesc_np(errnum);

    if (!err) {
        return -1;
    }
    va_start(arguments, format);
    set_text(err, KS_ERROR_SYSTEM, errnum, format, arguments);
    va_end(arguments);
    length = strlen(err->text);
    snprintf(err->text + length, sizeof err->text - length, ": %s", reason ? reason : "unknown error");
    return -1;
}

int ks_error_memory(struct ks_error *err)
{
    ks_error_set(err, KS_ERROR_MEMORY, "out of memory");
    if (err) {
        err->errnum = ENOMEM;
    }
    return -1;
}

int ks_error_wrap(struct ks_error *err, const char *format, ...)
{
    char context[KS_ERROR_TEXT_SIZE];
    char text[2 * KS_ERROR_TEXT_SIZE + 2];
    va_list arguments;

    if (!err) {
        return -1;
    }
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "%s: %s", context, err->text);
    text[sizeof err->text - 1] = '\0';
    memcpy(err->text, text, sizeof err->text);
    return -1;
}
