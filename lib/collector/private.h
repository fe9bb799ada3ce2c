/* The collector, for the files of this folder. collector.c has its life. source.c gets the reports of the reflectors,
 * heartbeat.c and identity.c ask the server for a sign of life and for who it is. What they learn goes to the store
 * (publish.c, trouble.c), to the log (report.c) and back to the reflectors (past.c). peer.c is about other clusters. */
#ifndef KS_COLLECTOR_PRIVATE_H
#define KS_COLLECTOR_PRIVATE_H

#include <stdatomic.h>

#include "checks/scheduler.h"
#include "collector/collector.h"
#include "collector/life.h"
#include "apiserver/listwatch.h"
#include "apiserver/reflector.h"
#include "loop/loop.h"
#include "peers/peer.h"
#include "peers/group.h"

/* One reflector, and the last log line about it. */
struct collected {
    struct ks_collector *collector;
    struct ks_kube_reflector *reflector;
    enum ks_kind kind;
    size_t group;
    const char *namespace_name; /* of the group; NULL: all, as for nodes */
    struct ks_cause logged;     /* the failure that was logged; NONE while all is well */
    bool is_logged_as_off;
    bool is_said; /* in a line of its own: another kind did not say the same at the same time */
    int64_t logged_at;
    int64_t failed_at; /* CLOCK_MONOTONIC, ms */
    struct ks_flap flap;
    bool settled;    /* listed once, or known to be off */
    bool has_begun;  /* a list has begun to come */
    bool is_foreign; /* what it has told is of another cluster than this one */
    bool is_excused; /* it fails although the server lives, so its failures say nothing about the server */
    struct ks_error failure;
    struct ks_cause cause; /* of that failure */
    enum ks_source_state published;
};

#define KS_TOLD_SIZE 32 /* a longer one is not a number, so nobody can compare it */

/* Asks for a sign of life. */
struct heartbeat {
    struct ks_timer timer;
    struct ks_listwatch *request;
    struct ks_life life;
    int64_t not_before;                 /* CLOCK_MONOTONIC, ms: Retry-After of the latest answer */
    const struct collected *asked;      /* for whose kind */
    char asked_version[KS_TOLD_SIZE];   /* what its watch had told then */
    char told[KS_TOLD_SIZE];            /* by the answer */
    const struct collected *highest_of; /* whose kind `highest` is about */
    char highest[KS_TOLD_SIZE];         /* that any heartbeat told */
    bool is_of_the_past;                /* the request was sent before everything was forgotten */
};

#define KS_UID_SIZE 64

/* Asks which cluster this is. */
struct identity {
    struct ks_http_transfer *transfer;
    struct ks_buf body;
    int status;
    int64_t due;           /* CLOCK_MONOTONIC, ms: when to ask again */
    char uid[KS_UID_SIZE]; /* of the namespace kube-system; "": not known */
    bool is_told;          /* that it cannot be had */
    bool was_missed;       /* it was asked for, and no answer came */
};

/* Why the first lists do not come. */
struct trouble {
    struct ks_timer timer;
    bool is_due;   /* they should have come by now */
    bool is_stale; /* something changed since it was looked at */
    enum ks_store_trouble published;
    struct ks_cause cause;
};

/* When everything was listed again. CLOCK_MONOTONIC, ms; 0: never. */
struct past {
    int64_t at;
    int64_t due; /* the lists of the last time begin */
    unsigned times;
};

struct ks_collector {
    struct ks_collector_options options;
    struct ks_store *store;
    struct ks_loop *loop;
    struct ks_kube_client *client;
    struct collected *collected;
    size_t count;
    size_t settled;
    bool is_synchronised; /* everything that can be known was known once */
    /* source.c and peer.c call it when a source or a peer has settled, or when none will. */
    void (*on_settled)(struct ks_collector *collector);
    bool list_only;
    bool waiting;  /* ks_collector_collect waits for all to settle */
    bool hopeless; /* nobody answers: whatever has not settled will not settle soon */
    atomic_bool stop;
    atomic_bool reload;
    struct ks_cause logged; /* the last failure of a single kind that was logged, and when */
    int64_t logged_at;
    struct ks_outage outage; /* of the server as a whole */
    int64_t outage_seen_at;  /* CLOCK_MONOTONIC, ms */
    struct ks_flap outage_flap;
    size_t unreachable_count; /* failures to reach the server */
    int64_t started;

