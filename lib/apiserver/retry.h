/* Judges a failed list or watch: the new state of the reflector, and what to ask for next. A pure function.
 * Source: Kubernetes API concepts, "410 Gone responses", "Response reasons"; the rest is experience. Threads: any. */
#ifndef KS_APISERVER_RETRY_H
#define KS_APISERVER_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum ks_reflector_state {
    KS_REFLECTOR_STARTING,  /* no complete list yet, or no watch that continues it */
    KS_REFLECTOR_LIVE,      /* listed and watching, or listed if that is all it does */
    KS_REFLECTOR_AWAY,      /* lost its watch; tries again by itself */
    KS_REFLECTOR_FORBIDDEN, /* 403; tries again every few minutes */
    KS_REFLECTOR_ABSENT,    /* the server does not know the kind; tries again every few minutes */
};

/* What to ask the server for. A later one is a deeper doubt in what we know. */
enum ks_reflector_ask {
    KS_REFLECTOR_ASK_WATCH, /* from the latest version that we were told */
    KS_REFLECTOR_ASK_LIST,  /* as a cache of the server has it, which costs it little */
    KS_REFLECTOR_ASK_ETCD,  /* a list as it is in etcd now, which no cache can hold back */
    KS_REFLECTOR_ASK_CACHE, /* the version of the server's cache; then as before. See reflector_cache.c */
};

struct ks_reflector_failure {
    enum ks_error_kind kind;
    int status;                    /* HTTP; 0: there was no answer */
    bool is_too_large;             /* "Too large resource version" */
    enum ks_reflector_ask asked;   /* what failed */
    enum ks_reflector_state state; /* before the failure */
    bool complete;                 /* there was a complete list once, so there is something to lose */
    bool json_only;                /* protobuf was not asked for */
    bool more_versions;            /* the kind may exist in another version of the API */
    unsigned failures;             /* since the last event or bookmark, this one included */
    unsigned since_list;           /* since that or the last complete list, this one included */
    unsigned gone;                 /* how many of `failures` said that our version is of no use */
    int64_t same_ms;               /* since the first of those that were of this kind, without another in between */
    int64_t retry_after_ms;        /* the server asks for patience; 0: it does not */
};

enum ks_reflector_retry {
    KS_REFLECTOR_RETRY_NOW,
    KS_REFLECTOR_RETRY_BACKOFF,
    KS_REFLECTOR_RETRY_LATER, /* in a few minutes: a role may be granted, or a resource installed */
};

struct ks_reflector_verdict {
    enum ks_reflector_state state;
    enum ks_reflector_retry retry;
    enum ks_reflector_ask ask; /* this at least, until a list is complete */
    bool quiet;                /* part of normal life: do not report it */
    bool json_only;            /* ask for JSON from now on */
    bool next_version;         /* try the kind's other version of the API */
    bool refresh_credentials;
};

struct ks_reflector_verdict ks_reflector_judge_failure(const struct ks_reflector_failure *failure);

#endif
