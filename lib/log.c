#include "config.h"

#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "escape.h"

#define MESSAGE_SIZE 2048
#define LINE_CEILING 16384

static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* What comes from outside may hold newlines and escape sequences: a line stays a line. */
static void put_plain(struct ks_buf *line, const char *text)
{
    while (*text) {
        const char *start = text;
        unsigned code = ks_utf8_next(&text);

        if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
            ks_buf_literal(line, " ");
        } else if (code == 0xfffd) {
            ks_buf_literal(line, "\xef\xbf\xbd");
        } else {
            ks_buf_bytes(line, start, (size_t)(text - start));
        }
    }
}

static void put_json_line(struct ks_buf *line, const char *time, const char *level, const char *component,
                          const char *message)
{
    ks_buf_literal(line, "{\"time\":");
    ks_buf_json(line, time);
    ks_buf_literal(line, ",\"level\":");
    ks_buf_json(line, level);
    ks_buf_literal(line, ",\"component\":");
    ks_buf_json(line, component);
    ks_buf_literal(line, ",\"message\":");
    ks_buf_json(line, message);
    ks_buf_literal(line, "}\n");
}

static void put_text_line(struct ks_buf *line, const char *time, const char *level, const char *component,
                          const char *message)
{
    put_plain(line, time);
    ks_buf_literal(line, " ");
    put_plain(line, level);
    ks_buf_literal(line, " ");
    put_plain(line, component);
    ks_buf_literal(line, ": ");
    put_plain(line, message);
    ks_buf_literal(line, "\n");
}

void ks_log(const struct ks_log *log, enum ks_log_level level, const char *component, const char *format, ...)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    char time[KS_CLOCK_TEXT_SIZE];
    char message[MESSAGE_SIZE + sizeof ellipsis];
    struct ks_buf line KS_CLEANUP_BUF;
    va_list arguments;
    int length;

    ks_buf_init(&line, LINE_CEILING);
    if (!log || log->fd < 0 || level > log->level) {
        return;
    }
    va_start(arguments, format);
    length = vsnprintf(message, MESSAGE_SIZE, format, arguments);
    va_end(arguments);
    if (length >= MESSAGE_SIZE) {
        memcpy(message + MESSAGE_SIZE - 1, ellipsis, sizeof ellipsis);
    }
    ks_clock_text(ks_clock_wall(), time);
    if (log->format == KS_LOG_JSON) {
        put_json_line(&line, time, level_names[level], component, message);
    } else {
        put_text_line(&line, time, level_names[level], component, message);
    }
    /* Nowhere to report a log that cannot be written. */
    if (write(log->fd, line.data, line.length) < 0) {
        return;
    }
}
