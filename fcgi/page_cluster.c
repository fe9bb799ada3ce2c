/* What is known of other clusters as such. */
#include "config.h"

#include "page.h"

bool page_is_reachable(struct ks_store *store)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(store, &report);
    return report.polls > report.failures && !report.trouble[0];
}