    struct heartbeat heartbeat;
    struct identity identity;
    struct trouble trouble;
    struct past past;

    struct ks_scheduler *checks; /* or NULL */
    bool checks_wait;            /* until our services are known for the first time */

    struct ks_peer **peers;
    size_t peer_count; /* how many are made so far */
    size_t peers_settled;
    struct ks_peer_group peer_group;
    struct ks_timer keyring_timer;

    struct ks_timer clock_timer; /* the store forgets old numbers although nothing else happens */
    struct ks_timer flush_timer;
    int64_t flush_at; /* CLOCK_MONOTONIC, ms: do not flush before */
};

/* Makes the reflector of a kind in a group of namespaces. */
int ks_collected_init(struct collected *collected, struct ks_error *err);

/* ---- publish.c: to the store ---- */

/* Whether it has told something of this cluster, which stays if it may not be watched any more. */
bool ks_collected_has_told(const struct collected *collected);
/* Tells the store the state of a source: what the reflector says, as far as the server lives. */
void ks_collected_publish(struct collected *collected);
/* The same of a source whose watch has just told an event. */
void ks_collected_publish_event(struct collected *collected);
/* Whether the reflector waits to try again, other than after a lasting refusal. */
bool ks_collected_waits(const struct collected *collected);

/* ---- report.c: to the log, and to the observer ---- */

void ks_report_failure(struct collected *collected, enum ks_reflector_state state, const struct ks_error *err);
void ks_report_difference(const struct collected *collected, const struct ks_store_difference *difference);
/* A list beside a watch failed, which changes nothing. */
void ks_report_no_comparison(const struct collected *collected, const struct ks_error *err);
void ks_report_no_life(struct ks_collector *collector, const struct ks_error *err, struct ks_cause cause);
/* Ends an outage if nothing speaks for it any more, and the failures of kinds that are watched again. */
void ks_report_life(struct ks_collector *collector);
void ks_report_warnings(const struct ks_collector *collector);

/* ---- past.c: what the server told before may be another past ---- */

/* The server told a lower version than before. The reflector that found out, or NULL, lists again by itself. */
void ks_past_went_back(struct ks_collector *collector, const struct collected *found, const char *ours,
                       const char *theirs);
/* Lists everything again, from etcd, but for `except`, unless that is about to happen anyway. */
void ks_past_relist(struct ks_collector *collector, const struct collected *except);

/* ---- identity.c ---- */

/* Asks if it is time, or if `now` says so. */
void ks_identity_ask(struct ks_collector *collector, bool now);
/* Ends the request. */
void ks_identity_cancel(struct ks_collector *collector);

/* ---- heartbeat.c ---- */

void ks_heartbeat_init(struct ks_collector *collector);
void ks_heartbeat_start(struct ks_collector *collector);
/* Asks soon whether the failure of a single request is the end of the server. */
void ks_heartbeat_doubt(struct ks_collector *collector, struct ks_cause cause);
/* Asks at once if life was lost: something has been answered. */
void ks_heartbeat_hope(struct ks_collector *collector);
/* Ends the request, and forgets what was told: the server may become another one. */
void ks_heartbeat_reset(struct ks_collector *collector);
void ks_heartbeat_fini(struct ks_collector *collector);

/* ---- trouble.c ---- */

/* Says after a minute why the first lists do not come, and takes it back when they have. */
void ks_trouble_start(struct ks_collector *collector);
void ks_trouble_look(struct ks_collector *collector);
/* Says at once what is known. */
void ks_trouble_say(struct ks_collector *collector);

/* Makes the peers, and begins to ask them. */
int ks_collector_peers_start(struct ks_collector *collector, struct ks_error *err);
/* Ends the wait for peers that have not answered. */
void ks_collector_peers_expire(struct ks_collector *collector);
/* Looks at the file of the shared secret every second from now on. */
void ks_collector_keyring_start(struct ks_collector *collector);
void ks_collector_peers_free(struct ks_collector *collector);

#endif
