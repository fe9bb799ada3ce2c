#include "config.h"

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Long enough for a whole text even if cleaning it shortens it to a third, so that no cut of vsnprintf shows. */
#define RAW_SIZE ((size_t)4 * KS_ERROR_TEXT_SIZE)

__attribute__((format(printf, 4, 0))) static void set_text(struct ks_error *err, enum ks_error_kind kind, int errnum,
                                                           const char *format, va_list arguments)
{
    /* Into a copy first: an argument may be err->text itself. */
    char raw[RAW_SIZE];

    vsnprintf(raw, sizeof raw, format, arguments);
    err->kind = kind;
    err->errnum = errnum;
    (void)ks_utf8_line(err->text, sizeof err->text, raw);
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
    char raw[RAW_SIZE];
    char context[KS_ERROR_TEXT_SIZE];
    char text[sizeof context + KS_ERROR_TEXT_SIZE + 2];
    va_list arguments;

    if (!err) {
        return -1;
    }
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    (void)ks_utf8_line(context, sizeof context, raw);
    snprintf(text, sizeof text, "%s: %s", context, err->text);
    (void)ks_utf8_line(err->text, sizeof err->text, text);
    return -1;
}
