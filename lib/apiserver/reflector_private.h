/* A reflector, for reflector.c (what it asks, and when), reflector_answer.c (what the answers mean) and
 * reflector_cache.c (what it asks after the server went back). Threads: the loop's. */
#ifndef KS_APISERVER_REFLECTOR_PRIVATE_H
#define KS_APISERVER_REFLECTOR_PRIVATE_H

#include "apiserver/continuity.h"
#include "apiserver/listwatch.h"
#include "apiserver/reflector.h"
#include "apiserver/relist.h"
#include "apiserver/series.h"

struct ks_kube_reflector {
    struct ks_kube_client *client;
    struct ks_reflector_options options;
    struct ks_reflector_owner owner;
    enum ks_reflector_state state;
    struct ks_timer timer;

    struct ks_history history; /* what it was told */
    bool complete;
    int64_t as_of;

    /* What it asks next, and how. */
    enum ks_reflector_ask next;
    bool fresh; /* on a new connection */
    bool json_only;
    unsigned api_version; /* for kinds that have moved */
    unsigned version_tries;

    char *cached; /* the version of the server's cache when it was asked; NULL: there is no doubt in it. Owned */

    struct ks_series series; /* of failures */
    bool steady;             /* since the last one that was not part of normal life */

    /* The request in flight. */
    struct ks_listwatch *request;
    bool lacks_credentials; /* instead of a request */
    enum ks_reflector_ask asked;
    int64_t started;
    int64_t watch_timeout_ms;
    bool stands; /* a watch has begun */
    bool had_event;
    int status; /* HTTP, of the last one that ended; 0: none */

    struct ks_relist relist; /* beside it */
};

/* Tells the owner a state, if it is another one or if there is an error. */
void ks_reflector_set_state(struct ks_kube_reflector *reflector, enum ks_reflector_state state,
                            const struct ks_error *err);
/* There is no watch now that would tell what changes. */
void ks_reflector_set_away(struct ks_kube_reflector *reflector);
/* The watch stands: earlier failures are over, unless it fails again. */
void ks_reflector_set_steady(struct ks_kube_reflector *reflector);

/* Counts the watch in flight, if there is one, as ended. */
void ks_reflector_count_watch(struct ks_kube_reflector *reflector);
/* Judges a failure, and starts the timer for the next request. */
void ks_reflector_fail(struct ks_kube_reflector *reflector, const struct ks_listwatch_end *end);

/* What takes the answers. In the end reflector->request is NULL, reflector->next says what to ask next, and the timer
 * says when. */
struct ks_listwatch_owner ks_reflector_answers(struct ks_kube_reflector *reflector);

/* Doubts the server's cache: the next request asks for its version. */
void ks_reflector_doubt_cache(struct ks_kube_reflector *reflector);
bool ks_reflector_doubts_cache(const struct ks_kube_reflector *reflector);
/* Notes an answer of the cache. */
int ks_reflector_note_cache(struct ks_kube_reflector *reflector, const char *version, struct ks_error *err);
/* Judges the cache after a list from etcd. Returns 0 if a watch from that list's version tells what follows, or -1 with
 * the reason. */
int ks_reflector_judge_cache(struct ks_kube_reflector *reflector, struct ks_error *err);

#endif
