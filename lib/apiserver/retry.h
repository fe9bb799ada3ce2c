/* What a failed list or watch means: how its kind of object stands now, and what to try next. Pure.
 * Source: Kubernetes API concepts, "410 Gone responses", "Response reasons"; the rest is experience. Threads: any. */
#ifndef KS_KUBE_FAILURE_H
#define KS_KUBE_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum ks_reflector_state {
    KS_REFLECTOR_STARTING,  /* no complete list yet, or no watch that goes on from it */
    KS_REFLECTOR_LIVE,      /* listed, and watching (or listed, where that is all) */
    KS_REFLECTOR_AWAY,      /* lost what it had; tries again by itself */
    KS_REFLECTOR_FORBIDDEN, /* 403; tries again every few minutes */
    KS_REFLECTOR_ABSENT,    /* the server does not know the kind; as above */
};

struct ks_kube_failure {
    enum ks_error_kind kind;
    enum ks_reflector_state state; /* before it */
    bool complete;                 /* there was a complete list once: there is something to lose */
    bool json_only;                /* protobuf was not asked for */
    bool more_versions;            /* the kind may be found in another version of the API */
    unsigned failures;             /* in a row, with this one */
    unsigned gone;                 /* of these, 410s */
    int64_t failing_ms;            /* since the first of them */
};

enum ks_kube_retry {
    KS_KUBE_RETRY_NOW,
    KS_KUBE_RETRY_BACKOFF,
    KS_KUBE_RETRY_LATER, /* in some minutes: a role may be granted, a resource installed */
};

struct ks_kube_verdict {
    enum ks_reflector_state state;
    enum ks_kube_retry retry;
    bool quiet;        /* part of normal life: no news for the owner */
    bool list_again;   /* from etcd, not from a cache that may lag behind */
    bool json_only;    /* ask for JSON from now on */
    bool next_version; /* try the kind's other version of the API */
    bool refresh_credentials;
};

struct ks_kube_verdict ks_kube_judge_failure(const struct ks_kube_failure *failure);

#endif
