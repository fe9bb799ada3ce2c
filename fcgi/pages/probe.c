/* Probes for Kubernetes and load balancers. */
#include "config.h"

#include "pages/page.h"

void page_ping(const struct request *request, struct response *response)
{
    (void)request;
    ks_buf_literal(&response->body, "PONG");
}

void page_healthz(const struct request *request, struct response *response)
{
    (void)request;
    ks_buf_literal(&response->body, "ok\n");
}

void page_readyz(const struct request *request, struct response *response)
{
    struct ks_nodes_state nodes;
    int64_t age_ms;
    enum ks_readiness readiness = ks_store_readiness(request->app->store);

    /* Shields of services do not wait for the nodes, but readiness means that everything is there. */
    if (readiness == KS_READY && ks_store_nodes(request->app->store, &nodes, &age_ms) == KS_SOURCE_STARTING) {
        readiness = KS_STARTING;
    }
    switch (readiness) {
    case KS_READY:
        ks_buf_literal(&response->body, "ok\n");
        break;
    case KS_FORBIDDEN:
        response->status = 503;
        ks_buf_literal(&response->body, "the service account may not watch pods\n");
        break;
    default:
        response->status = 503;
        response->retry_after = 1;
        ks_buf_literal(&response->body, "starting: the first lists are not complete\n");
    }
}
