#include "config.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/utf8.h"

#define MESSAGE_SIZE 2048
#define LINE_SIZE    16384

static const char *const level_names[] = {"error", "warning", "info", "debug"};

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
    ks_buf_line(line, time);
    ks_buf_literal(line, " ");
    ks_buf_line(line, level);
    ks_buf_literal(line, " ");
    ks_buf_line(line, component);
    ks_buf_literal(line, ": ");
    ks_buf_line(line, message);
    ks_buf_literal(line, "\n");
}

static void call_function(const struct ks_log *log, enum ks_log_level level, const char *component, const char *message)
{
    char line[MESSAGE_SIZE];

    if (!ks_utf8_line(line, sizeof line, message)) {
        ks_utf8_shorten(line, sizeof line);
    }
    log->function(log->arg, level, component, line);
}

void ks_log(const struct ks_log *log, enum ks_log_level level, const char *component, const char *format, ...)
{
    char time[KS_CLOCK_TEXT_SIZE];
    char message[MESSAGE_SIZE];
    char memory[LINE_SIZE]; /* on the stack: "out of memory" must be logged, too */
    struct ks_buf line;
    va_list arguments;
    int length;

    if (!log || (log->fd < 0 && !log->function) || level > log->level) {
        return;
    }
    va_start(arguments, format);
    length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length >= MESSAGE_SIZE) {
        ks_utf8_shorten(message, sizeof message);
    }
    if (log->function) {
        call_function(log, level, component, message);
        return;
    }
    ks_buf_init_fixed(&line, memory, sizeof memory);
    ks_clock_text(ks_clock_wall(), time);
    if (log->format == KS_LOG_JSON) {
        put_json_line(&line, time, level_names[level], component, message);
    } else {
        put_text_line(&line, time, level_names[level], component, message);
    }
    /* If the log cannot be written, there is nowhere to report it. */
    if (write(log->fd, line.data, line.length) < 0) {
        return;
    }
}

bool ks_log_is_repeat(const char *one, const char *other)
{
    static const char digits[] = "0123456789";

    for (;;) {
        one += strspn(one, digits);
        other += strspn(other, digits);
        if (*one != *other || !*one) {
            return *one == *other;
        }
        one++;
        other++;
    }
}
