/* The error contract: every function that can fail takes a struct ks_error last, returns 0 or -1, and leaves the
 * error untouched on success. An error is plain data: a kind, an errno and a bounded sentence. It owns nothing, so
 * copy it with `=`; there is nothing to free. Every module that passes an error on wraps it with what it was doing,
 * so the text reads from the outside in: "watch pods: GET /api/v1/pods: connection refused". Arguments may hold any
 * bytes: the text becomes one line of UTF-8, cut after a whole character.
 *
 * Threads: a struct ks_error belongs to its caller; the functions share nothing. */
#ifndef KS_BASE_ERROR_H
#define KS_BASE_ERROR_H

#include <kubeshields/error.h>

/* Nothing to report: a file vanished while it was looked at, or is not for us. It never leaves the library. */
#define KS_ERROR_IGNORE ((enum ks_error_kind)0x1000)

/* Sets the error and returns -1, so that `return ks_error_set(err, …)` is a whole failure path. err may be NULL. */
int ks_error_set(struct ks_error *err, enum ks_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Like ks_error_set with KS_ERROR_SYSTEM; also sets errnum and appends ": " and its text. */
int ks_error_system(struct ks_error *err, int errnum, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sets KS_ERROR_MEMORY, "out of memory". Returns -1. err may be NULL. */
int ks_error_memory(struct ks_error *err);

/* Puts "context: " before the text of an error that is set. Returns -1. err may be NULL. */
int ks_error_wrap(struct ks_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
