/* Log lines, one write(2) each. The library writes only where the program has opened a log.
 * Threads: any, once opened. */
#ifndef KS_LOG_H
#define KS_LOG_H

#include <stdbool.h>

#include <kubeshields/log.h>

enum ks_log_format {
    KS_LOG_TEXT, /* 2026-01-02T03:04:05.678Z warning kubernetes: watch pods: … */
    KS_LOG_JSON, /* {"time":"…","level":"warning","component":"kubernetes","message":"watch pods: …"} */
};

struct ks_log {
    int fd; /* borrowed; -1 writes nothing */
    enum ks_log_level level;
    enum ks_log_format format;
    ks_log_function *function; /* gets every line instead of `fd`; or NULL */
    void *arg;
};

/* component: a literal; the part of the program that speaks. A line longer than 2 KiB ends in "…". log may be NULL. */
void ks_log(const struct ks_log *log, enum ks_log_level level, const char *component, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether two messages are the same but for their digits, which are ports and durations: the second need not be logged
 * again. */
bool ks_log_is_repeat(const char *one, const char *other);

#endif
