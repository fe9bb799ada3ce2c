/* Which cluster answers, and which ones can be reached. */
#include "config.h"

#include "pages/cluster.h"

#include "base/escape.h"

#define NAMES_MOST 8 /* in one message */

static bool is_reachable(const struct ks_remote_report *report)
{
    return report->polls > report->failures && !report->trouble[0];
}

bool page_is_reachable(struct ks_store *store)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(store, &report);
    return is_reachable(&report);
}

/* A peer that we have not asked yet, or that has only just started, will know soon. One that cannot be reached may
 * never. */
static bool is_unknown(struct ks_store *store)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(store, &report);
    return report.polls > 0 && !is_reachable(&report) && ks_store_readiness(store) == KS_STARTING;
}

bool page_put_unknown_clusters(const struct request *request, struct ks_buf *out)
{
    size_t count = 0;

    for (size_t i = request->first_cluster; i < request->end_cluster; i++) {
        if (i > 0 && is_unknown(request_cluster_store(request, i))) {
            if (++count <= NAMES_MOST) {
                ks_buf_printf(out, "%s%s", count > 1 ? ", " : "", request_cluster_name(request, i));
            }
        }
    }
    if (count > NAMES_MOST) {
        ks_buf_printf(out, " and %zu more", count - NAMES_MOST);
    }
    return count > 0;
}

void page_put_cluster(const struct request *request, size_t cluster, struct ks_buf *out)
{
    if (request->app->peer_count) {
        ks_buf_literal(out, ",\"cluster\":");
        ks_buf_json(out, request_cluster_name(request, cluster));
    }
}

void page_put_unreachable(const struct request *request, struct ks_buf *out)
{
    size_t count = 0;

    ks_buf_literal(out, ",\"unreachable\":[");
    for (size_t i = request->first_cluster; i < request->end_cluster; i++) {
        if (i > 0 && !page_is_reachable(request_cluster_store(request, i))) {
            if (count++) {
                ks_buf_literal(out, ",");
            }
            ks_buf_json(out, request_cluster_name(request, i));
        }
    }
    ks_buf_literal(out, "]");
}
