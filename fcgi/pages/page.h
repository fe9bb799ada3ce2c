/* The pages. Each gets a request that is validated and authorised, and fills the response. Pages read the store and the
 * clock. They never wait, except for page_services_full. Threads: any. */
#ifndef KS_PAGES_PAGE_H
#define KS_PAGES_PAGE_H

#include "request/request.h"
#include "request/response.h"

typedef void page(const struct request *request, struct response *response);

page page_service_shield; /* /_/{service}/{check}/ and with a namespace */
page page_prefix_shield;  /* /a/{service}/{check}/ */
page page_sum_shield;     /* /n/{namespace}/{check}/ and /c/{check}/ */
page page_nodes_shield;   /* /c/nodes/ */
page page_static_shield;  /* /badge/{static} */
page page_services;       /* /services/ */
page page_services_full;  /* /services/?full, signed */
page page_service_checks; /* /services/{service}/ */
page page_index;          /* / */
page page_ping;           /* /ping */
page page_healthz;        /* /healthz */
page page_readyz;         /* /readyz */
page page_metrics;        /* /metrics */

#endif
