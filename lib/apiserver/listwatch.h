/* One request for a list, or for a watch: asks, decodes what comes, and says how it ended. What to ask next is up to
 * the owner: a reflector, or the heartbeat. Source: Kubernetes API concepts, "Resource versions", "Retrieving large
 * results sets in chunks". Threads: the loop's. */
#ifndef KS_APISERVER_LISTWATCH_H
#define KS_APISERVER_LISTWATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apiserver/client.h"
#include "base/error.h"
#include "kube/decode.h"

struct ks_listwatch;

/* How a request ended. */
struct ks_listwatch_end {
    const struct ks_error *err; /* NULL: all of it came, and was right */
    int status;                 /* HTTP; 0: there was no answer */
    /* The server itself answered, to the credentials that we sent: a 2xx of the type that we asked for, or a Status of
     * Kubernetes below 500 other than 401 and 429. A login page of a proxy is not an answer. */
    bool is_answer;
    bool is_version_too_large;       /* see struct ks_kube_refusal */
    int64_t retry_after_ms;          /* Retry-After of a 429 or 5xx; 0: none. At most five minutes */
    uint64_t credentials_generation; /* for ks_kube_client_refused */
};

/* The owner's callbacks. If one returns -1 with err, the request ends with that error. */
struct ks_listwatch_owner {
    void (*begun)(void *arg); /* a 2xx of a type that we read has begun; may be NULL */
    int (*object)(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err);
    int (*list_meta)(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err);
    void (*ended)(void *arg, const struct ks_listwatch_end *end); /* it is freed when this returns */
    void *arg;
};

/* All texts are copied or used before _start returns, but for namespace_name and excluded. With a name, `excluded` is
 * not used. */
struct ks_listwatch_options {
    enum ks_kube_stream stream;
    enum ks_kind kind;
    unsigned api_version;        /* see ks_kube_path_versions */
    const char *namespace_name;  /* NULL: all */
    const char *const *excluded; /* or NULL */
    const char
        *resource_version;    /* of a watch: where to go on. Of a list: NULL: as etcd has it; "0": as a cache has it */
    const char *name;         /* of a list: of the object with this name only; NULL: of all */
    unsigned limit;           /* of a list: the most objects; 0: all, and then metadata.continue is an error */
    int64_t watch_timeout_ms; /* of a watch */
    int64_t total_timeout_ms; /* 0: no limit but that of silence */
    size_t object_limit;
    bool json_only;
    bool fresh;     /* on a new connection */
    bool in_slices; /* other work has its turn after a few milliseconds of this */
};

/* Starts a request. KS_KUBE_WAIT: for credentials; nothing is started. Only after KS_KUBE_STARTED *listwatch is set,
 * and `ended` is called at the end. */
enum ks_kube_start ks_listwatch_start(struct ks_listwatch **listwatch, struct ks_kube_client *client,
                                      const struct ks_listwatch_options *options,
                                      const struct ks_listwatch_owner *owner, struct ks_error *err);
/* Ends and frees it without a callback. NULL is fine. Not from inside its own callbacks but `ended`. */
void ks_listwatch_cancel(struct ks_listwatch *listwatch);

#endif
