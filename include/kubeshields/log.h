/* Log messages of the library, for a function of yours. The library never prints: without a function, nothing is
 * logged. */
#ifndef KS_KUBESHIELDS_LOG_H
#define KS_KUBESHIELDS_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

enum ks_log_level {
    KS_LOG_ERROR,   /* something does not work until somebody acts */
    KS_LOG_WARNING, /* something went wrong and will be tried again */
    KS_LOG_INFO,    /* what an operator wants to know */
    KS_LOG_DEBUG    /* what a developer wants to know */
};

/* Receives one line without its newline. component: the part that logs it, such as "kubernetes"; message: UTF-8, at
 * most 2 KiB. Both are valid during the call. It must not block for long, and must not call the library.
 * Threads: called from the library's own threads, and from yours while you call the library. */
typedef void ks_log_function(void *arg, enum ks_log_level level, const char *component, const char *message);

/* "error", "warning", "info", "debug"; "unknown" for a number that is not a level. A static string. */
const char *ks_log_level_name(enum ks_log_level level);

#ifdef __cplusplus
}
#endif

#endif
