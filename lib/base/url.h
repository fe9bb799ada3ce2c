/* Request targets: path segments and query parameters, decoded and validated. Source: RFC 3986. Threads: any. */
#ifndef KS_URL_H
#define KS_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define KS_URL_SIZE       4096 /* the longest target */
#define KS_URL_SEGMENTS   8
#define KS_URL_PARAMETERS 32

struct ks_url_parameter {
    const char *name;
    const char *value; /* "" where there is no '=' */
};

/* A target taken apart; all text lies in `storage`. */
struct ks_url {
    const char *segments[KS_URL_SEGMENTS]; /* of "/_/web/health/": "_", "web", "health" */
    size_t segment_count;
    bool trailing_slash; /* the path ends in '/' */
    struct ks_url_parameter parameters[KS_URL_PARAMETERS];
    size_t parameter_count;
    char storage[2 * KS_URL_SIZE];
};

/* "/path?query". KS_ERROR_INVALID names the part that is not accepted: no leading slash, an empty segment, "." or
 * "..", a bad percent-escape, an escaped NUL, too long, too many parts. More segments than any route has are no
 * error here but a count beyond KS_URL_SEGMENTS. */
int ks_url_parse(struct ks_url *url, const char *target, struct ks_error *err);

/* The value of the first parameter of that name, or NULL. */
const char *ks_url_parameter(const struct ks_url *url, const char *name);

#endif
