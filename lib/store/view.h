/* The view of a store's readers: plain data, valid during the callback. */
#ifndef KS_STORE_VIEW_H
#define KS_STORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health/automatic.h"

/* A source is one kind in one watched namespace (or in all). */
enum ks_source_state {
    KS_SOURCE_STARTING, /* its first list is not complete */
    KS_SOURCE_LIVE,
    KS_SOURCE_AWAY, /* was live, not known to be right since as_of; or may no longer be watched: what it told stays */
    KS_SOURCE_OFF,  /* may not be watched, or the server does not have the kind, and it never told anything */
};

enum ks_readiness {
    KS_READY,
    KS_STARTING,    /* the first lists are not complete, or pods may not be watched: nothing is known yet */
    KS_FORBIDDEN,   /* that lasts, because the API server refuses us (KS_STORE_NO_ACCESS) */
    KS_UNREACHABLE, /* that lasts, for any other reason (KS_STORE_UNREACHABLE) */
};

/* The phase of a custom check. */
enum ks_custom_phase {
    KS_CUSTOM_WAITING,  /* it has not run yet */
    KS_CUSTOM_ANSWERED, /* or failed */
    KS_CUSTOM_REFUSED,  /* it is not run; with check "": no check of its file is */
};

struct ks_custom_state {
    const char *service;
    const char *check;
    enum ks_custom_phase phase;
    bool failed;
    const char *label; /* "": the check's name */
    const char *message;
    const char *color;
    const char *reason;  /* of a failure or a refusal; or "" */
    const char *mistake; /* or "" */
    const char *raw;     /* one JSON value; or "" */
    int64_t ran_at;      /* Unix ms; 0: never */
    int64_t took_ms;
    int64_t answered_at; /* CLOCK_MONOTONIC, ms */
    int64_t late_at;     /* CLOCK_MONOTONIC, ms: when the next answer should be there */
};

struct ks_service_view {
    const char *name;
    const char *namespace_name;           /* "" if Kubernetes does not have the service */
    const char *kind;                     /* of the root controller: "Deployment"; or "" */
    const struct ks_service_state *state; /* or NULL */
    int64_t age_ms;
    const struct ks_custom_state *const *custom; /* its custom checks, without refusals of whole files */
    size_t custom_count;
};

/* The head of the changes after a version. */
struct ks_store_changes {
    uint64_t version; /* now */
    bool full;        /* everything follows: since was 0, or tombstones since then are missing */
    enum ks_readiness readiness;
    enum ks_source_state nodes_state;
    struct ks_nodes_state nodes;
    int64_t nodes_age_ms; /* 0: right now */
};

#endif
