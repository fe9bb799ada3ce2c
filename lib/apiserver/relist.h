/* Lists from etcd now and then, beside a reflector's watch, and lets the reflector's owner compare. A failure changes
 * nothing: it is tried again some minutes later. Threads: the loop's. */
#ifndef KS_APISERVER_RELIST_H
#define KS_APISERVER_RELIST_H

#include "apiserver/continuity.h"
#include "apiserver/listwatch.h"
#include "apiserver/reflector.h"
#include "loop/loop.h"

/* What the reflector adds. */
struct ks_relist_watch {
    /* Fills what any list of the reflector needs. Returns the latest version that the watch told, borrowed; or NULL if
     * there is no watch now. */
    const char *(*look)(void *arg, struct ks_listwatch_options *options);
    /* The list's version was before that of the watch. The texts are borrowed. */
    void (*went_back)(void *arg, const char *ours, const char *theirs);
    /* The server wants no request for so long. */
    void (*patience)(void *arg, int64_t retry_after_ms);
    void *arg;
};

struct ks_relist {
    struct ks_kube_client *client;
    const struct ks_reflector_owner *owner;
    struct ks_relist_watch watch;
    int64_t interval_ms;
    struct ks_timer timer;  /* until the next list */
    struct ks_timer settle; /* since the last one */
    struct ks_listwatch *request;
    int64_t listed_at;         /* CLOCK_MONOTONIC, ms: when the last whole list ended or a comparison began */
    struct ks_history history; /* what the watch had told when the list was asked for */
};

/* interval_ms: it lists after one to two times this; 0: never. The client and the owner are borrowed. */
void ks_relist_init(struct ks_relist *relist, struct ks_kube_client *client, const struct ks_reflector_owner *owner,
                    struct ks_relist_watch watch, int64_t interval_ms);
/* The same as ks_relist_stop. */
void ks_relist_fini(struct ks_relist *relist);

/* Begins to wait for the next list: a whole one is complete. */
void ks_relist_start(struct ks_relist *relist);
/* Lists within seconds, if it waits: the watch may have lost something. */
void ks_relist_soon(struct ks_relist *relist);
/* Ends a comparison, and plans no other. */
void ks_relist_stop(struct ks_relist *relist);

#endif
