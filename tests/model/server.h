/* An API server on 127.0.0.1 that answers from a model's cluster and has a model's faults. All servers of a run live on
 * one thread and one epoll(7) set. */
#ifndef KS_MODEL_SERVER_H
#define KS_MODEL_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/cluster.h"
#include "model/faults.h"
#include "model/random.h"
#include "model/record.h"

enum model_request_kind {
    MODEL_IDENTITY = MODEL_KINDS, /* of the cluster: kube-system; otherwise the index of a kind */
    MODEL_OTHER,
};

enum model_task {
    MODEL_IDLE,
    MODEL_WAITS, /* for an answer */
    MODEL_ANSWERS,
    MODEL_WATCHED,
};

struct model_connection {
    struct model_connection *next;
    struct model_server *server;
    int fd;
    bool is_over;    /* to be freed */
    bool ends_after; /* what is to be sent */
    bool is_lost;    /* it will never send anything again, but by being mended */
    bool writes;     /* epoll watches for room */
    struct ks_buf in;
    struct ks_buf out;
    size_t sent;
    size_t pace; /* bytes per turn; 0: all */
    size_t stop; /* after this many bytes of `out`, `body` happens; 0: never */
    enum model_body body;
    enum model_task task;

    /* The request. */
    size_t kind;
    bool is_beat;   /* the heartbeat */
    bool is_beside; /* a list while the same kind is watched */
    bool is_watch;
    bool is_cached; /* resourceVersion=0 */
    bool is_truth;  /* a list from etcd since the server was mended */
    uint64_t beat;  /* the version that a heartbeat was told on this connection; 0: none */
    uint64_t version;
    size_t cache;
    int64_t ends_at;
    int64_t too_large_at; /* the ERROR event comes then; 0: never */
    bool tells_bookmarks; /* although the server's version is lower */
};

struct model_server {
    int epoll;
    struct model_connection gate; /* stands for the listener */
    int listener;                 /* -1: nobody listens */
    uint16_t port;
    struct model_connection *connections;
    struct model_cluster cluster;
    struct model_faults faults;
    struct model_random random; /* for what requests meet: their order is not that of the seed */
    struct model_record *record;

    uint64_t known;          /* a version that the client is sure to have been told, since the cluster was restored */
    bool is_mended;          /* since model_server_mend */
    unsigned beats;          /* heartbeats that came since it was mended */
    unsigned beats_of_peace; /* of these, since anything else was said, but for lists beside watches */
    unsigned told_at[MODEL_KINDS]; /* the beat at which the first list from etcd was told since then; 0: never */
    unsigned asked;                /* requests in a row without a heartbeat among them */
    unsigned asked_most;
    int64_t not_before[MODEL_KINDS]; /* what Retry-After said */
    unsigned too_early[MODEL_KINDS]; /* requests that came before it was over */
    bool is_forgotten;               /* the client has begun anew in this round, and knows nothing of Retry-After */
    const char *defect;              /* what no client may do; NULL */
};

int model_server_init(struct model_server *server, int epoll, struct model_record *record);
void model_server_fini(struct model_server *server);

/* An event of epoll(7). arg: the pointer that came with it. */
void model_server_event(void *arg, uint32_t events);
/* Time has passed: tells watches what is new, goes on with what waits. */
void model_server_turn(struct model_server *server, int64_t now);

/* Nothing is wrong any more. Connections that were stuck go on, or end. */
void model_server_mend(struct model_server *server);

/* A client that knows nothing begins to ask. An API server that holds an undone past is restarted: whoever begins with
 * it has nothing to compare it with, but lists beside its watches. */
void model_server_welcome(struct model_server *server);
/* Its versions are no longer those that were told. */
void model_server_forget(struct model_server *server);

/* Nobody listens until then; who is connected already may stay. */
void model_server_refuse(struct model_server *server, int64_t until);

/* kind: MODEL_KINDS for all. */
void model_server_reset(struct model_server *server, size_t kind);
void model_server_end_watches(struct model_server *server, size_t kind);
void model_server_bookmark(struct model_server *server, size_t kind);
/* Sends a few bytes that are not an event into watches; `then_ends`: and ends them. */
void model_server_disturb(struct model_server *server, size_t kind, const char *bytes, bool then_ends);
void model_server_error_event(struct model_server *server, size_t kind, int code, const char *reason,
                              const char *message);
/* Watches say nothing until it is mended: their events wait. */
void model_server_stall(struct model_server *server, size_t kind);

#endif
