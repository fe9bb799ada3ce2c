/* Prometheus text format, version 0.0.4. */
#include "config.h"

#include <inttypes.h>

#include "base/clock.h"
#include "pages/cluster.h"
#include "pages/page.h"

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

static void put_counter(struct ks_buf *out, const char *name, const char *help, uint64_t value)
{
    ks_buf_printf(out, "# HELP %s %s\n# TYPE %s counter\n%s %" PRIu64 "\n", name, help, name, name, value);
}

static void put_peer_line(struct ks_buf *out, const char *metric, const char *peer, uint64_t value)
{
    /* Names of peers contain nothing that must be escaped. */
    ks_buf_printf(out, "%s{peer=\"%s\"} %" PRIu64 "\n", metric, peer, value);
}

static void put_peers(const struct request *request, struct ks_buf *out)
{
    static const struct {
        const char *name, *type, *help;
    } metrics[] = {
        {"kube_shields_peer_up", "gauge", "Whether the peer answered when it was last asked."},
        {"kube_shields_peer_services", "gauge", "Services known from the peer."},
        {"kube_shields_peer_polls_total", "counter", "Times that the peer was asked."},
        {"kube_shields_peer_failures_total", "counter", "Times that the peer gave no valid answer."},
        {"kube_shields_peer_received_bytes_total", "counter", "Bytes of the peer's answers, decoded."},
    };

    for (size_t metric = 0; request->app->peer_count && metric < sizeof metrics / sizeof metrics[0]; metric++) {
        ks_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metrics[metric].name, metrics[metric].help,
                      metrics[metric].name, metrics[metric].type);
        for (size_t i = 0; i < request->app->peer_count; i++) {
            struct ks_store *store = request->app->peers[i].store;
            struct ks_remote_report report;
            struct ks_store_stats stats;

            ks_store_remote_read_report(store, &report);
            ks_store_stats(store, &stats);
            const uint64_t values[] = {page_is_reachable(store), stats.services, report.polls, report.failures,
                                       report.bytes};
            put_peer_line(out, metrics[metric].name, request->app->peers[i].address->name, values[metric]);
        }
    }
}

void page_metrics(const struct request *request, struct response *response)
{
    struct ks_buf *out = &response->body;
    struct ks_store_stats stats;

    ks_store_stats(request->app->store, &stats);
    response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    ks_buf_literal(out, "# HELP kube_shields_info The version that runs.\n# TYPE kube_shields_info gauge\n"
                        "kube_shields_info{version=\"" PACKAGE_VERSION "\"} 1\n");
    ks_buf_literal(
        out, "# HELP kube_shields_sources Watched kinds by state; off: the service account may not watch it, or the "
             "server has no such kind.\n# TYPE kube_shields_sources gauge\n");
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        for (int state = 0; state <= KS_SOURCE_OFF; state++) {
            ks_buf_printf(out, "kube_shields_sources{kind=\"%s\",state=\"%s\"} %zu\n",
                          ks_kind_plural((enum ks_kind)kind), state_names[state], stats.sources[kind][state]);
        }
    }
    put_gauge(out, "kube_shields_services", "Services known.", stats.services);
    put_gauge(out, "kube_shields_pods", "Pods known.", stats.pods);
    put_gauge(out, "kube_shields_controllers", "Controllers known.", stats.controllers);
    put_gauge(out, "kube_shields_nodes", "Nodes known.", stats.nodes);
    ks_buf_literal(out, "# HELP kube_shields_checks Custom checks by state; waiting: not run yet.\n"
                        "# TYPE kube_shields_checks gauge\n");
    ks_buf_printf(out,
                  "kube_shields_checks{state=\"waiting\"} %zu\n"
                  "kube_shields_checks{state=\"answered\"} %zu\n"
                  "kube_shields_checks{state=\"failed\"} %zu\n"
                  "kube_shields_checks{state=\"refused\"} %zu\n",
                  stats.custom[KS_CUSTOM_WAITING], stats.custom[KS_CUSTOM_ANSWERED] - stats.custom_failed,
                  stats.custom_failed, stats.custom[KS_CUSTOM_REFUSED]);
    put_counter(out, "kube_shields_check_runs_total", "Runs of custom checks.", stats.custom_runs);
    put_counter(out, "kube_shields_check_failures_total", "Runs of custom checks that gave no answer.",
                stats.custom_failures);
    put_gauge(out, "kube_shields_check_queue_seconds", "How long the most overdue custom check has waited.",
              stats.custom_waiting_since ? (size_t)(ks_clock_monotonic() - stats.custom_waiting_since) / 1000 : 0);
    put_counter(out, "kube_shields_store_version_total", "Times that changes were published.", stats.version);
    put_peers(request, out);
}
