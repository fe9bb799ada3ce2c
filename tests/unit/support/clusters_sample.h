/* A responder of several clusters, with stores filled by hand: ours; eu, which was reached; and us, which was not. */
#ifndef KS_TEST_CLUSTERS_SAMPLE_H
#define KS_TEST_CLUSTERS_SAMPLE_H

#include "request/request.h"
#include "support/store_sample.h"

#define PEERS 2

struct clusters {
    struct settings settings;
    struct ks_peer_address addresses[PEERS];
    struct app_peer peers[PEERS];
    struct app app;
};

/* Takes ownership of both stores. */
static inline void clusters_init(struct clusters *clusters, struct ks_store *ours, struct ks_store *eu)
{
    const struct ks_remote_report reached = {.polls = 1};

    *clusters = (struct clusters){.settings = {.cluster = "local", .unknown_after = 300000},
                                  .addresses = {{.name = "eu"}, {.name = "us"}}};
    clusters->peers[0] = (struct app_peer){.address = &clusters->addresses[0], .store = eu};
    clusters->peers[1] = (struct app_peer){.address = &clusters->addresses[1], .store = sample_store(NULL, NULL)};
    ks_store_remote_report(eu, &reached);
    clusters->app = (struct app){.settings = &clusters->settings,
                                 .store = ours,
                                 .peers = clusters->peers,
                                 .peer_count = PEERS,
                                 .is_public = true};
}

static inline void clusters_fini(struct clusters *clusters)
{
    ks_store_free(clusters->app.store);
    for (size_t i = 0; i < PEERS; i++) {
        ks_store_free(clusters->peers[i].store);
    }
}

#endif
