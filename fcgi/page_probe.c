/* Probes, for Kubernetes and for load balancers: always public. */
#include "config.h"

#include "page.h"

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
    switch (ks_store_readiness(request->app->store)) {
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
