/* What is known of other clusters as such. */
#include "config.h"

#include "escape.h"
#include "page.h"

bool page_is_reachable(struct ks_store *store)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(store, &report);
    return report.polls > report.failures && !report.trouble[0];
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
