/* Keeps up with one kind of object in one namespace (or in all): lists, watches from there, and begins again where it
 * must. Source: Kubernetes API concepts, "Efficient detection of changes", and client-go's reflector for the habits
 * that a server may rely on. Threads: the loop's. */
#ifndef KS_KUBE_REFLECTOR_H
#define KS_KUBE_REFLECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "apiserver/client.h"
#include "kube/decode.h"
#include "apiserver/retry.h"
#include "loop/loop.h"

struct ks_kube_reflector;

/* The owner's side. object may fail: the stream is then dropped as garbage would be. */
struct ks_reflector_owner {
    void (*list_begin)(void *arg);
    int (*object)(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err);
    void (*list_end)(void *arg);
    /* On each change of state, and on each failure (with err). */
    void (*state)(void *arg, enum ks_reflector_state state, const struct ks_error *err);
    /* It is live, and has held for a moment or told something: failures before are over. */
    void (*steady)(void *arg);
    void *arg;
};

struct ks_reflector_options {
    enum ks_kind kind;
    const char *namespace_name;  /* NULL for all */
    const char *const *excluded; /* namespaces that the server may leave out; NULL-terminated, or NULL */
    int64_t watch_timeout_ms;    /* a watch ends after one to two times this */
    size_t object_limit;         /* bytes of one object */
    bool list_only;              /* stop after the first list */
};

/* Options' strings are borrowed. */
int ks_kube_reflector_new(struct ks_kube_reflector **reflector, struct ks_loop *loop, struct ks_kube_client *client,
                          const struct ks_reflector_options *options, const struct ks_reflector_owner *owner,
                          struct ks_error *err);
void ks_kube_reflector_free(struct ks_kube_reflector *reflector);

/* Begins, or goes on at once where it waits: after a backoff, or for credentials. */
void ks_kube_reflector_poke(struct ks_kube_reflector *reflector);
/* Drops what it does and what it knows of the server, until poke or restart: then it lists anew. */
void ks_kube_reflector_reset(struct ks_kube_reflector *reflector);
/* Drops what it does and begins again on a new connection; what it knows stays known. */
void ks_kube_reflector_restart(struct ks_kube_reflector *reflector);

enum ks_reflector_state ks_kube_reflector_state(const struct ks_kube_reflector *reflector);
/* Whether it has been told of all objects once. */
bool ks_kube_reflector_is_complete(const struct ks_kube_reflector *reflector);
/* CLOCK_MONOTONIC ms when what it told was last known to be right: the end of a list, the last event, or the last
 * sign of life that _touch passed on while it was live. */
int64_t ks_kube_reflector_as_of(const struct ks_kube_reflector *reflector);
void ks_kube_reflector_touch(struct ks_kube_reflector *reflector);

#endif
