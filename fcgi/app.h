/* What the fronts share: a store and a collector made from the settings, which are borrowed, as is the log. It belongs
 * to its front and stays where it is: its parts point to each other.
 * Threads: the front's own, before all others begin and after they have ended. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "collector/collector.h"
#include "document/document.h"
#include "request/request.h"
#include "settings/settings.h"
#include "store/store.h"

struct cluster {
    struct ks_store *store;
    struct ks_collector *collector;
    struct ks_check_options checks;
    struct ks_keyring *keyring; /* or NULL */
    char instance[KS_PEER_INSTANCE_SIZE];
    struct app_peer *peers; /* in the order of OTHER_SHIELDS */
    struct ks_store **peer_stores;
    struct ks_peer_options *peer_options;
    size_t peer_count;
    atomic_int polls;
    struct app_refusals refusals;
    const char *one_namespace[2]; /* of a CGI request */
};

/* What is wanted of it. */
struct cluster_wants {
    uint32_t kinds;             /* bits 1 << ks_kind */
    const char *namespace_name; /* all that is wanted; or NULL for what the settings say */
    bool once;                  /* for one request, as CGI */
    bool alone;                 /* no peer is asked */
};

/* First what signatures are judged by, then the rest; after a failure nothing is left to release.
 * KS_ERROR_INVALID also where nobody could ever use it: without a secret, and neither public nor for one cluster. */
int cluster_open(struct cluster *cluster, const struct settings *settings, const struct ks_log *log, bool once,
                 struct ks_error *err);
int cluster_init(struct cluster *cluster, const struct settings *settings, const struct ks_log *log,
                 const struct cluster_wants *wants, struct ks_error *err);
/* What requests need of it. */
void cluster_set_app(struct cluster *cluster, struct app *app);
void cluster_fini(struct cluster *cluster);

#endif
