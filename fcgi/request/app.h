/* The data that all requests share. A front fills it before the first request; afterwards nobody changes it. Everything
 * is borrowed. */
#ifndef KS_REQUEST_APP_H
#define KS_REQUEST_APP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/keyring.h"
#include "badge/logo.h"
#include "base/log.h"
#include "settings/settings.h"
#include "store/store.h"

/* Another cluster, as its kube-shields reports it. */
struct app_peer {
    const struct ks_peer_address *address;
    struct ks_store *store;
};

/* Counts the refusals that were logged this minute: somebody who sends nonsense must not fill a disk. */
struct app_refusals {
    _Atomic int64_t minute;
    atomic_uint count;
};

struct app {
    const struct settings *settings;
    struct ks_store *store; /* of our own cluster */
    const struct app_peer *peers;
    size_t peer_count;
    struct ks_keyring *keyring;    /* NULL: there is no shared secret, so no signature is valid */
    const char *instance;          /* a new one with each start */
    atomic_int *polls;             /* how many peers wait for news now; NULL: none may */
    struct app_refusals *refusals; /* NULL: every refusal is logged */
    const struct ks_log *log;
    const struct ks_logos *logos; /* NULL: there are no named logos */
    bool is_public;               /* OTHER_SHIELDS is set */
    bool is_incomplete;           /* as CGI: the API server did not answer in time, and is not asked again */
};

#endif
