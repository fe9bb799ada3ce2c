/* Keeps up with one kind of object in one namespace (or in all): lists, watches from there, and begins again where it
 * must. Source: Kubernetes API concepts, "Efficient detection of changes", and client-go's reflector for the habits
 * that a server may rely on. Threads: the loop's. */
#ifndef KS_KUBE_REFLECTOR_H
#define KS_KUBE_REFLECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "kube_client.h"
#include "kube_decode.h"
#include "loop.h"

struct ks_kube_reflector;

enum ks_reflector_state {
    KS_REFLECTOR_STARTING,  /* no complete list yet, or no watch that goes on from it */
    KS_REFLECTOR_LIVE,      /* listed, and watching (or listed, where that is all) */
    KS_REFLECTOR_AWAY,      /* lost what it had; tries again by itself */
    KS_REFLECTOR_FORBIDDEN, /* 403; tries again every few minutes */
    KS_REFLECTOR_ABSENT,    /* the server does not know the kind; as above */
};

/* The owner's side. object may fail: the stream is then dropped as garbage would be. */
struct ks_reflector_owner {
    void (*list_begin)(void *arg);
    int (*object)(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err);
    void (*list_end)(void *arg);
    /* On each change of state, and on each failure (with err). */
    void (*state)(void *arg, enum ks_reflector_state state, const struct ks_error *err);
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
/* CLOCK_MONOTONIC ms of the last byte from the server; 0 for none yet. */
int64_t ks_kube_reflector_last_contact(const struct ks_kube_reflector *reflector);

#endif
