/* Results of custom checks. Threads: any. */
#ifndef KS_PAGES_CUSTOM_H
#define KS_PAGES_CUSTOM_H

#include "health/result.h"
#include "request/request.h"
#include "request/response.h"

/* Writes the shield of one service's custom check, if that cluster has one of that name. Otherwise returns false and
 * writes nothing. A custom check hides an automatic one of the same name, except for health. */
bool page_put_custom(const struct request *request, struct response *response, const struct ks_store_selector *selector,
                     size_t cluster);

/* Writes one shield for the custom checks of that name of several services, in all clusters that the request asks.
 * Returns false, and writes nothing, if there are none. */
bool page_put_custom_sum(const struct request *request, struct response *response,
                         const struct ks_store_selector *selector);

/* How a custom check stands now: a late answer shows its age, and becomes unknown in the end. */
void page_custom_result(const struct request *request, const struct ks_custom_state *state, struct ks_result *result);

#endif
