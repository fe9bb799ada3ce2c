/* Probes for Kubernetes and load balancers. */
#include "config.h"

#include "base/escape.h"
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
    struct ks_store *store = request->app->store;
    enum ks_readiness readiness = ks_store_readiness(store);
    struct ks_nodes_state nodes;
    int64_t age_ms;
    char trouble[KS_ERROR_TEXT_SIZE];

    /* Shields of services do not wait for the nodes, but readiness means that everything is there. */
    if (readiness == KS_READY && ks_store_nodes(store, &nodes, &age_ms) != KS_SOURCE_STARTING) {
        ks_buf_literal(&response->body, "ok\n");
        return;
    }
    ks_store_read_trouble(store, trouble);
    response->status = 503;
    response->retry_after = readiness == KS_FORBIDDEN ? 0 : 1;
    ks_buf_line(&response->body, trouble[0] ? trouble : "starting: the first lists are not complete");
    ks_buf_literal(&response->body, "\n");
}
