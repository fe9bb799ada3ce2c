/* The copy of a peer: applies its documents to a store, without any network. Threads: the loop's. */
#ifndef KS_PEERS_COPY_H
#define KS_PEERS_COPY_H

#include "document/document.h"
#include "store/store.h"

#define KS_PEER_EARLIER 4 /* instances that are remembered */

/* The peer's content in the store. Each document that is applied moves it on:
 *
 *     a document says │ EMPTY      FILLING    WHOLE      REFILLING  FORBIDDEN
 *     ────────────────┼──────────────────────────────────────────────────────
 *     "starting"      │ FILLING    FILLING    REFILLING  REFILLING  FILLING
 *     "ready"         │ WHOLE      WHOLE      WHOLE      WHOLE      WHOLE
 *     "forbidden"     │ FORBIDDEN  FORBIDDEN  FORBIDDEN  FORBIDDEN  FORBIDDEN
 *
 * A peer that has just started does not know everything yet. So what it does not mention is removed only when it is
 * ready (or forbidden); until then a copy that was whole keeps what it had, with its age. */
enum ks_peer_content {
    KS_PEER_CONTENT_EMPTY,     /* nothing yet */
    KS_PEER_CONTENT_FILLING,   /* the part that a starting peer knows */
    KS_PEER_CONTENT_WHOLE,     /* everything */
    KS_PEER_CONTENT_REFILLING, /* everything from before the peer started again, and what it knows since */
    KS_PEER_CONTENT_FORBIDDEN, /* the peer has no access to its pods: nothing can be shown */
};

/* How the last poll ended, and so what to ask for next:
 *
 *     UNKNOWN ──applied──> CURRENT ──failed──> BEHIND ──applied──> CURRENT
 *     any state ──document refused──> UNKNOWN, or SELF if it was our own
 *
 * A poll that fails without a document changes nothing in UNKNOWN, SELF and BEHIND. */
enum ks_peer_standing {
    KS_PEER_STANDING_UNKNOWN, /* ask for everything */
    KS_PEER_STANDING_SELF,    /* ask for everything, but rarely: the last document was our own */
    KS_PEER_STANDING_BEHIND,  /* ask for the changes since `version` */
    KS_PEER_STANDING_CURRENT, /* the same, and what the store holds is right */
};

/* The effect of a document. */
enum ks_peer_news {
    KS_PEER_NEWS_NONE,
    KS_PEER_NEWS_CHANGED,
    KS_PEER_NEWS_REPEATED, /* everything again, although changes were asked for */
};

struct ks_peer_copy {
    struct ks_store *store; /* borrowed */
    const char *own;        /* our own instance; borrowed */
    /* The name of another peer that has this instance now; or NULL. */
    const char *(*find)(void *arg, const char *instance);
    void *find_arg;
    enum ks_peer_content content;
    enum ks_peer_standing standing;
    char instance[KS_DOCUMENT_INSTANCE_SIZE];
    uint64_t version;
    /* A peer has a new instance at each start. One that comes back was never gone: several kube-shields answer. */
    char earlier[KS_PEER_EARLIER][KS_DOCUMENT_INSTANCE_SIZE];
    size_t replaced; /* instances so far */
    size_t returned; /* instances that came back */
    struct {
        enum ks_source_state state;
        int64_t as_of; /* CLOCK_MONOTONIC, ms: last known to be right */
    } sources[KS_KIND_COUNT];
};

/* Applies a document that arrived at `arrived` (CLOCK_MONOTONIC, ms). On an error the next one must be everything.
 * KS_ERROR_INVALID if the peer is ourselves, or is another peer as well. */
int ks_peer_copy_apply(struct ks_peer_copy *copy, const struct ks_buf *document, int64_t arrived,
                       enum ks_peer_news *news, struct ks_error *err);

/* The peer cannot be reached: what is live gets the age of the last answer. */
void ks_peer_copy_retire(struct ks_peer_copy *copy);

/* Whether the store has a version to which changes can be applied. */
bool ks_peer_copy_is_known(const struct ks_peer_copy *copy);
/* Whether the peer does not know everything yet. */
bool ks_peer_copy_is_starting(const struct ks_peer_copy *copy);
#define KS_PEER_STARTING_TEXT "it has just started and does not know everything yet"
/* Whether the store has had everything, and so has something to lose. */
bool ks_peer_copy_was_whole(const struct ks_peer_copy *copy);

#endif
