/* Everything behind a front: the stores, the collector that fills them, the keyring. It is made from the settings,
 * which it borrows, as it does the log. It belongs to its front and must not be moved, since its parts point to each
 * other. Threads: only the front's own, before all others begin and after they have ended. */
#ifndef KS_FCGI_BACKEND_H
#define KS_FCGI_BACKEND_H

#include "collector/collector.h"
#include "document/document.h"
#include "request/app.h"
#include "settings/settings.h"
#include "store/store.h"

struct backend {
    struct ks_store *store;
    struct ks_collector *collector;
    struct ks_checks_options checks;
    struct ks_keyring *keyring; /* or NULL */
    char instance[KS_DOCUMENT_INSTANCE_SIZE];
    struct app_peer *peers; /* in the order of OTHER_SHIELDS */
    struct ks_store **peer_stores;
    struct ks_peer_options *peer_options;
    size_t peer_count;
    atomic_int polls;
    struct app_refusals refusals;
    const char *one_namespace[2]; /* of a CGI request */
};

/* Options of the collector. */
struct backend_wants {
    uint32_t kinds;             /* bits 1 << ks_kind */
    const char *namespace_name; /* only this one; NULL: what the settings say */
    bool once;                  /* for one request, as CGI */
    bool alone;                 /* no peers */
};

/* First step: what signatures are judged by. Fails with KS_ERROR_INVALID also if nobody could ever use this
 * kube-shields: it has no secret, and is not public. After a failure nothing is left to release. */
int backend_open(struct backend *backend, const struct settings *settings, const struct ks_log *log, bool once,
                 struct ks_error *err);
/* Second step: the stores and the collector. After a failure nothing is left to release. */
int backend_add_stores(struct backend *backend, const struct settings *settings, const struct ks_log *log,
                       const struct backend_wants *wants, struct ks_error *err);
/* Lends requests what they need. */
void backend_fill_app(struct backend *backend, struct app *app);
void backend_fini(struct backend *backend);

#endif
