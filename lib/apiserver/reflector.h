/* Follows one kind of object in one namespace, or in all: lists, then watches, and lists again if it must. Now and then
 * it lists beside its watch, and its owner compares: what a watch tells is only believed as long as a list agrees.
 * Source: Kubernetes API concepts, "Efficient detection of changes"; client-go's reflector for habits that a server may
 * rely on. Threads: the loop's. */
#ifndef KS_APISERVER_REFLECTOR_H
#define KS_APISERVER_REFLECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "apiserver/client.h"
#include "kube/decode.h"
#include "apiserver/retry.h"
#include "loop/loop.h"

struct ks_kube_reflector;

/* The owner's callbacks. If `object` fails, the stream is dropped as if it were garbage. */
struct ks_reflector_owner {
    void (*list_begin)(void *arg);
    int (*object)(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err);
    void (*list_end)(void *arg);
    /* A list beside the watch, whose events go on meanwhile. `told`: the version that the watch had told when the list
     * was asked for. _settle comes a few seconds after _end, so that events on their way have arrived; neither comes if
     * the list fails or a whole list begins, and then there is nothing to undo. */
    void (*compare_begin)(void *arg, const char *told);
    int (*compare)(void *arg, const struct ks_kube_object *object, struct ks_error *err);
    void (*compare_end)(void *arg);
    void (*compare_settle)(void *arg);
    void (*compare_failed)(void *arg, const struct ks_error *err); /* it is tried again in a few minutes */
    /* The server told a lower version than before: it was restored from a backup. This reflector lists from etcd by
     * itself; the others should, too (ks_kube_reflector_relist). The texts are borrowed. */
    void (*went_back)(void *arg, const char *ours, const char *theirs);
    /* Called at each change of state, and at each failure (with err). */
    void (*state)(void *arg, enum ks_reflector_state state, const struct ks_error *err);
    /* Called when it is live and has lasted for a moment or had an event: earlier failures are over. */
    void (*steady)(void *arg);
    void *arg;
};

struct ks_reflector_options {
    enum ks_kind kind;
    const char *namespace_name;  /* NULL for all */
    const char *const *excluded; /* namespaces that the server may leave out; NULL-terminated, or NULL */
    int64_t watch_timeout_ms;    /* a watch ends after one to two times this */
    int64_t relist_ms;           /* it lists beside its watch after one to two times this; 0: never */
    size_t object_limit;         /* bytes of one object */
    bool list_only;              /* stop after the first list */
};

/* Makes a reflector that does nothing until it is poked. The strings of the options are borrowed. */
int ks_kube_reflector_new(struct ks_kube_reflector **reflector, struct ks_loop *loop, struct ks_kube_client *client,
                          const struct ks_reflector_options *options, const struct ks_reflector_owner *owner,
                          struct ks_error *err);
void ks_kube_reflector_free(struct ks_kube_reflector *reflector);

/* Begins, or continues at once if it waits for a backoff or for credentials. */
void ks_kube_reflector_poke(struct ks_kube_reflector *reflector);
/* Continues at once if it waits for credentials. */
void ks_kube_reflector_credentials_changed(struct ks_kube_reflector *reflector);
/* Drops the request and everything known about the server. The next poke or restart lists again. */
void ks_kube_reflector_reset(struct ks_kube_reflector *reflector);
/* Lists from etcd, after the delay: what it was told may have been another past. Its objects stay until then, and grow
 * old. */
void ks_kube_reflector_relist(struct ks_kube_reflector *reflector, int64_t delay_ms);
/* Lists soon beside the watch, if it does that at all: the server was away, and nobody knows what happened there. */
void ks_kube_reflector_compare_soon(struct ks_kube_reflector *reflector);
/* Drops the request and begins again on a new connection. What it knows stays. */
void ks_kube_reflector_restart(struct ks_kube_reflector *reflector);

/* The latest version that it was told; NULL: none yet. Borrowed until the loop goes on. */
const char *ks_kube_reflector_version(const struct ks_kube_reflector *reflector);
enum ks_reflector_state ks_kube_reflector_state(const struct ks_kube_reflector *reflector);
/* Returns whether it has listed all objects once. */
bool ks_kube_reflector_is_complete(const struct ks_kube_reflector *reflector);
/* Returns whether the server has the kind only in an earlier version of its API, such as batch/v1beta1. */
bool ks_kube_reflector_is_old_api(const struct ks_kube_reflector *reflector);
/* The HTTP status of the answer to its latest request; 0: none. Inside of `state`, that of the failure. */
int ks_kube_reflector_status(const struct ks_kube_reflector *reflector);
/* The server asked us (Retry-After) not to ask for the kind again before this (CLOCK_MONOTONIC, ms); 0: it did not. */
int64_t ks_kube_reflector_not_before(const struct ks_kube_reflector *reflector);
/* Returns when its objects were last known to be right (CLOCK_MONOTONIC, ms): at the end of a list, at the last event,
 * or at the last _touch while it was live. */
int64_t ks_kube_reflector_as_of(const struct ks_kube_reflector *reflector);
/* Reports a sign of life from the server. */
void ks_kube_reflector_touch(struct ks_kube_reflector *reflector);

#endif
