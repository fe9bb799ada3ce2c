/* Prometheus text format, version 0.0.4. */
#include "config.h"

#include <inttypes.h>

#include "page.h"

static const char *const state_names[] = {
    [KS_SOURCE_STARTING] = "starting",
    [KS_SOURCE_LIVE] = "live",
    [KS_SOURCE_AWAY] = "away",
    [KS_SOURCE_OFF] = "off",
};

static void put_gauge(struct ks_buf *out, const char *name, const char *help, size_t value)
{
    ks_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %zu\n", name, help, name, name, value);
}

void page_metrics(const struct request *request, struct response *response)
{
    struct ks_buf *out = &response->body;
    struct ks_store_figures figures;

    ks_store_figures(request->app->store, &figures);
    response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    ks_buf_literal(out, "# HELP kube_shields_info The version that runs.\n# TYPE kube_shields_info gauge\n"
                        "kube_shields_info{version=\"" PACKAGE_VERSION "\"} 1\n");
    ks_buf_literal(out, "# HELP kube_shields_sources Watched kinds by state; off: the service account may not, or the "
                        "server has no such kind.\n# TYPE kube_shields_sources gauge\n");
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        for (int state = 0; state <= KS_SOURCE_OFF; state++) {
            ks_buf_printf(out, "kube_shields_sources{kind=\"%s\",state=\"%s\"} %zu\n",
                          ks_kind_plural((enum ks_kind)kind), state_names[state], figures.sources[kind][state]);
        }
    }
    put_gauge(out, "kube_shields_services", "Services known.", figures.services);
    put_gauge(out, "kube_shields_pods", "Pods known.", figures.pods);
    put_gauge(out, "kube_shields_controllers", "Controllers known.", figures.controllers);
    put_gauge(out, "kube_shields_nodes", "Nodes known.", figures.nodes);
    ks_buf_printf(out,
                  "# HELP kube_shields_store_version_total Times that changes were published.\n"
                  "# TYPE kube_shields_store_version_total counter\n"
                  "kube_shields_store_version_total %" PRIu64 "\n",
                  figures.version);
}
