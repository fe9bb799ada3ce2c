/* Request targets: path segments and query parameters, decoded and validated. Source: RFC 3986. Pure. Threads: any. */
#ifndef KS_BASE_URL_H
#define KS_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define KS_URL_SIZE       4096 /* bytes of the longest target, with its NUL */
#define KS_URL_SEGMENTS   8
#define KS_URL_PARAMETERS 32

struct ks_url_parameter {
    const char *name;
    const char *value; /* "" if there is no '=' */
};

/* A parsed target. All texts lie in `storage`, so do not copy it with `=`. */
struct ks_url {
    const char *segments[KS_URL_SEGMENTS]; /* "/_/web/health/" has "_", "web", "health" */
    size_t segment_count;
    bool trailing_slash; /* the path ends in '/' */
    struct ks_url_parameter parameters[KS_URL_PARAMETERS];
    size_t parameter_count;
    char storage[2 * KS_URL_SIZE];
};

/* Parses "/path?query". KS_ERROR_INVALID names the part that is wrong: no leading slash, an empty segment, "." or
 * "..", a bad percent-escape, an escaped NUL, too long, too many parameters. More segments than any route has are not
 * an error: segment_count is then greater than KS_URL_SEGMENTS, and the rest is not stored. */
int ks_url_parse(struct ks_url *url, const char *target, struct ks_error *err);

/* The value of the first parameter with that name, or NULL. */
const char *ks_url_parameter(const struct ks_url *url, const char *name);

#endif
