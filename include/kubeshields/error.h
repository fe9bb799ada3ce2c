/* Errors, as functions report them.
 *
 * A function that can fail returns 0, or -1 and fills *err; on success it leaves *err alone. `err` may be NULL if you
 * do not need it. An error owns nothing: copy it with `=`; there is nothing to free. Threads: a struct ks_error belongs
 * to its caller. */
#ifndef KS_KUBESHIELDS_ERROR_H
#define KS_KUBESHIELDS_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#define KS_ERROR_TEXT_SIZE 512

/* Later versions may add kinds: treat one that you do not know like KS_ERROR_SYSTEM. */
enum ks_error_kind {
    KS_ERROR_NONE = 0,
    KS_ERROR_INVALID,        /* an option, a file or an argument is wrong: the text says what it must be */
    KS_ERROR_NOT_FOUND,      /* no such thing, or HTTP 404 */
    KS_ERROR_UNAUTHORIZED,   /* HTTP 401: the server does not know who is asking; or there are no credentials */
    KS_ERROR_FORBIDDEN,      /* HTTP 403: it knows, and refuses; or an answer is not signed with the shared secret */
    KS_ERROR_GONE,           /* HTTP 410: a resourceVersion that is too old */
    KS_ERROR_NOT_ACCEPTABLE, /* HTTP 406: no such encoding */
    KS_ERROR_UNAVAILABLE,    /* the other side cannot answer now: HTTP 429 and 5xx, or not ready yet */
    KS_ERROR_TIMEOUT,        /* a deadline passed */
    KS_ERROR_NETWORK,        /* no connection, or one that broke */
    KS_ERROR_PROTOCOL,       /* the other side sent something that its protocol does not allow */
    KS_ERROR_LIMIT,          /* larger than this library reads */
    KS_ERROR_MEMORY,         /* out of memory */
    KS_ERROR_SYSTEM          /* the operating system refused: see errnum */
};

struct ks_error {
    enum ks_error_kind kind;
    int errnum;                    /* an errno value, or 0 */
    char text[KS_ERROR_TEXT_SIZE]; /* one line of UTF-8, the cause last: "list pods: …: Connection refused" */
};

/* "invalid", "not found", …; "unknown" for a number that is not a kind. A static string. */
const char *ks_error_kind_name(enum ks_error_kind kind);

#ifdef __cplusplus
}
#endif

#endif
