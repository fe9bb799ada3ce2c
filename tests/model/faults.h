/* What is wrong with a server of the model, and for how long. Times are CLOCK_MONOTONIC, ms; FOREVER: until it is
 * mended. */
#ifndef KS_MODEL_FAULTS_H
#define KS_MODEL_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/cluster.h"

#define FOREVER INT64_MAX

/* A wrong answer to any request. */
struct model_wrong {
    const char *name;
    int status;
    const char *type;   /* Content-Type */
    const char *header; /* another header with its end of line, or "" */
    const char *reason; /* of a Status; NULL: `body` is the answer */
    const char *body;
};

enum {
    MODEL_WRONGS = 14
};
extern const struct model_wrong model_wrongs[MODEL_WRONGS];

void model_wrong_put(struct ks_buf *out, const struct model_wrong *wrong);

/* What becomes of the body of a list, once. */
enum model_body {
    MODEL_WHOLE,
    MODEL_SLOW,    /* in small pieces */
    MODEL_PARTIAL, /* with metadata.continue */
    MODEL_RESET,   /* in the middle */
    MODEL_STALLED, /* in the middle, until it is mended */
    MODEL_GARBAGE, /* in the middle */
    MODEL_BODIES,
};

/* What becomes of a watch from a version that the server does not have yet. */
enum model_future {
    MODEL_SILENT,
    MODEL_BOOKMARKS, /* of the server's own version */
    MODEL_TOO_LARGE, /* HTTP 504 */
    MODEL_TOO_LARGE_EVENT,
    MODEL_FUTURES,
};

struct model_faults {
    int64_t refuses;      /* nobody listens */
    int64_t resets;       /* each connection, as soon as it asks */
    int64_t hangs;        /* etcd: what needs it gets no answer, watches are silent */
    int64_t ends_watches; /* at once */
    struct {
        const struct model_wrong *wrong;
        int64_t until;
    } of[MODEL_KINDS + 1]; /* the last: of everything */
    int64_t lags[MODEL_CACHES];
    int64_t fills[MODEL_CACHES];       /* the cache does not exist until then */
    enum model_body body[MODEL_KINDS]; /* of the next list */
    enum model_future future;
};

#endif
