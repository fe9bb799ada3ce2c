/* Log lines, one write(2) each. The library writes only to a log that the program has opened. Threads: any, once it
 * is open. */
#ifndef KS_BASE_LOG_H
#define KS_BASE_LOG_H

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

/* Logs one line. `component` is a literal that names the part of the program. A message of more than 2 KiB is cut and
 * ends in "…". `log` may be NULL. */
void ks_log(const struct ks_log *log, enum ks_log_level level, const char *component, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether two messages differ at most in their digits, such as ports and durations. Then the second one is not news. */
bool ks_log_is_repeat(const char *one, const char *other);

#endif
