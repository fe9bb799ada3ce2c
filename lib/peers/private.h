/* A peer, for the files of this folder: peer.c (one poll after another), poll.c (one poll), group.c (all peers) and
 * log.c. */
#ifndef KS_PEERS_PRIVATE_H
#define KS_PEERS_PRIVATE_H

#include "base/backoff.h"
#include "loop/http.h"
#include "peers/peer.h"
#include "peers/copy.h"
#include "peers/group.h"

/* How polling goes:
 *
 *     the poll            │ PENDING    FOLLOWING  AWAY       RETURNING
 *     ────────────────────┼───────────────────────────────────────────
 *     is applied          │ FOLLOWING  FOLLOWING  RETURNING  RETURNING
 *     fails               │ AWAY       AWAY       AWAY       AWAY
 *     the `steady` timer  │                                  FOLLOWING
 */
enum ks_peer_state {
    KS_PEER_STATE_PENDING,   /* no poll has ended */
    KS_PEER_STATE_FOLLOWING, /* each poll waits for news at the peer */
    KS_PEER_STATE_AWAY,      /* the last poll failed: the next does not wait, to learn at once that the peer is back */
    KS_PEER_STATE_RETURNING, /* polls succeed again, but not for long enough to say so in the log */
};

struct ks_peer {
    struct ks_peer *next; /* in the group */
    struct ks_loop *loop;
    struct ks_peer_options options;
    struct ks_http_server server;
    struct ks_peer_copy copy;
    struct ks_remote_report report;
    void (*settled)(void *arg);
    void *settled_arg;
    enum ks_peer_state state;

    struct ks_timer timer;  /* until the next poll */
    struct ks_timer steady; /* until polls have succeeded for long enough */
    struct ks_backoff backoff;
    enum ks_error_kind failure; /* of the last poll; KS_ERROR_NONE: it succeeded */
    unsigned hasty;             /* answers in a row that brought no changes and did not wait for any; up to 2 */

    /* The poll in flight. */
    struct ks_http_transfer *transfer;
    struct ks_keyring_claim claim;
    int64_t started;
    int64_t arrived;
    int status;
    char signature[KS_AUTH_HEADER_SIZE];
    struct ks_buf body;
    /* Runs once the body was dropped: libcurl cannot end a transfer from inside another's callback. */
    struct ks_timer eviction;

    /* For the log. */
    int64_t away_since;
    int64_t back_at;
    int64_t said_at;
    struct ks_error said;
    bool said_several;
};

/* Begins a poll. `done` is called at its end, never before this returns. */
int ks_peer_poll_start(struct ks_peer *peer, void (*done)(void *arg, const struct ks_error *err), struct ks_error *err);
/* Verifies a whole answer and applies it. */
int ks_peer_poll_read(struct ks_peer *peer, enum ks_peer_news *news, struct ks_error *err);
/* Ends the poll, if there is one, and frees its body. */
void ks_peer_poll_drop(struct ks_peer *peer);

void ks_peer_group_join(struct ks_peer *peer);
void ks_peer_group_leave(struct ks_peer *peer);
/* The name of another peer (than arg, a struct ks_peer) that currently has this instance; or NULL. */
const char *ks_peer_group_find(void *arg, const char *instance);
/* Adds to the answer's body. If the bodies of all peers are too large together, the largest is dropped; if that is this
 * one, KS_ERROR_LIMIT. */
int ks_peer_group_add_to_body(struct ks_peer *peer, const void *data, size_t length, struct ks_error *err);
void ks_peer_group_free_body(struct ks_peer *peer);
/* Why a body was dropped. Returns -1. */
int ks_peer_group_refuse_body(const struct ks_peer *peer, struct ks_error *err);

void ks_peer_log_failure(struct ks_peer *peer, const struct ks_error *err);
void ks_peer_log_back(struct ks_peer *peer);
/* Warns once if several kube-shields answer at the same URL. */
void ks_peer_log_several(struct ks_peer *peer);
void ks_peer_log_store(const struct ks_peer *peer, const struct ks_error *err);

#endif
