/* What the fronts share: a store and a collector made from the settings. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "collector.h"
#include "settings.h"
#include "store.h"

struct cluster {
    struct ks_store *store;
    struct ks_collector *collector;
    struct ks_check_options checks;
    const char *one_namespace[2]; /* of a CGI request */
};

/* kinds: bits 1 << ks_kind. namespace_name: all that is wanted, or NULL for what the settings say. */
int cluster_init(struct cluster *cluster, const struct settings *settings, const struct ks_log *log, uint32_t kinds,
                 const char *namespace_name, struct ks_error *err);
void cluster_fini(struct cluster *cluster);

#endif
