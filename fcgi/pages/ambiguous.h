/* The answer to a short name that several namespaces have. Threads: any. */
#ifndef KS_PAGES_AMBIGUOUS_H
#define KS_PAGES_AMBIGUOUS_H

#include "request/request.h"
#include "request/response.h"

/* Writes an error that names the namespaces of the sum, which is of one name in that cluster. */
void page_put_ambiguous(const struct request *request, struct response *response, const struct ks_store_sum *sum,
                        size_t cluster);

#endif
