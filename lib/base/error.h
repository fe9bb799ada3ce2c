/* One error contract: every fallible function takes a struct ks_error last, returns 0 or -1, and leaves the error
 * untouched on success. An error is plain data: a kind, an errno, a bounded sentence. It owns nothing, so it is
 * copied with `=` and never freed. Each module that passes an error on wraps it with what it was doing, so that the
 * text reads from the outside in: "watch pods: GET /api/v1/pods: connection refused".
 *
 * Threads: a struct ks_error belongs to its caller; the functions share nothing. */
#ifndef KS_ERROR_H
#define KS_ERROR_H

#define KS_ERROR_TEXT_SIZE 512

enum ks_error_kind {
    KS_ERROR_NONE = 0,
    KS_ERROR_INVALID,        /* input or configuration that is not accepted */
    KS_ERROR_NOT_FOUND,      /* HTTP 404, or no such thing */
    KS_ERROR_UNAUTHORIZED,   /* HTTP 401 */
    KS_ERROR_FORBIDDEN,      /* HTTP 403 */
    KS_ERROR_GONE,           /* HTTP 410: a resourceVersion that is too old */
    KS_ERROR_NOT_ACCEPTABLE, /* HTTP 406: no such encoding */
    KS_ERROR_UNAVAILABLE,    /* HTTP 429 and 5xx: the other side cannot now */
    KS_ERROR_TIMEOUT,        /* a deadline passed */
    KS_ERROR_NETWORK,        /* no connection, or one that broke */
    KS_ERROR_PROTOCOL,       /* the other side said what its protocol does not allow */
    KS_ERROR_LIMIT,          /* larger than this program accepts */
    KS_ERROR_MEMORY,
    KS_ERROR_SYSTEM, /* the operating system refused; see errnum */
    KS_ERROR_IGNORE, /* nothing to report: a file vanished while it was looked at, or is not for us */
};

struct ks_error {
    enum ks_error_kind kind;
    int errnum; /* errno, or 0 */
    char text[KS_ERROR_TEXT_SIZE];
};

/* Sets the error and returns -1, so that `return ks_error_set(err, …)` is a whole failure path. err may be NULL. */
int ks_error_set(struct ks_error *err, enum ks_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Like ks_error_set with KS_ERROR_SYSTEM; appends ": " and the text of errnum. */
int ks_error_system(struct ks_error *err, int errnum, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* KS_ERROR_MEMORY. Returns -1. */
int ks_error_memory(struct ks_error *err);

/* Puts "context: " before the text of an error that is set. Returns -1. */
int ks_error_wrap(struct ks_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
